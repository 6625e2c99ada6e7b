using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.TrafficControl;

/// <summary>An action of a filter (TCA_ACT_*, include/uapi/linux/pkt_cls.h).</summary>
internal sealed class ActionMessage
{
    internal static readonly AttributeTable<ActionMessage> Table = new(
        Object<ActionMessage, string>(1, "TCA_ACT_KIND", Text, a => a.Kind, (a, v) => a.Kind = v),
        Object<ActionMessage, byte[]>(2, "TCA_ACT_OPTIONS", Bytes, a => a.Options, (a, v) => a.Options = v),
        Object<ActionMessage, TrafficStatistics>(
            4, "TCA_ACT_STATS", new NestedKind<TrafficStatistics>(TrafficStatistics.Table), a => a.Statistics, (a, v) => a.Statistics = v));

    /// <summary>Kind: "gact", "police", "mirred" …</summary>
    public string? Kind { get; set; }
    /// <summary>Settings, as the kind lays them out.</summary>
    public byte[]? Options { get; set; }
    /// <summary>Counters.</summary>
    public TrafficStatistics? Statistics { get; set; }
}
