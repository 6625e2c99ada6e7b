using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Rtnetlink.Rules;

/// <summary>A policy rule, which says what packets are routed by which table, as the kernel reported it at one moment.</summary>
public sealed class RoutingRule
{
    // FRA_SUPPRESS_*: all ones where it was not set.
    private const uint NotSet = uint.MaxValue;

    internal RoutingRule(RuleMessage message, NetworkNamespace source)
    {
        Message = message;
        Namespace = source;
        if (message.Destination is { } destination)
            DestinationValue = new CidrAddress(destination, message.DestinationLength);
        if (message.Source is { } from)
            SourceValue = new CidrAddress(from, message.SourceLength);
    }

    internal RuleMessage Message { get; }

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>The IP version it is for.</summary>
    public IPVersion Family => Message.Family == Rtnetlink.Family.IPv6 ? IPVersion.IPv6 : IPVersion.IPv4;

    /// <summary>Priority: the rule with the lowest is asked first.</summary>
    public long Priority => Message.Priority.GetValueOrDefault();

    /// <summary>Network of the packets' source; null for any.</summary>
    public string? Source => SourceValue?.ToString();

    internal CidrAddress? SourceValue { get; }

    /// <summary>Network of the packets' destination; null for any.</summary>
    public string? Destination => DestinationValue?.ToString();

    internal CidrAddress? DestinationValue { get; }

    /// <summary>What it does with a packet.</summary>
    public RuleAction Action => Message.Action;

    /// <summary>Table that it leads to: main, local, default or a number; null where it leads to none.</summary>
    public string? Table => TableId == 0 ? null : RouteTable.NameOf(TableId);

    /// <summary>Number of the table; 0 for none.</summary>
    public uint TableId => Message.TableId ?? Message.TableByte;

    /// <summary>Priority of the rule that a goto leads to; null for another action.</summary>
    public long? Target => Message.Target;

    /// <summary>Name of the link the packets come in by, "lo" for those of this host; null for any.</summary>
    public string? IncomingLink => Message.IncomingLink;

    /// <summary>Name of the link the packets' socket is bound to; null for any.</summary>
    public string? OutgoingLink => Message.OutgoingLink;

    /// <summary>Firewall mark of the packets; null where it does not count.</summary>
    public long? Mark => Message.Mark is > 0 || Mask is > 0 ? Message.Mark.GetValueOrDefault() : null;

    /// <summary>Bits of the mark that count; null where it does not count.</summary>
    public long? Mask => Message.Mask is > 0 ? Message.Mask : null;

    /// <summary>Type of service of the packets; 0 for any.</summary>
    public int Tos => Message.Tos;

    /// <summary>IP protocol of the packets: 17 for UDP; null for any.</summary>
    public int? IPProtocol => Message.IPProtocol;

    /// <summary>Source ports of the packets, "1024-2047"; null for any.</summary>
    public string? SourcePorts => SourcePortsValue?.ToString();

    internal PortRange? SourcePortsValue => Message.SourcePorts;

    /// <summary>Destination ports of the packets, "6081"; null for any.</summary>
    public string? DestinationPorts => DestinationPortsValue?.ToString();

    internal PortRange? DestinationPortsValue => Message.DestinationPorts;

    /// <summary>User ids of the packets' senders, "1000-1999"; null for any.</summary>
    public string? Users => Message.Users is not { } users ? null
        : users.First == users.Last ? $"{users.First}" : $"{users.First}-{users.Last}";

    /// <summary>Whether the table is that of the VRF that the packet is in.</summary>
    public bool IsL3Mdev => Message.L3Mdev is > 0;

    /// <summary>Whether it is for the packets that its conditions do not fit.</summary>
    public bool IsInverted => Message.Flags.HasFlag(RuleFlags.Invert);

    /// <summary>Routes found whose prefix is not longer do not count; null where all do.</summary>
    public int? SuppressPrefixLength => Message.SuppressPrefixLength is { } length and not NotSet ? (int)length : null;

    /// <summary>Who set it.</summary>
    public RouteProtocol Protocol => Message.Protocol.GetValueOrDefault();

    /// <summary>As `ip rule` begins the line: "32766: from all lookup main".</summary>
    public override string ToString()
    {
        var text = $"{Priority}: {(IsInverted ? "not " : "")}from {(SourceValue is null ? "all" : TextOf(SourceValue))}";
        if (DestinationValue is not null)
            text += $" to {TextOf(DestinationValue)}";
        if (Tos != 0)
            text += $" tos {Tos:x2}";
        if (Mark is { } mark)
            text += Mask is null or uint.MaxValue ? $" fwmark 0x{mark:x}" : $" fwmark 0x{mark:x}/0x{Mask:x}";
        if (IncomingLink is not null)
            text += $" iif {VisibleText.Of(IncomingLink)}";
        if (OutgoingLink is not null)
            text += $" oif {VisibleText.Of(OutgoingLink)}";
        if (Users is not null)
            text += $" uidrange {Users}";
        if (IPProtocol is { } protocol)
            text += $" ipproto {protocol}";
        if (SourcePorts is not null)
            text += $" sport {SourcePorts}";
        if (DestinationPorts is not null)
            text += $" dport {DestinationPorts}";
        return text + Action switch
        {
            RuleAction.Lookup when IsL3Mdev => " lookup [l3mdev-table]",
            RuleAction.Lookup => $" lookup {Table}",
            RuleAction.Goto => $" goto {Target}",
            RuleAction.None => " nop",
            _ => $" {Action.ToString().ToLowerInvariant()}",
        };
    }

    private static string TextOf(CidrAddress network) => network.IsHost ? network.Address : network.ToString();
}
