using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>What a link is as a port of a bridge (IFLA_BRPORT_*, include/uapi/linux/if_link.h).</summary>
public sealed class BridgePortData
{
    internal static readonly AttributeTable<BridgePortData> Table = new(
        Value<BridgePortData, BridgePortState>(1, "IFLA_BRPORT_STATE", new PlainKind<BridgePortState>(),
            d => d.State, (d, v) => d.State = v),
        Value<BridgePortData, ushort>(2, "IFLA_BRPORT_PRIORITY", U16, d => d.Priority, (d, v) => d.Priority = v),
        Value<BridgePortData, uint>(3, "IFLA_BRPORT_COST", U32, d => d.Cost, (d, v) => d.Cost = v),
        Value<BridgePortData, bool>(4, "IFLA_BRPORT_MODE", Bool, d => d.Hairpin, (d, v) => d.Hairpin = v),
        Value<BridgePortData, bool>(5, "IFLA_BRPORT_GUARD", Bool, d => d.BpduGuard, (d, v) => d.BpduGuard = v),
        Value<BridgePortData, bool>(6, "IFLA_BRPORT_PROTECT", Bool, d => d.RootBlock, (d, v) => d.RootBlock = v),
        Value<BridgePortData, bool>(8, "IFLA_BRPORT_LEARNING", Bool, d => d.Learning, (d, v) => d.Learning = v),
        Value<BridgePortData, bool>(9, "IFLA_BRPORT_UNICAST_FLOOD", Bool, d => d.Flood, (d, v) => d.Flood = v),
        Value<BridgePortData, ushort>(18, "IFLA_BRPORT_NO", U16, d => d.Number, (d, v) => d.Number = v),
        Value<BridgePortData, ulong>(22, "IFLA_BRPORT_FORWARD_DELAY_TIMER", new PlainKind<ulong>(),
            d => d.ForwardDelayTimer, (d, v) => d.ForwardDelayTimer = v),
        Value<BridgePortData, bool>(27, "IFLA_BRPORT_MCAST_FLOOD", Bool, d => d.MulticastFlood, (d, v) => d.MulticastFlood = v, "4.9"),
        Value<BridgePortData, bool>(30, "IFLA_BRPORT_BCAST_FLOOD", Bool, d => d.BroadcastFlood, (d, v) => d.BroadcastFlood = v, "4.12"),
        Value<BridgePortData, bool>(32, "IFLA_BRPORT_NEIGH_SUPPRESS", Bool,
            d => d.NeighborSuppress, (d, v) => d.NeighborSuppress = v, "4.15"),
        Value<BridgePortData, bool>(33, "IFLA_BRPORT_ISOLATED", Bool, d => d.Isolated, (d, v) => d.Isolated = v, "4.18"),
        Value<BridgePortData, bool>(39, "IFLA_BRPORT_LOCKED", Bool, d => d.Locked, (d, v) => d.Locked = v, "5.18"));

    /// <summary>State of the spanning tree.</summary>
    public BridgePortState? State { get; set; }
    /// <summary>Priority, 0 to 63.</summary>
    public ushort? Priority { get; set; }
    /// <summary>Cost of the path through this port, 1 to 65535.</summary>
    public uint? Cost { get; set; }
    /// <summary>Whether packets may leave by the port they came in by.</summary>
    public bool? Hairpin { get; set; }
    /// <summary>Whether the port is shut when a bridge speaks there.</summary>
    public bool? BpduGuard { get; set; }
    /// <summary>Whether the root may not be behind this port.</summary>
    public bool? RootBlock { get; set; }
    /// <summary>Whether addresses are learned here.</summary>
    public bool? Learning { get; set; }
    /// <summary>Whether packets to unknown addresses go out here.</summary>
    public bool? Flood { get; set; }
    /// <summary>Number of the port within the bridge.</summary>
    public ushort? Number { get; set; }
    /// <summary>Whether multicast that nobody asked for goes out here.</summary>
    public bool? MulticastFlood { get; set; }
    /// <summary>Whether broadcasts go out here.</summary>
    public bool? BroadcastFlood { get; set; }
    /// <summary>Whether the bridge answers ARP and neighbor discovery itself where it can, and does not flood it here.</summary>
    public bool? NeighborSuppress { get; set; }
    /// <summary>Whether packets pass only to and from ports that are not isolated.</summary>
    public bool? Isolated { get; set; }
    /// <summary>Whether only stations that the forwarding database has here may send.</summary>
    public bool? Locked { get; set; }
    /// <summary>Time until the next step of a port that begins to forward, in hundredths of a second. Read-only.</summary>
    public ulong? ForwardDelayTimer { get; set; }
}

/// <summary>State of a bridge port in the spanning tree (BR_STATE_*, include/uapi/linux/if_bridge.h).</summary>
public enum BridgePortState : byte
{
    /// <summary>Off: no packet passes.</summary>
    Disabled = 0,
    /// <summary>Takes part in the spanning tree only.</summary>
    Listening = 1,
    /// <summary>Learns addresses, does not forward yet.</summary>
    Learning = 2,
    /// <summary>Packets pass.</summary>
    Forwarding = 3,
    /// <summary>Kept out of a loop.</summary>
    Blocking = 4,
}
