using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>
/// Distinguishes a wrong outer UDP checksum from one that Linux computed ahead: where the card is to fill in the checksum of an inner TCP
/// or UDP header, the outer one is computed as if that were done (local checksum offload, Documentation/networking/checksum-offloads.rst).
/// Captured before, the inner field holds the sum of its pseudo header and the outer sum does not add up.
/// </summary>
internal static class LocalChecksum
{
    private const int UdpField = 6, TcpField = 16;

    /// <summary>Whether the outer checksum is right as soon as the inner one is filled in.</summary>
    /// <param name="outerSum">Sum of the outer datagram with its pseudo header, as it was captured.</param>
    /// <param name="inner">What it carries.</param>
    public static bool IsRight(ulong outerSum, DecodedFrame inner)
    {
        if (inner is not { IP: { IsFragment: false } ip, IsTruncated: false } || (inner.Udp is null && inner.Tcp is null))
            return false;
        var packet = inner.Network.Span[..Math.Min(inner.Network.Length, ip.TotalLength)];
        var segment = packet[ip.HeaderLength..];
        var at = inner.Udp is null ? TcpField : UdpField;
        if (segment.Length < at + 2)
            return false;

        var addresses = ip.Version == 4 ? packet[12..20] : packet[8..40];
        var pseudo = InternetChecksum.Fold(InternetChecksum.Sum(addresses) + ip.Protocol + (ulong)segment.Length);
        var field = (ushort)((segment[at] << 8) | segment[at + 1]);
        if (field != pseudo)
            return false;

        // When it is filled in, the segment adds up to the complement of its pseudo header, whatever is in it. What is taken away is
        // added as its complement. The segment is at an even offset in the datagram: all headers before it are even.
        var asIs = InternetChecksum.Fold(InternetChecksum.Sum(segment));
        return InternetChecksum.Fold(outerSum + (ushort)~asIs + (ushort)~pseudo) == ushort.MaxValue;
    }
}
