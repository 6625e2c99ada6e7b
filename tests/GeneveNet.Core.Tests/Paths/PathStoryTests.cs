using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Paths;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Testing;

namespace GeneveNet.Tests.Paths;

/// <summary>The story of a probe, and its diagram.</summary>
public sealed partial class PathStoryTests
{
    [Fact]
    public void Each_step_says_what_happens_there()
    {
        var world = World.Make("bridge");
        var hops = PathStory.Tell(
            Verdict(
                See("br0", PacketDirection.Out, ProbeMessage.EchoRequest, 1_000_000),
                See("geneve0", PacketDirection.Out, ProbeMessage.EchoRequest, 1_002_000),
                See("eth0", PacketDirection.Out, ProbeMessage.EchoRequest, 1_005_000, isEncapsulated: true)),
            world.Near.State(), world.Far.State());
        Assert.Equal([1, 2, 3, 4], hops.Select(static h => h.Step));
        Assert.Equal([0, 2, 5, 5], hops.Select(static h => h.Elapsed.TotalMicroseconds));
        Assert.Equal("echo request 1 goes into the tunnel, to 02:00:00:00:00:02, port 1 of br0", hops[1].Story);
        Assert.Equal("echo request 1 leaves as Geneve VNI 1000, 10.0.0.251:50000 > 10.0.0.250:6081", hops[2].Story);
        Assert.True(hops[^1].IsEnd);
        Assert.Equal("It ends here. NoReturnRoute: No route; leads back. Remedy: Add-Route #1", hops[^1].Story);
    }

    [Fact]
    public void A_probe_that_nobody_saw_has_an_end_all_the_same()
    {
        var world = World.Make("direct");
        var hops = PathStory.Tell(Verdict(), world.Near.State(), null);
        Assert.True(Assert.Single(hops).IsEnd);
        AssertIsMermaid(PathStory.ToMermaid(hops), participants: 0);
    }

    [Fact]
    public void Interfaces_that_differ_in_a_sign_only_stand_apart()
    {
        var hops = new[] { Hop("a-b", "eth0"), Hop("a_b", "eth0"), Hop("a", "b_eth0"), Hop("a", "b_eth0") with { End = PathEnd.Far } };
        AssertIsMermaid(PathStory.ToMermaid(hops), participants: 4);
    }

    [Fact]
    public void Whatever_things_are_called_the_diagram_is_one()
    {
        var text = Gen.Char['\u0001', '\u00ff'].Array[0, 20].Select(static c => new string(c));
        Gen.Select(text, text, text, Gen.Bool).Array[1, 12].Sample(all => AssertIsMermaid(
            PathStory.ToMermaid([.. all.Select(Step), new PathHop { IsEnd = true, Story = all[0].Item3 }]),
            all.Select(static one => (one.Item1, one.Item2, one.Item4)).Distinct().Count()));

        static PathHop Step((string Place, string Link, string Summary, bool IsFar) one) =>
            Hop(one.Place, one.Link) with { Summary = one.Summary, End = one.IsFar ? PathEnd.Far : PathEnd.Near };
    }

    private static void AssertIsMermaid(string text, int participants)
    {
        var lines = text.Split('\n');
        Assert.Equal("sequenceDiagram", lines[0]);
        Assert.Equal("", lines[^1]);
        HashSet<string> known = [];
        foreach (var line in lines[1..^1])
        {
            if (Participant().Match(line) is { Success: true } declared)
            {
                Assert.True(known.Add(declared.Groups[1].Value), line);
                continue;
            }

            var used = Message().Match(line);
            Assert.True(used.Success, line);
            Assert.All(used.Groups.Values.Skip(1).Where(static g => g.Success), g => Assert.Contains(g.Value, known));
        }

        Assert.Equal(participants, known.Count);
    }

    // A line ends at a semicolon; a number sign begins an entity. Ids are words.
    [GeneratedRegex(@"^    participant ([a-z]\w*) as [^#;\n\r]*$")]
    private static partial Regex Participant();

    [GeneratedRegex(@"^    (?:([a-z]\w*)->>([a-z]\w*)|Note over ([a-z]\w*)): [^#;\n\r]*$")]
    private static partial Regex Message();

    private static PathHop Hop(string place, string link) =>
        new() { Namespace = place, Interface = link, Message = ProbeMessage.EchoRequest, Summary = "echo; #1" };

    private static Sighting See(
        string link, PacketDirection direction, ProbeMessage message, long nanoseconds, bool isEncapsulated = false) => new()
    {
        Place = "net:[1]",
        Interface = link,
        Direction = direction,
        Message = message,
        Sequence = 1,
        Nanoseconds = nanoseconds,
        IsEncapsulated = isEncapsulated,
        Vni = isEncapsulated ? 1000u : null,
        Outer = isEncapsulated ? "10.0.0.251:50000 > 10.0.0.250:6081" : "",
        DestinationMacValue = MacAddress.Parse("02:00:00:00:00:02"),
    };

    private static PathVerdict Verdict(params Sighting[] seen) => new()
    {
        Name = "geneve0",
        Namespace = NetworkNamespace.Current,
        DestinationValue = IPAddress.Parse("12.200.1.2"),
        Cause = PathCause.NoReturnRoute,
        End = PathEnd.Far,
        Sentence = "No route; leads back.",
        Remedy = "Add-Route #1",
        Sightings = seen,
    };
}
