using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

public sealed class AttributeReaderTests
{
    [Fact]
    public void Attributes_AreReadOneAfterTheOther_PastTheirPadding()
    {
        byte[] bytes = [.. Wire.Attribute(1, 0xaa), .. Wire.Attribute(2), .. Wire.Attribute(3, 1, 2, 3, 4, 5)];
        Assert.Equal(20 + 4, bytes.Length);
        Assert.Equal(["1:AA", "2:", "3:0102030405"], Read(bytes));
    }

    [Theory]
    [InlineData(0x8001)] // NLA_F_NESTED
    [InlineData(0x4001)] // NLA_F_NET_BYTEORDER
    [InlineData(0xc001)]
    public void FlagBits_AreNoPartOfTheNumber(int type) => Assert.Equal(["1:07"], Read(Wire.Attribute(type, 7)));

    [Fact]
    public void HighestNumber_IsKept() => Assert.Equal(["16383:07"], Read(Wire.Attribute(0x3fff, 7)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FewerThanFourBytesAtTheEnd_ArePadding(int count) =>
        Assert.Equal(["1:0A0B0C0D"], Read([.. Wire.Attribute(1, 10, 11, 12, 13), .. Enumerable.Repeat((byte)0xff, count)]));

    [Fact]
    public void LastAttribute_NeedsNoPadding() => Assert.Equal(["1:AA"], Read(Wire.Attribute(1, 0xaa)[..5]));

    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 8)]
    [InlineData(9, 8)]
    [InlineData(5, 4)]
    [InlineData(65535, 8)]
    public void ALengthThatContradictsTheBytes_IsRefused(int length, int there)
    {
        var bytes = new byte[there];
        BitConverter.TryWriteBytes(bytes, (ushort)length);
        var exception = Assert.Throws<NetlinkFormatException>(() => Read(bytes));
        Assert.Contains($"{length} bytes, but there are {there}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoBytes_AreNoAttributes() => Assert.Empty(Read([]));

    private static List<string> Read(byte[] bytes)
    {
        List<string> found = [];
        var reader = new AttributeReader(bytes);
        while (reader.MoveNext())
            found.Add($"{reader.Type}:{Convert.ToHexString(reader.Payload)}");
        return found;
    }
}
