using System.Net;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Routes;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Rules;

/// <summary>
/// A policy rule as the kernel speaks of it: struct fib_rule_hdr and the FRA_* attributes (include/uapi/linux/fib_rules.h).
/// </summary>
internal sealed class RuleMessage : INetlinkMessage<RuleMessage>
{
    internal static readonly AttributeTable<RuleMessage> Table = new(
        Object<RuleMessage, IPAddress>(1, "FRA_DST", Ip, m => m.Destination, (m, v) => m.Destination = v),
        Object<RuleMessage, IPAddress>(2, "FRA_SRC", Ip, m => m.Source, (m, v) => m.Source = v),
        Object<RuleMessage, string>(3, "FRA_IIFNAME", Text, m => m.IncomingLink, (m, v) => m.IncomingLink = v),
        Value<RuleMessage, uint>(4, "FRA_GOTO", U32, m => m.Target, (m, v) => m.Target = v),
        Value<RuleMessage, uint>(6, "FRA_PRIORITY", U32, m => m.Priority, (m, v) => m.Priority = v),
        Value<RuleMessage, uint>(10, "FRA_FWMARK", U32, m => m.Mark, (m, v) => m.Mark = v),
        Value<RuleMessage, uint>(11, "FRA_FLOW", U32, m => m.Realms, (m, v) => m.Realms = v),
        Value<RuleMessage, ulong>(12, "FRA_TUN_ID", U64Be, m => m.TunnelId, (m, v) => m.TunnelId = v, "4.3"),
        Value<RuleMessage, uint>(13, "FRA_SUPPRESS_IFGROUP", U32, m => m.SuppressGroup, (m, v) => m.SuppressGroup = v),
        Value<RuleMessage, uint>(
            14, "FRA_SUPPRESS_PREFIXLEN", U32, m => m.SuppressPrefixLength, (m, v) => m.SuppressPrefixLength = v),
        Value<RuleMessage, uint>(15, "FRA_TABLE", U32, m => m.TableId, (m, v) => m.TableId = v),
        Value<RuleMessage, uint>(16, "FRA_FWMASK", U32, m => m.Mask, (m, v) => m.Mask = v),
        Object<RuleMessage, string>(17, "FRA_OIFNAME", Text, m => m.OutgoingLink, (m, v) => m.OutgoingLink = v),
        Value<RuleMessage, byte>(19, "FRA_L3MDEV", U8, m => m.L3Mdev, (m, v) => m.L3Mdev = v, "4.8"),
        Value<RuleMessage, UserRange>(20, "FRA_UID_RANGE", new PlainKind<UserRange>(), m => m.Users, (m, v) => m.Users = v, "4.10"),
        Value<RuleMessage, RouteProtocol>(
            21, "FRA_PROTOCOL", new PlainKind<RouteProtocol>(), m => m.Protocol, (m, v) => m.Protocol = v, "4.17"),
        Value<RuleMessage, byte>(22, "FRA_IP_PROTO", U8, m => m.IPProtocol, (m, v) => m.IPProtocol = v, "4.17"),
        Value<RuleMessage, PortRange>(
            23, "FRA_SPORT_RANGE", new PlainKind<PortRange>(), m => m.SourcePorts, (m, v) => m.SourcePorts = v, "4.17"),
        Value<RuleMessage, PortRange>(
            24, "FRA_DPORT_RANGE", new PlainKind<PortRange>(), m => m.DestinationPorts, (m, v) => m.DestinationPorts = v, "4.17"));

    /// <summary>Address family: 2 IPv4, 10 IPv6.</summary>
    public byte Family { get; set; }
    /// <summary>Bits of <see cref="Destination"/>.</summary>
    public byte DestinationLength { get; set; }
    /// <summary>Bits of <see cref="Source"/>.</summary>
    public byte SourceLength { get; set; }
    /// <summary>Type of service the rule is for; 0 for any.</summary>
    public byte Tos { get; set; }
    /// <summary>Table as far as it fits into 8 bits; see <see cref="TableId"/>.</summary>
    public byte TableByte { get; set; }
    /// <summary>What it does.</summary>
    public RuleAction Action { get; set; }
    /// <summary>Flags.</summary>
    public RuleFlags Flags { get; set; }
    /// <summary>Destination network; null for any.</summary>
    public IPAddress? Destination { get; set; }
    /// <summary>Source network; null for any.</summary>
    public IPAddress? Source { get; set; }
    /// <summary>Name of the link the packet came in by; null for any.</summary>
    public string? IncomingLink { get; set; }
    /// <summary>Priority of the rule that a goto leads to.</summary>
    public uint? Target { get; set; }
    /// <summary>Priority: the rule with the lowest is asked first; 0 is not said.</summary>
    public uint? Priority { get; set; }
    /// <summary>Firewall mark.</summary>
    public uint? Mark { get; set; }
    /// <summary>Realms.</summary>
    public uint? Realms { get; set; }
    /// <summary>Id of the tunnel that the packet came by.</summary>
    public ulong? TunnelId { get; set; }
    /// <summary>Routes by links of this group do not count; all ones for none.</summary>
    public uint? SuppressGroup { get; set; }
    /// <summary>Routes with a prefix of this length or a shorter one do not count; all ones for none.</summary>
    public uint? SuppressPrefixLength { get; set; }
    /// <summary>Table.</summary>
    public uint? TableId { get; set; }
    /// <summary>Bits of the mark that count.</summary>
    public uint? Mask { get; set; }
    /// <summary>Name of the link the packet is bound to; null for any.</summary>
    public string? OutgoingLink { get; set; }
    /// <summary>1 where the table is that of the VRF.</summary>
    public byte? L3Mdev { get; set; }
    /// <summary>Users it is for.</summary>
    public UserRange? Users { get; set; }
    /// <summary>Who set it.</summary>
    public RouteProtocol? Protocol { get; set; }
    /// <summary>IP protocol.</summary>
    public byte? IPProtocol { get; set; }
    /// <summary>Source ports.</summary>
    public PortRange? SourcePorts { get; set; }
    /// <summary>Destination ports.</summary>
    public PortRange? DestinationPorts { get; set; }

    /// <inheritdoc/>
    public static RuleMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new RuleMessage
        {
            Family = header.Family,
            DestinationLength = header.DestinationLength,
            SourceLength = header.SourceLength,
            Tos = header.Tos,
            TableByte = header.Table,
            Action = (RuleAction)header.Action,
            Flags = (RuleFlags)header.Flags,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header
        {
            Family = Family,
            DestinationLength = DestinationLength,
            SourceLength = SourceLength,
            Tos = Tos,
            Table = TableByte,
            Action = (byte)Action,
            Flags = (uint)Flags,
        });
        Table.Write(ref writer, this);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        public byte DestinationLength;
        public byte SourceLength;
        public byte Tos;
        public byte Table;
        public byte Reserved1;
        public byte Reserved2;
        public byte Action;
        public uint Flags;
    }
}

/// <summary>User ids, both ends included (struct fib_rule_uid_range).</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct UserRange(uint First, uint Last);

/// <summary>Ports, both ends included (struct fib_rule_port_range, host byte order).</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>Whether a port is one of them.</summary>
    /// <param name="port">The port.</param>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>"6081", "1024-2047".</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
