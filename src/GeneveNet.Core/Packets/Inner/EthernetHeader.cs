using System.Buffers.Binary;

namespace GeneveNet.Packets.Inner;

/// <summary>An Ethernet header without its VLAN tags, or what a Linux cooked header has of it.</summary>
public sealed record EthernetHeader
{
    internal const int Size = 14;

    private readonly ulong _source, _destination;
    private readonly bool _hasSource, _hasDestination;

    /// <summary>A whole header: 6 bytes destination, 6 bytes source.</summary>
    internal EthernetHeader(ReadOnlySpan<byte> addresses)
    {
        (_destination, _hasDestination) = (Pack(addresses), true);
        (_source, _hasSource) = (Pack(addresses[6..]), true);
    }

    /// <summary>A cooked header: the sender's address, where it has one of 6 bytes.</summary>
    internal EthernetHeader(ReadOnlySpan<byte> address, bool hasSource) =>
        (_source, _hasSource) = (hasSource ? Pack(address) : 0, hasSource);

    /// <summary>The sender; null where a cooked header has none.</summary>
    public string? Source => SourceValue?.ToString();

    internal MacAddress? SourceValue => _hasSource ? ToMac(_source) : null;

    /// <summary>The receiver; null where there is a cooked header instead of Ethernet.</summary>
    public string? Destination => DestinationValue?.ToString();

    internal MacAddress? DestinationValue => _hasDestination ? ToMac(_destination) : null;

    /// <summary>What is carried after the VLAN tags; below 0x0600 a length (IEEE 802.3).</summary>
    public ushort EtherType { get; internal set; }

    /// <summary>Both addresses and the EtherType, as tcpdump -e writes them.</summary>
    public override string ToString() => $"{SourceValue} > {DestinationValue}, ethertype {EtherTypes.NameOf(EtherType)} (0x{EtherType:x4})";

    internal static MacAddress ReadMac(ReadOnlySpan<byte> bytes) => ToMac(Pack(bytes));

    private static ulong Pack(ReadOnlySpan<byte> bytes) =>
        ((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);

    // Made when asked for: most packets are filtered or counted by other things.
    private static MacAddress ToMac(ulong packed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, packed);
        return MacAddress.FromBytes(bytes[2..]);
    }
}
