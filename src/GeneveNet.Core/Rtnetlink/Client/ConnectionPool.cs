using System.Diagnostics.CodeAnalysis;
using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Client;

/// <summary>Keeps rtnetlink connections open between requests, by namespace.</summary>
/// <remarks>
/// A socket keeps its namespace alive. So that a namespace removed by somebody else really goes away, with the links in
/// it, a connection that was not used for a moment is closed. Usually there is one for each namespace; parallel callers
/// get one each.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class ConnectionPool
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(1);

    // A pipeline that goes through a thousand namespaces would have a descriptor open for each within that second.
    private const int MostIdle = 64;

    private readonly Lock _lock = new();
    private readonly List<Idle> _idle = [];
    private readonly Timer _sweeper;

    private readonly Func<NetworkNamespace, INetlinkTransport> _open;

    /// <summary>Creates a pool.</summary>
    /// <param name="open">Opens a transport into a namespace.</param>
    internal ConnectionPool(Func<NetworkNamespace, INetlinkTransport> open)
    {
        _open = open;
        _sweeper = new Timer(static state => ((ConnectionPool)state!).Sweep(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The pool of this process.</summary>
    public static ConnectionPool Shared { get; } = CreateShared();

    /// <summary>Hands out a connection for one exchange.</summary>
    /// <param name="target">Where it asks.</param>
    /// <exception cref="NetworkException">The namespace has vanished or may not be entered.</exception>
    public NetlinkConnection Rent(NetworkNamespace target)
    {
        target.Verify();
        lock (_lock)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (_idle[i].Namespace != target.Identity)
                    continue;
                var connection = _idle[i].Connection;
                _idle.RemoveAt(i);
                return connection;
            }
        }

        try
        {
            return new NetlinkConnection(_open(target));
        }
        catch (NetworkException failure) when (failure.Kind == FailureKind.ResourceExhausted && Close(static _ => true) > 0)
        {
            // Descriptors are short, and these were not in use.
            return new NetlinkConnection(_open(target));
        }
    }

    private static ConnectionPool CreateShared()
    {
        var pool = new ConnectionPool(OpenSocket);
        NetworkNamespace.Released += pool.Drop;
        return pool;
    }

    // No thread is needed to be where one is.
    private static NetlinkSocket OpenSocket(NetworkNamespace target) =>
        target.Equals(NetworkNamespace.Current) ? new NetlinkSocket() : NamespaceThread.RunIn(target, static () => new NetlinkSocket());

    /// <summary>Takes a connection back.</summary>
    public void Return(NetworkNamespace target, NetlinkConnection connection)
    {
        if (!connection.IsUsable)
        {
            connection.Dispose();
            return;
        }

        NetlinkConnection? oldest = null;
        lock (_lock)
        {
            _idle.Add(new Idle(target.Identity, connection, Environment.TickCount64));
            if (_idle.Count == 1)
                _sweeper.Change(IdleLimit, IdleLimit);
            if (_idle.Count > MostIdle)
            {
                oldest = _idle[0].Connection;
                _idle.RemoveAt(0);
            }
        }

        oldest?.Dispose();
    }

    /// <summary>Closes the connections into a namespace that goes away.</summary>
    private void Drop(FileIdentity gone) => Close(idle => idle.Namespace == gone);

    private void Sweep()
    {
        var limit = Environment.TickCount64 - (long)IdleLimit.TotalMilliseconds;
        Close(idle => idle.Since <= limit);
    }

    private int Close(Predicate<Idle> isOver)
    {
        List<Idle> over;
        lock (_lock)
        {
            over = _idle.FindAll(isOver);
            _idle.RemoveAll(isOver);
            if (_idle.Count == 0)
                _sweeper.Change(Timeout.Infinite, Timeout.Infinite);
        }

        foreach (var idle in over)
            idle.Connection.Dispose();
        return over.Count;
    }

    private readonly record struct Idle(FileIdentity Namespace, NetlinkConnection Connection, long Since);
}
