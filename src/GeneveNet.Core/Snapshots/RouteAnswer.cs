using System.Net;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Snapshots;

/// <summary>A question to the kernel's routing (RTM_GETROUTE): how would a packet go?</summary>
/// <param name="Destination">Where it goes.</param>
/// <param name="Source">Where it comes from, or null for whatever address the kernel chooses.</param>
/// <param name="InputIndex">Index of the link it comes in by; 0 for a packet of this host.</param>
public sealed record RouteQuestion(IPAddress Destination, IPAddress? Source = null, int InputIndex = 0)
{
    /// <summary>Index of the link that it must leave by, as a link-local destination needs it, or of the VRF it is in; 0 for any.</summary>
    public int OutputIndex { get; init; }
    /// <summary>Its firewall mark.</summary>
    public uint Mark { get; init; }
    /// <summary>Its IP protocol (17 for UDP), by which policy rules may choose; 0 where it is not asked for one.</summary>
    public byte IPProtocol { get; init; }
    /// <summary>Its source port; counts with <see cref="IPProtocol"/>; 0 for none.</summary>
    public ushort SourcePort { get; init; }
    /// <summary>Its destination port; counts with <see cref="IPProtocol"/>; 0 for none.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>As `ip route get` is asked: "to 12.200.1.2 from 169.254.67.1 iif 5".</summary>
    public override string ToString()
    {
        var text = $"to {Destination}{(Source is null ? "" : $" from {Source}")}{(InputIndex == 0 ? "" : $" iif {InputIndex}")}";
        text += $"{(OutputIndex == 0 ? "" : $" oif {OutputIndex}")}{(Mark == 0 ? "" : $" mark {Mark}")}";
        text += $"{(IPProtocol == 0 ? "" : $" ipproto {IPProtocol}")}{(SourcePort == 0 ? "" : $" sport {SourcePort}")}";
        return text + (DestinationPort == 0 ? "" : $" dport {DestinationPort}");
    }
}

/// <summary>What the kernel answered.</summary>
public sealed record RouteAnswer
{
    /// <summary>The error number with which it would drop the packet; 0 for none.</summary>
    public int Errno { get; init; }
    /// <summary>What it would do with the packet.</summary>
    public RouteType Type { get; init; }
    /// <summary>Index of the link it would leave by; 0 for none.</summary>
    public int LinkIndex { get; init; }
    /// <summary>Next hop; null where the destination is on the link.</summary>
    public IPAddress? Gateway { get; init; }
    /// <summary>The source address it would have, or null.</summary>
    public IPAddress? Source { get; init; }
    /// <summary>MTU the kernel knows for the path, in bytes; null where it knows none but the link's.</summary>
    public int? Mtu { get; init; }

    /// <summary>Number of the routing table that answered; 0 where it is not known, as for a refusal.</summary>
    public uint Table { get; init; }

    /// <summary>Whether the packet would leave by a link.</summary>
    public bool Leaves => Errno == 0 && Type is RouteType.Unicast or RouteType.Broadcast or RouteType.Multicast && LinkIndex != 0;

    /// <summary>Whether the packet would be taken in.</summary>
    public bool IsLocal => Errno == 0 && Type == RouteType.Local;

    /// <summary>How the kernel would refuse it, in words: "ENETUNREACH", "a blackhole route".</summary>
    public string Refusal => Errno != 0 ? GeneveNet.Errno.NameOf(Errno)
        : Type is RouteType.Unicast or RouteType.Local ? ""
        : $"a route of type {Type.ToString().ToLowerInvariant()}";
}
