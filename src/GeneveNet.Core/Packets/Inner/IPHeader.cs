using System.Buffers.Binary;
using System.Net;

namespace GeneveNet.Packets.Inner;

/// <summary>The header of an IPv4 or IPv6 packet, with the extension headers of the latter (RFC 791, RFC 8200).</summary>
public sealed record IPHeader
{
    // As numbers, an IPv4 address in the lowest 32 bits: most packets are filtered or counted by other things.
    private readonly UInt128 _source, _destination;

    /// <param name="source">4 or 16 bytes.</param>
    /// <param name="destination">As many.</param>
    internal IPHeader(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination) =>
        (_source, _destination) = (Pack(source), Pack(destination));

    /// <summary>4 or 6.</summary>
    public int Version { get; internal init; }

    /// <summary>The sender.</summary>
    public string Source => SourceValue.ToString();

    internal IPAddress SourceValue => ToAddress(_source);

    /// <summary>The receiver.</summary>
    public string Destination => DestinationValue.ToString();

    internal IPAddress DestinationValue => ToAddress(_destination);

    /// <summary>Number of the protocol carried, after extension headers: 1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6.</summary>
    public byte Protocol { get; internal init; }

    /// <summary>Its name.</summary>
    public string ProtocolName => IPProtocols.NameOf(Protocol);

    /// <summary>Time to live, or hop limit.</summary>
    public byte Ttl { get; internal init; }

    /// <summary>Type of service, or traffic class: 6 bits DSCP, 2 bits ECN.</summary>
    public byte Tos { get; internal init; }

    /// <summary>By which fragments of one packet are known; null for IPv6 without a fragment header.</summary>
    public uint? Identification { get; internal init; }

    /// <summary>Whether routers may not fragment it (the DF bit); IPv6 has no such bit, and they never may.</summary>
    public bool DontFragment { get; internal init; }

    /// <summary>Whether more fragments follow.</summary>
    public bool MoreFragments { get; internal init; }

    /// <summary>Where in the whole packet this fragment belongs, in bytes.</summary>
    public int FragmentOffset { get; internal init; }

    /// <summary>Flow label, 20 bits; null for IPv4.</summary>
    public uint? FlowLabel { get; internal init; }

    /// <summary>Bytes of the header with its options, or with its extension headers.</summary>
    public int HeaderLength { get; internal init; }

    /// <summary>
    /// Bytes of the packet with its header, as it says; what was there, where it says 0 as packets before segmentation do.
    /// </summary>
    public int TotalLength { get; internal init; }

    /// <summary>Bytes after the header.</summary>
    public int PayloadLength => TotalLength - HeaderLength;

    /// <summary>Whether it is a part of a packet.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;

    /// <summary>"SOURCE > DESTINATION, proto UDP (17), ttl 64".</summary>
    public override string ToString() => $"{SourceValue} > {DestinationValue}, proto {ProtocolName} ({Protocol}), ttl {Ttl}";

    private static UInt128 Pack(ReadOnlySpan<byte> address) =>
        address.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(address) : BinaryPrimitives.ReadUInt128BigEndian(address);

    private IPAddress ToAddress(UInt128 packed)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, packed);
        return new IPAddress(Version == 4 ? bytes[12..] : bytes);
    }
}
