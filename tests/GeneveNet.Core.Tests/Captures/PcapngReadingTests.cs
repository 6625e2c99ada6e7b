using System.Globalization;
using System.Text;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>pcapng files made by hand, most of them in both byte orders.</summary>
public sealed class PcapngReadingTests
{
    private const int Name = 2, Resolution = 9, Offset = 14, Flags = 2, Comment = 1;

    private static readonly byte[] Data = [1, 2, 3, 4, 5];

    public static TheoryData<bool> Orders => [false, true];

    [Theory]
    [MemberData(nameof(Orders))]
    public void EveryKindOfPacketBlock_IsRead(bool isBigEndian)
    {
        var file = new CaptureBytes(isBigEndian);
        file.Section()
            .Interface(113, 3, file.Option(Name, "any"u8.ToArray()), file.EndOfOptions)
            .Interface(1, 0, file.Option(Resolution, [9]))
            .Enhanced(
                1, 0x0123456789abcdef, Data, 9, null, file.Option(Comment, "hello"u8.ToArray()), file.Option(Flags, file.U32(0x0f0001ad)))
            .Obsolete(0, drops: 7, 5, Data, file.Option(Flags, file.U32(2)), file.EndOfOptions)
            .Simple(Data[..3], original: 60);
        Assert.Equal(
            [
                "81985529.216486895 1 5 9 - In " + Md5(Data),
                "0.000005000 113 5 5 any Out " + Md5(Data),
                "0.000000000 113 3 60 any - " + Md5(Data[..3]),
            ],
            CaptureFile.Read(file.ToArray()).Select(FrameText.Of));
    }

    [Fact]
    public void EachSection_HasItsOwnByteOrderAndInterfaces()
    {
        var (little, big) = (new CaptureBytes(false), new CaptureBytes(true));
        little.Section(minor: 2).Interface(1, 0, little.Option(Name, "first"u8.ToArray())).Enhanced(0, 1, Data);
        big.Section(sectionLength: 12345).Interface(101, 0, big.Option(Name, "second"u8.ToArray())).Enhanced(0, 2, Data);
        byte[] both = [.. little.ToArray(), .. big.ToArray(), .. little.ToArray()];
        Assert.Equal(
            [("first", LinkType.Ethernet, 1000L), ("second", LinkType.RawIP, 2000), ("first", LinkType.Ethernet, 1000)],
            CaptureFile.Read(both).Select(frame => (frame.Interface!, frame.LinkType, frame.TimestampNanoseconds)));

        var bare = new CaptureBytes(true).Section().Enhanced(0, 3, Data).ToArray();
        var offset = little.ToArray().Length + 28;
        Assert.Equal(
            $"The capture is malformed at byte {offset}: A frame names interface 0; the section has described 0 so far.",
            CaptureFile.Refused([.. little.ToArray(), .. bare], framesBefore: 1).Message);
    }

    [Theory]
    [InlineData(0, 0, "2", "2000000000")]
    [InlineData(3, 0, "2001", "2001000000")]
    [InlineData(6, 10, "1000001", "11000001000")]
    [InlineData(9, 0, "1795525182776320510", "1795525182776320510")]
    [InlineData(9, -2, "1", "-1999999999")]
    [InlineData(12, 0, "1999", "1")]
    [InlineData(12, 0, "18446744073709551615", "18446744073709551")]
    [InlineData(28, 0, "18446744073709551615", "1")]
    [InlineData(29, 0, "18446744073709551615", "0")]
    [InlineData(127, 0, "18446744073709551615", "0")]
    [InlineData(0x80, 0, "9", "9000000000")]
    [InlineData(0x80 + 10, 1, "1536", "2500000000")]
    [InlineData(0x80 + 32, 0, "4294967297", "1000000000")]
    [InlineData(0x80 + 64, 0, "9223372036854775808", "500000000")]
    [InlineData(0xff, 0, "18446744073709551615", "0")]
    [InlineData(9, 0, "9223372036854775807", "9223372036854775807")]
    public void TimesInAnyUnit_BecomeNanoseconds(byte resolution, long seconds, string time, string nanoseconds)
    {
        foreach (var file in (CaptureBytes[])[new(false), new(true)])
        {
            file.Section().Interface(1, 0, file.Option(Resolution, [resolution]), file.Option(Offset, file.I64(seconds)));
            file.Enhanced(0, ulong.Parse(time, CultureInfo.InvariantCulture), Data);
            Assert.Equal(long.Parse(nanoseconds, CultureInfo.InvariantCulture), CaptureFile.Read(file.ToArray())[0].TimestampNanoseconds);
        }
    }

    [Theory]
    [InlineData(9, 0, "9223372036854775808")]
    [InlineData(0, 0, "18446744073709551615")]
    [InlineData(6, long.MaxValue, "0")]
    [InlineData(6, long.MinValue, "0")]
    public void ATimeThatNoFrameCanHave_IsRefused(byte resolution, long seconds, string time)
    {
        var file = new CaptureBytes(true);
        file.Section().Interface(1, 0, file.Option(Resolution, [resolution]), file.Option(Offset, file.I64(seconds)));
        file.Enhanced(0, ulong.Parse(time, CultureInfo.InvariantCulture), Data);
        Assert.Contains(
            $"The timestamp {time} (if_tsresol 0x{resolution:x2}, if_tsoffset {seconds})",
            CaptureFile.Refused(file.ToArray()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("eth0\0rest", "eth0")]
    [InlineData("", null)]
    [InlineData("\0", null)]
    [InlineData("\u00e9\u4e16", "\u00e9\u4e16")]
    public void NamesOfInterfaces_EndAtANul(string written, string? expected) =>
        Assert.Equal(expected, ReadName(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void NamesOfInterfaces_ThatAreNoUtf8_AreRepaired() => Assert.Equal("a\ufffdb", ReadName([0x61, 0xff, 0x62]));

    [Fact]
    public void NamesOfInterfaces_HaveABound()
    {
        Assert.Equal(256, ReadName([.. Enumerable.Repeat((byte)'x', 256)])!.Length);
        var file = new CaptureBytes(false);
        file.Section()
            .Interface(1, 0, file.Option(Name, new byte[256]))
            .Interface(1, 0, file.Option(Name, [.. Enumerable.Repeat((byte)'x', 257)]));
        Assert.Equal(
            $"The capture is malformed at byte {28 + 20 + 260}: An interface's name has 257 bytes; at most 256 are read.",
            CaptureFile.Refused(file.ToArray()).Message);
    }

    [Fact]
    public void Interfaces_HaveABound()
    {
        var file = new CaptureBytes(false).Section();
        for (var i = 0; i < 16_384; i++)
            file.Interface();
        Assert.Empty(CaptureFile.Read(file.ToArray()));
        Assert.Contains("more than 16384 interfaces", CaptureFile.Refused(file.Interface().ToArray()).Message, StringComparison.Ordinal);
        Assert.Empty(CaptureFile.Read([.. file.ToArray()[..^20], .. file.ToArray()[..^20]]));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void OtherBlocks_AreSkippedWhereverTheyStand(bool isBigEndian)
    {
        var file = new CaptureBytes(isBigEndian);
        file.Section(options: [.. file.Option(4, "someone"u8.ToArray()), .. file.EndOfOptions])
            .Block(4, new byte[40]) // Name Resolution
            .Interface()
            .Block(5, new byte[8]) // Interface Statistics
            .Block(10, new byte[200_000]) // Decryption Secrets
            .Enhanced(0, 1, Data)
            .Block(0x80000001, [])
            .Block(0x00000bad, new byte[4]) // Custom
            .Enhanced(0, 2, Data);
        Assert.Equal([1000L, 2000L], CaptureFile.Read(file.ToArray()).Select(frame => frame.TimestampNanoseconds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AHugeBlock_IsSkippedWhetherTheStreamCanSeekOrNot(bool canSeek)
    {
        const int Length = 1 << 30;
        var file = new CaptureBytes(false).Section().Interface().Enhanced(0, 1, Data);
        byte[] start = [.. file.ToArray(), .. file.U32(99), .. file.U32(Length)];
        byte[] end = [.. file.U32(Length), .. new CaptureBytes(false).Enhanced(0, 2, Data).ToArray()];
        using var stream = new HollowStream(start, Length - 12L, end, canSeek);
        using var reader = CaptureReader.Open(stream, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([1000L, 2000L], reader.Frames(TestContext.Current.CancellationToken).Select(frame => frame.TimestampNanoseconds));
        Assert.False(reader.IsCutOff);
        Assert.Equal(canSeek, stream.BytesRead < 1_000_000);
    }

    [Fact]
    public void AHugeBlockThatIsNotThere_IsCutOff()
    {
        var file = new CaptureBytes(false).Section().Interface().Enhanced(0, 1, Data);
        foreach (var there in (int[])[0, 1, 4, 100_000])
        {
            byte[] bytes = [.. file.ToArray(), .. file.U32(99), .. file.U32(0xfffffffc), .. new byte[there]];
            var (frames, isCutOff) = CaptureFile.ReadUpToCut(bytes);
            Assert.Single(frames);
            Assert.True(isCutOff);
        }
    }

    [Fact]
    public void OptionsWithoutTheirEnd_AndBytesBehindIt_AreRead()
    {
        var file = new CaptureBytes(true);
        file.Section()
            .Interface(1, 0, file.Option(Resolution, [9]), file.EndOfOptions, file.Option(Resolution, [0]))
            .Enhanced(0, 5, Data, null, null, file.Option(Flags, file.U32(1)));
        var frame = Assert.Single(CaptureFile.Read(file.ToArray()));
        Assert.Equal((5L, PacketDirection.In), (frame.TimestampNanoseconds, frame.Direction));
    }

    [Fact]
    public void AFrameWithAMegabyteOfComments_IsRefused_AndOneWithLessRead()
    {
        var file = new CaptureBytes(false);
        var comment = file.Option(Comment, new byte[60_000]);
        file.Section().Interface().Enhanced(0, 1, new byte[CaptureLimits.FrameLength], null, null, [.. Enumerable.Repeat(comment, 13)]);
        Assert.Single(CaptureFile.Read(file.ToArray()));
        file.Enhanced(0, 1, Data, null, null, [.. Enumerable.Repeat(comment, 18)]);
        Assert.Contains("at most 1048576 are read", CaptureFile.Refused(file.ToArray(), framesBefore: 1).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BrokenRules => new()
    {
        { "length 8", "A block of type 0x00000006 says it has 8 bytes: no multiple of 4 from 12 on." },
        { "length 34", "A block of type 0x00000006 says it has 34 bytes: no multiple of 4 from 12 on." },
        { "lengths differ", "A block says it has 40 bytes at its start and 44 at its end." },
        { "unknown lengths differ", "A block says it has 16 bytes at its start and 20 at its end." },
        { "enhanced short", "The Enhanced Packet Block says it has 28 bytes; it takes 32, and at most 1048576 are read." },
        { "packet short", "The Packet Block says it has 28 bytes; it takes 32, and at most 1048576 are read." },
        { "simple short", "The Simple Packet Block says it has 12 bytes; it takes 16, and at most 1048576 are read." },
        { "interface short", "The Interface Description Block says it has 16 bytes; it takes 20, and at most 1048576 are read." },
        { "section short", "A Section Header Block takes 28 bytes, this one says it has 24." },
        { "section magic", "The Byte-Order Magic of a section is 11223344, in neither order 1a2b3c4d." },
        { "section version", "The pcapng version is 1.1; only 1.0 and 1.2, which is the same, are known." },
        { "block too long", "The Enhanced Packet Block says it has 4294967292 bytes; it takes 32, and at most 1048576 are read." },
        { "frame too long", "The Captured Packet Length is 262145; at most 262144 bytes are read." },
        { "frame beyond", "The Enhanced Packet Block says its frame has 9 bytes, which are padded to 4; its body has 8 left." },
        { "simple beyond", "The Simple Packet Block says its frame has 9 bytes, which are padded to 4; its body has 8 left." },
        { "interface unknown", "A frame names interface 1; the section has described 1 so far." },
        { "option beyond", "Option 7 of the Enhanced Packet Block says it has 5 bytes, 4 are left." },
        { "flags length", "Option 2 of the Enhanced Packet Block has 4 bytes, not 2." },
        { "resolution length", "Option 9 of the Interface Description Block has 1 bytes, not 2." },
        { "offset length", "Option 14 of the Interface Description Block has 8 bytes, not 4." },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public void ABrokenRule_IsNamedWithItsPlaceAndNumbers(string what, string rule)
    {
        foreach (var isBigEndian in (bool[])[false, true])
        {
            var file = new CaptureBytes(isBigEndian).Section().Interface().Enhanced(0, 1, Data);
            var offset = file.ToArray().Length;
            _ = what switch
            {
                "length 8" => file.Block(6, new byte[28], length: 8),
                "length 34" => file.Block(6, new byte[28], length: 34),
                "lengths differ" => file.Block(6, new byte[28], lengthAtEnd: 44),
                "unknown lengths differ" => file.Block(77, new byte[4], lengthAtEnd: 20),
                "enhanced short" => file.Block(6, new byte[16]),
                "packet short" => file.Block(2, new byte[16]),
                "simple short" => file.Block(3, []),
                "interface short" => file.Block(1, new byte[4]),
                "section short" => file.Block(0x0a0d0d0a, [.. file.U32(0x1a2b3c4d), .. new byte[8]]),
                "section magic" => file.Block(0x0a0d0d0a, [0x11, 0x22, 0x33, 0x44, .. new byte[12]]),
                "section version" => file.Section(1, 1),
                "block too long" => file.Block(6, new byte[28], length: 0xfffffffc),
                "frame too long" => file.Enhanced(0, 0, Data, captured: 262145),
                "frame beyond" => file.Enhanced(0, 0, Data, captured: 9),
                "simple beyond" => file.Simple(Data, original: 9),
                "interface unknown" => file.Enhanced(1, 0, Data),
                "option beyond" => file.Enhanced(0, 0, Data, null, null, file.Option(7, new byte[4], length: 5)),
                "flags length" => file.Enhanced(0, 0, Data, null, null, file.Option(Flags, new byte[2])),
                "resolution length" => file.Interface(1, 0, file.Option(Resolution, new byte[2])),
                "offset length" => file.Interface(1, 0, file.Option(Offset, new byte[4])),
                _ => throw new ArgumentOutOfRangeException(nameof(what)),
            };
            var refused = CaptureFile.Refused(file.ToArray(), framesBefore: 1);
            Assert.Equal($"The capture is malformed at byte {offset}: {rule}", refused.Message);
            Assert.Equal(offset, refused.Offset);
        }
    }

    private static string? ReadName(byte[] name)
    {
        var file = new CaptureBytes(true);
        file.Section().Interface(1, 0, file.Option(Name, name)).Enhanced(0, 1, Data);
        return CaptureFile.Read(file.ToArray())[0].Interface;
    }

    private static string Md5(byte[] data) => FrameText.Of(new CapturedFrame { Data = data })[^32..];
}
