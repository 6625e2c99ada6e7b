using GeneveNet.Namespaces;
using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Client;

/// <summary>Asks the kernel's network configuration (rtnetlink) of one namespace. Safe for use by several threads.</summary>
/// <remarks>What it can be asked stands beside the object asked about: Links, Addresses, Routes.</remarks>
/// <param name="target">The namespace.</param>
/// <param name="cancellation">Ends every wait of this client at once.</param>
public sealed class RtnetlinkClient(NetworkNamespace target, CancellationToken cancellation = default)
{
    private const int Attempts = 3;

    private readonly ConnectionPool _pool = ConnectionPool.Shared;

    /// <summary>Creates a client for the namespace of the calling thread.</summary>
    public RtnetlinkClient() : this(NetworkNamespace.Current) { }

    internal RtnetlinkClient(NetworkNamespace target, ConnectionPool pool) : this(target) => _pool = pool;

    /// <summary>The namespace asked.</summary>
    public NetworkNamespace Namespace { get; } = target;

    /// <summary>The same questions to another namespace.</summary>
    /// <param name="other">The other namespace.</param>
    public RtnetlinkClient In(NetworkNamespace other) => new(other, cancellation);

    /// <summary>The same, but no wait can be ended: for undoing what was done.</summary>
    public RtnetlinkClient WithoutCancellation() => new(Namespace);

    /// <summary>Asks for something to be done.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Execute(NetlinkRequest request) => Exchange(connection =>
    {
        connection.Execute(request, cancellation);
        return 0;
    });

    /// <summary>Asks for many things to be done, in order.</summary>
    /// <param name="requests">The requests.</param>
    /// <returns>At each request's place why it was refused, or null.</returns>
    public IReadOnlyList<NetlinkException?> ExecuteBatch(IReadOnlyList<NetlinkRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var refusals = new NetlinkException?[requests.Count];
        Exchange(connection =>
        {
            connection.ExecuteBatch([.. requests], refusals, cancellation);
            return 0;
        });
        return refusals;
    }

    /// <summary>Asks for one object.</summary>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">The request.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public T Get<T>(NetlinkRequest request) where T : class, INetlinkMessage<T> =>
        Exchange(connection => connection.Get<T>(request, cancellation));

    /// <summary>Asks for all objects of a kind.</summary>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">The request.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public List<T> Dump<T>(NetlinkRequest request) where T : class, INetlinkMessage<T> =>
        Reading(connection => connection.Dump<T>(request, cancellation));

    /// <summary>
    /// Asks for all objects of a kind, which are made as they are taken: the table is read whole, but kept as the kernel's bytes.
    /// </summary>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">The request.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IEnumerable<T> Stream<T>(NetlinkRequest request) where T : class, INetlinkMessage<T> =>
        Reading(connection => connection.DumpBytes<T>(request, cancellation));

    /// <summary>The name of a link; null where there is none of that index.</summary>
    /// <param name="index">The link's index.</param>
    public string? FindLinkName(int index) => Exchange(connection => connection.FindLinkName(index));

    private T Reading<T>(Func<NetlinkConnection, T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Exchange(read);
            }
            catch (NetworkException e) when (e.Errno == Errno.NoBuffers && attempt < Attempts)
            {
                // The old connection was closed, with what was left in it. A read can simply be made again.
            }
        }
    }

    private T Exchange<T>(Func<NetlinkConnection, T> exchange)
    {
        var connection = _pool.Rent(Namespace);
        try
        {
            return exchange(connection);
        }
        finally
        {
            _pool.Return(Namespace, connection);
        }
    }
}
