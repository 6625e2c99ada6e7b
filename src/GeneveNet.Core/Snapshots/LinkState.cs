using System.Net;
using System.Net.Sockets;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Bridges;

namespace GeneveNet.Snapshots;

/// <summary>A link, as far as a path depends on it.</summary>
public sealed record LinkState
{
    /// <summary>Index.</summary>
    public int Index { get; init; }
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";
    /// <summary>Kind: "geneve", "bridge", "veth" …</summary>
    public string Kind { get; init; } = "";
    /// <summary>Whether it is administratively up.</summary>
    public bool IsUp { get; init; }
    /// <summary>Whether the driver reports a carrier.</summary>
    public bool HasCarrier { get; init; }
    /// <summary>Whether ARP and neighbor discovery are switched off for it.</summary>
    public bool NoArp { get; init; }
    /// <summary>MTU in bytes.</summary>
    public int Mtu { get; init; }
    /// <summary>MAC address, or null.</summary>
    public MacAddress? Mac { get; init; }
    /// <summary>Index of its bridge or bond; 0 for none.</summary>
    public int MasterIndex { get; init; }
    /// <summary>Index of the link below or of the veth peer; 0 for none.</summary>
    public int ParentIndex { get; init; }
    /// <summary>
    /// Number of the namespace in which <see cref="ParentIndex"/> counts; null where it is this one or the kernel does not say.
    /// </summary>
    public int? ParentNamespaceId { get; init; }
    /// <summary>Packets sent.</summary>
    public long Sent { get; init; }
    /// <summary>Packets received.</summary>
    public long Received { get; init; }
    /// <summary>Packets dropped on the way out.</summary>
    public long SendDropped { get; init; }
    /// <summary>Packets that could not be sent.</summary>
    public long SendErrors { get; init; }
    /// <summary>Malformed packets received; of a tunnel, those whose congestion mark the inside cannot carry.</summary>
    public long ReceiveFrameErrors { get; init; }
    /// <summary>Number of a VLAN's link; null for a link of another kind.</summary>
    public int? VlanId { get; init; }
    /// <summary>The VLANs of a port, or of a bridge itself; empty where the bridge does not tell VLANs apart.</summary>
    public IReadOnlyList<VlanState> Vlans { get; init; } = [];
    /// <summary>Settings of a tunnel; null for another link.</summary>
    public TunnelState? Tunnel { get; init; }
    /// <summary>Settings of a port of a bridge; null for another link.</summary>
    public PortState? Port { get; init; }
    /// <summary>Settings of a bridge; null for another link.</summary>
    public BridgeState? Bridge { get; init; }

    /// <summary>Whether packets can pass as far as the link itself says.</summary>
    public bool Works => IsUp && HasCarrier;
}

/// <summary>The settings of a Geneve tunnel.</summary>
public sealed record TunnelState
{
    /// <summary>VNI; null for an external tunnel.</summary>
    public uint? Vni { get; init; }
    /// <summary>Underlay address of the far end; null for an external tunnel.</summary>
    public IPAddress? Remote { get; init; }
    /// <summary>Underlay address of this end, where one was set.</summary>
    public IPAddress? Local { get; init; }
    /// <summary>UDP destination port.</summary>
    public int Port { get; init; }
    /// <summary>Whether VNI and remote come with each packet.</summary>
    public bool External { get; init; }
    /// <summary>Outer TTL; 0 is the system's default.</summary>
    public int Ttl { get; init; }
    /// <summary>Whether the outer TTL is the inner packet's.</summary>
    public bool TtlInherit { get; init; }
    /// <summary>How the outer don't-fragment bit is set.</summary>
    public DontFragmentMode DontFragment { get; init; }
    /// <summary>Whether outer UDP checksums are left zero over IPv6.</summary>
    public bool ZeroChecksum6Tx { get; init; }
    /// <summary>Whether zero outer UDP checksums are accepted over IPv6.</summary>
    public bool ZeroChecksum6Rx { get; init; }
    /// <summary>Whether packets carry IP without an Ethernet header.</summary>
    public bool IsLayer3 { get; init; }
    /// <summary>Bytes that encapsulation adds to an inner layer-3 packet.</summary>
    public int Overhead { get; init; }

    /// <summary>Whether the underlay is IPv6.</summary>
    public bool IsOverIPv6 => Remote?.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>"VNI 1000 to 10.0.0.250 port 6081".</summary>
    public override string ToString() => External ? $"external on port {Port}" : $"VNI {Vni} to {Remote} port {Port}";
}

/// <summary>The settings of a port of a bridge.</summary>
/// <param name="State">State of the spanning tree.</param>
/// <param name="Isolated">Whether packets pass only to and from ports that are not isolated.</param>
/// <param name="Learning">Whether addresses are learned here.</param>
/// <param name="Flood">Whether packets to unknown addresses go out here.</param>
/// <param name="BroadcastFlood">Whether broadcasts go out here.</param>
/// <param name="MulticastFlood">Whether multicast that nobody asked for goes out here.</param>
/// <param name="Hairpin">Whether packets may leave by the port they came in by.</param>
/// <param name="Number">Number of the port.</param>
public sealed record PortState(
    BridgePortState State, bool Isolated, bool Learning, bool Flood, bool BroadcastFlood, bool MulticastFlood, bool Hairpin, int Number)
{
    /// <summary>Whether only stations that the forwarding database has here may send.</summary>
    public bool Locked { get; init; }
    /// <summary>Time until the next step of a port that begins to forward.</summary>
    public TimeSpan ForwardDelayLeft { get; init; }
}

/// <summary>A VLAN of a bridge's port, or of the bridge itself.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsPvid">Whether packets that come in without a tag belong to it.</param>
/// <param name="IsUntagged">Whether its packets go out without a tag.</param>
public sealed record VlanState(int Id, bool IsPvid, bool IsUntagged);

/// <summary>The settings of a bridge.</summary>
/// <param name="CallIptables">Whether its IPv4 packets pass iptables whatever the namespace's switch says.</param>
/// <param name="CallIp6tables">Whether its IPv6 packets pass ip6tables whatever the namespace's switch says.</param>
/// <param name="Stp">Whether the spanning tree protocol is on.</param>
/// <param name="VlanFiltering">Whether VLANs are told apart.</param>
public sealed record BridgeState(bool CallIptables, bool CallIp6tables, bool Stp, bool VlanFiltering)
{
    /// <summary>How long a port listens, and then learns, before it forwards.</summary>
    public TimeSpan ForwardDelay { get; init; }
}

/// <summary>An address of a link.</summary>
/// <param name="LinkIndex">Index of the link.</param>
/// <param name="Address">The address with its prefix length.</param>
/// <param name="Peer">The far address of a point-to-point link, or null.</param>
/// <param name="IsDuplicate">Whether IPv6 found that somebody else has it.</param>
/// <param name="IsTentative">Whether IPv6 has not yet found out.</param>
public sealed record AddressState(int LinkIndex, CidrAddress Address, IPAddress? Peer, bool IsDuplicate, bool IsTentative);

/// <summary>A neighbor.</summary>
/// <param name="LinkIndex">Index of the link.</param>
/// <param name="Address">IP address.</param>
/// <param name="Mac">MAC address, or null while it is not known.</param>
/// <param name="State">State.</param>
public sealed record NeighborEntryState(int LinkIndex, IPAddress Address, MacAddress? Mac, NeighborState State)
{
    /// <summary>Whether it was set by hand.</summary>
    public bool IsStatic => State.HasFlag(NeighborState.Permanent);

    /// <summary>Whether nobody answers for it.</summary>
    public bool IsUnresolved => (State & (NeighborState.Failed | NeighborState.Incomplete)) != 0;
}

/// <summary>An entry of a bridge's forwarding database.</summary>
/// <param name="BridgeIndex">Index of the bridge.</param>
/// <param name="PortIndex">Index of the port.</param>
/// <param name="Mac">MAC address of the station.</param>
/// <param name="Kind">How it came about.</param>
public sealed record FdbEntryState(int BridgeIndex, int PortIndex, MacAddress Mac, FdbEntryKind Kind);

/// <summary>A route to a single host, or one with a gateway.</summary>
/// <param name="LinkIndex">Index of the link it leaves by.</param>
/// <param name="Address">The host, or the gateway.</param>
public sealed record HostRouteState(int LinkIndex, IPAddress Address);
