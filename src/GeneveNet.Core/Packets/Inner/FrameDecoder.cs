using System.Buffers.Binary;

namespace GeneveNet.Packets.Inner;

/// <summary>Reads frames header by header.</summary>
/// <remarks>
/// Written here rather than taken from PacketDotNet: that library knows no Geneve, reports hostile bytes by whichever exception an
/// array access ends in, and makes some 900 bytes of objects for a packet of three headers. What is needed here is eight fixed headers.
/// </remarks>
internal static class FrameDecoder
{
    private const int VlanLimit = 8, CookedSize = 16, Cooked2Size = 20;
    private const byte CookedOutgoing = 4; // PACKET_OUTGOING

    /// <summary>Reads a frame as it was captured; a Geneve packet in it knows the frame.</summary>
    public static DecodedFrame ReadFrame(GeneveDecoder decoder, CapturedFrame frame, int depth) =>
        ReadFrame(decoder, frame.Data, frame.OriginalLength, frame.LinkType, depth, frame);

    /// <summary>Reads a frame.</summary>
    /// <param name="decoder">Knows the ports of Geneve.</param>
    /// <param name="captured">The bytes there are.</param>
    /// <param name="length">How many there were on the wire.</param>
    /// <param name="linkType">What they begin with.</param>
    /// <param name="depth">How many Geneve headers inside each other are still to be looked into.</param>
    /// <param name="source">The captured frame these bytes are, or null for one inside a packet.</param>
    private static DecodedFrame ReadFrame(
        GeneveDecoder decoder, ReadOnlyMemory<byte> captured, int length, LinkType linkType, int depth, CapturedFrame? source = null)
    {
        var cursor = new LayerCursor(captured, length);
        var frame = new DecodedFrame(cursor.Left) { Source = source };
        if (ReadLink(frame, ref cursor, linkType) is { } etherType && ReadVlans(frame, ref cursor, etherType) is { } network)
            ReadNetwork(frame, ref cursor, network);
        return Finish(decoder, frame, cursor, depth);
    }

    /// <summary>Reads what a Geneve header announces: an Ethernet frame, or a packet of the network layer.</summary>
    public static DecodedFrame ReadProtocol(
        GeneveDecoder decoder, ReadOnlyMemory<byte> captured, int length, ushort protocolType, int depth)
    {
        if (protocolType == EtherTypes.Ethernet)
            return ReadFrame(decoder, captured, length, LinkType.Ethernet, depth);
        var cursor = new LayerCursor(captured, length);
        var frame = new DecodedFrame(cursor.Left);
        if (ReadVlans(frame, ref cursor, protocolType) is { } network)
            ReadNetwork(frame, ref cursor, network);
        return Finish(decoder, frame, cursor, depth);
    }

    private static DecodedFrame Finish(GeneveDecoder decoder, DecodedFrame frame, in LayerCursor cursor, int depth)
    {
        frame.Payload = cursor.Rest;
        frame.Fault = cursor.Fault;
        frame.FaultLayer = cursor.FaultLayer;
        frame.IsTruncated = cursor.Rest.Length < cursor.Left;
        if (depth > 0 && frame.Udp is { } udp && decoder.IsGenevePort(udp.DestinationPort))
            frame.Geneve = new GenevePacket(decoder, frame.Payload, Math.Max(0, udp.PayloadLength), frame, depth - 1);
        return frame;
    }

    /// <returns>The EtherType, or null where the header is not all there.</returns>
    private static ushort? ReadLink(DecodedFrame frame, ref LayerCursor cursor, LinkType linkType)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                if (!cursor.TryTake(EthernetHeader.Size, Layer.Ethernet, out var header))
                    return null;
                frame.Ethernet = new EthernetHeader(header);
                return BinaryPrimitives.ReadUInt16BigEndian(header[12..]);

            // u16 direction, u16 hardware, u16 address length, 8 bytes address, u16 EtherType
            case LinkType.LinuxSll:
                if (!cursor.TryTake(CookedSize, Layer.LinuxCooked, out header))
                    return null;
                SetCooked(
                    frame, BinaryPrimitives.ReadUInt16BigEndian(header), BinaryPrimitives.ReadUInt16BigEndian(header[4..]), header[6..14]);
                return BinaryPrimitives.ReadUInt16BigEndian(header[14..]);

            // u16 EtherType, u16 reserved, u32 interface, u16 hardware, u8 direction, u8 address length, 8 bytes address
            case LinkType.LinuxSll2:
                if (!cursor.TryTake(Cooked2Size, Layer.LinuxCooked, out header))
                    return null;
                SetCooked(frame, header[10], header[11], header[12..20]);
                return BinaryPrimitives.ReadUInt16BigEndian(header);

            case LinkType.IPv4:
                return EtherTypes.IPv4;
            case LinkType.IPv6:
                return EtherTypes.IPv6;
            default:
                if (!cursor.TryPeek(1, Layer.IP, out header))
                    return null;
                return header[0] >> 4 == 6 ? EtherTypes.IPv6 : EtherTypes.IPv4;
        }
    }

    private static void SetCooked(DecodedFrame frame, int direction, int addressLength, ReadOnlySpan<byte> address)
    {
        frame.Ethernet = new EthernetHeader(address, addressLength == 6);
        frame.CookedDirection = direction == CookedOutgoing ? PacketDirection.Out : PacketDirection.In;
    }

    /// <returns>The EtherType after the tags, or null where they are not all there.</returns>
    private static ushort? ReadVlans(DecodedFrame frame, ref LayerCursor cursor, ushort etherType)
    {
        List<VlanTag>? tags = null;
        while (EtherTypes.IsVlan(etherType))
        {
            if (tags?.Count == VlanLimit)
            {
                cursor.Fail(LayerFault.TooDeep, Layer.Vlan);
                break;
            }

            if (!cursor.TryTake(VlanTag.Size, Layer.Vlan, out var tag))
                break;
            (tags ??= []).Add(new VlanTag(etherType, BinaryPrimitives.ReadUInt16BigEndian(tag)));
            etherType = BinaryPrimitives.ReadUInt16BigEndian(tag[2..]);
        }

        frame.EtherType = etherType;
        frame.Ethernet?.EtherType = etherType;
        if (tags is not null)
            frame.Vlans = tags;

        return cursor.Fault == LayerFault.None ? etherType : null;
    }

    private static void ReadNetwork(DecodedFrame frame, ref LayerCursor cursor, ushort etherType)
    {
        ulong? pseudo = null;
        frame.Network = cursor.Rest;
        switch (etherType)
        {
            case EtherTypes.Arp:
                frame.Arp = ArpMessage.Read(ref cursor);
                break;
            case EtherTypes.IPv4:
                frame.IP = IPReader.ReadIPv4(ref cursor, out pseudo);
                break;
            case EtherTypes.IPv6:
                frame.IP = IPReader.ReadIPv6(ref cursor, out pseudo);
                break;
        }

        // Only the first fragment has a header of the next layer.
        if (frame.IP is { FragmentOffset: 0 } ip && cursor.Fault is LayerFault.None or LayerFault.BadLength)
            ReadTransport(frame, ref cursor, ip, pseudo);
    }

    private static void ReadTransport(DecodedFrame frame, ref LayerCursor cursor, IPHeader ip, ulong? pseudo)
    {
        switch (ip.Protocol)
        {
            case IPProtocols.Icmp when ip.Version == 4:
            case IPProtocols.IcmpV6 when ip.Version == 6:
                frame.Icmp = IcmpMessage.Read(ref cursor, ip.Version == 6);
                break;
            case IPProtocols.Tcp:
                frame.Tcp = TcpHeader.Read(ref cursor);
                break;
            case IPProtocols.Udp:
                frame.Udp = UdpHeader.Read(ref cursor, ip, pseudo);
                break;
        }
    }
}
