using System.Net;
using System.Text.Json;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites.Remote;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>What a far host answers is read as a stranger's: anything but a whole answer is one error.</summary>
public sealed class RemoteSiteTests
{
    private static readonly string Place = JsonSerializer.Serialize(
        new NetworkState { Id = "net:[1]", Name = "b" }, SiteJson.Default.NetworkState);

    public static TheoryData<string> Broken =>
    [
        "", " ", "null", "[]", "{", "{}", "1", "\"text\"", "true", "<html>", """{"State":null}""", """{"State":[]}""", """{"State":{}}""",
        """{"State":{"Tunnel":null,"Underlay":null,"Inner":null}}""",
        $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}}}}""",
        $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}},"Inner":null}}""",
        With("""{"Id":null}"""),
        With("""{"Id":1}"""),
        With("""{"Id":"x","Links":null}"""),
        With("""{"Id":"x","Links":[null]}"""),
        With("""{"Id":"x","Links":{}}"""),
        With("""{"Id":"x","Links":[{"Name":null}]}"""),
        With("""{"Id":"x","Links":[{"Index":99999999999}]}"""),
        With("""{"Id":"x","Links":[{"Mac":"nonsense"}]}"""),
        With("""{"Id":"x","Links":[{"Mac":5}]}"""),
        With("""{"Id":"x","Addresses":[{}]}"""),
        With("""{"Id":"x","Addresses":[{"Address":"10.0.0.1/99"}]}"""),
        With("""{"Id":"x","Addresses":[null]}"""),
        With("""{"Id":"x","Neighbors":[{}]}"""),
        With("""{"Id":"x","Neighbors":[{"Address":"x"}]}"""),
        With("""{"Id":"x","Fdb":[{}]}"""),
        With("""{"Id":"x","HostRoutes":[{}]}"""),
        With("""{"Id":"x","UdpPorts":["x"]}"""),
        With("""{"Id":"x","Switches":null}"""),
        With("""{"Id":"x","Switches":{"a":"b"}}"""),
        With("""{"Id":"x","Counters":[1]}"""),
        With("""{"Id":"x","Rules":[null]}"""),
        With("""{"Id":"x","RefusingRoutes":[{}]}"""),
        With("""{"Id":"x","Evidence":{"Legacy":[null]}}"""),
        With("""{"Id":"x","Evidence":{"Nftables":{"Rules":null}}}"""),
        With("""{"Id":"x","Evidence":{"TrafficControl":null}}"""),
        With("""{"Id":"x","Evidence":{"TrafficControl":{"Filters":[{"Actions":[null]}]}}}"""),
        With("""{"Id":"x","Links":[{"Vlans":[null]}]}"""),
        new string('[', 5000),
        new string('{', 5000),
    ];

    private static string With(string place) => $$$"""{"State":{"Tunnel":{{{Place}}},"Underlay":{{{Place}}},"Inner":{{{place}}}}}""";

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_state_is_one_error(string answer)
    {
        using var site = new RemoteSite(new RemoteLocation(), (_, _) => answer);
        var failure = Assert.Throws<NetworkException>(() => site.Read(null));
        Assert.Equal("PeerSessionFailed", failure.Id);
    }

    [Theory]
    [InlineData("""{"Seen":{"Sightings":[null]}}""")]
    [InlineData("""{"Seen":{"Sightings":{}}}""")]
    [InlineData("""{"Seen":{"Sightings":[{"Nanoseconds":"x"}]}}""")]
    public void A_broken_list_of_sightings_is_one_error(string answer)
    {
        var answers = new Queue<string>([With(Place), answer, "{}"]);
        using var site = new RemoteSite(new RemoteLocation(), (_, _) => answers.Dequeue());
        Assert.Equal("b", site.Read(null).Inner.Name);
        Assert.Equal("PeerSessionFailed", Assert.Throws<NetworkException>(() => site.StopWatching()).Id);
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
        var text = JsonSerializer.Serialize(new SiteReply { Seen = new WatchReport { Sightings = [seen] } }, SiteJson.Default.SiteReply);
        Assert.Equal([seen], JsonSerializer.Deserialize(text, SiteJson.Default.SiteReply)!.Seen!.Sightings);
        Assert.Contains("\"OuterSource\":\"192.0.2.1\"", text, StringComparison.Ordinal);
    }
}
