using System.Globalization;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Rtnetlink.Rules;

/// <summary>A policy rule as plain data, as far as a path depends on it.</summary>
internal sealed record RuleState
{
    /// <summary>Whether it is for IPv6.</summary>
    public bool IsIPv6 { get; init; }
    /// <summary>Priority: the rule with the lowest is asked first.</summary>
    public long Priority { get; init; }
    /// <summary>What it does.</summary>
    public RuleAction Action { get; init; }
    /// <summary>Number of its table; 0 for none.</summary>
    public uint TableId { get; init; }
    /// <summary>Priority of the rule that a goto leads to; 0 for another action.</summary>
    public long Target { get; init; }
    /// <summary>Network of the packets' source; null for any.</summary>
    public CidrAddress? Source { get; init; }
    /// <summary>Network of the packets' destination; null for any.</summary>
    public CidrAddress? Destination { get; init; }
    /// <summary>Name of the link the packets come in by; null for any.</summary>
    public string? IncomingLink { get; init; }
    /// <summary>Name of the link the packets' socket is bound to; null for any.</summary>
    public string? OutgoingLink { get; init; }
    /// <summary>Firewall mark; it counts where <see cref="Mask"/> has bits.</summary>
    public uint Mark { get; init; }
    /// <summary>Bits of the mark that count.</summary>
    public uint Mask { get; init; }
    /// <summary>Type of service; 0 for any.</summary>
    public int Tos { get; init; }
    /// <summary>IP protocol; 0 for any.</summary>
    public int IPProtocol { get; init; }
    /// <summary>The first of the source ports; 0 for any port.</summary>
    public int FirstSourcePort { get; init; }
    /// <summary>The last of the source ports.</summary>
    public int LastSourcePort { get; init; }
    /// <summary>The first of the destination ports; 0 for any port.</summary>
    public int FirstDestinationPort { get; init; }
    /// <summary>The last of the destination ports.</summary>
    public int LastDestinationPort { get; init; }
    /// <summary>Whether it is only for the packets of some users.</summary>
    public bool IsOfUsers { get; init; }
    /// <summary>Whether the table is that of the VRF that the packet is in.</summary>
    public bool IsL3Mdev { get; init; }
    /// <summary>Whether it is for the packets that its conditions do not fit.</summary>
    public bool IsInverted { get; init; }
    /// <summary>Routes found whose prefix is not longer do not count; -1 where all do.</summary>
    public int SuppressPrefixLength { get; init; } = -1;
    /// <summary>As `ip rule` shows it, "32766: from all lookup main".</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it drops what it is for.</summary>
    public bool Drops => Action is RuleAction.Blackhole or RuleAction.Unreachable or RuleAction.Prohibit;

    /// <summary>Whether it is one of those that the kernel itself makes: the tables local, main and default, and that of VRFs.</summary>
    public bool IsUsual => Action == RuleAction.Lookup && (IsL3Mdev || (Priority, TableId) is
        (0, RouteTable.Local) or (32766, RouteTable.Main) or (32767, RouteTable.Default))
        && Source is null && Destination is null && Mask == 0 && Mark == 0 && !IsInverted && IncomingLink is null && OutgoingLink is null;

    /// <summary>What a rule of a client's namespace is as data.</summary>
    /// <param name="rule">The rule.</param>
    public static RuleState Of(RoutingRule rule) => new()
    {
        IsIPv6 = rule.Family == IPVersion.IPv6,
        Priority = rule.Priority,
        Action = rule.Action,
        TableId = rule.TableId,
        Target = rule.Target.GetValueOrDefault(),
        Source = rule.SourceValue,
        Destination = rule.DestinationValue,
        IncomingLink = rule.IncomingLink,
        OutgoingLink = rule.OutgoingLink,
        Mark = (uint)rule.Mark.GetValueOrDefault(),
        Mask = (uint)rule.Mask.GetValueOrDefault(),
        Tos = rule.Tos,
        IPProtocol = rule.IPProtocol.GetValueOrDefault(),
        FirstSourcePort = rule.SourcePortsValue.GetValueOrDefault().First,
        LastSourcePort = rule.SourcePortsValue.GetValueOrDefault().Last,
        FirstDestinationPort = rule.DestinationPortsValue.GetValueOrDefault().First,
        LastDestinationPort = rule.DestinationPortsValue.GetValueOrDefault().Last,
        IsOfUsers = rule.Users is not null,
        IsL3Mdev = rule.IsL3Mdev,
        IsInverted = rule.IsInverted,
        SuppressPrefixLength = rule.SuppressPrefixLength ?? -1,
        Text = rule.ToString(),
    };

    /// <summary>As `ip rule` shows it.</summary>
    public override string ToString() => Text.Length > 0 ? Text : Priority.ToString(CultureInfo.InvariantCulture);
}
