using System.Text;

namespace GeneveNet.Netfilter;

/// <summary>What is to be done so that a rule for two bridges decides about their packets.</summary>
internal enum ForwardRuleStep
{
    /// <summary>Nothing: it is there, and no rule before it drops.</summary>
    Keep,
    /// <summary>It is missing.</summary>
    Insert,
    /// <summary>A rule before it may drop: it must go to the head.</summary>
    Move,
}

/// <summary>The FORWARD chain as iptables lists it (-S).</summary>
internal sealed class ForwardChain
{
    private const string Rule = "-A FORWARD ", Policy = "-P FORWARD ";

    // These let a packet pass, or go on to the next rule. Any other target may drop, if only by going back to the policy.
    private static readonly string[] Harmless = ["ACCEPT", "LOG", "NFLOG"];

    private readonly List<string[]> _rules = [];

    private ForwardChain(IReadOnlyList<string> lines)
    {
        Lines = lines;
        foreach (var line in lines.Where(static line => line.StartsWith(Rule, StringComparison.Ordinal)))
            _rules.Add(Split(line));
    }

    /// <summary>A chain without rules that accepts, as the kernel has it before anybody uses the firewall.</summary>
    public static ForwardChain Empty { get; } = new([Policy + "ACCEPT"]);

    /// <summary>The policy and the rules, a line each.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Whether it does anything: it has a rule, or a policy other than ACCEPT.</summary>
    public bool IsInUse => Lines.Any(static line => line != Policy + "ACCEPT");

    /// <summary>Reads what iptables lists; null where it is something else.</summary>
    public static ForwardChain? TryParse(string text)
    {
        // iptables-nft has comments about tables that are not its own.
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => !line.StartsWith('#')).ToList();
        var policies = lines.Count(static line => line.StartsWith(Policy, StringComparison.Ordinal));
        var rules = lines.Count(static line => line.StartsWith(Rule, StringComparison.Ordinal));
        return policies == 1 && policies + rules == lines.Count ? new ForwardChain(lines) : null;
    }

    /// <summary>The rules that accept packets from one bridge to another without any further condition, with their places from 1.</summary>
    public IEnumerable<(int Position, string Inside, string Outside)> BridgeRules()
    {
        for (var i = 0; i < _rules.Count; i++)
        {
            if (_rules[i] is ["-A", "FORWARD", "-i", var inside, "-o", var outside, "-j", "ACCEPT"])
                yield return (i + 1, inside, outside);
        }
    }

    /// <summary>The places of the rules for two bridges.</summary>
    public IReadOnlyList<int> PositionsOf(string inside, string outside) =>
        [.. BridgeRules().Where(rule => rule.Inside == inside && rule.Outside == outside).Select(static rule => rule.Position)];

    /// <summary>What is to be done for two bridges, and the rule that stands in the way where there is one.</summary>
    public (ForwardRuleStep Step, string? Obstacle) Plan(string inside, string outside)
    {
        if (PositionsOf(inside, outside) is not [var first, ..])
            return (ForwardRuleStep.Insert, null);
        var obstacle = _rules.Take(first - 1).FirstOrDefault(rule => MayDrop(rule, inside, outside));
        return obstacle is null ? (ForwardRuleStep.Keep, null) : (ForwardRuleStep.Move, string.Join(' ', obstacle));
    }

    private static bool MayDrop(string[] rule, string inside, string outside)
    {
        var target = WordAfter(rule, "-j") ?? WordAfter(rule, "-g");
        return target is not null && !Harmless.Contains(target) && MayBe(rule, "-i", inside) && MayBe(rule, "-o", outside);
    }

    // Whether the rule's condition about an interface can be true for one.
    private static bool MayBe(string[] rule, string option, string name)
    {
        var at = Array.IndexOf(rule, option);
        if (at < 0 || at + 1 >= rule.Length)
            return true;
        var wanted = rule[at + 1];
        var matches = wanted.EndsWith('+') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : name == wanted;
        var isNegated = at > 0 && rule[at - 1] == "!";
        return matches != isNegated;
    }

    /// <summary>The word behind an option; null where the option is not there.</summary>
    internal static string? WordAfter(string[] words, string option) =>
        Array.IndexOf(words, option) is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;

    /// <summary>The words of a line.</summary>
    // Only texts, such as comments, are quoted; a quotation mark or backslash in them has a backslash before it.
    internal static string[] Split(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '"' when isQuoted || word.Length == 0:
                    isQuoted = !isQuoted;
                    // A quoted text is never an option: it keeps its mark.
                    word.Append('"');
                    break;
                case '\\' when isQuoted && i + 1 < line.Length:
                    word.Append(line[++i]);
                    break;
                case ' ' when !isQuoted:
                    words.Add(word.ToString());
                    word.Clear();
                    break;
                default:
                    word.Append(line[i]);
                    break;
            }
        }

        words.Add(word.ToString());
        return [.. words];
    }
}
