using CsCheck;
using GeneveNet.Packets;

namespace GeneveNet.Tests.Packets;

/// <summary>The sum by many bytes at once is the sum by two.</summary>
public sealed class InternetChecksumTests
{
    [Fact]
    public void Sum_IsThatOfTheWords() => Gen.OneOf(Gen.Byte, Gen.Const((byte)0xff)).Array[0, 300].Sample(
        bytes =>
        {
            var sum = 0u;
            for (var i = 0; i < bytes.Length; i++)
                sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
            while (sum >> 16 != 0)
                sum = (sum & 0xffff) + (sum >> 16);
            Assert.Equal((ushort)sum, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));
        },
        iter: 20_000,
        threads: 1);

    [Fact]
    public void LargestPacket_DoesNotOverflow()
    {
        var bytes = new byte[65535];
        Array.Fill(bytes, (byte)0xff);
        Assert.Equal(0xff00, InternetChecksum.Fold(InternetChecksum.Sum(bytes)));
    }
}
