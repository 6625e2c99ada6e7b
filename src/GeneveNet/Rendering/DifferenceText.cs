namespace GeneveNet.Rendering;

/// <summary>Says what differs in the words of the shell: properties of Core are parameters there.</summary>
internal static class DifferenceText
{
    // Where a parameter has another name than the property it sets.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["Name"] = "NewName",
        ["Addresses"] = "Address",
        ["CallIptables"] = "Iptables",
        ["CallIp6tables"] = "Ip6tables",
        ["CallArptables"] = "Arptables",
    };

    /// <summary>"-Mtu 1400 -Up", for something that is to be made.</summary>
    public static string Of(IEnumerable<Difference> asked) => string.Join(' ', asked.Select(Asked));

    /// <summary>"-Stp:$true (was $false), -Priority 5 (was 32768)", for a change.</summary>
    public static string OfChange(IEnumerable<Difference> differences) =>
        string.Join(", ", differences.Select(d => $"{Asked(d)} (was {Present(d)})"));

    /// <summary>"-Stp:$true (is $false)", for something that is not as asked.</summary>
    public static string OfFinding(Difference difference) => $"{Asked(difference)} (is {Present(difference)})";

    /// <summary>The name of a property or parameter from that of a setting: "iptables" is -Iptables.</summary>
    public static string Capitalize(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Asked(Difference difference)
    {
        var parameter = "-" + Parameters.GetValueOrDefault(difference.Property, difference.Property);
        return difference.Asked switch
        {
            null => parameter,
            // The colon serves a switch as well as a parameter that takes a value.
            "True" or "False" => $"{parameter}:{Quote(difference.Asked)}",
            var value => $"{parameter} {Quote(value)}",
        };
    }

    private static string Present(Difference difference) => difference.Present is null ? "not set" : Quote(difference.Present);

    // As it is typed: quotes set an empty text, or one with a space in it, off from the words around it.
    private static string Quote(string value) =>
        value is "True" or "False" ? $"${value.ToLowerInvariant()}"
        : value.Length == 0 || value.Any(char.IsWhiteSpace) ? $"'{value.Replace("'", "''", StringComparison.Ordinal)}'" : value;
}
