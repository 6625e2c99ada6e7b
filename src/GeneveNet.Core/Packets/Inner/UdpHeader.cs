using System.Buffers.Binary;

namespace GeneveNet.Packets.Inner;

/// <summary>A UDP header (RFC 768).</summary>
public sealed record UdpHeader
{
    internal const int Size = 8;

    /// <summary>Port of the sender.</summary>
    public ushort SourcePort { get; private init; }

    /// <summary>Port of the receiver.</summary>
    public ushort DestinationPort { get; private init; }

    /// <summary>Bytes with this header, as it says.</summary>
    public int Length { get; private init; }

    /// <summary>Bytes after this header.</summary>
    public int PayloadLength => Length - Size;

    /// <summary>The checksum in the header; 0 for none.</summary>
    public ushort Checksum { get; private init; }

    /// <summary>State of the checksum.</summary>
    public ChecksumState ChecksumState { get; private set; }

    // Only where the checksum is wrong: the sum of the datagram with its pseudo header.
    private uint _wrongSum;

    /// <summary>Ports and length, as tcpdump writes them after the addresses.</summary>
    public override string ToString() => $"{SourcePort} > {DestinationPort}: UDP, length {PayloadLength}";

    internal static UdpHeader? Read(ref LayerCursor cursor, IPHeader ip, ulong? pseudo)
    {
        var datagram = cursor.Rest.Span;
        var left = cursor.Left;
        if (!cursor.TryTake(Size, Layer.Udp, out var bytes))
            return null;

        // 0 where 16 bits are too few (RFC 2675).
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) is > 0 and var said ? said : left;
        if (length < Size)
            cursor.Fail(LayerFault.BadLength, Layer.Udp);
        else if (!ip.MoreFragments || length < left)
            cursor.SetLeft(length - Size, Layer.Udp);

        var checksum = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        var header = new UdpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Length = length,
            Checksum = checksum,
        };
        if (checksum == 0)
            header.ChecksumState = ChecksumState.Absent;
        else if (!ip.IsFragment && pseudo is not null && length >= Size && datagram.Length >= length)
            header.Verify(datagram[..length], pseudo.Value);
        return header;
    }

    /// <summary>Takes back that the checksum is wrong, where it only was computed ahead of what the datagram carries.</summary>
    internal void Reconsider(DecodedFrame inner)
    {
        if (ChecksumState == ChecksumState.Invalid && LocalChecksum.IsRight(_wrongSum, inner))
            ChecksumState = ChecksumState.Partial;
    }

    private void Verify(ReadOnlySpan<byte> datagram, ulong pseudo)
    {
        var front = pseudo + IPProtocols.Udp + (ulong)datagram.Length;
        var sum = InternetChecksum.Fold(front + InternetChecksum.Sum(datagram));
        if (sum == 0xffff)
        {
            ChecksumState = ChecksumState.Valid;
            return;
        }

        ChecksumState = InternetChecksum.Fold(front) == Checksum ? ChecksumState.Partial : ChecksumState.Invalid;
        _wrongSum = sum;
    }
}
