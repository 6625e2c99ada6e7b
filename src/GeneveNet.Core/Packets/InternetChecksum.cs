using System.Buffers.Binary;

namespace GeneveNet.Packets;

/// <summary>The sum in one's complement that IP, UDP, TCP and ICMP share (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>Sums 16-bit words in big endian, not folded; an odd byte at the end counts as if a zero followed.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (; bytes.Length >= 4; bytes = bytes[4..])
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>Folds a sum to 16 bits; its complement is the checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
