namespace GeneveNet.Paths;

/// <summary>An end of a path.</summary>
public enum PathEnd
{
    /// <summary>The end the test was started from.</summary>
    Near,
    /// <summary>The other one.</summary>
    Far,
}

/// <summary>Why a path does not work. docs/diagnosis.md has a paragraph for each.</summary>
public enum PathCause
{
    /// <summary>Nothing was found.</summary>
    None = 0,

    /// <summary>The tunnel is down.</summary>
    TunnelDown,
    /// <summary>The tunnel is down and cannot be set up: a program or another link has its UDP port.</summary>
    UdpPortInUse,
    /// <summary>The link of the underlay is down or has no carrier.</summary>
    UnderlayLinkDown,
    /// <summary>The underlay's link is a port of a bridge, which takes the packets that come in by it.</summary>
    UnderlayLinkIsPort,
    /// <summary>The route to the remote leads into the tunnel itself.</summary>
    UnderlayRouteLoop,
    /// <summary>No route of the underlay leads to the remote.</summary>
    UnderlayNoRoute,
    /// <summary>Nobody answers for the underlay's next hop.</summary>
    UnderlayNeighborFailed,
    /// <summary>Somebody on the way reports by ICMP that the remote cannot be reached.</summary>
    UnderlayUnreachable,
    /// <summary>The UDP packets do not leave the host: a firewall drops them on the way out.</summary>
    UnderlayFirewallOut,
    /// <summary>The UDP packets arrive and are not decapsulated: a firewall drops them on the way in.</summary>
    UnderlayFirewallIn,
    /// <summary>The UDP packets are lost between the two hosts.</summary>
    UnderlayLost,
    /// <summary>The outer TTL ends on the way.</summary>
    TtlTooSmall,
    /// <summary>Packets of the overlay's MTU do not fit the underlay and vanish.</summary>
    MtuTooLarge,

    /// <summary>The far end has no Geneve tunnel.</summary>
    FarTunnelMissing,
    /// <summary>The far host reports that nobody listens on the UDP port: no tunnel, one that is down, or another port.</summary>
    FarPortClosed,
    /// <summary>Another tunnel, in another namespace, takes the packets.</summary>
    TunnelHeldElsewhere,
    /// <summary>The UDP ports of the two tunnels differ.</summary>
    PortMismatch,
    /// <summary>The VNIs of the two tunnels differ.</summary>
    VniMismatch,
    /// <summary>A tunnel's remote is not the other end.</summary>
    RemoteMismatch,
    /// <summary>One end sends without UDP checksums over IPv6, and the other does not take that.</summary>
    ChecksumMismatch,

    /// <summary>One end sends IP packets without an Ethernet header, the other expects one.</summary>
    InnerProtocolMismatch,
    /// <summary>Outer packets are marked for congestion on the way, and inner ones cannot carry the mark: they are dropped.</summary>
    EcnMismatch,
    /// <summary>A policy of IPsec drops the UDP packets.</summary>
    IpsecPolicy,
    /// <summary>Traffic control (tc) drops the packets: a queue or a filter.</summary>
    TrafficControlDrop,
    /// <summary>Packets are lost now and then.</summary>
    PacketLoss,

    /// <summary>A link that inner traffic passes is down.</summary>
    InnerLinkDown,
    /// <summary>The bridge is down.</summary>
    BridgeDown,
    /// <summary>The tunnel is not a port of the bridge.</summary>
    TunnelNotPort,
    /// <summary>The namespace is not connected to that of the tunnel.</summary>
    NotAttached,
    /// <summary>A bridge port does not forward (spanning tree).</summary>
    PortNotForwarding,
    /// <summary>Both bridge ports are isolated.</summary>
    PortIsolated,
    /// <summary>A bridge port sends no broadcasts, and so no questions for MAC addresses.</summary>
    PortFloodOff,
    /// <summary>A bridge port neither learns addresses nor sends to unknown ones.</summary>
    PortLearningOff,
    /// <summary>The forwarding database has a station on the wrong port.</summary>
    FdbWrongPort,
    /// <summary>The packet would have to leave by the bridge port it came in by.</summary>
    NoHairpin,
    /// <summary>Bridged packets pass the firewall, and its FORWARD chain drops them.</summary>
    BridgeNetfilterDrop,
    /// <summary>A port of a bridge is locked: it takes packets only of stations that the forwarding database has there.</summary>
    PortLocked,
    /// <summary>One end sends with a VLAN tag that the other end does not take, or without one that it needs.</summary>
    VlanMismatch,
    /// <summary>The bridge drops the packets, and it is none of the other causes: VLANs, ebtables, nftables, tc.</summary>
    BridgeFiltered,

    /// <summary>Inner traffic starts in another network namespace, behind the tunnel's bridge.</summary>
    SourceElsewhere,
    /// <summary>IPv6 is disabled for the link of an inner address.</summary>
    IPv6Disabled,
    /// <summary>Both ends have the same inner MAC address.</summary>
    DuplicateInnerMac,
    /// <summary>The kernel's table of neighbors is full.</summary>
    NeighborTableFull,
    /// <summary>An inner address is not there.</summary>
    AddressMissing,
    /// <summary>An inner address is on a link that the tunnel's packets do not come in by.</summary>
    AddressWrongDevice,
    /// <summary>Two stations have the same inner address.</summary>
    DuplicateInnerAddress,
    /// <summary>No route leads to the inner destination.</summary>
    InnerNoRoute,
    /// <summary>The route to the inner destination leaves by another link than the tunnel or its bridge.</summary>
    InnerRouteWrongDevice,
    /// <summary>A route leads to the tunnel, which is a port of a bridge; it must lead to the bridge.</summary>
    RouteAtBridgePort,
    /// <summary>The far end has no route back.</summary>
    NoReturnRoute,
    /// <summary>The far end sends its answers by another link than the tunnel.</summary>
    AsymmetricTunnel,
    /// <summary>Strict reverse-path filtering drops the packets.</summary>
    RpFilterStrict,
    /// <summary>arp_ignore or arp_filter keep the kernel from answering.</summary>
    ArpIgnored,
    /// <summary>Forwarding is off where the packets must be routed.</summary>
    ForwardingOff,
    /// <summary>A static neighbor has a MAC address that is not the other end's.</summary>
    StaticNeighborWrongMac,
    /// <summary>A neighbor that was learned has a MAC address that is not the other end's.</summary>
    NeighborWrongMac,
    /// <summary>A question for a MAC address arrives and is not answered.</summary>
    NeighborFailed,
    /// <summary>Echo requests are ignored by setting.</summary>
    EchoIgnored,
    /// <summary>A firewall drops the inner packets.</summary>
    InnerFirewall,
    /// <summary>Somebody on the inner way reports by ICMP that the destination cannot be reached.</summary>
    InnerUnreachable,

    /// <summary>Packets leave as Geneve and nothing comes back; the far end cannot be seen from here.</summary>
    FarEndSilent,
    /// <summary>What was seen fits none of the causes.</summary>
    Unexplained,
}
