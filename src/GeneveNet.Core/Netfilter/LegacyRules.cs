using System.Globalization;
using GeneveNet.Namespaces;

namespace GeneveNet.Netfilter;

/// <summary>A rule or a policy of the old firewall (iptables-legacy), and what it counted.</summary>
internal sealed record LegacyRule
{
    /// <summary>Whether it is about IPv6.</summary>
    public bool IsIPv6 { get; init; }
    /// <summary>Table.</summary>
    public string Table { get; init; } = "";
    /// <summary>Chain.</summary>
    public string Chain { get; init; } = "";
    /// <summary>Its place in the chain, from 1; 0 for the policy.</summary>
    public int Number { get; init; }
    /// <summary>As iptables writes it: "-A INPUT -p udp -j DROP", "-P INPUT DROP".</summary>
    public string Text { get; init; } = "";
    /// <summary>What it leads to: DROP, ACCEPT, a chain; null where it only counts.</summary>
    public string? Target { get; init; }
    /// <summary>Packets that it counted.</summary>
    public long Packets { get; init; }
}

/// <summary>A rule or a policy of the old firewall that counted packets.</summary>
/// <param name="Rule">The rule, as it was afterwards.</param>
/// <param name="Packets">How many packets more.</param>
internal sealed record LegacyGrowth(LegacyRule Rule, long Packets);

/// <summary>Reads the rules of the old firewall. No program runs where it has no table, so that no table comes of it.</summary>
internal static class LegacyRules
{
    /// <summary>Reads them.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>Null where there are tables, but not the program that can read them: nothing is known.</returns>
    /// <exception cref="NetworkException">A privilege is missing, or the program failed.</exception>
    public static IReadOnlyList<LegacyRule>? Read(NetworkNamespace place, CancellationToken cancellation = default)
    {
        List<LegacyRule> rules = [];
        foreach (var isIPv6 in (bool[])[false, true])
        {
            if (Iptables.FindLegacyTables(place, isIPv6).Length == 0)
                continue;
            var name = (isIPv6 ? "ip6tables" : "iptables") + "-legacy-save";
            if (ProgramRun.Find(name) is not { } program)
                return null;
            var result = new ProgramRun(place, program).Run(["-c"], cancellation: cancellation);
            if (result.Status != 0)
            {
                throw new NetworkException(FailureKind.Other, $"`{name} -c` failed with exit code {result.Status}: {result.Error.Trim()}")
                {
                    Id = Iptables.Failed,
                };
            }

            rules.AddRange(Parse(result.Output, isIPv6));
        }

        return rules;
    }

    /// <summary>What counted packets between two looks at the same namespace.</summary>
    /// <param name="before">The first look.</param>
    /// <param name="after">The second.</param>
    public static IReadOnlyList<LegacyGrowth> Growth(IReadOnlyList<LegacyRule> before, IReadOnlyList<LegacyRule> after)
    {
        Dictionary<LegacyRule, long> earlier = [];
        foreach (var rule in before)
            earlier[rule with { Packets = 0 }] = rule.Packets;
        List<LegacyGrowth> grown = [];
        foreach (var rule in after)
        {
            if (earlier.TryGetValue(rule with { Packets = 0 }, out var packets) && rule.Packets > packets)
                grown.Add(new LegacyGrowth(rule, rule.Packets - packets));
        }

        return grown;
    }

    /// <summary>Reads what iptables-save prints with -c; lines that are something else are left out.</summary>
    internal static List<LegacyRule> Parse(string text, bool isIPv6)
    {
        List<LegacyRule> rules = [];
        Dictionary<string, int> numbers = [];
        var table = "";
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var words = ForwardChain.Split(line);
            switch (words)
            {
                case [['*', .. var name]]:
                    (table, numbers) = (name, []);
                    break;
                // ":INPUT DROP [12:345]"; a chain that others lead to has no policy: ":DOCKER - [0:0]".
                case [[':', .. var chain], not "-" and var target, ['[', .. var counters]]:
                    Add(chain, 0, $"-P {chain} {target}", target, counters);
                    break;
                // "[12:345] -A INPUT -p udp -j DROP"
                case [['[', .. var counters], "-A", var chain, ..]:
                    var number = numbers[chain] = numbers.GetValueOrDefault(chain) + 1;
                    var leadsTo = ForwardChain.WordAfter(words, "-j") ?? ForwardChain.WordAfter(words, "-g");
                    Add(chain, number, line[(words[0].Length + 1)..], leadsTo, counters);
                    break;
            }
        }

        return rules;

        void Add(string chain, int number, string words, string? target, string counters)
        {
            var packets = counters.AsSpan(0, Math.Max(0, counters.IndexOf(':', StringComparison.Ordinal)));
            if (!long.TryParse(packets, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return;
            rules.Add(new LegacyRule
            {
                IsIPv6 = isIPv6,
                Table = table,
                Chain = chain,
                Number = number,
                Text = words,
                Target = target,
                Packets = count,
            });
        }
    }
}
