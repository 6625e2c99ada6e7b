using System.Buffers.Binary;

namespace GeneveNet.Packets.Captures;

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
