using System.Net;
using System.Text.Json;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites.Remote;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>What a far host answers is read as a stranger's: anything but a whole answer is one error.</summary>
public sealed class RemoteSiteTests
{
    private static readonly string Place = JsonSerializer.Serialize(
        new NetworkState { Id = "net:[1]", Name = "b", Evidence = new DropEvidence() }, SiteJson.Default.NetworkState);

    private static readonly string Watched = JsonSerializer.Serialize(
        new SiteReply { Seen = new WatchReport() }, SiteJson.Default.SiteReply);

    public static TheoryData<string> Broken =>
    [
        "", " ", "null", "[]", "{", "{}", "1", "\"text\"", "true", "<html>", """{"State":null}""", """{"State":[]}""", """{"State":{}}""",
        """{"State":{"Tunnel":null,"Underlay":null,"Inner":null}}""",
        $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}}}}""",
        $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}},"Inner":null}}""",
        Without("Holders"),
        .. PlaceParts.Select(static part => With(But(part))),
        new string('[', 5000),
        new string('{', 5000),
    ];

    /// <summary>Each breaks a namespace that is whole but for that.</summary>
    private static string[] PlaceParts =>
    [
        """{"Id":null""", """{"Id":1""", """{"Links":null""", """{"Links":[null]""", """{"Links":{}""",
        """{"Links":[{"Vlans":[],"Name":null}]""", """{"Links":[{"Vlans":[],"Index":99999999999}]""",
        """{"Links":[{"Vlans":[],"Mac":"nonsense"}]""", """{"Links":[{"Vlans":[],"Mac":5}]""", """{"Links":[{"Vlans":[null]}]""",
        """{"Links":[{"Vlans":null}]""", """{"Addresses":[{}]""", """{"Addresses":[{"Address":"10.0.0.1/99"}]""", """{"Addresses":[null]""",
        """{"Neighbors":[{}]""", """{"Neighbors":[{"Address":"x"}]""", """{"Fdb":[{}]""", """{"HostRoutes":[{}]""", """{"UdpPorts":["x"]""",
        """{"Switches":null""", """{"Switches":{"a":"b"}""", """{"Counters":[1]""", """{"Rules":[null]""", """{"RefusingRoutes":[{}]""",
        .. EvidenceParts.Select(static part => $$"""{"Evidence":{"TrafficControl":{"Qdiscs":[],"Filters":[]},{{part}}}"""),
    ];

    private static string[] EvidenceParts =>
    [
        "\"Legacy\":[null]",
        """ "Legacy":[{"Table":"filter","Chain":null,"Text":"-P INPUT DROP"}] """,
        """ "Legacy":[{"Table":"filter","Text":"-P INPUT DROP"}] """,
        """ "Nftables":{"Rules":null} """,
        """ "Nftables":{"Tables":[],"Chains":[],"Rules":[null]} """,
        """ "Nftables":{"Tables":[],"Chains":[],"Rules":[{"Table":"t"}]} """,
        """ "Nftables":{"Tables":[],"Rules":[],"Chains":[{"Table":"t","Name":"c"}]} """,
        """ "Nftables":{"Tables":[],"Rules":[],"Chains":[{"Table":"t","Name":"c","Devices":[null]}]} """,
        """ "TrafficControl":null """,
        """ "TrafficControl":{"Qdiscs":[],"Filters":[{"Kind":"u32","Actions":[null]}]} """,
        """ "TrafficControl":{"Qdiscs":[],"Filters":[{"Actions":[]}]} """,
        """ "TrafficControl":{"Qdiscs":[{}],"Filters":[]} """,
    ];

    private static string With(string place) =>
        $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}},"Inner":{{{place}}},"Holders":[]}}""";

    private static string Without(string part) => With(Place).Replace($",\"{part}\":[]", "", StringComparison.Ordinal);

    /// <summary>A whole namespace with another part: of two parts of one name the last counts.</summary>
    private static string But(string part) => $"{Place[..^1]},{part[1..]}}}";

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_state_is_one_error(string answer)
    {
        using var site = new RemoteSite(new RemoteLocation(), (_, _) => answer);
        var failure = Assert.Throws<NetworkException>(() => site.Read(null));
        Assert.Equal("PeerSessionFailed", failure.Id);
    }

    [Fact]
    public void A_whole_state_is_read()
    {
        using var site = new RemoteSite(new RemoteLocation(), (_, _) => With(Place));
        Assert.Equal("b", site.Read(null).Inner.Name);
    }

    [Theory]
    [InlineData("""{"Seen":{}""")]
    [InlineData("""{"Sightings":[null]""")]
    [InlineData("""{"Sightings":{}""")]
    [InlineData("""{"Sightings":[{"Nanoseconds":"x"}]""")]
    [InlineData("""{"Drops":[null]""")]
    [InlineData("""{"Drops":[{"Reason":"x","Symbol":"y"}]""")]
    [InlineData("""{"Drops":[{"Packet":{},"Symbol":"y"}]""")]
    [InlineData("""{"Drops":[{"Packet":{},"Reason":"x"}]""")]
    [InlineData("""{"Traces":[{"Place":"net:[1]"}]""")]
    [InlineData("""{"Traces":[{"Place":"net:[1]","Drop":{"Packets":1}}]""")]
    [InlineData("""{"Traces":[{"Place":"net:[1]","Drop":{"Where":{"Chain":"c"},"Packets":1}}]""")]
    [InlineData("""{"Notes":[null]""")]
    public void A_broken_report_of_what_was_seen_is_one_error(string part)
    {
        var answer = part.StartsWith("{\"Seen\"", StringComparison.Ordinal) ? part + "}" : $"{Watched[..^2]},{part[1..]}}}}}";
        Assert.Equal("PeerSessionFailed", Assert.Throws<NetworkException>(() => StopWatching(answer)).Id);
    }

    [Fact]
    public void A_whole_report_is_read() => Assert.Equal([], StopWatching(Watched).Sightings);

    private static WatchReport StopWatching(string answer)
    {
        var answers = new Queue<string>([With(Place), answer, "{}"]);
        using var site = new RemoteSite(new RemoteLocation(), (_, _) => answers.Dequeue());
        Assert.Equal("b", site.Read(null).Inner.Name);
        return site.StopWatching();
    }

    [Fact]
    public void What_was_seen_comes_over_whole()
    {
        var seen = new Sighting
        {
            Interface = "eth0", Message = ProbeMessage.UnderlayError, Sequence = 3,
            OuterSourceValue = IPAddress.Parse("192.0.2.1"), ReporterValue = IPAddress.Parse("2001:db8::1"),
            SourceMacValue = MacAddress.Parse("02:00:00:00:00:01"), DestinationMacValue = MacAddress.Parse("02:00:00:00:00:02"),
            AnsweredMacValue = MacAddress.Parse("02:00:00:00:00:03"),
        };
        var where = new NftTraceEvent
        {
            Table = "t", Chain = "c", RuleHandle = 7, Packet = NftTracePacket.Outer, Verdict = NftVerdict.Drop,
        };
        var report = new WatchReport
        {
            Sightings = [seen],
            Drops = [new DropSighting(seen, "NETFILTER_DROP", "nf_hook_slow")],
            Traces = [new TraceSighting("net:[1]", new NftTraceDrop(where, 3), "udp dport 6081 drop")],
            Notes = ["A note."],
        };
        var text = JsonSerializer.Serialize(new SiteReply { Seen = report }, SiteJson.Default.SiteReply);
        var read = JsonSerializer.Deserialize(text, SiteJson.Default.SiteReply)!;
        Assert.True(read.IsWhole);
        Assert.Equal(
            (report.Sightings, report.Drops, report.Traces, report.Notes),
            (read.Seen!.Sightings, read.Seen.Drops, read.Seen.Traces, read.Seen.Notes),
            static (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2)
                && a.Item3.SequenceEqual(b.Item3) && a.Item4.SequenceEqual(b.Item4));
        Assert.Contains("\"OuterSource\":\"192.0.2.1\"", text, StringComparison.Ordinal);
    }
}
