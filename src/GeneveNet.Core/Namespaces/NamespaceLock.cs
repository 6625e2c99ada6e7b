using GeneveNet.Native;

namespace GeneveNet.Namespaces;

/// <summary>
/// Who holds it is the only one, of all sessions on this host, that looks at something in a network namespace and then changes it. It
/// is an advisory lock on the namespace's own file, so that nothing is left of it, whatever becomes of its holder.
/// </summary>
internal sealed class NamespaceLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Tick = TimeSpan.FromMilliseconds(20);

    private readonly FileDescriptor _file;

    private NamespaceLock(FileDescriptor file) => _file = file;

    /// <summary>Waits for it.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">Somebody else holds it for very long.</exception>
    public static NamespaceLock Take(NetworkNamespace place, CancellationToken cancellation)
    {
        var file = place.Open();
        try
        {
            for (var start = Environment.TickCount64; SystemCalls.TryLock(file) is var error and not 0;)
            {
                if (error is not (Errno.Again or Errno.Interrupted))
                    throw NetworkException.FromErrno($"lock network namespace '{place}'", error);
                if (Environment.TickCount64 - start > Patience.TotalMilliseconds)
                    throw new NetworkException(
                        FailureKind.Busy, $"Another session has been changing the firewall of network namespace '{place}' for " +
                        $"{Patience.TotalSeconds:0} s. Try again when it has finished.", error);
                if (cancellation.WaitHandle.WaitOne(Tick))
                    cancellation.ThrowIfCancellationRequested();
            }

            return new NamespaceLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
