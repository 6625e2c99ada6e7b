using System.Net.Sockets;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Losses;

/// <summary>Which part of a packet's way through a host a loss is on.</summary>
internal enum LossStage
{
    /// <summary>On the way out of the IP stack.</summary>
    Out,
    /// <summary>On the way into it.</summary>
    In,
    /// <summary>Through a bridge or a router.</summary>
    Through,
}

/// <summary>A loss: where it is, and what is lost there.</summary>
/// <param name="Side">The end.</param>
/// <param name="Role">In which of its namespaces.</param>
/// <param name="Stage">On which part of the way.</param>
/// <param name="IsOuter">Whether Geneve packets are lost, and not what is inside them.</param>
/// <param name="IsFromOther">Whether what is lost comes from the other end, and not from this one.</param>
/// <param name="IsNeighbor">Whether what is lost, as it is there, is a question for a MAC address, or its answer.</param>
/// <param name="Links">Names of the links between which it is lost.</param>
/// <param name="Lost">How many packets are known to be lost there.</param>
internal sealed record LossPoint(
    Endpoint Side, NamespaceRole Role, LossStage Stage, bool IsOuter, bool IsFromOther, bool IsNeighbor,
    IReadOnlyList<string> Links, int Lost)
{
    /// <summary>How many packets of the probe came there at most, of all messages; 0 where only those that are lost are known.</summary>
    public int Passing { get; init; }

    /// <summary>Whether what is lost is IPv6, or a question of IPv6 for a MAC address.</summary>
    public bool IsIPv6 => (IsOuter ? Side.UnderlaySource ?? Side.Settings?.Remote : Side.Inner ?? Side.OtherInner)
        is { AddressFamily: AddressFamily.InterNetworkV6 };

    /// <summary>Whether it is ARP, which the firewall of IP never sees.</summary>
    public bool IsArp => this is { IsNeighbor: true, IsIPv6: false };

    /// <summary>The rules of nftables there; null where they are not known.</summary>
    public NftRuleset? Rules => Side.After[Role].Evidence?.Nftables;

    /// <summary>All points of an end, for a loss that has none of its own.</summary>
    public static IEnumerable<LossPoint> All(Endpoint side, int lost)
    {
        string[] outer = [.. ((LinkState?[])[side.UnderlayLink, side.ArrivedBy]).OfType<LinkState>().Select(static link => link.Name)];
        string[] inner =
        [
            .. ((LinkState?[])[side.Tunnel, side.PathBridge, side.Attachment, side.In, side.OutLink]).OfType<LinkState>()
                .Select(static link => link.Name),
        ];
        yield return new LossPoint(side, NamespaceRole.Underlay, LossStage.Out, true, false, false, outer, lost);
        yield return new LossPoint(side, NamespaceRole.Underlay, LossStage.In, true, true, false, outer, lost);
        yield return new LossPoint(side, NamespaceRole.Tunnel, LossStage.Through, false, true, false, inner, lost);
        yield return new LossPoint(side, NamespaceRole.Inner, LossStage.Out, false, false, false, inner, lost);
        yield return new LossPoint(side, NamespaceRole.Inner, LossStage.In, false, true, false, inner, lost);
    }
}

/// <summary>What was proven to drop packets of the probe.</summary>
/// <param name="What">What it is, as the subject of "… drops them".</param>
/// <param name="Remedies">What lets just these packets pass.</param>
/// <param name="Evidence">By what it was proven.</param>
/// <param name="Cause">A cause of its own; null where it is that of the place.</param>
/// <param name="Verb">What it does with them.</param>
internal sealed record Culprit(
    string What, IReadOnlyList<Remedy> Remedies, (string Name, object? Value)[] Evidence, PathCause? Cause = null,
    string Verb = "drops them")
{
    /// <summary>Whether the chain FORWARD of iptables leads to it, which a rule at the head of that chain overrules.</summary>
    public bool IsInForwardOfIptables { get; init; }
}
