using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.DropMonitor;

/// <summary>What the kernel's drop monitor is asked and tells (NET_DM_ATTR_*, include/uapi/linux/net_dropmon.h).</summary>
internal sealed class DropMonitorMessage : INetlinkMessage<DropMonitorMessage>
{
    internal static readonly AttributeTable<DropMonitorMessage> Table = new(
        Value<DropMonitorMessage, byte>(1, "NET_DM_ATTR_ALERT_MODE", U8, m => m.AlertMode, (m, v) => m.AlertMode = v, "5.4"),
        Value<DropMonitorMessage, ulong>(2, "NET_DM_ATTR_PC", U64, m => m.ProgramCounter, (m, v) => m.ProgramCounter = v),
        Object<DropMonitorMessage, string>(3, "NET_DM_ATTR_SYMBOL", Text, m => m.Symbol, (m, v) => m.Symbol = v),
        Object<DropMonitorMessage, DropMonitorPort>(
            4, "NET_DM_ATTR_IN_PORT", new NestedKind<DropMonitorPort>(DropMonitorPort.Table), m => m.InPort, (m, v) => m.InPort = v),
        Value<DropMonitorMessage, ulong>(5, "NET_DM_ATTR_TIMESTAMP", U64, m => m.Timestamp, (m, v) => m.Timestamp = v),
        Value<DropMonitorMessage, ushort>(6, "NET_DM_ATTR_PROTO", U16, m => m.Protocol, (m, v) => m.Protocol = v),
        Object<DropMonitorMessage, byte[]>(7, "NET_DM_ATTR_PAYLOAD", Bytes, m => m.Payload, (m, v) => m.Payload = v),
        Value<DropMonitorMessage, uint>(9, "NET_DM_ATTR_TRUNC_LEN", U32, m => m.TruncateLength, (m, v) => m.TruncateLength = v),
        Value<DropMonitorMessage, uint>(10, "NET_DM_ATTR_ORIG_LEN", U32, m => m.OriginalLength, (m, v) => m.OriginalLength = v),
        Value<DropMonitorMessage, uint>(11, "NET_DM_ATTR_QUEUE_LEN", U32, m => m.QueueLength, (m, v) => m.QueueLength = v),
        Object<DropMonitorMessage, DropMonitorStatistics>(
            12,
            "NET_DM_ATTR_STATS",
            new NestedKind<DropMonitorStatistics>(DropMonitorStatistics.Table),
            m => m.Statistics,
            (m, v) => m.Statistics = v),
        Value<DropMonitorMessage, ushort>(14, "NET_DM_ATTR_ORIGIN", U16, m => m.Origin, (m, v) => m.Origin = v),
        Object<DropMonitorMessage, string>(16, "NET_DM_ATTR_HW_TRAP_NAME", Text, m => m.TrapName, (m, v) => m.TrapName = v),
        Object<DropMonitorMessage, string>(23, "NET_DM_ATTR_REASON", Text, m => m.Reason, (m, v) => m.Reason = v, "5.17"));

    /// <summary>What it begins with.</summary>
    public GenericHeader Header { get; set; }
    /// <summary>How drops are told: 0 as counts, 1 packet by packet.</summary>
    public byte? AlertMode { get; set; }
    /// <summary>Where in the kernel the packet was dropped.</summary>
    public ulong? ProgramCounter { get; set; }
    /// <summary>The same as a symbol, "nft_do_chain+0x1/0x2 [nf_tables]".</summary>
    public string? Symbol { get; set; }
    /// <summary>The link that the packet came in by.</summary>
    public DropMonitorPort? InPort { get; set; }
    /// <summary>When, in nanoseconds since 1970.</summary>
    public ulong? Timestamp { get; set; }
    /// <summary>EtherType.</summary>
    public ushort? Protocol { get; set; }
    /// <summary>The packet from its MAC header on.</summary>
    public byte[]? Payload { get; set; }
    /// <summary>How many bytes of a packet to tell; 0 for all.</summary>
    public uint? TruncateLength { get; set; }
    /// <summary>How many bytes the packet had.</summary>
    public uint? OriginalLength { get; set; }
    /// <summary>How many packets may wait to be told.</summary>
    public uint? QueueLength { get; set; }
    /// <summary>What was not told.</summary>
    public DropMonitorStatistics? Statistics { get; set; }
    /// <summary>0 for the kernel, 1 for hardware.</summary>
    public ushort? Origin { get; set; }
    /// <summary>Why hardware dropped it.</summary>
    public string? TrapName { get; set; }
    /// <summary>Why it was dropped, "NETFILTER_DROP".</summary>
    public string? Reason { get; set; }

    /// <inheritdoc/>
    public static DropMonitorMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new DropMonitorMessage { Header = FixedPart.Read<GenericHeader>(body, out var attributes) };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(Header);
        Table.Write(ref writer, this);
    }
}

/// <summary>The link that a packet came in by.</summary>
internal sealed class DropMonitorPort
{
    internal static readonly AttributeTable<DropMonitorPort> Table = new(
        Value<DropMonitorPort, uint>(0, "NET_DM_ATTR_PORT_NETDEV_IFINDEX", U32, p => p.Index, (p, v) => p.Index = v));

    /// <summary>Its index, in a namespace that is not told.</summary>
    public uint? Index { get; set; }
}

/// <summary>How many packets were dropped and not told.</summary>
internal sealed class DropMonitorStatistics
{
    internal static readonly AttributeTable<DropMonitorStatistics> Table = new(
        Value<DropMonitorStatistics, ulong>(0, "NET_DM_ATTR_STATS_DROPPED", U64, s => s.Lost, (s, v) => s.Lost = v));

    /// <summary>Their number since the monitor was last started.</summary>
    public ulong? Lost { get; set; }
}
