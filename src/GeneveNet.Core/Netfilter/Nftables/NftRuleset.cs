using System.Text.Json.Serialization;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>The rules of nftables in a namespace at one moment: plain data, which can be looked at on another host.</summary>
internal sealed record NftRuleset
{
    /// <summary>That of a kernel without nftables.</summary>
    [JsonIgnore]
    public static NftRuleset Empty { get; } = new();

    /// <summary>The tables.</summary>
    public IReadOnlyList<NftTable> Tables { get; init; } = [];

    /// <summary>The chains.</summary>
    public IReadOnlyList<NftChain> Chains { get; init; } = [];

    /// <summary>The rules, those of a chain in its order.</summary>
    public IReadOnlyList<NftRule> Rules { get; init; } = [];

    /// <summary>Whether there are more rules than are kept: those at the end are missing.</summary>
    public bool IsCut { get; init; }

    /// <summary>The rules that counted packets between two looks at the same namespace.</summary>
    /// <param name="before">The first look.</param>
    /// <param name="after">The second.</param>
    public static IReadOnlyList<NftGrowth> Growth(NftRuleset before, NftRuleset after)
    {
        Dictionary<(NftFamily, string, string, ulong), NftRule> earlier = [];
        foreach (var rule in before.Rules)
        {
            if (rule.Packets is not null)
                earlier[(rule.Family, rule.Table, rule.Chain, rule.Handle)] = rule;
        }

        List<NftGrowth> grown = [];
        foreach (var rule in after.Rules)
        {
            if (rule.Packets is { } packets
                && earlier.TryGetValue((rule.Family, rule.Table, rule.Chain, rule.Handle), out var was) && packets > was.Packets)
            {
                grown.Add(new NftGrowth(rule, packets - was.Packets.Value, (rule.Bytes - was.Bytes) ?? 0));
            }
        }

        return grown;
    }
}

/// <summary>A rule that counted packets.</summary>
/// <param name="Rule">The rule, as it was afterwards.</param>
/// <param name="Packets">How many packets more.</param>
/// <param name="Bytes">How many bytes more.</param>
internal sealed record NftGrowth(NftRule Rule, long Packets, long Bytes);

/// <summary>A table of nftables.</summary>
internal sealed record NftTable
{
    /// <summary>What packets it is about.</summary>
    public NftFamily Family { get; init; }
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";
    /// <summary>Number that the kernel gave it.</summary>
    public ulong Handle { get; init; }
    /// <summary>Whether its chains look at nothing for now.</summary>
    public bool IsDormant { get; init; }
    /// <summary>Whether a running program owns it: nobody else can change it.</summary>
    public bool IsOwned { get; init; }
}

/// <summary>A chain of nftables.</summary>
internal sealed record NftChain
{
    /// <summary>What packets it is about.</summary>
    public NftFamily Family { get; init; }
    /// <summary>Table it is in.</summary>
    public string Table { get; init; } = "";
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";
    /// <summary>Number that the kernel gave it.</summary>
    public ulong Handle { get; init; }
    /// <summary>Where it looks at packets; null for a chain that others lead to, and for a hook that is not known here.</summary>
    public NftHook? Hook { get; init; }
    /// <summary>The smallest comes first; null for a chain that others lead to.</summary>
    public int? Priority { get; init; }
    /// <summary>What becomes of a packet that no rule decided about: accept or drop; null for a chain that others lead to.</summary>
    public NftVerdict? Policy { get; init; }
    /// <summary>filter, nat or route; null for a chain that others lead to.</summary>
    public string? Type { get; init; }
    /// <summary>Links whose packets it looks at; empty where it looks at those of all.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Whether packets get there by themselves.</summary>
    [JsonIgnore]
    public bool IsBase => Priority is not null;
}

/// <summary>A rule of nftables.</summary>
internal sealed record NftRule
{
    /// <summary>What packets it is about.</summary>
    public NftFamily Family { get; init; }
    /// <summary>Table it is in.</summary>
    public string Table { get; init; } = "";
    /// <summary>Chain it is in.</summary>
    public string Chain { get; init; } = "";
    /// <summary>Number that the kernel gave it, by which nft removes it.</summary>
    public ulong Handle { get; init; }
    /// <summary>Its place in the chain, from 1.</summary>
    public int Position { get; init; }
    /// <summary>What it does with a packet; null where it does nothing that ends its way or changes it.</summary>
    public NftVerdict? Verdict { get; init; }
    /// <summary>The chain that a jump leads to.</summary>
    public string? TargetChain { get; init; }
    /// <summary>Whether a map decides (vmap), which may have any verdict.</summary>
    public bool DecidesByMap { get; init; }
    /// <summary>Packets that it counted; null where it does not count.</summary>
    public long? Packets { get; init; }
    /// <summary>Bytes that it counted; null where it does not count.</summary>
    public long? Bytes { get; init; }
    /// <summary>Comment.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether a packet can end here.</summary>
    [JsonIgnore]
    public bool MayDrop => DecidesByMap || Verdict is NftVerdict.Drop or NftVerdict.Reject or NftVerdict.Queue;
}
