using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace GeneveNet.Namespaces;

/// <summary>
/// Keeps the threads that everybody shares out of other namespaces. A thread is born where the one that starts it is, and .NET
/// starts its own threads from whatever thread first needs them. So those there will ever be one of are started here beforehand, and
/// while somebody is in a namespace the thread pool is kept so large that nobody's work makes it grow.
/// </summary>
/// <remarks>
/// The pool grows, up to its minimum, from the thread that queues work; beyond the minimum it grows from threads of its own.
/// </remarks>
internal sealed class SharedThreads : IDisposable
{
    // A thread of the pool ends when it had nothing to do for 20 seconds.
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    // What is busy for longer is there, and need not be waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private static readonly Lazy<bool> Helpers = new(StartHelpers);

    private readonly Timer _timer;

    private SharedThreads() => _timer = CreateTimer(static _ => CallTheRoll(), Often);

    /// <summary>A timer that belongs to all: it does not go where the one is who happens to create it.</summary>
    /// <param name="callback">What it does.</param>
    /// <param name="period">How often; infinite for one that is yet to be set.</param>
    public static Timer CreateTimer(TimerCallback callback, TimeSpan period)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return new Timer(callback, null, period, period);
        using var apart = ExecutionContext.SuppressFlow();
        return new Timer(callback, null, period, period);
    }

    /// <summary>Starts what threads there must be, and sees to it that there are enough until it is disposed of.</summary>
    public static SharedThreads Keep()
    {
        _ = Helpers.Value;
        CallTheRoll();
        return new SharedThreads();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>The thread for signals, with which .NET hears of programs that end, and the one for sockets.</summary>
    [SuppressMessage("Interoperability", "CA1416", Justification = "Network namespaces are Linux's own.")]
    private static bool StartHelpers()
    {
        PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => { }).Dispose();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // Nobody can send to a socket without an address: this waits, on that thread, until the socket is closed.
        _ = socket.ReceiveAsync(new byte[1], SocketFlags.None).ContinueWith(
            static closed => closed.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return true;
    }

    /// <summary>Gives each thread of the pool something to do at the same time, so that all of them are there and stay.</summary>
    private static void CallTheRoll()
    {
        ThreadPool.GetMinThreads(out var wanted, out _);
        var others = Thread.CurrentThread.IsThreadPoolThread ? wanted - 1 : wanted;
        if (others == 0)
            return;
        // Not disposed of: a thread that was busy comes later.
        var present = new CountdownEvent(others);
        var end = new ManualResetEventSlim();
        for (var i = 0; i < others; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static call =>
                {
                    call.present.Signal();
                    call.end.Wait(Patience);
                },
                (present, end),
                preferLocal: false);
        }

        present.Wait(Patience);
        end.Set();
    }
}
