using GeneveNet.Namespaces;

namespace GeneveNet.Packets.Inner;

/// <summary>What people look at in a frame, header by header: that which a tunnel carries, or that which carries it.</summary>
/// <remarks>
/// Made by <see cref="GeneveDecoder"/>. Headers that are not there are null. A frame that is cut off or wrong is read as far as it goes;
/// <see cref="Fault"/> says what stopped the reading.
/// </remarks>
public sealed class DecodedFrame
{
    internal DecodedFrame(int length) => Length = length;

    /// <summary>Ethernet header, or what a Linux cooked header has of it.</summary>
    public EthernetHeader? Ethernet { get; internal set; }

    /// <summary>VLAN tags, the outermost first.</summary>
    public IReadOnlyList<VlanTag> Vlans { get; internal set; } = [];

    /// <summary>
    /// What the network layer is (an EtherType), with or without an Ethernet header; 0 where the frame ends before it says.
    /// </summary>
    public ushort EtherType { get; internal set; }

    /// <summary>ARP message.</summary>
    public ArpMessage? Arp { get; internal set; }

    /// <summary>IPv4 or IPv6 header.</summary>
    public IPHeader? IP { get; internal set; }

    /// <summary>ICMP or ICMPv6 message.</summary>
    public IcmpMessage? Icmp { get; internal set; }

    /// <summary>TCP header.</summary>
    public TcpHeader? Tcp { get; internal set; }

    /// <summary>UDP header.</summary>
    public UdpHeader? Udp { get; internal set; }

    /// <summary>Geneve packet, where UDP goes to one of the decoder's ports and the decoder looks that deep.</summary>
    public GenevePacket? Geneve { get; internal set; }

    /// <summary>What comes after the last header that was read, without padding, as much as was captured.</summary>
    public ReadOnlyMemory<byte> Payload { get; internal set; }

    /// <summary>Bytes of the frame on the wire.</summary>
    public int Length { get; }

    /// <summary>Whether bytes of the frame are missing at its end.</summary>
    public bool IsTruncated { get; internal set; }

    /// <summary>What stopped the reading, or does not fit.</summary>
    public LayerFault Fault { get; internal set; }

    /// <summary>In which header.</summary>
    public Layer FaultLayer { get; internal set; }

    /// <summary>The frame as it was captured; null for one inside a packet.</summary>
    public CapturedFrame? Source { get; internal init; }

    /// <summary>When it was captured, UTC; null where that is not known.</summary>
    public DateTime? Timestamp => Source is { TimestampNanoseconds: not 0 } frame ? frame.Timestamp : null;

    /// <summary>The interface that saw it, or null.</summary>
    public string? Interface => Source?.Interface;

    /// <summary>The network namespace of that interface, where it was captured live; or null.</summary>
    public NetworkNamespace? Namespace => Source?.Namespace;

    /// <summary>Which way it went, as the interface or a Linux cooked header has it.</summary>
    public PacketDirection Direction =>
        Source is { Direction: not PacketDirection.Unknown } frame ? frame.Direction : CookedDirection;

    /// <summary>Virtual network identifier, where the frame carries a Geneve packet; or null.</summary>
    public uint? Vni => Geneve?.Vni;

    /// <summary>
    /// Identifies a packet wherever it is seen: the same for a packet on a bridge, on a tunnel, inside Geneve on the underlay and on
    /// another host, in another capture. Of a packet that carries another, it is that of the innermost one that was read.
    /// </summary>
    /// <remarks>
    /// 16 hexadecimal digits of a SHA-256 over what does not change on the way: the network layer from its header on, without TTL, TOS
    /// and the checksums of IP, TCP and UDP, which routers and network cards rewrite. MAC addresses and VLAN tags do not count. A packet
    /// sent again to the byte (an ARP request) has the same again; one that is fragmented, segmented or translated on the way gets others.
    /// Null where bytes are missing, or there is no network layer.
    /// </remarks>
    public string? Fingerprint => Geneve?.Fingerprint ?? FrameFingerprint.Of(this);

    /// <summary>From the first byte of the network layer on, with padding.</summary>
    internal ReadOnlyMemory<byte> Network { get; set; }

    /// <summary>Which way the frame went, where a Linux cooked header says it.</summary>
    internal PacketDirection CookedDirection { get; set; }

    /// <summary>One line as tcpdump writes it, "IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64".</summary>
    public string Summary => FrameText.Of(this);

    /// <inheritdoc cref="Summary"/>
    public override string ToString() => Summary;
}
