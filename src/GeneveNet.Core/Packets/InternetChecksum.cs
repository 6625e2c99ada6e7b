using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneveNet.Packets;

/// <summary>The sum in one's complement that IP, UDP, TCP and ICMP share (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>Sums 16-bit words in big endian, not folded; an odd byte at the end counts as if a zero followed.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian && bytes.Length >= 2 * Vector256<byte>.Count)
        {
            var whole = bytes[..(bytes.Length / Vector256<byte>.Count * Vector256<byte>.Count)];
            sum = SumVectors(whole);
            bytes = bytes[whole.Length..];
        }

        for (; bytes.Length >= 4; bytes = bytes[4..])
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>
    /// The sum does not depend on the byte order, but for that of its result (RFC 1071, section 2): words are taken as they lie.
    /// </summary>
    private static ulong SumVectors(ReadOnlySpan<byte> bytes)
    {
        var sum = Vector256<ulong>.Zero;
        foreach (var words in MemoryMarshal.Cast<byte, Vector256<uint>>(bytes))
        {
            var (lower, upper) = Vector256.Widen(words);
            sum += lower + upper;
        }

        return BinaryPrimitives.ReverseEndianness(Fold(Vector256.Sum(sum)));
    }

    /// <summary>Folds a sum to 16 bits; its complement is the checksum.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
