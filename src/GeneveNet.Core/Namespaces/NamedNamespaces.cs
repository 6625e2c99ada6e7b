using System.Text;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>The names in /run/netns, kept as `ip netns` keeps them: each is a file that the namespace is bind-mounted on.</summary>
public static class NamedNamespaces
{
    /// <summary>Where names live.</summary>
    public const string Folder = "/run/netns";

    private const int LongestName = 255;
    private const int DoNotFollow = 8; // UMOUNT_NOFOLLOW, include/linux/fs.h

    /// <summary>All names that stand for a namespace, in order.</summary>
    public static IReadOnlyList<NetworkNamespace> List()
    {
        List<NetworkNamespace> found = [];
        if (!Directory.Exists(Folder))
            return found;
        foreach (var path in Directory.EnumerateFileSystemEntries(Folder))
        {
            // A file that is not a namespace is a leftover of a name; one that vanishes in the meantime is gone.
            if (NetworkNamespace.TryFromPath(Path.GetFileName(path), path) is { } item)
                found.Add(item);
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    /// <summary>The namespace of a name, or null.</summary>
    /// <param name="name">The name.</param>
    public static NetworkNamespace? Find(string name) => NetworkNamespace.TryFromPath(name, PathOf(name));

    /// <summary>The namespace of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="NetworkException">It cannot be a name, or there is none of that name.</exception>
    public static NetworkNamespace Get(string name)
    {
        ValidateName(name);
        return Find(name) ?? throw NotFound(name);
    }

    internal static NetworkException NotFound(string name) =>
        new(FailureKind.NotFound, $"There is no network namespace named '{name}' in {Folder}.") { Id = "NamespaceNotFound" };

    /// <summary>Whether a name is taken, be it by a namespace or by a leftover file.</summary>
    internal static bool IsTaken(string name) => Path.Exists(PathOf(name)) || new FileInfo(PathOf(name)).LinkTarget is not null;

    /// <summary>Fails when a text cannot be a name.</summary>
    /// <param name="name">The name: 1 to 255 bytes, no slash, not "." or "..".</param>
    public static void ValidateName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var fault = name switch
        {
            "" => "is empty",
            "." or ".." => "stands for a folder",
            _ when name.AsSpan().IndexOfAny('/', '\0') >= 0 => "contains a slash or NUL",
            _ when Encoding.UTF8.GetByteCount(name) > LongestName => $"is longer than {LongestName} bytes",
            _ => null,
        };
        if (fault is not null)
            throw new NetworkException(
                FailureKind.InvalidArgument,
                $"'{name}' cannot be the name of a network namespace: it {fault}.") { Id = "InvalidNamespaceName" };
    }

    /// <summary>Creates a namespace and names it.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="NetworkException">The name is taken or a privilege is missing; nothing is left behind.</exception>
    public static NetworkNamespace Create(string name) => Bind(name, $"create network namespace '{name}'", target =>
    {
        NamespaceThread.Run(() =>
        {
            SystemCalls.Check(unshare(CLONE_NEWNET), $"create network namespace '{name}'");
            SystemCalls.Mount("/proc/thread-self/ns/net", target, "none", MS_BIND, $"name network namespace '{name}'");
            return 0;
        });
    });

    /// <summary>Names an existing namespace, so that it can be reached like one that was created with a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="existing">The namespace, for example that of a process. It lives on under its name when the process ends.</param>
    public static NetworkNamespace Attach(string name, NetworkNamespace existing)
    {
        ArgumentNullException.ThrowIfNull(existing);
        return Bind(name, $"name network namespace '{name}'", target =>
        {
            existing.Verify();
            SystemCalls.Mount(existing.Path, target, "none", MS_BIND, $"name network namespace '{name}'");
        });
    }

    /// <summary>Takes a name away. The namespace itself ends when no process and no other name is in it.</summary>
    /// <param name="name">The name; a leftover file without a namespace can be removed too.</param>
    public static void Remove(string name)
    {
        ValidateName(name);
        if (!IsTaken(name))
            throw NotFound(name);

        var identity = Find(name)?.Identity;
        // A name made with `ln -s` is not a mount: EINVAL, and only the link is removed.
        var error = SystemCalls.TryUnmountLazily(PathOf(name), DoNotFollow);
        if (error is not (0 or Errno.Invalid))
            throw Refusal($"remove network namespace '{name}'", error);
        SystemCalls.Unlink(PathOf(name), $"remove network namespace '{name}'");
        if (identity is { } gone)
            NetworkNamespace.Released?.Invoke(gone);
    }

    private static string PathOf(string name) => Folder + "/" + name;

    private static NetworkNamespace Bind(string name, string task, Action<string> mountOn)
    {
        ValidateName(name);
        ShareFolder(task);
        var path = PathOf(name);
        try
        {
            SystemCalls.Open(path, O_RDONLY | O_CREAT | O_EXCL, task).Dispose();
        }
        catch (NetworkException e) when (e.Errno == Errno.Exists)
        {
            throw new NetworkException(FailureKind.Exists, $"A network namespace named '{name}' already exists.", e.Errno, e);
        }

        try
        {
            mountOn(path);
            return Find(name) ?? throw new NetworkException(FailureKind.NotFound, $"Cannot {task}: it disappeared at once.");
        }
        catch
        {
            SystemCalls.Unlink(path, task);
            throw;
        }
    }

    /// <summary>Makes the folder a shared mount, so that names show in every mount namespace, as `ip netns` does.</summary>
    private static void ShareFolder(string task)
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NetworkException(
                FailureKind.PermissionDenied, $"Cannot {task}: {Folder} cannot be written. This needs CAP_SYS_ADMIN: run as root.",
                Errno.AccessDenied, e);
        }

        var error = SystemCalls.TryMount("", Folder, "none", MS_SHARED | MS_REC);
        if (error == Errno.Invalid)
        {
            SystemCalls.Mount(Folder, Folder, "none", MS_BIND | MS_REC, task);
            error = SystemCalls.TryMount("", Folder, "none", MS_SHARED | MS_REC);
        }

        if (error != 0)
            throw Refusal(task, error);
    }

    private static NetworkException Refusal(string task, int error) => error == Errno.NotPermitted
        ? new NetworkException(
            FailureKind.PermissionDenied,
            $"Cannot {task}: {Errno.TextOf(error)} ({Errno.NameOf(error)}). This needs CAP_SYS_ADMIN: run as root.",
            error)
        : NetworkException.FromErrno(task, error);
}
