using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.TrafficControl;

namespace GeneveNet.Snapshots;

/// <summary>What can drop packets in a namespace, with what it counted: two looks tell what dropped in between.</summary>
internal sealed record DropEvidence
{
    /// <summary>The rules of nftables; null where nobody may look.</summary>
    public NftRuleset? Nftables { get; init; }

    /// <summary>The rules of the old firewall; null where nobody can look.</summary>
    public IReadOnlyList<LegacyRule>? Legacy { get; init; }

    /// <summary>Queueing disciplines and filters.</summary>
    public TrafficControlState TrafficControl { get; init; } = new();
}

/// <summary>A route that drops what it is for, or refuses it.</summary>
/// <param name="TableId">Number of its table.</param>
/// <param name="Destination">What it is for.</param>
/// <param name="Type">How: blackhole, unreachable, prohibit.</param>
internal sealed record RefusingRouteState(uint TableId, CidrAddress Destination, Rtnetlink.Routes.RouteType Type);
