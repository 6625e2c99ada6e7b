using System.Globalization;
using GeneveNet.Namespaces.Containers;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>A network namespace as it was when it was looked up: a path that leads there, and its identity.</summary>
/// <remarks>
/// The identity guards against a name that was given to another namespace in the meantime: whatever uses this object
/// fails with <see cref="FailureKind.NotFound"/> instead of changing the wrong namespace.
/// </remarks>
public sealed class NetworkNamespace : IEquatable<NetworkNamespace>
{
    private readonly FileIdentity _identity;

    // Some kernels (6.1) give the number of a namespace that ended to the next one at once. While a name is mounted its
    // file keeps the time it was made, which distinguishes the two; the files in /proc are created again for each look.
    private readonly long? _mounted;

    // The path of this process itself: no name that others can take away or give to another namespace.
    private bool IsOwn { get; init; }

    private NetworkNamespace(string? name, string path, FileIdentity identity, long? mounted = null) =>
        (Name, Path, _identity, _mounted) = (name, path, identity, mounted);

    /// <summary>Its name in /run/netns, or null for one that was reached by path or process.</summary>
    public string? Name { get; }

    /// <summary>A file that leads there.</summary>
    public string Path { get; }

    /// <summary>Inode number in the kernel's namespace file system: the number in "net:[4026531840]".</summary>
    public ulong Inode => _identity.Inode;

    /// <summary>Identifies the kernel it is in: an <see cref="Inode"/> of another boot or host is another namespace.</summary>
    public string BootId { get; } = NamespaceIdentity.CurrentBootId;

    /// <summary>The container whose namespace it is, where it was found by one; or null.</summary>
    public Container? Container { get; private init; }

    /// <summary>What people call it: its name, else its container's; empty where it has neither.</summary>
    public string DisplayName => Name ?? Container?.Name ?? "";

    /// <summary>What it is in a sentence: "network namespace", or "container".</summary>
    internal string Kind => Name is null && Container is not null ? "container" : "network namespace";

    internal FileIdentity Identity => _identity;

    /// <summary>Called when a namespace was given up here, so that what holds it open lets go of it.</summary>
    internal static Action<FileIdentity>? Released { get; set; }

    /// <summary>
    /// The namespace that the calling thread was put into, as it was named then: that stays good when the thread has ended.
    /// </summary>
    [field: ThreadStatic]
    internal static NetworkNamespace? Entered { get; set; }

    /// <summary>The namespace of the calling thread.</summary>
    public static NetworkNamespace Current
    {
        get
        {
            var thread = System.IO.Path.Combine("/proc", new FileInfo("/proc/thread-self").LinkTarget ?? "self", "ns/net");
            if (Entered is { } entered && SystemCalls.TryIdentify(thread) == entered._identity)
                return entered;
            var process = $"/proc/{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}/ns/net";
            var current = FromPath(thread);
            // Threads end; the process's own path stays good as long as this program runs.
            return SystemCalls.TryIdentify(process) == current._identity ? new(null, process, current._identity) { IsOwn = true } : current;
        }
    }

    /// <summary>
    /// Finds a namespace by what a user calls it: a path (with a slash), a name in /run/netns, a process id, or "net:[INODE]".
    /// </summary>
    /// <param name="reference">Name, process id, path or number. A name of digits takes precedence over a process id, as with `ip`.</param>
    /// <exception cref="NetworkException">There is none, or it may not be looked at.</exception>
    public static NetworkNamespace Resolve(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Contains('/', StringComparison.Ordinal))
            return FromPath(reference);
        if (NamespaceIdentity.TryParse(reference) is { } identity)
            return identity.Find();
        NamedNamespaces.ValidateName(reference);
        if (NamedNamespaces.Find(reference) is { } named)
            return named;
        var isTaken = NamedNamespaces.IsTaken(reference);
        if (!isTaken && int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            return FromProcess(process);
        throw NamedNamespaces.NotFound(reference);
    }

    /// <summary>Finds the namespace a process runs in.</summary>
    /// <param name="processId">The process.</param>
    /// <exception cref="NetworkException">There is no such process, or it may not be looked at.</exception>
    public static NetworkNamespace FromProcess(int processId)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net");
        if (processId > 0 && SystemCalls.TryIdentify(path) is { } identity)
            return new NetworkNamespace(null, path, identity);
        throw processId > 0 && Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path)))
            ? new NetworkException(
                FailureKind.PermissionDenied,
                $"Cannot open the network namespace of process {processId}: this needs CAP_SYS_PTRACE or the same user.",
                GeneveNet.Errno.AccessDenied)
            : new NetworkException(FailureKind.NotFound, $"There is no process {processId}.") { Id = "NamespaceNotFound" };
    }

    /// <summary>The namespace of a container's first process.</summary>
    internal static NetworkNamespace FromContainer(Container container, int processId)
    {
        var found = FromProcess(processId);
        return new NetworkNamespace(null, found.Path, found._identity) { Container = container };
    }

    /// <summary>Finds the namespace a file stands for, such as /run/netns/blue or /proc/1/ns/net.</summary>
    /// <param name="path">The file; a symbolic link is followed.</param>
    /// <exception cref="NetworkException">There is no such file, or it may not be looked at.</exception>
    public static NetworkNamespace FromPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var isPath = !path.Contains('\0', StringComparison.Ordinal);
        if (isPath && TryFromPath(null, System.IO.Path.GetFullPath(path)) is { } found)
            return found;
        if (isPath && SystemCalls.TryFindStatus(path, out _) == GeneveNet.Errno.AccessDenied)
            throw NetworkException.FromErrno($"look at network namespace '{path}'", GeneveNet.Errno.AccessDenied);
        throw new NetworkException(
            FailureKind.NotFound,
            $"'{path}' is not a network namespace: the file does not exist or is of another kind.") { Id = "NamespaceNotFound" };
    }

    internal static NetworkNamespace? TryFromPath(string? name, string path) =>
        SystemCalls.TryIdentify(path, out var changed) is { } identity && identity.Device == NamespaceDevice.Value
            ? new NetworkNamespace(name, path, identity, name is not null && new FileInfo(path).LinkTarget is null ? changed : null)
            : null;

    // Namespace files all live on the kernel's own nsfs; anything on another device is none.
    private static readonly Lazy<ulong> NamespaceDevice = new(() => SystemCalls.TryIdentify("/proc/self/ns/net")?.Device ?? 0);

    /// <summary>Opens the namespace, making sure it is still the one that was found.</summary>
    internal FileDescriptor Open()
    {
        FileDescriptor file;
        try
        {
            file = SystemCalls.Open(Path, O_RDONLY, $"open network namespace '{this}'");
        }
        catch (NetworkException e) when (e.Kind == FailureKind.NotFound)
        {
            throw Vanished(e);
        }

        try
        {
            Verify();
            if (SystemCalls.Identify(file, $"look at network namespace '{this}'") == _identity)
                return file;
            throw Vanished(null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fails when the namespace is no longer what the path leads to.</summary>
    internal void Verify()
    {
        if (IsOwn)
            return;
        if (SystemCalls.TryIdentify(Path, out var changed) != _identity || (_mounted is not null && _mounted != changed))
            throw Vanished(null);
    }

    private NetworkException Vanished(Exception? cause) =>
        new(
            FailureKind.NotFound,
            $"The network namespace '{this}' ({NamespaceIdentity.TextOf(Inode)}) has vanished.",
            innerException: cause)
        { Id = "NamespaceNotFound" };

    /// <summary>Whether two objects stand for the same namespace of the kernel.</summary>
    public bool Equals(NetworkNamespace? other) => other is not null && other._identity == _identity;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkNamespace);

    /// <inheritdoc/>
    public override int GetHashCode() => _identity.GetHashCode();

    /// <summary>
    /// The name, else the container's, else "net:[INODE]", which also stands for a name that cannot be shown: as text it leads back to
    /// the same namespace, which a process id in a path would not when the process has ended.
    /// </summary>
    public override string ToString() =>
        DisplayName.Length > 0 && VisibleText.IsPlain(DisplayName)
            ? DisplayName
            : NamespaceIdentity.TextOf(Inode);

    /// <summary>The same as <see cref="Resolve"/>, by the name that shells look for: `$link.Namespace -eq 'blue'` compares by it.</summary>
    /// <param name="text">What a user calls it.</param>
    public static NetworkNamespace Parse(string text) => Resolve(text);
}
