using System.Globalization;

namespace GeneveNet.Snapshots;

/// <summary>Reads the lines of files below /proc/net.</summary>
internal static class ProcfsText
{
    /// <summary>Of snmp and netstat, whose lines come in pairs: "Group: Name Name …" and "Group: value value …".</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="into">Where "Group.Name" and the value go.</param>
    public static void AddCounters(IReadOnlyList<string> lines, Dictionary<string, long> into)
    {
        string[] names = [];
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (names.Length == 0 || names[0] != words[0])
            {
                names = words;
                continue;
            }

            for (var i = 1; i < words.Length && i < names.Length; i++)
            {
                if (long.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                    into[$"{names[0].TrimEnd(':')}.{names[i]}"] = value;
            }

            names = [];
        }
    }

    /// <summary>Of snmp6 and xfrm_stat, which have a line for each: "Udp6InCsumErrors 0".</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="into">Where name and value go.</param>
    /// <param name="prefix">What the name begins with there.</param>
    public static void AddNamedCounters(IReadOnlyList<string> lines, Dictionary<string, long> into, string prefix = "")
    {
        foreach (var line in lines)
        {
            if (line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [var name, var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                into[prefix + name] = value;
            }
        }
    }

    /// <summary>Of a file in net/stat, with a line of names and a line of hexadecimal numbers for each processor: a column's sum.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="name">Name of the column.</param>
    /// <returns>Null where there is none of that name.</returns>
    public static long? SumOfColumn(IReadOnlyList<string> lines, string name)
    {
        var column = lines.Count == 0 ? -1 : Array.IndexOf(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), name);
        if (column < 0)
            return null;
        var sum = 0L;
        foreach (var line in lines.Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            const NumberStyles Style = NumberStyles.AllowHexSpecifier;
            if (column < words.Length && long.TryParse(words[column], Style, CultureInfo.InvariantCulture, out var one))
                sum += one;
        }

        return sum;
    }

    /// <summary>Of udp and udp6: the local ports. The second word of a line is "ADDRESS:PORT" in hexadecimal.</summary>
    /// <param name="lines">The lines.</param>
    public static List<int> UdpPorts(IReadOnlyList<string> lines)
    {
        List<int> ports = [];
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[1].Split(':') is [_, var port]
                && int.TryParse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                ports.Add(number);
            }
        }

        return ports;
    }
}
