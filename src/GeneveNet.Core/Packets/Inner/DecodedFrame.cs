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

    /// <summary>What the network layer is (an EtherType), with or without an Ethernet header; 0 where the frame ends before it says.</summary>
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

    /// <summary>What comes behind the last header that was read, without padding, as much as was captured.</summary>
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

    /// <summary>Which way the frame went, where a Linux cooked header says it.</summary>
    public PacketDirection Direction { get; internal set; }

    /// <summary>One line as tcpdump writes it, "IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64".</summary>
    public string Summary => FrameText.Of(this);

    /// <inheritdoc cref="Summary"/>
    public override string ToString() => Summary;
}
