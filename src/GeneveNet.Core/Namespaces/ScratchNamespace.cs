using System.Globalization;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>A network namespace without a name, invisible to others, which ends when this is disposed or with the process.</summary>
internal sealed class ScratchNamespace : IDisposable
{
    private readonly FileDescriptor _file;

    private ScratchNamespace(FileDescriptor file, NetworkNamespace place) => (_file, Namespace) = (file, place);

    /// <summary>The namespace.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>Makes one; null where the privilege for it is missing (CAP_SYS_ADMIN).</summary>
    public static ScratchNamespace? TryCreate()
    {
        var file = NamespaceThread.Run(static () => unshare(CLONE_NEWNET) == 0
            ? SystemCalls.Open("/proc/thread-self/ns/net", O_RDONLY, "open a new network namespace")
            : null);
        if (file is null)
            return null;
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.Number}");
        return new ScratchNamespace(file, NetworkNamespace.FromPath(path));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        NetworkNamespace.Released?.Invoke(Namespace.Identity);
    }
}
