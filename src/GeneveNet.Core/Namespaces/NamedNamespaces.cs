using System.Globalization;
using System.Text;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>The names in /run/netns, kept as `ip netns` keeps them: each is a file that the namespace is bind-mounted on.</summary>
internal static class NamedNamespaces
{
    /// <summary>Where names live.</summary>
    public const string Folder = NamespaceFolder.Path;

    private const string InvalidName = "InvalidNamespaceName";
    private const int LongestName = 255;
    private const int DoNotFollow = 8; // UMOUNT_NOFOLLOW, include/linux/fs.h

    /// <summary>All names that stand for a namespace, in order.</summary>
    /// <exception cref="NetworkException">The folder may not be read.</exception>
    public static IReadOnlyList<NetworkNamespace> List()
    {
        List<NetworkNamespace> found = [];
        foreach (var name in NamespaceFolder.List())
        {
            // A file that is not a namespace is a leftover of a name; one that vanishes in the meantime is gone.
            if (Find(name) is { } item)
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

    /// <summary>Why there is no namespace of a name.</summary>
    internal static NetworkException NotFound(string name)
    {
        var leftover = NamespaceFolder.DescribeLeftover(name, $"look at network namespace '{name}'");
        return new(
            FailureKind.NotFound,
            leftover is null ? $"There is no network namespace named '{name}' in {Folder}."
                : $"'{name}' is not a network namespace any more: {leftover}. Remove the name, and create the namespace anew.")
        { Id = "NamespaceNotFound" };
    }

    /// <summary>Fails where there is nothing of a name, be it a namespace or a leftover file.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="NetworkException">It cannot be a name, or there is none of that name.</exception>
    internal static void RequireTaken(string name)
    {
        ValidateName(name);
        if (!IsTaken(name))
            throw NotFound(name);
    }

    /// <summary>Whether a name is taken, be it by a namespace or by a leftover file.</summary>
    internal static bool IsTaken(string name) => Path.Exists(PathOf(name)) || new FileInfo(PathOf(name)).LinkTarget is not null;

    /// <summary>Fails when a text cannot be a name.</summary>
    /// <param name="name">The name: 1 to 255 bytes, no slash, not "." or "..".</param>
    public static void ValidateName(string name)
    {
        if (name.Length == 0)
            throw new NetworkException(FailureKind.InvalidArgument, "No network namespace is named: the name is empty.")
            {
                Id = InvalidName,
            };
        Refuse(name, name switch
        {
            "." or ".." => "stands for a folder",
            _ when name.AsSpan().IndexOfAny('/', '\0') >= 0 => "contains a slash or NUL",
            _ when Encoding.UTF8.GetByteCount(name) > LongestName => $"is longer than {LongestName} bytes",
            _ => null,
        });
    }

    /// <summary>
    /// Fails when a text should not become a name: names that others gave can be used and removed, whatever they are, but a new one
    /// must be safe to print and mean the same wherever a namespace is asked for.
    /// </summary>
    /// <param name="name">The name: see <see cref="ValidateName"/>; no control characters, and not of digits only.</param>
    internal static void ValidateNewName(string name)
    {
        ValidateName(name);
        Refuse(name, name switch
        {
            _ when name.Any(char.IsControl) => "contains a control character",
            _ when !IsWellFormed(name) => "is not valid Unicode",
            _ when name.All(char.IsAsciiDigit) => "consists of digits, as the id of a process does. Put a letter in it",
            _ => null,
        });
    }

    private static bool IsWellFormed(string name) => name.EnumerateRunes().All(static rune => rune != Rune.ReplacementChar);

    private static string Printable(string name) => string.Concat(name.EnumerateRunes().Select(static rune =>
        Rune.IsControl(rune) ? string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}") : rune.ToString()));

    private static void Refuse(string name, string? fault)
    {
        if (fault is not null)
            throw new NetworkException(
                FailureKind.InvalidArgument, $"'{Printable(name)}' cannot be the name of a network namespace: it {fault}.")
            {
                Id = InvalidName,
            };
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
        // A leftover file is not a mount, and neither is a name made with `ln -s`: EINVAL, and only the file or link is removed.
        var error = SystemCalls.TryUnmountLazily(PathOf(name), DoNotFollow);
        if (error is not (0 or Errno.Invalid))
            throw NamespaceFolder.Failure($"remove network namespace '{name}'", error);
        SystemCalls.Unlink(PathOf(name), $"remove network namespace '{name}'");
        if (identity is { } gone)
            NetworkNamespace.Released?.Invoke(gone);
    }

    private static string PathOf(string name) => NamespaceFolder.PathOf(name);

    private static NetworkNamespace Bind(string name, string task, Action<string> mountOn)
    {
        ValidateNewName(name);
        NamespaceFolder.Share(task);
        var path = PathOf(name);
        try
        {
            SystemCalls.Open(path, O_RDONLY | O_CREAT | O_EXCL, task).Dispose();
        }
        catch (NetworkException e)
        {
            throw e.Errno == Errno.Exists ? Taken(name, task, e) : NamespaceFolder.Failure(task, e.Errno);
        }

        try
        {
            mountOn(path);
            return Find(name) ?? throw new NetworkException(FailureKind.NotFound, $"Cannot {task}: it disappeared at once.");
        }
        catch
        {
            _ = SystemCalls.TryUnlink(path);
            throw;
        }
    }

    private static NetworkException Taken(string name, string task, NetworkException cause)
    {
        var leftover = Find(name) is null ? NamespaceFolder.DescribeLeftover(name, task) : null;
        return new(
            FailureKind.Exists,
            leftover is null ? $"A network namespace named '{name}' already exists."
                : $"Cannot {task}: {leftover}. Remove that name first.",
            cause.Errno, cause);
    }
}
