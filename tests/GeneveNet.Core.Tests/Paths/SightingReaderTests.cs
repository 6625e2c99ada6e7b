using System.Net;
using GeneveNet.Packets;
using GeneveNet.Paths.Probes;
using GeneveNet.Tests.Packets;

namespace GeneveNet.Tests.Paths;

/// <summary>Which frames are messages of a probe, and what is read in them.</summary>
public sealed class SightingReaderTests
{
    private static readonly ProbeIdentity Echo = Identity("11.200.2.1", "11.200.1.1") with { EchoId = 4534 };
    private static readonly ProbeIdentity Arp = Identity("169.254.67.1", "12.200.1.2");

    [Theory]
    [InlineData("document request", ProbeMessage.EchoRequest)]
    [InlineData("document reply", ProbeMessage.EchoReply)]
    public void Echoes_are_known_by_their_identifier(string frame, ProbeMessage message)
    {
        var seen = Read(Echo, frame);
        Assert.NotNull(seen);
        Assert.Equal((message, 45, true, 1000u), (seen.Message, seen.Sequence, seen.IsEncapsulated, seen.Vni));
        Assert.Equal(frame == "document request" ? "10.0.0.250:13206 > 10.0.0.251:6081" : "10.0.0.251:50482 > 10.0.0.250:6081", seen.Outer);
        Assert.Equal(("net:[1]", "eth0", PacketDirection.Out), (seen.Place, seen.Interface, seen.Direction));
        Assert.Null(seen.AnsweredMacValue);

        Assert.Null(Read(Echo with { EchoId = 4535 }, frame));
        Assert.Null(Read(Echo with { Vni = 1001 }, frame));
        Assert.Null(Read(Echo with { Port = 6082 }, frame));
    }

    [Fact]
    public void Echoes_without_Geneve_and_behind_a_VLAN_tag_are_known_too()
    {
        var plain = Read(Echo, GoldenFrames.All["document request"].Bytes[50..]);
        Assert.Equal((ProbeMessage.EchoRequest, false), (plain?.Message, plain?.IsEncapsulated));
        Assert.Equal(ProbeMessage.EchoRequest, Read(Echo with { EchoId = 1 }, "inner vlan")?.Message);
    }

    [Fact]
    public void Questions_and_answers_are_told_by_who_asks()
    {
        Assert.Equal(ProbeMessage.NearAsks, Read(Arp, "arp request")?.Message);
        var answer = Read(Arp, "arp reply");
        Assert.Equal((ProbeMessage.NearIsAnswered, "5a:d5:32:45:37:9e"), (answer?.Message, answer?.AnsweredMacValue?.ToString()));

        var other = Identity("12.200.1.2", "169.254.67.1");
        Assert.Equal(ProbeMessage.FarAsks, Read(other, "arp request")?.Message);
        Assert.Equal(ProbeMessage.FarIsAnswered, Read(other, "arp reply")?.Message);
        // A question of somebody else.
        Assert.Null(Read(Identity("169.254.67.9", "12.200.1.2"), "arp request"));
        // The gateway's MAC address is asked for.
        Assert.Equal(
            ProbeMessage.NearAsks,
            Read(Arp with { Destination = IPAddress.Parse("8.8.8.8"), NextHop = IPAddress.Parse("12.200.1.2") }, "arp request")?.Message);
    }

    [Theory]
    [InlineData("need to frag", "11.200.2.1", "11.200.9.9", "11.200.1.254", 1400)]
    [InlineData("host unreachable", "11.200.2.1", "11.200.9.9", "11.200.1.254", null)]
    [InlineData("too big", "fd00::1", "fd00::2", "fd00::9", 1380)]
    public void An_error_inside_is_known_by_the_packet_it_is_about(
        string frame, string source, string destination, string reporter, int? mtu)
    {
        var seen = Read(Identity(source, destination), frame);
        Assert.Equal((ProbeMessage.InnerError, reporter, mtu), (seen?.Message, seen?.Reporter, seen?.ErrorMtu));
        Assert.Null(Read(Identity(source, "11.1.1.1"), frame));
    }

    [Theory]
    // Type and code of ICMP, and what tcpdump calls them; the next-hop MTU stands in the last two bytes of the header.
    [InlineData("0303", "port unreachable", null)]
    [InlineData("0304", "unreachable - need to frag", 1300)]
    [InlineData("0b00", "time exceeded in-transit", null)]
    [InlineData("030a", "host unreachable - admin prohibited", null)]
    public void An_error_of_the_underlay_is_known_by_the_UDP_packet_it_is_about(string type, string words, int? mtu)
    {
        var error = UnderlayError(type, "0a0000fa", "0a0000fb");
        var seen = Read(Echo, error);
        Assert.Equal(
            (ProbeMessage.UnderlayError, words, "10.0.0.1", mtu), (seen?.Message, seen?.Error, seen?.Reporter, seen?.ErrorMtu));
        // About the other end's packet to us, too; not about a packet between others.
        Assert.NotNull(Read(Echo, UnderlayError(type, "0a0000fb", "0a0000fa")));
        Assert.Null(Read(Echo, UnderlayError(type, "0a0000fb", "0a0000fc")));
    }

    [Fact]
    public void Other_traffic_and_frames_cut_off_are_no_sightings()
    {
        foreach (var name in (string[])["tcp syn", "udp", "nested", "later fragment", "unknown protocol", "inner mpls"])
            Assert.Null(Read(Echo, name));
        foreach (var frame in GoldenFrames.All.Values)
        {
            for (var length = 0; length < Math.Min(frame.Bytes.Length, 120); length++)
                Read(Echo, frame.Bytes[..length]); // Whatever it is, nothing is thrown.
        }
    }

    /// <summary>Ethernet; IPv4 from 10.0.0.1; ICMP of a type and code; the IPv4 and UDP header of the packet it is about.</summary>
    private static byte[] UnderlayError(string type, string source, string destination) => Convert.FromHexString(
        "020000000001020000000002" + "0800"
        + "4500003800000000" + "40010000" + "0a000001" + "0a0000fa"
        + type + "0000" + (type == "0304" ? "00000514" : "00000000")
        + "4500007200000000" + "40110000" + source + destination
        + "c00017c1005e0000");

    private static ProbeIdentity Identity(string source, string destination) => new(
        IPAddress.Parse(source), IPAddress.Parse(destination), IPAddress.Parse(destination), 1,
        6081, 1000, IPAddress.Parse("10.0.0.250"), IPAddress.Parse("10.0.0.251"));

    private static Sighting? Read(ProbeIdentity probe, string frame) => Read(probe, GoldenFrames.All[frame].Bytes);

    private static Sighting? Read(ProbeIdentity probe, byte[] frame) => new SightingReader(probe, "net:[1]").Read(
        new CapturedFrame { Data = frame, OriginalLength = frame.Length, Interface = "eth0", Direction = PacketDirection.Out });
}
