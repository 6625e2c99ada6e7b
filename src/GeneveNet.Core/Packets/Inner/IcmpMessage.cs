using System.Buffers.Binary;
using System.Net;

namespace GeneveNet.Packets.Inner;

/// <summary>A message of ICMP or ICMPv6, with neighbor discovery (RFC 792, RFC 4443, RFC 4861).</summary>
public sealed record IcmpMessage
{
    private const int Size = 8, NeighborSize = 24;
    private const byte SourceLinkLayerAddress = 1, TargetLinkLayerAddress = 2;

    /// <summary>4 for ICMP, 6 for ICMPv6.</summary>
    public int Version { get; private init; }

    /// <summary>Type.</summary>
    public byte Type { get; private init; }

    /// <summary>Code.</summary>
    public byte Code { get; private init; }

    /// <summary>What type and code mean.</summary>
    public string Name => IcmpNames.Of(Version == 6, Type, Code);

    /// <summary>Of an echo: which program's; or null.</summary>
    public ushort? Identifier { get; private init; }

    /// <summary>Of an echo: the how manyth; or null.</summary>
    public ushort? Sequence { get; private init; }

    /// <summary>Of neighbor discovery: the address asked for or answered; or null.</summary>
    public string? Target => TargetValue?.ToString();

    internal IPAddress? TargetValue { get; private init; }

    /// <summary>Of neighbor discovery: the link-layer address that the sender announces; or null.</summary>
    public string? LinkLayerAddress => LinkLayerAddressValue?.ToString();

    internal MacAddress? LinkLayerAddressValue { get; private init; }

    /// <summary>Of "need to frag" and "packet too big": the largest packet that fits, in bytes; or null.</summary>
    public uint? Mtu { get; private init; }

    /// <summary>Of an error: the header of the packet it is about, as far as it is repeated; or null.</summary>
    public IPHeader? About { get; private init; }

    /// <summary>Bytes of the message.</summary>
    public int Length { get; private init; }

    /// <summary>As tcpdump writes it after the addresses; for an error, with the addresses of the packet it is about.</summary>
    public override string ToString()
    {
        var front = Version == 6 ? "ICMP6, " : "ICMP ";
        var mtu = Mtu is null ? "" : Version == 6 ? $", mtu {Mtu}" : $" (mtu {Mtu})";
        var about = About is null ? "" : $", about {About.SourceValue} > {About.DestinationValue}";
        var echo = Sequence is null ? "" : $", id {Identifier}, seq {Sequence}";
        var target = Target is null ? "" : Type == IcmpNames.NeighborSolicitation ? $", who has {Target}" : $", tgt is {Target}";
        return $"{front}{Name}{mtu}{about}{echo}{target}, length {Length}";
    }

    internal static IcmpMessage? Read(ref LayerCursor cursor, bool isV6)
    {
        var length = cursor.Left;
        if (!cursor.TryPeek(Size, Layer.Icmp, out var bytes))
            return null;
        var (type, code) = (bytes[0], bytes[1]);
        var isEcho = IcmpNames.IsEcho(isV6, type);
        var isNeighbor = isV6 && type is IcmpNames.NeighborSolicitation or IcmpNames.NeighborAdvertisement;
        var rest = cursor.Rest;
        IPAddress? target = null;
        MacAddress? linkLayerAddress = null;
        if (isNeighbor && cursor.TryPeek(NeighborSize, Layer.Icmp, out var neighbor))
        {
            target = new IPAddress(neighbor[8..24]);
            linkLayerAddress = FindLinkLayerAddress(rest.Span[NeighborSize..]);
        }

        return new IcmpMessage
        {
            Version = isV6 ? 6 : 4,
            Type = type,
            Code = code,
            Identifier = isEcho ? BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) : null,
            Sequence = isEcho ? BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) : null,
            TargetValue = target,
            LinkLayerAddressValue = linkLayerAddress,
            Mtu = (isV6, type, code) switch
            {
                (true, IcmpNames.PacketTooBig, _) => BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
                (false, IcmpNames.Unreachable, IcmpNames.FragmentationNeeded) => BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
                _ => null,
            },
            About = IcmpNames.IsError(isV6, type) ? ReadAbout(rest[Size..], isV6) : null,
            Length = length,
        };
    }

    /// <summary>The packet that the message repeats is cut off as a matter of course: its faults are not this packet's.</summary>
    private static IPHeader? ReadAbout(ReadOnlyMemory<byte> repeated, bool isV6)
    {
        var cursor = new LayerCursor(repeated, ushort.MaxValue);
        return isV6 ? IPReader.ReadIPv6(ref cursor, out _) : IPReader.ReadIPv4(ref cursor, out _);
    }

    /// <summary>Options of neighbor discovery: u8 type, u8 length in eights, data (RFC 4861, section 4.6).</summary>
    private static MacAddress? FindLinkLayerAddress(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 8)
        {
            var length = options[1] * 8;
            if (length == 0 || length > options.Length)
                return null;
            if (length == 8 && options[0] is SourceLinkLayerAddress or TargetLinkLayerAddress)
                return EthernetHeader.ReadMac(options[2..]);
            options = options[length..];
        }

        return null;
    }
}
