using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

public sealed class NetlinkHeaderTests
{
    [Fact]
    public void Messages_AreCutOffOneByOne_PastTheirPadding()
    {
        ReadOnlySpan<byte> datagram =
            (byte[])[.. Wire.Message(20, NetlinkFlags.Multi, 7, 1, 2, 3, 4, 5), .. Wire.Message(3, NetlinkFlags.Multi, 8)];

        Assert.True(NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body));
        Assert.Equal(new NetlinkHeader(21, 20, NetlinkFlags.Multi, 7, 0), header);
        Assert.Equal([1, 2, 3, 4, 5], body.ToArray());

        Assert.True(NetlinkHeader.TryReadMessage(ref datagram, out header, out body));
        Assert.Equal(new NetlinkHeader(16, 3, NetlinkFlags.Multi, 8, 0), header);
        Assert.True(body.IsEmpty);

        Assert.False(NetlinkHeader.TryReadMessage(ref datagram, out _, out _));
    }

    [Fact]
    public void LastMessage_NeedsNoPadding()
    {
        ReadOnlySpan<byte> datagram = Wire.Message(20, 0, 7, 1).AsSpan(0, 17);
        Assert.True(NetlinkHeader.TryReadMessage(ref datagram, out _, out var body));
        Assert.Equal([1], body.ToArray());
        Assert.True(datagram.IsEmpty);
    }

    [Theory]
    [InlineData(0u, 16)]
    [InlineData(15u, 16)]
    [InlineData(17u, 16)]
    [InlineData(0x7fffffffu, 20)]
    [InlineData(0xffffffffu, 20)] // -1 as a signed number
    public void ALengthThatContradictsTheDatagram_IsRefused(uint length, int there)
    {
        var bytes = new byte[there];
        BitConverter.TryWriteBytes(bytes, length);
        var exception = Assert.Throws<NetlinkFormatException>(() => Cut(bytes));
        Assert.Contains($"says it has {length} bytes, but there are {there}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void LessThanAHeader_IsRefused(int there) => Assert.Throws<NetlinkFormatException>(() => Cut(new byte[there]));

    private static void Cut(ReadOnlySpan<byte> datagram) => NetlinkHeader.TryReadMessage(ref datagram, out _, out _);
}
