using System.Buffers.Binary;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

/// <summary>What is wrong, odd or missing outside the Geneve header.</summary>
public sealed class OuterTests
{
    private const int IPLength = 16, UdpLength = 38, UdpChecksum = 40;

    [Theory]
    [InlineData(IPLength, 135)] // more than the frame
    [InlineData(UdpLength, 115)] // more than IP
    [InlineData(UdpLength, 7)] // less than itself
    public void WrongLengths_MeanThatNoReceiverTakesIt(int offset, int length)
    {
        var packet = Decode("document request", bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset), (ushort)length));
        Assert.Equal(GeneveFault.OuterLengthWrong, packet.Fault);
    }

    [Theory]
    [InlineData(UdpLength, 113)] // padding inside IP
    [InlineData(UdpLength, 0)] // a jumbogram
    [InlineData(IPLength, 0)] // still to be cut into segments
    public void UnusualLengths_AreTaken(int offset, int length)
    {
        var packet = Decode("document request", bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset), (ushort)length));
        Assert.Equal(GeneveFault.None, packet.Fault);
        Assert.Equal(length == 113 ? 105 : 106, packet.GeneveLength);
    }

    [Fact]
    public void PaddingBehindIP_IsNotPayload()
    {
        var golden = GoldenFrames.All["document request"];
        byte[] padded = [.. golden.Bytes, .. new byte[20]];
        var packet = GeneveDecoder.Default.Decode(new CapturedFrame { Data = padded, OriginalLength = padded.Length })!;
        Assert.Equal((168, 106, 98, 98), (packet.Length, packet.GeneveLength, packet.Payload.Length, packet.PayloadBytes.Length));
    }

    [Theory]
    [InlineData("document request", ChecksumState.Absent)]
    [InlineData("udp", ChecksumState.Valid)]
    [InlineData("bad checksum", ChecksumState.Invalid)]
    [InlineData("first fragment", ChecksumState.NotVerifiable)]
    [InlineData("echo6", ChecksumState.Absent)]
    [InlineData("echo6 reply", ChecksumState.Valid)]
    [InlineData("hop by hop", ChecksumState.Valid)]
    public void Checksum_IsJudged(string name, ChecksumState expected) => Assert.Equal(expected, Decode(name).OuterChecksum);

    [Fact]
    public void Checksum_LeftToTheNetworkCard_IsNotWrong()
    {
        // 10.0.0.250 and 10.0.0.251, protocol 17, UDP length 68: the pseudo header alone.
        var packet = Decode(
            "udp", bytes => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(UdpChecksum), 0x0a00 + 0x00fa + 0x0a00 + 0x00fb + 17 + 68));
        Assert.Equal((ChecksumState.Partial, GeneveFault.None), (packet.OuterChecksum, packet.Fault));
    }

    [Fact]
    public void Checksum_OfACutPacket_CannotBeTold()
    {
        var golden = GoldenFrames.All["bad checksum"].Bytes;
        var cut = new CapturedFrame { Data = golden.AsMemory(0, golden.Length - 1), OriginalLength = golden.Length };
        var packet = GeneveDecoder.Default.Decode(cut)!;
        Assert.Equal((ChecksumState.NotVerifiable, GeneveFault.None, true), (packet.OuterChecksum, packet.Fault, packet.IsTruncated));
    }

    [Fact]
    public void WrongChecksum_ComesBeforeWhatTheHeaderSays()
    {
        var packet = Decode("bad checksum", bytes => bytes[42] = 0x40);
        Assert.Equal((GeneveFault.ChecksumInvalid, (byte)1), (packet.Fault, packet.Version!.Value));
    }

    [Fact]
    public void ZeroChecksumOverIPv6_IsTold()
    {
        Assert.Equal(GeneveNotes.ZeroChecksumOverIPv6, Decode("echo6").Notes);
        Assert.Equal(GeneveNotes.None, Decode("echo6 reply").Notes);
        Assert.Equal(GeneveNotes.None, Decode("document request").Notes);
    }

    [Fact]
    public void FirstFragment_IsDecodedAndTold()
    {
        var packet = Decode("first fragment");
        Assert.Equal((GeneveFault.None, GeneveNotes.FirstFragment, true), (packet.Fault, packet.Notes, packet.IsTruncated));
        Assert.Equal((650, 642), (packet.GeneveLength, packet.Inner!.Length));
        Assert.True(packet.Inner.IsTruncated);
    }

    [Fact]
    public void Frame_IsKept()
    {
        var frame = new CapturedFrame
        {
            Data = GoldenFrames.All["document request"].Bytes,
            OriginalLength = 148,
            Interface = "eth0",
            Direction = PacketDirection.Out,
            TimestampNanoseconds = 1_700_000_000_123_456_789,
        };
        var packet = GeneveDecoder.Default.Decode(frame)!;
        Assert.Same(frame, packet.Frame);
        Assert.Equal(("eth0", PacketDirection.Out, frame.Timestamp), (packet.Interface, packet.Direction, packet.Timestamp));
        Assert.Null(GeneveDecoder.Default.Decode(frame with { TimestampNanoseconds = 0 })!.Timestamp);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 2)]
    public void GeneveInGeneve_IsDecodedAsDeepAsAsked(int nesting, int expected)
    {
        var decoder = new GeneveDecoder(nesting: nesting);
        var depth = 0;
        var outermost = decoder.Decode(GoldenFrameTests.FrameOf(GoldenFrames.All["nested"]));
        for (var packet = outermost; packet is not null; packet = packet.Inner?.Geneve)
            depth++;
        Assert.Equal(expected, depth);
    }

    [Fact]
    public void NestedPacket_KnowsWhatCarriesIt()
    {
        var nested = Decode("nested").Inner!.Geneve!;
        Assert.Equal(("172.16.0.1", 7u, null), (nested.OuterSourceValue!.ToString(), nested.Vni, nested.Frame));
        Assert.NotNull(nested.Inner!.Arp);
    }

    [Fact]
    public void VlanTags_AreNotFollowedForever()
    {
        byte[] tags = [.. Enumerable.Repeat<byte[]>([0x81, 0, 0, 1], 5000).SelectMany(tag => tag)];
        byte[] bytes = [.. new byte[12], .. tags, 0x08, 0];
        var frame = GeneveDecoder.Default.DecodeFrame(new CapturedFrame { Data = bytes, OriginalLength = bytes.Length });
        Assert.Equal((LayerFault.TooDeep, Layer.Vlan, 8), (frame.Fault, frame.FaultLayer, frame.Vlans.Count));
        Assert.EndsWith("[vlan: too many headers]", frame.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", LayerFault.TooShort, Layer.IP)]
    [InlineData("5500001400000000401100000a0000010a000002", LayerFault.BadVersion, Layer.IP)]
    [InlineData("4400001400000000401100000a0000010a000002", LayerFault.BadHeaderLength, Layer.IP)]
    [InlineData("4500001300000000401100000a0000010a000002", LayerFault.BadHeaderLength, Layer.IP)]
    [InlineData("4500001500000000401100000a0000010a000002", LayerFault.BadLength, Layer.IP)]
    [InlineData("4500001400000000401100000a0000010a000002", LayerFault.TooShort, Layer.Udp)]
    [InlineData("4500001400000000400600000a0000010a000002", LayerFault.TooShort, Layer.Tcp)]
    [InlineData("4500001400000000400100000a0000010a000002", LayerFault.TooShort, Layer.Icmp)]
    [InlineData("4500002800000000400600000a0000010a00000200010002000000000000000040000000 00000000", LayerFault.BadHeaderLength, Layer.Tcp)]
    [InlineData("4500002800000000400600000a0000010a00000200010002000000000000000060000000 00000000", LayerFault.TooShort, Layer.Tcp)]
    [InlineData("4500001400000000402f00000a0000010a000002", LayerFault.None, Layer.None)]
    public void BrokenHeaders_AreNamed(string hex, LayerFault fault, Layer layer)
    {
        var bytes = hex == "0" ? [] : HexText.Parse(hex);
        var frame = GeneveDecoder.Default.DecodeFrame(
            new CapturedFrame { LinkType = LinkType.IPv4, Data = bytes, OriginalLength = bytes.Length });
        Assert.Equal((fault, layer), (frame.Fault, frame.FaultLayer));
        Assert.NotEmpty(frame.Summary);
    }

    /// <summary>Every frame cut off at every byte: what is there is told as in the whole frame, and the packet is not blamed.</summary>
    [Theory]
    [MemberData(nameof(GoldenFrameTests.Names), MemberType = typeof(GoldenFrameTests))]
    public void CutFrames_AreReadAsFarAsTheyGo(string name)
    {
        var golden = GoldenFrames.All[name].Bytes;
        var whole = GeneveDecoder.Default.DecodeFrame(new CapturedFrame { Data = golden, OriginalLength = golden.Length });
        var fields = FrameFields.Of(whole);
        for (var length = 0; length < golden.Length; length++)
        {
            var frame = GeneveDecoder.Default.DecodeFrame(
                new CapturedFrame { Data = golden.AsMemory(0, length), OriginalLength = golden.Length });
            Assert.True(frame.IsTruncated);
            Assert.True(frame.Fault is LayerFault.None or LayerFault.Cut, $"{name} cut at {length}: {frame.Fault}");
            foreach (var (field, value) in FrameFields.Of(frame).Where(field => field.Key != "udp.checksum.status"))
                Assert.StartsWith(value, fields[field], StringComparison.Ordinal);
            Assert.NotEmpty(frame.Summary);
            if (frame.Geneve is not { } packet)
                continue;
            Assert.Equal(whole.Geneve!.GeneveLength, packet.GeneveLength);
            Assert.True(packet.Fault == GeneveFault.None || packet.Fault == whole.Geneve.Fault, $"{name} cut at {length}: {packet.Fault}");
            Assert.True(packet.IsTruncated);
            Assert.NotEmpty(packet.ToString());
        }
    }

    private static GenevePacket Decode(string name, Action<byte[]>? change = null)
    {
        var bytes = (byte[])GoldenFrames.All[name].Bytes.Clone();
        change?.Invoke(bytes);
        return GeneveDecoder.Default.Decode(new CapturedFrame { Data = bytes, OriginalLength = bytes.Length })!;
    }
}
