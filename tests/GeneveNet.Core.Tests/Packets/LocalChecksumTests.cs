using System.Buffers.Binary;
using GeneveNet.Packets;

namespace GeneveNet.Tests.Packets;

/// <summary>
/// An outer checksum that Linux computed ahead of the inner one is told from a wrong one. The packet is a SYN through a tunnel over IPv6,
/// captured where it left: its inner checksum is still the sum of the pseudo header.
/// </summary>
public sealed class LocalChecksumTests
{
    // Ethernet, IPv6, UDP, Geneve; Ethernet, IPv4, TCP without options.
    private const string Captured =
        "3efdf8a84dd1c6c7116198a886dd" + "6000000000461140fd000000000000000000000000000251fd000000000000000000000000000250"
        + "a53f17c200460000" + "00006558ffffff00"
        + "de70ab36f74f5a6fcfbb38140800" + "45000028000040004006298a" + "0b0600010b060002"
        + "3039270f000000010000000050020000" + "00000000";

    private const int UdpStart = 54, UdpChecksum = 60, InnerIP = 84, TcpStart = 104, TcpChecksum = 120;

    [Fact]
    public void ComputedAhead_IsNotWrong()
    {
        var frame = Ahead();
        var packet = Read(frame);
        Assert.Equal((ChecksumState.Partial, GeneveFault.None), (packet.OuterChecksum!.Value, packet.Fault));

        // The card does its work: both are right on the wire.
        Fill(frame, TcpChecksum, InnerIP + 12, 8, 6, TcpStart);
        packet = Read(frame);
        Assert.Equal((ChecksumState.Valid, GeneveFault.None), (packet.OuterChecksum!.Value, packet.Fault));
    }

    [Theory]
    [InlineData(UdpStart)] // outer source port
    [InlineData(63)] // Geneve
    [InlineData(90)] // inner IP
    [InlineData(UdpChecksum)]
    [InlineData(TcpChecksum)]
    public void WrongElsewhere_IsWrong(int offset)
    {
        var frame = Ahead();
        frame[offset] ^= 0x10;
        Assert.Equal(GeneveFault.ChecksumInvalid, Read(frame).Fault);
    }

    private static GenevePacket Read(byte[] frame) =>
        new GeneveDecoder([6082]).Decode(new CapturedFrame { Data = frame, OriginalLength = frame.Length })!;

    /// <summary>As the kernel leaves it: the outer checksum is that of the finished packet, the inner one is not finished.</summary>
    private static byte[] Ahead()
    {
        var frame = Convert.FromHexString(Captured);
        Fill(frame, TcpChecksum, InnerIP + 12, 8, 6, TcpStart);
        Fill(frame, UdpChecksum, 22, 32, 17, UdpStart);
        var pseudo = Add(frame.AsSpan(InnerIP + 12, 8)) + 6 + (ulong)(frame.Length - TcpStart);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(TcpChecksum), Fold(pseudo));
        return frame;
    }

    private static void Fill(byte[] frame, int at, int addresses, int length, byte protocol, int start)
    {
        frame[at] = frame[at + 1] = 0;
        var sum = Add(frame.AsSpan(addresses, length)) + protocol + (ulong)(frame.Length - start) + Add(frame.AsSpan(start));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), (ushort)~Fold(sum));
    }

    // By the words of RFC 1071, and not by the code that is tested.
    private static ulong Add(ReadOnlySpan<byte> bytes)
    {
        var sum = 0ul;
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? (ulong)bytes[i] << 8 : bytes[i];
        return sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
