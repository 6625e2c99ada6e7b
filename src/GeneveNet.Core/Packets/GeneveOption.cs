using System.Buffers.Binary;

namespace GeneveNet.Packets;

/// <summary>What identifies an option: its class, and its type in that class (RFC 8926, section 3.5).</summary>
/// <param name="Class">Option class, from the registry of IANA.</param>
/// <param name="Type">Option type, with the critical bit.</param>
public readonly record struct GeneveOptionId(ushort Class, byte Type)
{
    /// <summary>The bit of the type by which an option is critical.</summary>
    public const byte CriticalBit = 0x80;

    /// <summary>Whether a receiver that does not understand the option must drop the packet.</summary>
    public bool IsCritical => (Type & CriticalBit) != 0;
}

/// <summary>
/// One option as it stands in a packet (RFC 8926, section 3.5): u16 class, u8 type, 3 bits reserved, 5 bits length, data.
/// </summary>
public readonly ref struct GeneveOption
{
    /// <summary>Bytes of an option before its data.</summary>
    public const int HeaderSize = 4;

    /// <summary>The most bytes of data: 31 times 4.</summary>
    public const int MaxDataLength = 124;

    private readonly ReadOnlySpan<byte> _bytes;

    internal GeneveOption(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Option class, big endian; <see cref="GeneveOptionClass"/> has the names.</summary>
    public ushort Class => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    /// <summary>Option type, with the critical bit.</summary>
    public byte Type => _bytes[2];

    /// <summary>Class and type.</summary>
    public GeneveOptionId Id => new(Class, Type);

    /// <summary>Whether a receiver that does not understand the option must drop the packet.</summary>
    public bool IsCritical => (Type & GeneveOptionId.CriticalBit) != 0;

    /// <summary>The 3 reserved bits, which a sender clears: 0 to 7.</summary>
    public byte Reserved => (byte)(_bytes[3] >> 5);

    /// <summary>The data, 0 to 124 bytes, a multiple of 4.</summary>
    public ReadOnlySpan<byte> Data => _bytes[HeaderSize..];

    /// <summary>Bytes of the option that starts here, with its header; needs the header.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> header) => HeaderSize + ((header[3] & 0x1f) * 4);
}
