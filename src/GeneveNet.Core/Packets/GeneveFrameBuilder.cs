using System.Buffers.Binary;
using System.Net.Sockets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>Makes whole frames around Geneve packets, with all lengths and checksums: for a raw socket, or a capture file.</summary>
public static class GeneveFrameBuilder
{
    private const int IPv4Size = 20, IPv6Size = 40, MaxLength = ushort.MaxValue;

    /// <summary>Makes a frame.</summary>
    /// <param name="packet">The Geneve packet.</param>
    /// <param name="outer">What carries it.</param>
    /// <returns>An Ethernet frame, or an IP packet where no MAC addresses are given.</returns>
    /// <exception cref="NetworkException">The values do not fit each other or a field
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public static byte[] Build(GeneveSpecification packet, OuterSpecification outer)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(outer);
        Check(outer);
        var isV6 = outer.Source.AddressFamily == AddressFamily.InterNetworkV6;
        var linkSize = outer.SourceMac is null ? 0 : EthernetHeader.Size + (outer.Vlans.Count * VlanTag.Size);
        var ipSize = isV6 ? IPv6Size : IPv4Size;
        var udpLength = UdpHeader.Size + packet.Length;
        if (udpLength + (isV6 ? 0 : ipSize) > MaxLength)
            throw GeneveWriter.Invalid($"The IP packet would have {udpLength + ipSize} bytes, more than its header can express.");

        var frame = new byte[linkSize + ipSize + udpLength];
        var ip = frame.AsSpan(linkSize);
        var udp = ip[ipSize..];
        packet.Write(udp[UdpHeader.Size..]);
        if (linkSize > 0)
            WriteEthernet(frame, outer, isV6 ? EtherTypes.IPv6 : EtherTypes.IPv4);
        var addresses = isV6 ? WriteIPv6(ip, outer, udpLength) : WriteIPv4(ip, outer, ipSize + udpLength);
        WriteUdp(udp, outer, InternetChecksum.Sum(addresses));
        return frame;
    }

    private static void Check(OuterSpecification outer)
    {
        if (outer.Source.AddressFamily != outer.Destination.AddressFamily)
            throw GeneveWriter.Invalid($"{outer.Source} and {outer.Destination} are not of the same address family.");
        if (outer.FlowLabel > 0xfffff)
            throw GeneveWriter.Invalid($"Flow label {outer.FlowLabel} is too large: it has 20 bits.");
        if (outer.SourceMac is null != outer.DestinationMac is null)
            throw GeneveWriter.Invalid("Only one of the two MAC addresses is given; an Ethernet header needs both.");
        if (outer.SourceMac is null && outer.Vlans.Count > 0)
            throw GeneveWriter.Invalid("VLAN tags need MAC addresses: they are part of the Ethernet header.");
    }

    private static void WriteEthernet(Span<byte> frame, OuterSpecification outer, ushort etherType)
    {
        CopyMac(outer.DestinationMac!, frame);
        CopyMac(outer.SourceMac!, frame[6..]);
        var at = 12;
        foreach (var tag in outer.Vlans)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], tag.Tpid);
            BinaryPrimitives.WriteUInt16BigEndian(frame[(at + 2)..], tag.Tci);
            at += VlanTag.Size;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame[at..], etherType);
    }

    private static void CopyMac(MacAddress address, Span<byte> into)
    {
        var bytes = address.Bytes;
        if (bytes.Length != 6)
            throw GeneveWriter.Invalid($"{address} has {bytes.Length} bytes; an Ethernet address has 6.");
        bytes.CopyTo(into);
    }

    /// <returns>Both addresses.</returns>
    private static ReadOnlySpan<byte> WriteIPv4(Span<byte> ip, OuterSpecification outer, int totalLength)
    {
        ip[0] = (4 << 4) | (IPv4Size / 4);
        ip[1] = outer.Tos;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)totalLength);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], outer.Identification);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], (ushort)(outer.DontFragment ? 0x4000 : 0));
        ip[8] = outer.Ttl;
        ip[9] = IPProtocols.Udp;
        outer.Source.TryWriteBytes(ip[12..], out _);
        outer.Destination.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(ip[..IPv4Size])));
        return ip[12..IPv4Size];
    }

    /// <returns>Both addresses.</returns>
    private static ReadOnlySpan<byte> WriteIPv6(Span<byte> ip, OuterSpecification outer, int payloadLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(ip, (6u << 28) | ((uint)outer.Tos << 20) | outer.FlowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)payloadLength);
        ip[6] = IPProtocols.Udp;
        ip[7] = outer.Ttl;
        outer.Source.TryWriteBytes(ip[8..], out _);
        outer.Destination.TryWriteBytes(ip[24..], out _);
        return ip[8..IPv6Size];
    }

    private static void WriteUdp(Span<byte> udp, OuterSpecification outer, ulong addresses)
    {
        BinaryPrimitives.WriteUInt16BigEndian(udp, outer.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], outer.DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        if (!outer.HasChecksum)
            return;
        var sum = InternetChecksum.Fold(addresses + IPProtocols.Udp + (ulong)udp.Length + InternetChecksum.Sum(udp));
        // 0 would say that there is none (RFC 768).
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], sum == 0xffff ? sum : (ushort)~sum);
    }
}
