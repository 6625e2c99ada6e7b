using System.Buffers;
using System.Globalization;
using System.Text;
using GeneveNet.Namespaces;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>The text of a rule, as nft writes it. Only nft can turn what the kernel has into text again.</summary>
internal static class NftRuleText
{
    private const string Mark = " # handle ";

    // The beginning of table and chain; hook and policy; comment of the chain; the end of either.
    private static readonly string[] Headings = ["table ", "chain ", "type ", "comment \"", "}"];

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Finds it.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="family">Family of the table.</param>
    /// <param name="table">Table.</param>
    /// <param name="chain">Chain.</param>
    /// <param name="handle">Number of the rule.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>Null where nft is not installed or cannot say it, or the rule is not there.</returns>
    public static string? Find(
        NetworkNamespace place, NftFamily family, string table, string chain, ulong handle, CancellationToken cancellation = default)
    {
        // nft reads its arguments as a program of its own: a name with a semicolon would be an order.
        if (ProgramRun.Find("nft") is not { } program || !IsPlain(table) || !IsPlain(chain))
            return null;
        try
        {
            string[] arguments = ["-a", "list", "chain", NameOf(family), table, chain];
            var result = new ProgramRun(place, program) { Patience = Patience }.Run(arguments, cancellation: cancellation);
            return result.Status == 0 ? FindIn(result.Output, handle) : null;
        }
        catch (NetworkException)
        {
            // The text is of help, but the rule is known without it.
            return null;
        }
    }

    /// <summary>The name of a family, as nft has it.</summary>
    public static string NameOf(NftFamily family) => family.ToString().ToLowerInvariant();

    /// <summary>The rule of a number in a listing of its chain; null where it is not there.</summary>
    internal static string? FindIn(string listing, ulong handle)
    {
        var wanted = handle.ToString(CultureInfo.InvariantCulture);
        // A long set goes over several lines; the number stands behind the last.
        var text = new StringBuilder();
        foreach (var line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var mark = line.LastIndexOf(Mark, StringComparison.Ordinal);
            var isNumbered = mark > 0 && line.AsSpan(mark + Mark.Length).IndexOfAnyExceptInRange('0', '9') < 0;
            var isRule = isNumbered && line[mark - 1] != '{';
            if (isRule && line.AsSpan(mark + Mark.Length).SequenceEqual(wanted))
                return text.Append(line, 0, mark).ToString();
            if (isRule || (text.Length == 0 && Array.Exists(Headings, one => line.StartsWith(one, StringComparison.Ordinal))))
                text.Clear();
            else
                text.Append(line).Append(' ');
        }

        return null;
    }

    // Others cannot be said to nft: it has no way to quote them.
    private static bool IsPlain(string name) => name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.AsSpan().ContainsAnyExcept(Plain);
}
