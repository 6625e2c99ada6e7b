using System.Buffers.Binary;

namespace GeneveNet.Packets.Captures;

/// <summary>Writes pcap, little-endian, with nanoseconds. The File Header waits for the first frame, which has the link type.</summary>
internal sealed class PcapFrameWriter(CaptureOutput output) : IFrameWriter
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long EndOfTime = (uint.MaxValue + 1L) * NanosecondsPerSecond;

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

        var (seconds, fraction) = Math.DivRem(frame.TimestampNanoseconds, NanosecondsPerSecond);
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
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], CaptureReader.MaxFrameLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)linkType);
        _linkType = linkType;
    }
}
