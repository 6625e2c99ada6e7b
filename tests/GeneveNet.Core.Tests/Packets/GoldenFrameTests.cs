using System.Text.RegularExpressions;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

/// <summary>What others read in a frame, the decoder reads in it.</summary>
public sealed partial class GoldenFrameTests
{
    // Where the wording is meant to differ: what must be dropped is said, unknown things have a length, an ICMP error says whose
    // packet it is about, VLAN tags are always shown, and what is not decoded (TCP options, MPLS) is not shown.
    private static readonly Dictionary<string, string> OtherWords = new()
    {
        ["critical"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [C], vni 0x3e8, options [20 bytes] "
            + "[must be dropped: UnknownCriticalOption]: "
            + "IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64",
        ["version"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve [must be dropped: UnsupportedVersion]",
        ["bad checksum"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8 [must be dropped: ChecksumInvalid]: "
            + "ARP, Request who-has 12.200.1.2 tell 169.254.67.1, length 28",
        ["unknown protocol"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: unknown (0x1234), length 4",
        ["inner mpls"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: MPLS unicast (0x8847), length 88",
        ["inner vlan"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "vlan 100, p 3, IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 1, seq 2, length 64",
        ["qinq"] = "vlan 200, p 0, vlan 100, p 5, IP 10.0.0.250.1 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "ARP, Request who-has 12.200.1.2 tell 169.254.67.1, length 28",
        ["hop by hop"] = "IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: "
            + "ARP, Request who-has 12.200.1.2 tell 169.254.67.1, length 28",
        ["tcp options"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP 11.200.2.1.40000 > 11.200.1.1.9000: Flags [S], seq 5, win 64240, length 0",
        ["host unreachable"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP 11.200.1.254 > 11.200.2.1: ICMP host unreachable, about 11.200.2.1 > 11.200.9.9, length 44",
        ["need to frag"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP 11.200.1.254 > 11.200.2.1: ICMP unreachable - need to frag (mtu 1400), about 11.200.2.1 > 11.200.9.9, length 44",
        ["too big"] = "IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP6 fd00::9 > fd00::1: ICMP6, packet too big, mtu 1380, about fd00::1 > fd00::2, length 76",
        ["inner fragment"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP 11.200.2.1 > 11.200.1.1: proto UDP (17), fragment at 1480, length 40",
        ["first fragment"] = "IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: "
            + "IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 1, seq 1, length 608",
        ["later fragment"] = "IP 10.0.0.250 > 10.0.0.251: proto UDP (17), fragment at 400, length 258",
    };

    // Fields that tshark has and the decoder does not: headers inside an ICMP error beyond IP, inside MPLS, and behind a version
    // nobody knows.
    private static readonly Dictionary<string, string[]> NotDecoded = new()
    {
        ["host unreachable"] = ["icmp.type", "icmp.code", "icmp.ident", "icmp.seq"],
        ["need to frag"] = ["icmp.type", "icmp.code", "icmp.ident", "icmp.seq"],
        ["too big"] = ["icmpv6.type", "icmpv6.echo.identifier", "icmpv6.echo.sequence_number"],
        ["inner mpls"] =
        [
            "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.id", "ip.flags.df", "ip.frag_offset", "icmp.type", "icmp.code", "icmp.ident",
            "icmp.seq",
        ],
        ["version"] =
        [
            "eth.src", "eth.dst", "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.id", "ip.flags.df", "ip.frag_offset", "icmp.type",
            "icmp.code", "icmp.ident", "icmp.seq", "geneve.flags", "geneve.proto_type", "geneve.vni", "geneve.reserved",
        ],
    };

    public static TheoryData<string> Names => [.. GoldenFrames.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_ReadsLikeTcpdump(string name)
    {
        var golden = GoldenFrames.All[name];
        var decoded = GeneveDecoder.Default.DecodeFrame(FrameOf(golden));
        // tcpdump names the protocol type with -e only.
        Assert.Equal(OtherWords.GetValueOrDefault(name, golden.Tcpdump), ProtocolType().Replace(decoded.Summary, ""));
        if (decoded.Geneve is { } packet)
            Assert.Equal(decoded.Summary, packet.ToString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fields_AreThoseOfTshark(string name)
    {
        var golden = GoldenFrames.All[name];
        var skipped = NotDecoded.GetValueOrDefault(name, []);
        var fields = FrameFields.Of(GeneveDecoder.Default.DecodeFrame(FrameOf(golden)));
        Assert.Equal(Show(golden.Fields, skipped), Show(fields, skipped.Concat(fields.Keys.Where(IsNotKept))));

        // Not kept where it is long.
        bool IsNotKept(string field) => field == "geneve.option.unknown.data" && !golden.Fields.ContainsKey(field);
    }

    [Fact]
    public void DocumentsPacket_HasTheFieldsOfItsCapture()
    {
        var packet = GeneveDecoder.Default.Decode(FrameOf(GoldenFrames.All["document request"]))!;
        Assert.Equal(
            "148 32272 False 64 0",
            $"{packet.Length} {packet.OuterIdentification} {packet.OuterDontFragment} {packet.OuterTtl} {packet.OuterTos}");
        Assert.Equal(("ee:ff:ff:ff:ff:ff", "00:16:3e:13:d7:e3"), ($"{packet.OuterSourceMacValue}", $"{packet.OuterDestinationMacValue}"));
        Assert.Equal(("10.0.0.250", "10.0.0.251"), ($"{packet.OuterSourceValue}", $"{packet.OuterDestinationValue}"));
        Assert.Equal("13206 6081 Absent", $"{packet.OuterSourcePort} {packet.OuterDestinationPort} {packet.OuterChecksum}");
        Assert.Equal(
            "0 0 1000 25944 TEB", $"{packet.Version} {packet.OptionsLength} {packet.Vni} {packet.ProtocolType} {packet.ProtocolName}");
        Assert.Equal("False False False", $"{packet.IsOam} {packet.HasCriticalOptions} {packet.ShouldDrop}");
        var inner = packet.Inner!;
        Assert.Equal("f6:ed:db:8e:76:6e > 76:4d:d9:e8:20:34, ethertype IPv4 (0x0800)", inner.Ethernet!.ToString());
        Assert.Equal("98 53977 True 84", $"{inner.Length} {inner.IP!.Identification} {inner.IP.DontFragment} {inner.IP.TotalLength}");
        Assert.Equal("IP 11.200.2.1 > 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64", inner.Summary);
    }

    [Theory]
    [InlineData("later fragment", NotGeneve.LaterFragment)]
    [InlineData("port 6082", NotGeneve.OtherPort)]
    public void OtherFrames_AreNotGeneve(string name, NotGeneve expected)
    {
        Assert.Null(GeneveDecoder.Default.TryDecode(FrameOf(GoldenFrames.All[name]), out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Ports_DecideWhatIsGeneve()
    {
        var decoder = new GeneveDecoder([6082]);
        Assert.Equal(1000u, decoder.Decode(FrameOf(GoldenFrames.All["port 6082"]))!.Vni);
        Assert.Null(decoder.Decode(FrameOf(GoldenFrames.All["document request"])));
        Assert.Equal(FailureKind.InvalidArgument, Assert.Throws<NetworkException>(() => new GeneveDecoder([0])).Kind);
    }

    [Theory]
    [InlineData(LinkType.LinuxSll, "00040001 0006eeff ffffffff 00000800", PacketDirection.Out)]
    [InlineData(LinkType.LinuxSll, "00000001 0006eeff ffffffff 00000800", PacketDirection.In)]
    [InlineData(LinkType.LinuxSll2, "08000000 00000003 00010006 eeffffff ffff0000", PacketDirection.In)]
    [InlineData(LinkType.LinuxSll2, "08000000 00000003 00010406 eeffffff ffff0000", PacketDirection.Out)]
    [InlineData(LinkType.RawIP, "", PacketDirection.Unknown)]
    [InlineData(LinkType.IPv4, "", PacketDirection.Unknown)]
    public void OtherLinkTypes_CarryTheSame(LinkType linkType, string header, PacketDirection direction)
    {
        var golden = GoldenFrames.All["document request"];
        byte[] data = [.. HexText.Parse(header), .. golden.Bytes.AsSpan(14)];
        var packet = GeneveDecoder.Default.Decode(new CapturedFrame { LinkType = linkType, Data = data, OriginalLength = data.Length })!;
        Assert.Equal(golden.Tcpdump, ProtocolType().Replace(packet.ToString(), ""));
        Assert.Equal(direction, packet.Direction);
        Assert.Null(packet.OuterDestinationMacValue);
        Assert.Equal(header.Length > 0 ? "ee:ff:ff:ff:ff:ff" : "", $"{packet.OuterSourceMacValue}");
    }

    internal static CapturedFrame FrameOf(GoldenFrame golden) => new() { Data = golden.Bytes, OriginalLength = golden.Bytes.Length };

    private static string Show(IReadOnlyDictionary<string, string> fields, IEnumerable<string> without) =>
        string.Join('\n', fields
            .Where(field => !without.Contains(field.Key))
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key} = {field.Value}"));

    [GeneratedRegex(@", proto [^(,:]+ \(0x[0-9a-f]{4}\)")]
    private static partial Regex ProtocolType();
}
