using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>pcap files made by hand.</summary>
public sealed class PcapReadingTests
{
    private static readonly byte[] Data = [1, 2, 3, 4, 5];

    public static TheoryData<bool> Orders => [false, true];

    [Theory]
    [InlineData(false, CaptureBytes.Microseconds, 7_000_000_999_000L)]
    [InlineData(true, CaptureBytes.Microseconds, 7_000_000_999_000L)]
    [InlineData(false, CaptureBytes.Nanoseconds, 7_000_000_000_999L)]
    [InlineData(true, CaptureBytes.Nanoseconds, 7_000_000_000_999L)]
    public void EitherByteOrderAndUnitOfTime_IsRead(bool isBigEndian, uint magic, long nanoseconds)
    {
        var file = new CaptureBytes(isBigEndian).PcapHeader(magic).Record(7000, 999, Data, original: 1500);
        var frame = Only(file);
        Assert.Equal(
            (nanoseconds, LinkType.Ethernet, "0102030405", 1500, null, PacketDirection.Unknown),
            (frame.TimestampNanoseconds, frame.LinkType, Convert.ToHexString(frame.Data.Span),
             frame.OriginalLength, frame.Interface, frame.Direction));
        Assert.True(frame.IsTruncated);
    }

    [Theory]
    [InlineData(1, LinkType.Ethernet)]
    [InlineData(101, LinkType.RawIP)]
    [InlineData(12, LinkType.RawIP)]
    [InlineData(14, LinkType.RawIP)]
    [InlineData(113, LinkType.LinuxSll)]
    [InlineData(228, LinkType.IPv4)]
    [InlineData(229, LinkType.IPv6)]
    [InlineData(276, LinkType.LinuxSll2)]
    [InlineData(105, (LinkType)105)]
    [InlineData(0x24000001, LinkType.Ethernet)] // a frame check sequence of 2 words of 16 bits
    public void LinkTypes_AreKnownOrKept(long number, LinkType expected) =>
        Assert.Equal(expected, Only(new CaptureBytes(true).PcapHeader(linkType: number).Record(0, 0, Data)).LinkType);

    [Theory]
    [MemberData(nameof(Orders))]
    public void TheLastSecondThatCanBeSaid_AndAFractionBeyondIt_AreRead(bool isBigEndian)
    {
        var file = new CaptureBytes(isBigEndian).PcapHeader().Record(uint.MaxValue, uint.MaxValue, Data);
        Assert.Equal(4_294_967_295_000_000_000 + 4_294_967_295_000, CaptureFile.Read(file.ToArray())[0].TimestampNanoseconds);
    }

    [Fact]
    public void WithoutFrames_ItIsEmptyAndWhole() => Assert.Empty(CaptureFile.Read(new CaptureBytes(false).PcapHeader().ToArray()));

    [Fact]
    public void AnOriginalLengthBelowTheCapturedOne_IsRaised() =>
        Assert.Equal(5, Only(new CaptureBytes(false).PcapHeader().Record(0, 0, Data, original: 3)).OriginalLength);

    [Fact]
    public void AFrameLongerThanSnapLen_IsRead() =>
        Assert.Equal(5, Only(new CaptureBytes(false).PcapHeader(snapLength: 4).Record(0, 0, Data)).Data.Length);

    [Fact]
    public void TheLongestFrame_IsRead_AndALongerOneRefused()
    {
        var file = new CaptureBytes(true).PcapHeader().Record(0, 0, new byte[CaptureLimits.FrameLength]);
        Assert.Equal(CaptureLimits.FrameLength, Only(file).Data.Length);

        file.Record(0, 0, new byte[CaptureLimits.FrameLength + 1]);
        var refused = CaptureFile.Refused(file.ToArray(), framesBefore: 1);
        Assert.Equal(24 + 16 + CaptureLimits.FrameLength, refused.Offset);
        Assert.Equal(
            "The capture is malformed at byte 262184: The Captured Packet Length is 262145; at most 262144 bytes are read.",
            refused.Message);
    }

    [Fact]
    public void AnOriginalLengthBeyondAnyMemory_IsRefused() => Assert.Contains(
        "The Original Packet Length is 4294967295",
        CaptureFile.Refused(new CaptureBytes(true).PcapHeader().Record(0, 0, Data, original: uint.MaxValue).ToArray()).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 3, 1, "The pcap version is 2.3; only 2.4 is known.")]
    [InlineData(3, 0, 1, "The pcap version is 3.0; only 2.4 is known.")]
    [InlineData(2, 4, 0x00010001, "The pcap link type 0x00010001 has reserved bits set (0x00010000).")]
    [InlineData(2, 4, 0x08000001, "The pcap link type 0x08000001 has reserved bits set (0x08000000).")]
    public void AHeaderThatIsNotKnown_IsRefused(int major, int minor, long linkType, string rule) => Assert.Equal(
        "The capture is malformed at byte 0: " + rule,
        CaptureFile.Refused(new CaptureBytes(false).PcapHeader(linkType: linkType, major: major, minor: minor).ToArray()).Message);

    [Theory]
    [InlineData("", "A capture begins with a magic number of 4 bytes, 0 are there.")]
    [InlineData("d4", "A capture begins with a magic number of 4 bytes, 1 are there.")]
    [InlineData("d4c3b2a1", "A pcap File Header takes 24 bytes, 4 are there.")]
    [InlineData("0a0d0d0a1c000000", "The stream ends inside of the first Section Header Block.")]
    [InlineData("7f454c46", "A capture begins with the magic number of pcap or pcapng, not with 7f454c46.")]
    public void WhatBeginsOtherwise_IsNoCapture(string hex, string rule) =>
        Assert.Equal("The capture is malformed at byte 0: " + rule, CaptureFile.Refused(Convert.FromHexString(hex)).Message);

    private static CapturedFrame Only(CaptureBytes file) => Assert.Single(CaptureFile.Read(file.ToArray()));
}
