using System.Globalization;
using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>Rules that are only thought of, as lines.</summary>
internal static class Rules
{
    /// <summary>
    /// "table ip filter dormant", "chain inet fw input Input Drop", with "- -" for one that others lead to and "dev=eth0" or "nat"
    /// behind, and "rule inet fw input 4 Drop 7": handle, verdict ("-" for none, "map") and packets, or "Jump other".
    /// </summary>
    public static NftRuleset Nft(params string[] lines)
    {
        List<NftTable> tables = [];
        List<NftChain> chains = [];
        List<NftRule> rules = [];
        foreach (var words in lines.Select(static line => line.Split(' ')))
        {
            var (family, table) = (Enum.Parse<NftFamily>(words[1], ignoreCase: true), words[2]);
            switch (words[0])
            {
                case "table":
                    tables.Add(new NftTable { Family = family, Name = table, IsDormant = words.Contains("dormant") });
                    break;
                case "chain":
                    var isBase = words[4] != "-";
                    var device = words.FirstOrDefault(static word => word.StartsWith("dev=", StringComparison.Ordinal));
                    chains.Add(new NftChain
                    {
                        Family = family, Table = table, Name = words[3],
                        Hook = isBase ? Enum.Parse<NftHook>(words[4]) : null,
                        Policy = isBase ? Enum.Parse<NftVerdict>(words[5]) : null,
                        Priority = isBase ? -200 : null,
                        Type = words.Contains("nat") ? "nat" : "filter",
                        Devices = device is null ? [] : [device[4..]],
                    });
                    break;
                default:
                    var isJump = words[5] is "Jump" or "Goto";
                    rules.Add(new NftRule
                    {
                        Family = family, Table = table, Chain = words[3],
                        Handle = ulong.Parse(words[4], CultureInfo.InvariantCulture),
                        Position = rules.Count(rule => (rule.Family, rule.Table, rule.Chain) == (family, table, words[3])) + 1,
                        Verdict = words[5] is "-" or "map" ? null : Enum.Parse<NftVerdict>(words[5]),
                        DecidesByMap = words[5] == "map",
                        TargetChain = isJump ? words[6] : null,
                        Packets = !isJump && words.Length > 6 ? long.Parse(words[6], CultureInfo.InvariantCulture) : null,
                    });
                    break;
            }
        }

        return new NftRuleset { Tables = tables, Chains = chains, Rules = rules };
    }

    /// <summary>The same rules, with another count of one.</summary>
    public static NftRuleset Counted(this NftRuleset rules, ulong handle, long packets) => rules with
    {
        Rules = [.. rules.Rules.Select(rule => rule.Handle == handle ? rule with { Packets = packets } : rule)],
    };

    public static DropEvidence Evidence(params string[] lines) => new() { Nftables = Nft(lines) };

    public static DropEvidence Legacy(string saved, bool isIPv6 = false) => new() { Legacy = LegacyRules.Parse(saved, isIPv6) };
}
