using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>
/// Lets work be where the one was who handed it out: the namespace goes along with the execution context, as a culture does. What a
/// script in a namespace does in parallel, in jobs or on the thread pool is in the namespace too, and a thread is home again when it
/// has done it. What is left when the script has ended is done at home.
/// </summary>
internal sealed class NamespaceFlow : IDisposable
{
    private static readonly AsyncLocal<NamespaceFlow?> Here = new(static change =>
    {
        if (change.ThreadContextChanged && change.CurrentValue?.TryEnter() != true)
            GoHome();
    });

    // The namespace of the process: where its threads are unless they were put elsewhere.
    private static readonly Lazy<FileDescriptor> Home = new(
        static () => SystemCalls.Open("/proc/self/ns/net", O_RDONLY, "open the network namespace of this process"));

    private readonly Lock _lock = new();
    private readonly NetworkNamespace _target;
    private readonly FileDescriptor _file;
    private bool _isOver;

    private NamespaceFlow(NetworkNamespace target) => (_target, _file) = (target, target.Open());

    /// <summary>From here on, what the calling thread hands to others goes to a namespace, which this thread is in.</summary>
    public static NamespaceFlow Start(NetworkNamespace target)
    {
        // Opened while it can be: who comes back must not fail.
        _ = Home.Value;
        return Here.Value = new NamespaceFlow(target);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _file.Dispose();
        }
    }

    private bool TryEnter()
    {
        // The number of a file that was closed may be that of another one by now.
        lock (_lock)
        {
            if (_isOver || setns(_file.Number, CLONE_NEWNET) != 0)
                return false;
        }

        NetworkNamespace.Entered = _target;
        return true;
    }

    private static void GoHome()
    {
        if (setns(Home.Value.Number, CLONE_NEWNET) == 0)
            NetworkNamespace.Entered = null;
    }
}
