using System.Buffers.Binary;

namespace GeneveNet.Tests.Captures;

/// <summary>Makes captures by hand, in either byte order, without the product's writer.</summary>
internal sealed class CaptureBytes(bool isBigEndian)
{
    public const uint Microseconds = 0xa1b2c3d4, Nanoseconds = 0xa1b23c4d;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public byte[] U16(int value)
    {
        var bytes = new byte[2];
        if (isBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    public byte[] U32(long value)
    {
        var bytes = new byte[4];
        if (isBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
        return bytes;
    }

    public byte[] I64(long value)
    {
        var bytes = new byte[8];
        if (isBigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    public CaptureBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    // pcap

    public CaptureBytes PcapHeader(uint magic = Microseconds, long linkType = 1, int major = 2, int minor = 4, long snapLength = 65535) =>
        // Time zone and accuracy are to be ignored, so they are not zero.
        Raw([.. U32(magic), .. U16(major), .. U16(minor), .. U32(-3600), .. U32(5), .. U32(snapLength), .. U32(linkType)]);

    public CaptureBytes Record(long seconds, long fraction, byte[] data, long? original = null, long? captured = null) =>
        Raw([.. U32(seconds), .. U32(fraction), .. U32(captured ?? data.Length), .. U32(original ?? data.Length), .. data]);

    // pcapng

    public CaptureBytes Block(uint type, byte[] body, long? length = null, long? lengthAtEnd = null)
    {
        var whole = length ?? (12 + body.Length);
        return Raw([.. U32(type), .. U32(whole), .. body, .. U32(lengthAtEnd ?? whole)]);
    }

    public CaptureBytes Section(int major = 1, int minor = 0, long sectionLength = -1, byte[]? options = null) =>
        Block(0x0a0d0d0a, [.. U32(0x1a2b3c4d), .. U16(major), .. U16(minor), .. I64(sectionLength), .. options ?? []]);

    public CaptureBytes Interface(int linkType = 1, long snapLength = 0, params byte[][] options) =>
        Block(1, [.. U16(linkType), .. U16(0), .. U32(snapLength), .. options.SelectMany(option => option)]);

    public CaptureBytes Enhanced(
        int interfaceId, ulong time, byte[] data, long? original = null, long? captured = null, params byte[][] options) =>
        Block(6, [.. U32(interfaceId), .. Packet(time, data, original, captured, options)]);

    public CaptureBytes Obsolete(int interfaceId, int drops, ulong time, byte[] data, params byte[][] options) =>
        Block(2, [.. U16(interfaceId), .. U16(drops), .. Packet(time, data, null, null, options)]);

    public CaptureBytes Simple(byte[] data, long? original = null) => Block(3, [.. U32(original ?? data.Length), .. Padded(data)]);

    /// <summary>An option, padded; its length can be said wrongly.</summary>
    public byte[] Option(int type, byte[] value, int? length = null) => [.. U16(type), .. U16(length ?? value.Length), .. Padded(value)];

    public byte[] EndOfOptions => Option(0, []);

    private byte[] Packet(ulong time, byte[] data, long? original, long? captured, byte[][] options) =>
    [
        .. U32((long)(time >> 32)), .. U32((long)(time & uint.MaxValue)), .. U32(captured ?? data.Length), .. U32(original ?? data.Length),
        .. Padded(data), .. options.SelectMany(option => option),
    ];

    private static byte[] Padded(byte[] data) => [.. data, .. new byte[-data.Length & 3]];
}
