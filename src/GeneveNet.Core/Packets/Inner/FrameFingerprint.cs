using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GeneveNet.Packets.Inner;

/// <summary>Computes what <see cref="DecodedFrame.Fingerprint"/> describes.</summary>
internal static class FrameFingerprint
{
    private const int TypeSize = 2, ArpSize = 28, Digits = 8; // bytes of the hash that are kept
    private const int UdpChecksum = 6, TcpChecksum = 16;

    public static string? Of(DecodedFrame frame)
    {
        var packet = frame.Network.Span;
        if (packet.IsEmpty || frame.IsTruncated)
            return null;
        // What is after the packet pads the frame, on some links and not on others.
        var length = frame switch
        {
            { IP: { } ip } => Math.Min(packet.Length, ip.TotalLength),
            { Arp: not null } => Math.Min(packet.Length, ArpSize),
            _ => packet.Length,
        };
        var bytes = ArrayPool<byte>.Shared.Rent(TypeSize + length);
        try
        {
            var kept = bytes.AsSpan(0, TypeSize + length);
            BinaryPrimitives.WriteUInt16BigEndian(kept, frame.EtherType);
            packet[..length].CopyTo(kept[TypeSize..]);
            if (frame.IP is not null)
                Clear(frame, frame.IP, kept[TypeSize..]);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(kept, hash);
            return Convert.ToHexStringLower(hash[..Digits]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Clears what changes on the way.</summary>
    private static void Clear(DecodedFrame frame, IPHeader ip, Span<byte> packet)
    {
        if (ip.Version == 4)
        {
            packet[1] = 0; // type of service
            packet[8] = 0; // time to live
            packet[10..12].Clear(); // checksum
        }
        else
        {
            packet[0] &= 0xf0; // traffic class
            packet[1] &= 0x0f;
            packet[7] = 0; // hop limit
        }

        var checksum = frame switch
        {
            { Udp: not null } => ip.HeaderLength + UdpChecksum,
            { Tcp: not null } => ip.HeaderLength + TcpChecksum,
            _ => packet.Length,
        };
        if (checksum + 2 <= packet.Length)
            packet.Slice(checksum, 2).Clear();
    }
}
