using System.Buffers.Binary;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>The settings of a bridge (IFLA_BR_*, include/uapi/linux/if_link.h).</summary>
public sealed class BridgeData() : LinkKindData<BridgeData>(Table)
{
    internal static readonly AttributeTable<BridgeData> Table = new(
        Value<BridgeData, TimeSpan>(1, "IFLA_BR_FORWARD_DELAY", Centiseconds, d => d.ForwardDelay, (d, v) => d.ForwardDelay = v),
        Value<BridgeData, TimeSpan>(2, "IFLA_BR_HELLO_TIME", Centiseconds, d => d.HelloTime, (d, v) => d.HelloTime = v),
        Value<BridgeData, TimeSpan>(3, "IFLA_BR_MAX_AGE", Centiseconds, d => d.MaxAge, (d, v) => d.MaxAge = v),
        Value<BridgeData, TimeSpan>(4, "IFLA_BR_AGEING_TIME", Centiseconds, d => d.AgeingTime, (d, v) => d.AgeingTime = v),
        Value<BridgeData, bool>(5, "IFLA_BR_STP_STATE", Bool32, d => d.Stp, (d, v) => d.Stp = v),
        Value<BridgeData, ushort>(6, "IFLA_BR_PRIORITY", U16, d => d.Priority, (d, v) => d.Priority = v),
        Value<BridgeData, bool>(7, "IFLA_BR_VLAN_FILTERING", Bool, d => d.VlanFiltering, (d, v) => d.VlanFiltering = v),
        Value<BridgeData, ushort>(9, "IFLA_BR_GROUP_FWD_MASK", U16, d => d.GroupForwardMask, (d, v) => d.GroupForwardMask = v),
        Value<BridgeData, BridgeId>(10, "IFLA_BR_ROOT_ID", new BridgeIdKind(), d => d.RootId, (d, v) => d.RootId = v),
        Value<BridgeData, BridgeId>(11, "IFLA_BR_BRIDGE_ID", new BridgeIdKind(), d => d.Id, (d, v) => d.Id = v),
        Value<BridgeData, ushort>(12, "IFLA_BR_ROOT_PORT", U16, d => d.RootPort, (d, v) => d.RootPort = v),
        Value<BridgeData, uint>(13, "IFLA_BR_ROOT_PATH_COST", U32, d => d.RootPathCost, (d, v) => d.RootPathCost = v),
        Value<BridgeData, bool>(23, "IFLA_BR_MCAST_SNOOPING", Bool, d => d.MulticastSnooping, (d, v) => d.MulticastSnooping = v),
        Value<BridgeData, bool>(36, "IFLA_BR_NF_CALL_IPTABLES", Bool, d => d.CallIptables, (d, v) => d.CallIptables = v),
        Value<BridgeData, bool>(37, "IFLA_BR_NF_CALL_IP6TABLES", Bool, d => d.CallIp6tables, (d, v) => d.CallIp6tables = v),
        Value<BridgeData, bool>(38, "IFLA_BR_NF_CALL_ARPTABLES", Bool, d => d.CallArptables, (d, v) => d.CallArptables = v),
        Value<BridgeData, ushort>(39, "IFLA_BR_VLAN_DEFAULT_PVID", U16, d => d.VlanDefaultPvid, (d, v) => d.VlanDefaultPvid = v));

    /// <summary>
    /// Leaves out what a bridge that was read says to be off and is off: a kernel built without it has no such setting, not even off.
    /// </summary>
    /// <param name="isRead">Whether a setting was read; others are meant.</param>
    /// <param name="present">What there is; null for a bridge that is to be.</param>
    internal void DropDefaults(Func<string, bool> isRead, BridgeData? present)
    {
        Stp = IsOffAlready(nameof(Stp), Stp, present?.Stp) ? null : Stp;
        VlanFiltering = IsOffAlready(nameof(VlanFiltering), VlanFiltering, present?.VlanFiltering) ? null : VlanFiltering;

        bool IsOffAlready(string name, bool? asked, bool? now) => isRead(name) && asked == false && now is not true;
    }

    /// <summary>How long a port listens, and how long it learns, before it forwards (STP).</summary>
    public TimeSpan? ForwardDelay { get; set; }
    /// <summary>Time between hellos (STP).</summary>
    public TimeSpan? HelloTime { get; set; }
    /// <summary>How long a hello counts (STP).</summary>
    public TimeSpan? MaxAge { get; set; }
    /// <summary>How long a learned address stays without being seen.</summary>
    public TimeSpan? AgeingTime { get; set; }
    /// <summary>Whether the spanning tree protocol is on, be it the kernel's or a program's.</summary>
    public bool? Stp { get; set; }
    /// <summary>Priority in the bridge id; of two bridges the lower is the root.</summary>
    public ushort? Priority { get; set; }
    /// <summary>Whether VLANs are told apart.</summary>
    public bool? VlanFiltering { get; set; }
    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X are forwarded, a bit for each X.</summary>
    public ushort? GroupForwardMask { get; set; }
    /// <summary>Id of the root bridge.</summary>
    public BridgeId? RootId { get; set; }
    /// <summary>The bridge's own id.</summary>
    public BridgeId? Id { get; set; }
    /// <summary>Number of the port towards the root; 0 for none.</summary>
    public ushort? RootPort { get; set; }
    /// <summary>Cost of the path to the root.</summary>
    public uint? RootPathCost { get; set; }
    /// <summary>Whether multicast goes only where it was asked for.</summary>
    public bool? MulticastSnooping { get; set; }
    /// <summary>Whether bridged IPv4 packets pass iptables (br_netfilter).</summary>
    public bool? CallIptables { get; set; }
    /// <summary>Whether bridged IPv6 packets pass ip6tables (br_netfilter).</summary>
    public bool? CallIp6tables { get; set; }
    /// <summary>Whether bridged ARP packets pass arptables (br_netfilter).</summary>
    public bool? CallArptables { get; set; }
    /// <summary>VLAN of untagged packets; 0 for none.</summary>
    public ushort? VlanDefaultPvid { get; set; }
}

/// <summary>Id of a bridge (IEEE 802.1D): a priority and a MAC address.</summary>
/// <param name="Priority">Priority; the lower one wins.</param>
/// <param name="Address">MAC address, as the lower 48 bits.</param>
public readonly record struct BridgeId(ushort Priority, ulong Address)
{
    /// <summary>As `brctl show` writes it: "8000.6e25202550d3".</summary>
    public override string ToString() => $"{Priority:x4}.{Address:x12}";
}

internal sealed class BridgeIdKind : AttributeKind<BridgeId>
{
    public override BridgeId Read(ReadOnlySpan<byte> payload)
    {
        var both = BinaryPrimitives.ReadUInt64BigEndian(Need(payload, sizeof(ulong)));
        return new BridgeId((ushort)(both >> 48), both & 0xffff_ffff_ffff);
    }

    public override void Write(ref NetlinkWriter writer, BridgeId value) =>
        BinaryPrimitives.WriteUInt64BigEndian(writer.Append(sizeof(ulong)), ((ulong)value.Priority << 48) | value.Address);
}
