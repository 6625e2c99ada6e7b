using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.TrafficControl;

/// <summary>
/// A queueing discipline or a filter as the kernel speaks of it: struct tcmsg and the TCA_* attributes (include/uapi/linux/rtnetlink.h).
/// </summary>
internal sealed class TrafficControlMessage : INetlinkMessage<TrafficControlMessage>
{
    internal static readonly AttributeTable<TrafficControlMessage> Table = new(
        Object<TrafficControlMessage, string>(1, "TCA_KIND", Text, m => m.Kind, (m, v) => m.Kind = v),
        Object<TrafficControlMessage, byte[]>(2, "TCA_OPTIONS", Bytes, m => m.Options, (m, v) => m.Options = v),
        Value<TrafficControlMessage, OldStatistics>(
            3, "TCA_STATS", new GrowingKind<OldStatistics>(), m => m.OldStatistics, (m, v) => m.OldStatistics = v),
        Object<TrafficControlMessage, TrafficStatistics>(
            7, "TCA_STATS2", new NestedKind<TrafficStatistics>(TrafficStatistics.Table), m => m.Statistics, (m, v) => m.Statistics = v),
        Value<TrafficControlMessage, uint>(11, "TCA_CHAIN", U32, m => m.Chain, (m, v) => m.Chain = v, "4.13"));

    /// <summary>Address family; the kernel does not look at it.</summary>
    public byte Family { get; set; }
    /// <summary>Index of the link.</summary>
    public int Index { get; set; }
    /// <summary>Number of the discipline (major in the upper half) or filter.</summary>
    public uint Handle { get; set; }
    /// <summary>What it hangs on.</summary>
    public uint Parent { get; set; }
    /// <summary>Of a filter: priority in the upper half, EtherType in network byte order in the lower.</summary>
    public uint Info { get; set; }
    /// <summary>Kind: "netem", "clsact", "matchall" …</summary>
    public string? Kind { get; set; }
    /// <summary>Settings, as their kind lays them out.</summary>
    public byte[]? Options { get; set; }
    /// <summary>Counters as they once were; for a filter's policer the kernel has no others.</summary>
    public OldStatistics? OldStatistics { get; set; }
    /// <summary>Counters.</summary>
    public TrafficStatistics? Statistics { get; set; }
    /// <summary>Chain of a filter; null for the first.</summary>
    public uint? Chain { get; set; }

    /// <inheritdoc/>
    public static TrafficControlMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new TrafficControlMessage
        {
            Family = header.Family,
            Index = header.Index,
            Handle = header.Handle,
            Parent = header.Parent,
            Info = header.Info,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header { Family = Family, Index = Index, Handle = Handle, Parent = Parent, Info = Info });
        Table.Write(ref writer, this);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        public byte Padding1;
        public ushort Padding2;
        public int Index;
        public uint Handle;
        public uint Parent;
        public uint Info;
    }
}

/// <summary>Counters (struct tc_stats, include/uapi/linux/pkt_sched.h; its last numbers are left out).</summary>
/// <param name="Bytes">Bytes that passed.</param>
/// <param name="Packets">Packets that passed.</param>
/// <param name="Drops">Packets dropped.</param>
/// <param name="Overlimits">Packets above a limit.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct OldStatistics(ulong Bytes, uint Packets, uint Drops, uint Overlimits);

/// <summary>Bytes and packets that passed (struct gnet_stats_basic, include/uapi/linux/gen_stats.h).</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="Packets">Packets.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PassedStatistics(ulong Bytes, uint Packets);

/// <summary>A queue's counters (struct gnet_stats_queue, include/uapi/linux/gen_stats.h).</summary>
/// <param name="Length">Packets in it.</param>
/// <param name="Backlog">Bytes in it.</param>
/// <param name="Drops">Packets dropped.</param>
/// <param name="Requeues">Packets put back.</param>
/// <param name="Overlimits">Packets above a limit.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct QueueStatistics(uint Length, uint Backlog, uint Drops, uint Requeues, uint Overlimits);

/// <summary>Counters of a discipline or action (TCA_STATS_*, include/uapi/linux/gen_stats.h).</summary>
internal sealed class TrafficStatistics
{
    internal static readonly AttributeTable<TrafficStatistics> Table = new(
        Value<TrafficStatistics, PassedStatistics>(
            1, "TCA_STATS_BASIC", new GrowingKind<PassedStatistics>(), s => s.Passed, (s, v) => s.Passed = v),
        Value<TrafficStatistics, QueueStatistics>(
            3, "TCA_STATS_QUEUE", new GrowingKind<QueueStatistics>(), s => s.Queue, (s, v) => s.Queue = v),
        Value<TrafficStatistics, ulong>(8, "TCA_STATS_PKT64", U64, s => s.Packets, (s, v) => s.Packets = v, "5.5"));

    /// <summary>Bytes and packets that passed.</summary>
    public PassedStatistics? Passed { get; set; }
    /// <summary>The queue.</summary>
    public QueueStatistics? Queue { get; set; }
    /// <summary>Packets that passed, where 32 bits do not hold them.</summary>
    public ulong? Packets { get; set; }
}
