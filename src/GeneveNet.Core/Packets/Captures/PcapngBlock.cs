namespace GeneveNet.Packets.Captures;

/// <summary>Numbers of the pcapng format (draft-ietf-opsawg-pcapng, sections "Block Definition" and "Options").</summary>
internal static class PcapngFormat
{
    public const uint ByteOrderMagic = 0x1a2b3c4d;

    public const ushort MajorVersion = 1, MinorVersion = 0;

    /// <summary>Type and length before the body of a block; the length again behind it.</summary>
    public const int BlockHeaderLength = 8, BlockTrailerLength = 4, MinBlockLength = BlockHeaderLength + BlockTrailerLength;

    /// <summary>What options and frames are padded to.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}

/// <summary>Types of the blocks that are looked into.</summary>
internal enum PcapngBlockType : uint
{
    InterfaceDescription = 1,

    /// <summary>Obsolete: of files before 2011.</summary>
    Packet = 2,
    SimplePacket = 3,
    EnhancedPacket = 6,

    /// <summary>The same in either byte order.</summary>
    SectionHeader = 0x0a0d0d0a,
}

/// <summary>Options that are looked at or written. The numbers of each kind of block are its own.</summary>
internal static class PcapngOption
{
    /// <summary>opt_endofopt, of all blocks.</summary>
    public const ushort End = 0;

    /// <summary>shb_userappl: which program wrote the section.</summary>
    public const ushort Application = 4;

    /// <summary>if_name.</summary>
    public const ushort InterfaceName = 2;

    /// <summary>if_tsresol: the unit of timestamps.</summary>
    public const ushort TimestampResolution = 9;

    /// <summary>if_tsoffset: seconds that are added to timestamps.</summary>
    public const ushort TimestampOffset = 14;

    /// <summary>epb_flags, and pack_flags of the obsolete block.</summary>
    public const ushort PacketFlags = 2;

    /// <summary>The bits of the flags that tell the direction: 0 not known, 1 inbound, 2 outbound.</summary>
    public const uint DirectionMask = 3;
}

/// <summary>A whole block of a pcapng file.</summary>
/// <param name="name">What the format calls it, for error texts.</param>
/// <param name="bytes">From its type up to the length at its end.</param>
/// <param name="order">The byte order of its section.</param>
/// <param name="offset">Where it begins.</param>
internal readonly ref struct PcapngBlock(string name, ReadOnlySpan<byte> bytes, ByteOrder order, long offset)
{
    private readonly ReadOnlySpan<byte> _body = bytes[PcapngFormat.BlockHeaderLength..^PcapngFormat.BlockTrailerLength];

    public long Offset { get; } = offset;

    public ushort UInt16(int at) => order.UInt16(_body[at..]);

    public uint UInt32(int at) => order.UInt32(_body[at..]);

    /// <summary>A timestamp: two numbers, the upper one first in either byte order.</summary>
    public ulong Timestamp(int at) => ((ulong)UInt32(at) << 32) | UInt32(at + 4);

    /// <summary>The bytes of a frame.</summary>
    public byte[] Data(int at, int length) => PcapngFormat.Align(length) <= _body.Length - at
        ? _body.Slice(at, length).ToArray()
        : throw new CaptureFormatException(
            Offset, $"The {name} says its frame has {length} bytes, which are padded to 4; its body has {_body.Length - at} left.");

    /// <summary>The options, which fill the rest of the body.</summary>
    public PcapngOptionReader Options(int at) => new(name, _body[at..], order, Offset);
}

/// <summary>Walks the options of a block: u16 type, u16 length, value, padding to 4 (section "Options").</summary>
/// <param name="block">What the format calls the block, for error texts.</param>
/// <param name="options">The bytes up to the end of the block's body.</param>
/// <param name="order">The byte order of the section.</param>
/// <param name="offset">Where the block begins.</param>
internal ref struct PcapngOptionReader(string block, ReadOnlySpan<byte> options, ByteOrder order, long offset)
{
    private const int HeaderLength = 4;

    private ReadOnlySpan<byte> _rest = options;

    /// <summary>Number of the current option.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Steps to the next option.</summary>
    /// <returns>False at opt_endofopt or, as that need not be there, at the end of the block.</returns>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderLength)
            return false;

        Type = order.UInt16(_rest);
        if (Type == PcapngOption.End)
            return false;

        var length = order.UInt16(_rest[2..]);
        _rest = _rest[HeaderLength..];
        if (length > _rest.Length)
            throw new CaptureFormatException(offset, $"Option {Type} of the {block} says it has {length} bytes, {_rest.Length} are left.");

        Value = _rest[..length];
        _rest = _rest[Math.Min(PcapngFormat.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The current value as a number of 8 bits.</summary>
    public readonly byte Byte() => WithLength(1)[0];

    /// <summary>The current value as a number of 32 bits.</summary>
    public readonly uint UInt32() => order.UInt32(WithLength(4));

    /// <summary>The current value as a signed number of 64 bits.</summary>
    public readonly long Int64() => order.Int64(WithLength(8));

    private readonly ReadOnlySpan<byte> WithLength(int length) => Value.Length == length
        ? Value
        : throw new CaptureFormatException(offset, $"Option {Type} of the {block} has {length} bytes, not {Value.Length}.");
}
