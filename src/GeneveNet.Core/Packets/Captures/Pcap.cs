using System.Buffers.Binary;

namespace GeneveNet.Packets.Captures;

/// <summary>Numbers of the pcap format (draft-ietf-opsawg-pcap, sections "File Header" and "Packet Record").</summary>
internal static class PcapFormat
{
    public const uint MicrosecondMagic = 0xa1b2c3d4, NanosecondMagic = 0xa1b23c4d;

    public const ushort MajorVersion = 2, MinorVersion = 4;

    public const int FileHeaderLength = 24, RecordHeaderLength = 16;

    /// <summary>"LinkType and additional information": what is neither link type nor length of the frame check sequence.</summary>
    public const uint ReservedLinkBits = 0x0bff_0000;
}

/// <summary>Reads pcap: a File Header, then a Packet Record for each frame (draft-ietf-opsawg-pcap).</summary>
internal sealed class PcapFrameReader : IFrameReader
{
    private readonly CaptureInput _input;
    private readonly ByteOrder _order;
    private readonly int _nanosecondsPerFraction;
    private readonly LinkType _linkType;

    /// <summary>Reads the file header.</summary>
    /// <param name="input">Where it comes from.</param>
    /// <param name="order">The byte order, as its magic number told.</param>
    public PcapFrameReader(CaptureInput input, ByteOrder order)
    {
        _input = input;
        if (!input.TryPeek(PcapFormat.FileHeaderLength, out var header))
            throw new CaptureFormatException(
                0, $"A pcap File Header takes {PcapFormat.FileHeaderLength} bytes, {header.Length} are there.");

        _order = order;
        _nanosecondsPerFraction = _order.UInt32(header) == PcapFormat.NanosecondMagic ? 1 : 1000;

        // The two fields behind the version are to be ignored. So is SnapLen: records longer than it are in use.
        var (major, minor) = (_order.UInt16(header[4..]), _order.UInt16(header[6..]));
        if (major != PcapFormat.MajorVersion || minor != PcapFormat.MinorVersion)
            throw new CaptureFormatException(0, $"The pcap version is {major}.{minor}; only 2.4 is known.");

        var link = _order.UInt32(header[20..]);
        var reserved = link & PcapFormat.ReservedLinkBits;
        if (reserved != 0)
            throw new CaptureFormatException(0, $"The pcap link type 0x{link:x8} has reserved bits set (0x{reserved:x8}).");
        _linkType = CaptureFields.LinkTypeOf((ushort)link);
        input.Advance(PcapFormat.FileHeaderLength);
    }

    /// <summary>The byte order by the magic number that a file begins with; null where it is none of pcap.</summary>
    public static ByteOrder? OrderOf(ReadOnlySpan<byte> magic) =>
        ByteOrder.Of(magic, PcapFormat.MicrosecondMagic) ?? ByteOrder.Of(magic, PcapFormat.NanosecondMagic);

    public CapturedFrame? Read()
    {
        _input.BeginRecord();
        if (!_input.TryPeek(PcapFormat.RecordHeaderLength, out var header))
            return null;

        var seconds = _order.UInt32(header);
        var fraction = _order.UInt32(header[4..]);
        var captured = CaptureFields.CheckCaptured(_order.UInt32(header[8..]), _input.RecordOffset);
        var original = CaptureFields.CheckOriginal(_order.UInt32(header[12..]), captured, _input.RecordOffset);
        if (!_input.TryPeek(PcapFormat.RecordHeaderLength + captured, out var record))
            return null;

        var data = record[PcapFormat.RecordHeaderLength..].ToArray();
        _input.Advance(record.Length);
        return new CapturedFrame
        {
            // 2^32 seconds and 2^32 microseconds fit: the fraction may pass a second.
            TimestampNanoseconds = (seconds * CaptureFields.NanosecondsPerSecond) + ((long)fraction * _nanosecondsPerFraction),
            LinkType = _linkType,
            Data = data,
            OriginalLength = original,
        };
    }
}

/// <summary>Writes pcap, little-endian, with nanoseconds. The File Header waits for the first frame, which has the link type.</summary>
internal sealed class PcapFrameWriter(CaptureOutput output) : IFrameWriter
{
    private const long EndOfTime = (uint.MaxValue + 1L) * CaptureFields.NanosecondsPerSecond;

    private LinkType? _linkType;

    public void Write(CapturedFrame frame)
    {
        if (frame.TimestampNanoseconds is < 0 or >= EndOfTime)
            throw CaptureWriter.Refuse("CaptureTimeOutOfRange", $"A pcap file holds frames of 1970 to 2106, not of {frame.Timestamp:u}.");
        if (frame.LinkType != (_linkType ?? frame.LinkType))
            throw CaptureWriter.Refuse(
                "CaptureLinkTypeMixed",
                $"A pcap file holds frames of one link type: this one has {_linkType}, the frame {frame.LinkType}. Pcapng holds both.");
        if (_linkType is null)
            WriteHeader(frame.LinkType);

        var (seconds, fraction) = Math.DivRem(frame.TimestampNanoseconds, CaptureFields.NanosecondsPerSecond);
        var header = output.Append(PcapFormat.RecordHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)fraction);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Math.Max(frame.OriginalLength, frame.Data.Length));
        output.Append(frame.Data.Span);
    }

    public void Complete()
    {
        if (_linkType is null)
            WriteHeader(LinkType.Ethernet);
    }

    private void WriteHeader(LinkType linkType)
    {
        var header = output.Append(PcapFormat.FileHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, PcapFormat.NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], PcapFormat.MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], PcapFormat.MinorVersion);
        header[8..16].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], CaptureLimits.FrameLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)linkType);
        _linkType = linkType;
    }
}
