using GeneveNet.Namespaces;

namespace GeneveNet.Changes;

/// <summary>The settings of a link that the kernel keeps in files only (/proc/sys/net/*/conf/NAME and neigh/NAME).</summary>
internal static class LinkSysctls
{
    private static readonly string[] Folders = [.. ((string[])["ipv4/conf", "ipv4/neigh", "ipv6/conf", "ipv6/neigh", "mpls/conf"])
        .Select(folder => $"/proc/sys/net/{folder}")];

    /// <summary>The settings of a link, by file.</summary>
    /// <param name="place">Where the link is.</param>
    /// <param name="name">Its name.</param>
    public static IReadOnlyDictionary<string, string> Read(NetworkNamespace place, string name) =>
        // What /proc/sys/net shows depends on the namespace of the thread that looks.
        NamespaceThread.RunIn(place, () => ReadHere(name));

    /// <summary>Sets again what is not as it was.</summary>
    /// <param name="place">Where the link is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="before">The settings.</param>
    public static void Restore(NetworkNamespace place, string name, IReadOnlyDictionary<string, string> before) =>
        NamespaceThread.RunIn(place, () => RestoreHere(name, before));

    private static int RestoreHere(string name, IReadOnlyDictionary<string, string> before)
    {
        // Some files are two views of one setting, and one of them is coarser.
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var now = ReadHere(name);
            foreach (var (file, value) in before)
            {
                if (now.TryGetValue(file, out var present) && present != value)
                    Write(file, value);
            }
        }

        return 0;
    }

    private static Dictionary<string, string> ReadHere(string name)
    {
        Dictionary<string, string> found = [];
        foreach (var folder in Folders)
        {
            var own = Path.Combine(folder, name);
            if (!Directory.Exists(own))
                continue;
            foreach (var file in Directory.EnumerateFiles(own).Order(StringComparer.Ordinal))
            {
                try
                {
                    found[file] = File.ReadAllText(file);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // A secret that was not set, or what can only be written.
                }
            }
        }

        return found;
    }

    private static void Write(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(FailureKind.Other, $"Cannot set {file} to {value.Trim()}: {e.Message}", 0, e);
        }
    }
}
