using System.Globalization;
using GeneveNet.Native;

namespace GeneveNet.Namespaces;

/// <summary>
/// The identity of a network namespace as text and numbers can carry it: what is left of an object that was saved, sent or made into
/// JSON. It finds that namespace again, or none; never another one that has its name or its process id by now.
/// </summary>
/// <param name="Inode">Inode number in the kernel's namespace file system.</param>
/// <param name="BootId">The kernel that it was in; null where that was not kept.</param>
/// <param name="Name">Its name in /run/netns, or null.</param>
/// <param name="Path">A file that led there, or null.</param>
public sealed record NamespaceIdentity(ulong Inode, string? BootId, string? Name, string? Path)
{
    private const string Prefix = "net:[", Suffix = "]";

    private static readonly Lazy<string> Boot = new(static () => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>Identifies the running kernel (/proc/sys/kernel/random/boot_id): inode numbers mean nothing in another one.</summary>
    public static string CurrentBootId => Boot.Value;

    /// <summary>The kernel's own way to write it: "net:[4026531840]", as `readlink /proc/PID/ns/net` shows it.</summary>
    public override string ToString() => TextOf(Inode);

    /// <summary>The same for an inode number.</summary>
    internal static string TextOf(ulong inode) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{inode}{Suffix}");

    /// <summary>Reads "net:[4026531840]"; null for another text.</summary>
    /// <param name="text">The text.</param>
    public static NamespaceIdentity? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.EndsWith(Suffix, StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(Prefix.Length..^Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? new NamespaceIdentity(inode, null, null, null)
            : null;
    }

    /// <summary>The namespace.</summary>
    /// <exception cref="NetworkException">It is gone, or it is one of another host.</exception>
    public NetworkNamespace Find()
    {
        if (BootId is not null && BootId != CurrentBootId)
        {
            throw new NetworkException(
                FailureKind.NotFound,
                $"The network namespace {Described} was on another host, or on this one before it was started again.")
            { Id = "NamespaceNotFound" };
        }

        return Candidates().FirstOrDefault(one => one?.Inode == Inode) ?? throw new NetworkException(
            FailureKind.NotFound, $"The network namespace {Described} no longer exists.") { Id = "NamespaceNotFound" };
    }

    private string Described => Name is null ? ToString() : $"'{Name}' ({ToString()})";

    /// <summary>Where it can be: the likely places first, at last wherever a process is.</summary>
    private IEnumerable<NetworkNamespace?> Candidates()
    {
        yield return NetworkNamespace.Current;
        // A name of its own must lead there still: one that was given to another namespace is refused.
        if (Name is not null)
        {
            yield return NamedNamespaces.Find(Name);
            yield break;
        }

        if (Path is not null)
            yield return NetworkNamespace.TryFromPath(null, Path);
        foreach (var named in NamedNamespaces.List())
            yield return named;
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(System.IO.Path.GetFileName(process)[0]))
                yield return NetworkNamespace.TryFromPath(null, process + "/ns/net");
        }
    }
}
