using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>The folder of names as a place that may be missing, read-only, forbidden, or something else than a folder.</summary>
internal static class NamespaceFolder
{
    public const string Path = "/run/netns";

    private const int Readable = 0x1ed; // 0755

    public static string PathOf(string name) => Path + "/" + name;

    /// <summary>What is in it; nothing where it is missing.</summary>
    public static IReadOnlyList<string> List()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Path).Select(static path => System.IO.Path.GetFileName(path))];
        }
        catch (Exception e) when (SystemCalls.ErrnoOf(e) is var errno and not 0)
        {
            return errno is Errno.NoEntry or Errno.NotDirectory ? [] : throw Failure("list network namespaces", errno);
        }
    }

    /// <summary>What is in the place of a namespace and is none, as a sentence without its end; null where there is nothing.</summary>
    /// <exception cref="NetworkException">It may not be looked at.</exception>
    public static string? DescribeLeftover(string name, string task)
    {
        var path = PathOf(name);
        var error = SystemCalls.TryFindStatus(path, out var status);
        var isLink = new FileInfo(path).LinkTarget is not null;
        return error switch
        {
            0 when isLink => $"{path} is a symbolic link to something else",
            0 when status.IsDirectory => $"{path} is a folder",
            0 => $"{path} is a file on which no namespace is mounted",
            Errno.NoEntry or Errno.NotDirectory or Errno.Loop when isLink => $"{path} is a symbolic link to nothing",
            Errno.NoEntry => null,
            _ => throw Failure(task, error),
        };
    }

    /// <summary>Makes the folder a shared mount, so that names show in every mount namespace, as `ip netns` does.</summary>
    public static void Share(string task)
    {
        var error = SystemCalls.TryMakeDirectory(Path, Readable);
        if (error is not (0 or Errno.Exists))
            throw Failure(task, error);

        error = SystemCalls.TryMount("", Path, "none", MS_SHARED | MS_REC);
        if (error == Errno.Invalid)
        {
            error = SystemCalls.TryMount(Path, Path, "none", MS_BIND | MS_REC);
            if (error == 0)
                error = SystemCalls.TryMount("", Path, "none", MS_SHARED | MS_REC);
        }

        if (error != 0 || !Directory.Exists(Path))
            throw Failure(task, error != 0 ? error : Errno.NotDirectory);
    }

    /// <summary>An error of the folder or of something in it.</summary>
    /// <param name="task">What could not be done, as a phrase that continues "Cannot …".</param>
    /// <param name="errno">Why.</param>
    public static NetworkException Failure(string task, int errno)
    {
        var remedy = errno switch
        {
            Errno.NotPermitted => "This needs CAP_SYS_ADMIN: run as root.",
            Errno.AccessDenied => "This user may not use that folder: run as root.",
            Errno.ReadOnly => "Mount a file system there that can be written.",
            Errno.NotDirectory => "Something else is in the place of that folder: remove it.",
            Errno.NoEntry => "That is a symbolic link to nothing, or the folder above is missing: remove it, or make the folder.",
            _ => "",
        };
        var isDenied = errno is Errno.NotPermitted or Errno.AccessDenied;
        return new(
            Errno.KindOf(errno), $"Cannot {task}: {Path}: {Errno.TextOf(errno)} ({Errno.NameOf(errno)}). {remedy}".TrimEnd(), errno)
        {
            Id = isDenied ? null : "NamespaceFolderFailed",
        };
    }
}
