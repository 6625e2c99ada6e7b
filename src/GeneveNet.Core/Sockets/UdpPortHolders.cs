using System.Globalization;
using GeneveNet.Namespaces;

namespace GeneveNet.Sockets;

/// <summary>Who listens on a UDP port: the kernel's table of sockets (/proc/net/udp), and the processes that have them open.</summary>
internal static class UdpPortHolders
{
    private const string Link = "socket:[";

    /// <summary>The holders in words: "process 4711 (socat)"; null when nobody is found.</summary>
    /// <param name="place">The network namespace.</param>
    /// <param name="port">The port.</param>
    public static string? Describe(NetworkNamespace place, int port)
    {
        var sockets = FindSockets(place, port);
        if (sockets.Count == 0)
            return null;
        var processes = FindProcesses(sockets);
        return processes.Count > 0 ? string.Join(", ", processes) : "a link of the kernel, or a process that may not be looked at";
    }

    /// <summary>The inodes of the sockets on a port; those of the kernel's own sockets are open in no process.</summary>
    private static HashSet<ulong> FindSockets(NetworkNamespace place, int port)
    {
        string[] tables;
        try
        {
            tables = NamespaceThread.RunIn(place, static () => (string[])[
                .. File.ReadLines("/proc/thread-self/net/udp").Skip(1), .. ReadIfThere("/proc/thread-self/net/udp6").Skip(1)]);
        }
        catch (Exception failure) when (failure is NetworkException or IOException or UnauthorizedAccessException)
        {
            return [];
        }

        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        HashSet<ulong> found = [];
        foreach (var line in tables)
        {
            // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode (udp4_seq_show, net/ipv4/udp.c).
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal)
                && ulong.TryParse(fields[9], CultureInfo.InvariantCulture, out var inode))
                found.Add(inode);
        }

        return found;
    }

    private static string[] ReadIfThere(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static List<string> FindProcesses(HashSet<ulong> sockets)
    {
        List<string> found = [];
        if (sockets.Count == 0)
            return found;
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            var id = Path.GetFileName(process);
            if (char.IsAsciiDigit(id[0]) && HasSocket(process, sockets))
                found.Add($"process {id} ({NameOf(process)})");
        }

        return found;
    }

    private static bool HasSocket(string process, HashSet<ulong> sockets)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(process, "fd")))
            {
                var target = new FileInfo(file).LinkTarget;
                if (target?.StartsWith(Link, StringComparison.Ordinal) == true
                    && ulong.TryParse(target.AsSpan(Link.Length..^1), CultureInfo.InvariantCulture, out var inode)
                    && sockets.Contains(inode))
                    return true;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or belongs to somebody else.
        }

        return false;
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "ended";
        }
    }
}
