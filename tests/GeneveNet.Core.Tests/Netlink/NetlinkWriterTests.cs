using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

public sealed class NetlinkWriterTests
{
    [Fact]
    public void Message_HasItsHeaderAndItsLength()
    {
        var writer = new NetlinkWriter(16);
        var start = writer.BeginMessage(20, NetlinkFlags.Request | NetlinkFlags.Create, 0x01020304);
        writer.Append((uint)0xaabbccdd);
        writer.EndMessage(start);

        Assert.Equal("14000000" + "1400" + "0104" + "04030201" + "00000000" + "ddccbbaa", Hex(ref writer));
        writer.Dispose();
    }

    [Fact]
    public void Attribute_IsPaddedWithZeros_AndItsLengthLeavesThePaddingOut()
    {
        var writer = new NetlinkWriter(16);
        // A buffer that was used before must not show through the padding.
        writer.Append(12).Fill(0xff);
        writer.Clear();
        var start = writer.BeginAttribute(3, "X");
        writer.Append(1)[0] = 0x61;
        writer.EndAttribute(start);
        var flag = writer.BeginAttribute(6, "Y");
        writer.EndAttribute(flag);

        Assert.Equal("0500030061000000" + "04000600", Hex(ref writer));
        writer.Dispose();
    }

    [Fact]
    public void NestedAttributes_CountIntoTheOuterLength_AndAreMarked()
    {
        var writer = new NetlinkWriter(16);
        var outer = writer.BeginAttribute(18, "OUTER", nested: true);
        var inner = writer.BeginAttribute(1, "INNER");
        writer.Append(2)[0] = 7;
        writer.EndAttribute(inner);
        var empty = writer.BeginAttribute(2, "EMPTY", nested: true);
        writer.EndAttribute(empty);
        writer.EndAttribute(outer);

        Assert.Equal("10001280" + "0600010007000000" + "04000280", Hex(ref writer));
        writer.Dispose();
    }

    [Fact]
    public void SecondMessage_StartsOnAFourByteBoundary_AndOffsetsCountFromTheBuffersStart()
    {
        var writer = new NetlinkWriter(16);
        for (var i = 0; i < 2; i++)
        {
            var start = writer.BeginMessage(16, NetlinkFlags.Request, (uint)i);
            writer.Append(1);
            writer.EndMessage(start);
        }

        Assert.Equal(40, writer.Length);
        ReadOnlySpan<byte> rest = writer.Written;
        for (var i = 0u; i < 2; i++)
        {
            Assert.True(NetlinkHeader.TryReadMessage(ref rest, out var header, out _));
            Assert.Equal((17, i), (header.Length, header.Sequence));
        }

        writer.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1000)]
    public void Buffer_GrowsAndKeepsWhatWasWritten(int step)
    {
        var writer = new NetlinkWriter(1);
        const int Total = 300_000;
        for (var written = 0; written < Total; written += step)
        {
            var span = writer.Append(step);
            Assert.False(span.ContainsAnyExcept((byte)0));
            span.Fill((byte)(written / step));
        }

        for (var at = 0; at < writer.Length; at++)
        {
            if (writer.Written[at] != (byte)(at / step))
                Assert.Fail($"Byte {at} was lost.");
        }

        Assert.True(writer.Length >= Total);
        writer.Dispose();
    }

    [Fact]
    public void MarksOfOpenMessagesAndAttributes_OutliveTheGrowth()
    {
        var writer = new NetlinkWriter(1);
        var message = writer.BeginMessage(16, NetlinkFlags.None, 1);
        var attribute = writer.BeginAttribute(1, "X");
        writer.Append(60_000)[^1] = 9;
        writer.EndAttribute(attribute);
        writer.EndMessage(message);

        Assert.Equal(60_020, BitConverter.ToInt32(writer.Written));
        Assert.Equal(60_004, BitConverter.ToUInt16(writer.Written[16..]));
        Assert.Equal(9, writer.Written[^1]);
        writer.Dispose();
    }

    [Theory]
    [InlineData(65531, true)]
    [InlineData(65532, false)]
    [InlineData(200_000, false)]
    public void Attribute_LongerThanItsLengthFieldCanSay_IsRefused(int payload, bool fits)
    {
        var exception = Record.Exception(() =>
        {
            var writer = new NetlinkWriter(16);
            try
            {
                var start = writer.BeginAttribute(1, "X");
                writer.Append(payload);
                writer.EndAttribute(start);
                Assert.Equal(payload + 4, BitConverter.ToUInt16(writer.Written));
            }
            finally
            {
                writer.Dispose();
            }
        });
        if (fits)
            Assert.Null(exception);
        else
            Assert.Contains($"not {payload + 4}", Assert.IsType<NetlinkFormatException>(exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_DoesNoHarm()
    {
        var writer = new NetlinkWriter(16);
        writer.Append(4);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(0, writer.Length);
    }

    private static string Hex(ref NetlinkWriter writer) => Convert.ToHexStringLower(writer.Written);
}
