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
