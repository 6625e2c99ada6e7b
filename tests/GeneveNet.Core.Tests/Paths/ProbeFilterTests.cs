using System.Buffers.Binary;
using System.Net;
using CsCheck;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;
using GeneveNet.Paths.Probes;
using GeneveNet.Tests.Packets;

namespace GeneveNet.Tests.Paths;

/// <summary>What the filter in the kernel lets through to a witness.</summary>
public sealed class ProbeFilterTests
{
    // ARP, ICMP and ICMPv6 inside, whatever options, tags and outer headers are in front; and what has no Ethernet inside, which is
    // looked at whole.
    private static readonly string[] Taken =
    [
        "document request", "document reply", "arp request", "arp reply", "neighbor solicitation", "neighbor advertisement",
        "echo6", "echo6 reply", "host unreachable", "need to frag", "too big", "inner vlan", "inner ipv4", "inner ipv6", "inner mpls",
        "unknown protocol", "options", "critical", "long option", "reserved", "version", "ip options", "first fragment", "bad checksum",
    ];

    // Tags that the kernel has not taken out, or an IPv6 extension header in front of UDP, hide Geneve from the filter.
    private static readonly string[] Hidden = ["qinq", "hop by hop"];

    public static TheoryData<string> Frames { get; } = [.. GoldenFrames.All.Keys.Except(Hidden)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_golden_frame_is_taken_or_left(string name) =>
        Assert.Equal(Taken.Contains(name), IsTaken(GoldenFrames.All[name].Bytes, 6081, 1000));

    [Fact]
    public void Another_port_or_VNI_is_left_and_no_VNI_is_any()
    {
        var request = GoldenFrames.All["document request"].Bytes;
        Assert.False(IsTaken(request, 6082, 1000));
        Assert.False(IsTaken(request, 6081, 1001));
        Assert.True(IsTaken(request, 6081, null));
        Assert.True(IsTaken(GoldenFrames.All["oam"].Bytes, 6081, 0xffffff));
        Assert.True(IsTaken(GoldenFrames.All["port 6082"].Bytes, 6082, null));
    }

    [Theory]
    [InlineData("document request", true)]
    [InlineData("tcp syn", false)]
    public void A_tag_that_the_kernel_had_to_put_into_the_frame_is_looked_past(string name, bool isTaken)
    {
        var frame = GoldenFrames.All[name].Bytes;
        byte[] tagged = [.. frame[..12], 0x81, 0x00, 0x00, 0x07, .. frame[12..]];
        Assert.Equal(isTaken, IsTaken(tagged, 6081, 1000, network: 18));
    }

    [Fact]
    public void Plain_ARP_ICMP_and_ICMPv6_are_taken_and_other_plain_packets_are_left()
    {
        // What is inside the golden frames stands behind 50 bytes of outer headers.
        foreach (var (name, isTaken) in (ReadOnlySpan<(string, bool)>)[
            ("arp request", true), ("document request", true), ("tcp syn", false), ("udp", false), ("inner fragment", false)])
        {
            Assert.True(isTaken == IsTaken(GoldenFrames.All[name].Bytes.AsSpan(50), 6081, 1000), name);
        }

        Assert.True(IsTaken(GoldenFrames.All["echo6"].Bytes.AsSpan(70), 6081, 1000));
    }

    [Fact]
    public void A_frame_that_is_cut_off_is_taken_only_when_the_whole_one_is()
    {
        foreach (var (name, frame) in GoldenFrames.All)
        {
            if (Hidden.Contains(name))
                continue;
            for (var length = 14; length < frame.Bytes.Length; length++)
                Assert.True(!IsTaken(frame.Bytes.AsSpan(0, length), 6081, 1000) || Taken.Contains(name), $"{name} at {length}");
        }
    }

    [Fact]
    public void Where_options_end_is_found()
    {
        var inner = GoldenFrames.All["arp request"].Bytes[50..];
        Gen.Select(Gen.Int[0, 31], Gen.UInt[0, 0xffffff], Gen.Bool, Gen.Bool).Sample((words, vni, isV6, isArp) =>
        {
            var options = Enumerable.Repeat(new GeneveOptionData(0x102, 1, [1, 2, 3, 4]), words).ToArray();
            var frame = GeneveFrameBuilder.Build(
                new GeneveSpecification { Vni = vni, Options = options, Payload = isArp ? inner : GoldenFrames.All["tcp syn"].Bytes[50..] },
                new OuterSpecification
                {
                    Source = IPAddress.Parse(isV6 ? "fd00::1" : "10.0.0.1"),
                    Destination = IPAddress.Parse(isV6 ? "fd00::2" : "10.0.0.2"),
                    SourceMac = MacAddress.Parse("02:00:00:00:00:01"),
                    DestinationMac = MacAddress.Parse("02:00:00:00:00:02"),
                });
            Assert.Equal(isArp, IsTaken(frame, 6081, vni));
            Assert.False(IsTaken(frame, 6081, vni ^ 1));
        });
    }

    private static bool IsTaken(ReadOnlySpan<byte> frame, int port, uint? vni, int network = 14) =>
        BpfInterpreter.Run(ProbeFilter.Compile(port, vni), frame, BinaryPrimitives.ReadUInt16BigEndian(frame[12..]), network) != 0;
}
