using System.IO.Compression;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

public sealed class CaptureWriterTests
{
    private static readonly CapturedFrame Frame = new()
    {
        TimestampNanoseconds = 0x0102030405060708,
        Data = new byte[] { 0xaa, 0xbb, 0xcc, 0xdd, 0xee },
        OriginalLength = 9,
        Interface = "br0",
        Direction = PacketDirection.Out,
    };

    public static TheoryData<CaptureFormat> Formats => [CaptureFormat.Pcap, CaptureFormat.Pcapng];

    [Fact]
    public void Pcap_HasTheBytesOfTheFormat() => Assert.Equal(
        "4D3CB2A1 0200 0400 00000000 00000000 00000400 01000000".Replace(" ", "", StringComparison.Ordinal)
        + "F3265404 08491C2F 05000000 09000000 AABBCCDDEE".Replace(" ", "", StringComparison.Ordinal),
        Convert.ToHexString(CaptureFile.Write(CaptureFormat.Pcap, Frame)));

    [Fact]
    public void Pcapng_HasTheBytesOfTheFormat() => Assert.Equal(
        string.Concat(
            // Section Header Block: shb_userappl
            "0A0D0D0A", "30000000", "4D3C2B1A", "01000000", "FFFFFFFFFFFFFFFF",
            "0400", "0900", "47656E6576654E6574000000", "00000000", "30000000",
            // Interface Description Block: if_name, if_tsresol
            "01000000", "28000000", "01000000", "00000400", "0200", "0300", "62723000", "0900", "0100", "09000000", "00000000", "28000000",
            // Enhanced Packet Block: epb_flags
            "06000000", "34000000", "00000000", "04030201", "08070605", "05000000", "09000000", "AABBCCDDEE000000",
            "0200", "0400", "02000000", "00000000", "34000000"),
        Convert.ToHexString(CaptureFile.Write(CaptureFormat.Pcapng, Frame)));

    [Theory]
    [MemberData(nameof(Formats))]
    public void WithoutFrames_TheFileIsWhole(CaptureFormat format) => Assert.Empty(CaptureFile.Read(CaptureFile.Write(format)));

    [Theory]
    [MemberData(nameof(Formats))]
    public void AnOriginalLengthBelowThatOfTheBytes_IsRaised(CaptureFormat format) =>
        Assert.Equal(5, CaptureFile.Read(CaptureFile.Write(format, Frame with { OriginalLength = 0 }))[0].OriginalLength);

    [Theory]
    [MemberData(nameof(Formats))]
    public void TheLongestFrames_AreWritten(CaptureFormat format)
    {
        var data = new byte[CaptureLimits.FrameLength];
        Random.Shared.NextBytes(data);
        var read = CaptureFile.Read(CaptureFile.Write(format, Frame, Frame with { Data = data }, Frame));
        Assert.Equal([5, data.Length, 5], read.Select(frame => frame.Data.Length));
        Assert.Equal(data, read[1].Data);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AFrameThatIsTooLong_IsRefused(CaptureFormat format) => Refused(
        format, Frame with { Data = new byte[CaptureLimits.FrameLength + 1] }, "CaptureFrameTooLong",
        "The frame has 262145 bytes; a capture holds at most 262144 of one.");

    [Theory]
    [InlineData(CaptureFormat.Pcap, -1_000_000_000L, "A pcap file holds frames of 1970 to 2106, not of 1969-12-31 23:59:59Z.")]
    [InlineData(CaptureFormat.Pcap, 4_294_967_296_000_000_000L, "A pcap file holds frames of 1970 to 2106, not of 2106-02-07 06:28:16Z.")]
    [InlineData(CaptureFormat.Pcapng, -1_000_000_000L, "A pcapng file holds frames since 1970, not of 1969-12-31 23:59:59Z.")]
    public void ATimeThatTheFormatCannotHold_IsRefused(CaptureFormat format, long nanoseconds, string message) =>
        Refused(format, Frame with { TimestampNanoseconds = nanoseconds }, "CaptureTimeOutOfRange", message);

    [Fact]
    public void Pcap_RefusesAnotherLinkType() => Refused(
        CaptureFormat.Pcap, Frame with { LinkType = LinkType.LinuxSll2 }, "CaptureLinkTypeMixed",
        "A pcap file holds frames of one link type: this one has Ethernet, the frame LinuxSll2. Pcapng holds both.");

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\u4e16", 86)]
    public void Pcapng_RefusesANameThatCannotBeReadBack(string part, int times = 1)
    {
        var name = string.Concat(Enumerable.Repeat(part, times));
        Refused(
            CaptureFormat.Pcapng, Frame with { Interface = name }, "CaptureInterfaceName",
            $"An interface's name has at most 256 bytes and no NUL: not so \"{VisibleText.Of(name)}\".");
    }

    [Fact]
    public void Pcapng_DescribesEachInterfaceAndLinkTypeOnce()
    {
        CapturedFrame[] frames =
        [
            Frame, Frame with { LinkType = LinkType.RawIP }, Frame with { Interface = null }, Frame, Frame with { Interface = "" },
            Frame with { Interface = "eth0" }, Frame with { LinkType = LinkType.RawIP },
        ];
        var bytes = CaptureFile.Write(CaptureFormat.Pcapng, frames);
        var blocks = 0;
        for (var at = 0; at < bytes.Length; at += BitConverter.ToInt32(bytes, at + 4))
            blocks += BitConverter.ToInt32(bytes, at) == 1 ? 1 : 0;
        Assert.Equal(4, blocks);
        Assert.Equal(
            frames.Select(frame => (frame.Interface is "" ? null : frame.Interface, frame.LinkType)),
            CaptureFile.Read(bytes).Select(frame => (frame.Interface, frame.LinkType)));
    }

    [Fact]
    public void Pcapng_RefusesMoreInterfacesThanAreRead()
    {
        using var writer = CaptureWriter.Create(Stream.Null, CaptureFormat.Pcapng);
        for (var i = 0; i < 16_384; i++)
            writer.Write(Frame with { Interface = $"i{i}" });
        writer.Write(Frame with { Interface = "i7" });
        Assert.Equal("CaptureInterfacesTooMany", Assert.Throws<NetworkException>(() => writer.Write(Frame)).Id);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void WhatWasFlushed_CanBeRead(CaptureFormat format)
    {
        var stream = new MemoryStream();
        using var writer = CaptureWriter.Create(stream, format);
        writer.Write(Frame);
        Assert.Equal(0, stream.Length);
        writer.Flush();
        Assert.Single(CaptureFile.Read(stream.ToArray()));
        writer.Write(Frame);
        writer.Flush();
        Assert.Equal(2, CaptureFile.Read(stream.ToArray()).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheStream_IsClosedUnlessItIsToBeLeftOpen(bool leaveOpen)
    {
        var stream = new MemoryStream();
        var writer = CaptureWriter.Create(stream, CaptureFormat.Pcapng, leaveOpen);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(leaveOpen, stream.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => writer.Write(Frame));
        Assert.Throws<ObjectDisposedException>(writer.Flush);

        var input = new MemoryStream(stream.ToArray());
        var reader = CaptureReader.Open(input, leaveOpen, TestContext.Current.CancellationToken);
        reader.Dispose();
        reader.Dispose();
        Assert.Equal(leaveOpen, input.CanRead);
        Assert.False(reader.TryRead(out _, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Compressed_ItIsReadJustTheSame(CaptureFormat format)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = CaptureWriter.Create(gzip, format))
            for (var i = 0; i < 10_000; i++)
                writer.Write(Frame with { TimestampNanoseconds = i });
        Assert.Equal(Enumerable.Range(0, 10_000), CaptureFile.Read(stream.ToArray()).Select(frame => (int)frame.TimestampNanoseconds));
    }

    /// <summary>The frame is refused, and the file goes on as if nothing had been.</summary>
    private static void Refused(CaptureFormat format, CapturedFrame frame, string id, string message)
    {
        var stream = new MemoryStream();
        using (var writer = CaptureWriter.Create(stream, format))
        {
            writer.Write(Frame);
            var refused = Assert.Throws<NetworkException>(() => writer.Write(frame));
            Assert.Equal((FailureKind.InvalidArgument, id, message), (refused.Kind, refused.Id, refused.Message));
            writer.Write(Frame);
        }

        Assert.Equal(CaptureFile.Write(format, Frame, Frame), stream.ToArray());
    }
}
