namespace GeneveNet.Packets.Captures;

/// <summary>Reads pcap: a File Header, then a Packet Record for each frame (draft-ietf-opsawg-pcap).</summary>
internal sealed class PcapFrameReader : IFrameReader
{
    private const long NanosecondsPerSecond = 1_000_000_000;

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
        _linkType = CaptureLinkTypes.FromNumber((ushort)link);
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
        var captured = FrameLengths.CheckCaptured(_order.UInt32(header[8..]), _input.RecordOffset);
        var original = FrameLengths.CheckOriginal(_order.UInt32(header[12..]), captured, _input.RecordOffset);
        if (!_input.TryPeek(PcapFormat.RecordHeaderLength + captured, out var record))
            return null;

        var data = record[PcapFormat.RecordHeaderLength..].ToArray();
        _input.Advance(record.Length);
        return new CapturedFrame
        {
            // 2^32 seconds and 2^32 microseconds fit: the fraction may pass a second.
            TimestampNanoseconds = (seconds * NanosecondsPerSecond) + ((long)fraction * _nanosecondsPerFraction),
            LinkType = _linkType,
            Data = data,
            OriginalLength = original,
        };
    }
}
