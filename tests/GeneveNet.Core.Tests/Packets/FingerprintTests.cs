using System.Net;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

/// <summary>A packet has one fingerprint wherever it is seen, and no other packet has it.</summary>
public sealed class FingerprintTests
{
    private static readonly byte[] Inner = GoldenFrames.All["document request"].Bytes[50..];

    private static readonly OuterSpecification Outer = new()
    {
        Source = IPAddress.Parse("192.0.2.1"),
        Destination = IPAddress.Parse("192.0.2.2"),
        SourceMac = MacAddress.Parse("02:00:00:00:00:01"),
        DestinationMac = MacAddress.Parse("02:00:00:00:00:02"),
    };

    [Fact]
    public void Packet_HasTheSameInsideAndOutsideOfTunnels()
    {
        var expected = Read(Inner).Fingerprint;
        Assert.Matches("^[0-9a-f]{16}$", expected!);
        var packet = new GeneveSpecification { Vni = 1000, Payload = Inner };
        var carried = GeneveFrameBuilder.Build(packet, Outer);
        Assert.Equal(expected, Read(carried).Fingerprint);
        Assert.Equal(expected, Read(carried).Geneve!.Fingerprint);
        Assert.Equal(expected, GeneveDecoder.Default.DecodeGeneve(packet.ToBytes()).Fingerprint);
        // In a tunnel of IP packets, and in a tunnel in a tunnel.
        var withoutEthernet = packet with { ProtocolType = EtherTypes.IPv4, Payload = Inner.AsMemory(14) };
        Assert.Equal(expected, Read(GeneveFrameBuilder.Build(withoutEthernet, Outer)).Fingerprint);
        Assert.Equal(expected, Read(GeneveFrameBuilder.Build(packet with { Payload = carried }, Outer)).Fingerprint);
    }

    [Theory]
    [InlineData(0)] // MAC addresses
    [InlineData(11)]
    [InlineData(15)] // type of service
    [InlineData(22)] // time to live
    [InlineData(24)] // checksum
    public void WhatChangesOnTheWay_DoesNotCount(int offset) =>
        Assert.Equal(Read(Inner).Fingerprint, Read(With(Inner, offset)).Fingerprint);

    [Theory]
    [InlineData(19)] // identification
    [InlineData(29)] // source
    [InlineData(33)] // destination
    [InlineData(38)] // ICMP identifier
    [InlineData(41)] // ICMP sequence
    [InlineData(97)] // data
    public void WhatMakesAnotherPacket_Counts(int offset) =>
        Assert.NotEqual(Read(Inner).Fingerprint, Read(With(Inner, offset)).Fingerprint);

    [Fact]
    public void Padding_DoesNotCount()
    {
        var arp = Convert.FromHexString("ffffffffffff02000000000a0806000108000604000102000000000a0a0000010000000000000a000002");
        Assert.Equal(Read(arp).Fingerprint, Read([.. arp, .. new byte[18]]).Fingerprint);
        Assert.Equal(Read(Inner).Fingerprint, Read([.. Inner, 1, 2, 3]).Fingerprint);
    }

    [Theory]
    [InlineData("4500001e00030000401100000a0000010a000002" + "30390035000a12340000", 40)]
    [InlineData("4500002800020000400600000a0000010a000002" + "30390050000000010000000250121000abcd0000", 50)]
    public void ChecksumsThatTheCardFillsIn_DoNotCount(string packet, int offset)
    {
        var frame = Convert.FromHexString("02000000000b02000000000a0800" + packet);
        Assert.Equal(Read(frame).Fingerprint, Read(With(frame, offset)).Fingerprint);
        Assert.NotEqual(Read(frame).Fingerprint, Read(With(frame, offset + 2)).Fingerprint);
    }

    [Fact]
    public void WhatIsNotAllThere_HasNone()
    {
        var cut = new CapturedFrame { Data = Inner.AsMemory(0, 60), OriginalLength = Inner.Length };
        Assert.Null(GeneveDecoder.Default.DecodeFrame(cut).Fingerprint);
        Assert.Null(Read([]).Fingerprint);
        Assert.Null(Read(Inner[..14]).Fingerprint);
    }

    [Fact]
    public void IsTheSameOnEveryMachine()
    {
        // SHA-256 of the EtherType and the packet with those fields zero, as Python's hashlib computes it.
        Assert.Equal("df7e405f662008f3", Read(Inner).Fingerprint);
    }

    private static DecodedFrame Read(byte[] frame) =>
        GeneveDecoder.Default.DecodeFrame(new CapturedFrame { Data = frame, OriginalLength = frame.Length });

    private static byte[] With(byte[] frame, int offset)
    {
        var changed = (byte[])frame.Clone();
        changed[offset] ^= 0x55;
        return changed;
    }
}
