using System.Buffers.Binary;

namespace GeneveNet.Packets.Captures;

/// <summary>What is held in memory at most, whatever the fields of a file say.</summary>
internal static class CaptureLimits
{
    /// <summary>Bytes of a frame, as for libpcap (MAXIMUM_SNAPLEN).</summary>
    public const int FrameLength = 256 * 1024;

    /// <summary>Bytes of a pcapng block that is looked into. Only options can make one of a frame this long.</summary>
    public const int BlockLength = 1024 * 1024;

    /// <summary>Interfaces in a section of a pcapng file.</summary>
    public const int Interfaces = 16_384;

    /// <summary>Bytes of an interface's name; Linux has 15, Windows some 50.</summary>
    public const int InterfaceNameLength = 256;

    /// <summary>Bytes that are read from, or written to, a stream at once.</summary>
    public const int BufferLength = 64 * 1024;
}

/// <summary>Reads numbers in the byte order of the machine that wrote them.</summary>
/// <param name="isBigEndian">Whether the most significant byte comes first.</param>
internal readonly struct ByteOrder(bool isBigEndian)
{
    /// <summary>Finds the order in which four bytes are a magic number; null where they are it in neither.</summary>
    public static ByteOrder? Of(ReadOnlySpan<byte> bytes, uint magic)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == magic)
            return new ByteOrder(isBigEndian: false);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) == magic ? new ByteOrder(isBigEndian: true) : null;
    }

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public long Int64(ReadOnlySpan<byte> bytes) =>
        isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}

/// <summary>The fields that both formats have.</summary>
internal static class CaptureFields
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    // DLT_RAW on most systems and on OpenBSD: some programs write it instead of LINKTYPE_RAW.
    private const ushort DltRaw = 12, DltRawOpenBsd = 14;

    /// <summary>The link type of a number (draft-ietf-opsawg-pcaplinktype); one without a name keeps its number.</summary>
    public static LinkType LinkTypeOf(ushort number) => number is DltRaw or DltRawOpenBsd ? LinkType.RawIP : (LinkType)number;

    /// <summary>Checks "Captured Packet Length".</summary>
    public static int CheckCaptured(uint length, long offset) => length <= CaptureLimits.FrameLength
        ? (int)length
        : throw new CaptureFormatException(
            offset, $"The Captured Packet Length is {length}; at most {CaptureLimits.FrameLength} bytes are read.");

    /// <summary>Checks "Original Packet Length". One below the captured length is raised to it, as the formats allow.</summary>
    public static int CheckOriginal(uint length, int captured, long offset) => length <= int.MaxValue
        ? Math.Max((int)length, captured)
        : throw new CaptureFormatException(
            offset, $"The Original Packet Length is {length}; at most {int.MaxValue} can be said.");
}
