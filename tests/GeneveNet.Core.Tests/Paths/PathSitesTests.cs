using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Paths;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Paths.Testing;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>Finding the tunnel at the far end, a destination to test, and the verdict on kernel state alone.</summary>
public sealed class PathSitesTests
{
    private static readonly EndHint Hint = new(1000, 6081, IPAddress.Parse("10.0.0.250"), IPAddress.Parse("10.0.0.251"));

    [Theory]
    // VNI, remote, port of each tunnel there; the number of the one that belongs to ours.
    [InlineData("1000 10.0.0.251 6081", 0)]
    [InlineData("7 10.0.0.9 6081, 1000 10.0.0.251 6081, 1000 10.0.0.9 6081", 1)]
    [InlineData("1001 10.0.0.251 6081, 1000 10.0.0.9 6082", 0)] // One setting differs in the first, two in the second.
    [InlineData("1000 10.0.0.9 6081, 7 10.0.0.9 6082", 0)]
    [InlineData("7 10.0.0.9 6082, 8 10.0.0.251 6082", 1)]
    [InlineData("7 10.0.0.9 9999", 0)] // The only one there is, is the one to hold against ours.
    public void The_tunnel_that_fits_or_comes_nearest_is_chosen(string tunnels, int expected)
    {
        var place = new Space("net:[2]");
        foreach (var (text, number) in tunnels.Split(", ").Select(static (t, i) => (t.Split(' '), i)))
        {
            place.Add(new LinkState
            {
                Name = $"g{number}",
                Tunnel = new TunnelState
                {
                    Vni = uint.Parse(text[0], null),
                    Remote = IPAddress.Parse(text[1]),
                    Port = int.Parse(text[2], null),
                },
            });
        }

        Assert.Equal($"g{expected}", FarTunnel.Choose(place.State(), Hint)?.Name);
    }

    [Theory]
    // Of each tunnel there VNI, remote, port, and what it holds: the destination (d), the near end's inner address (n), both or none.
    // The one that holds the destination is meant, whatever its settings.
    [InlineData("1001 10.0.0.251 6081 d, 7 10.0.0.251 6081 -", 0)]
    [InlineData("1001 10.0.0.251 6081 -, 7 10.0.0.251 6081 d", 1)]
    [InlineData("1000 10.0.0.251 6081 n, 7 10.0.0.9 6082 d", 1)]
    [InlineData("7 10.0.0.9 6082 d, 1000 10.0.0.251 6081 n", 0)]
    // Of two that could, the one with a route back; without any, the one that fits.
    [InlineData("8 10.0.0.251 6081 -, 9 10.0.0.251 6081 n", 1)]
    [InlineData("8 10.0.0.251 6081 n, 1000 10.0.0.251 6081 -", 1)]
    [InlineData("1001 10.0.0.251 6081 d, 1000 10.0.0.251 6081 d", 1)]
    public void Of_several_tunnels_the_one_that_holds_the_destination_is_meant(string tunnels, int expected)
    {
        var place = new Space("net:[2]");
        foreach (var (words, number) in tunnels.Split(", ").Select(static (t, i) => (t.Split(' '), i)))
        {
            var link = place.Add(new LinkState
            {
                Name = $"g{number}",
                Tunnel = new TunnelState
                {
                    Vni = uint.Parse(words[0], null), Remote = IPAddress.Parse(words[1]), Port = int.Parse(words[2], null),
                },
            });
            // As its own address, or by its bridge.
            if (words[3].Contains('d', StringComparison.Ordinal) && number == 0)
            {
                place.Assign(link.Name, "12.200.1.2/24");
            }
            else if (words[3].Contains('d', StringComparison.Ordinal))
            {
                place.Add(new LinkState { Name = "br0", Kind = "bridge" });
                place.Change(link.Name, l => l with { MasterIndex = place["br0"].Index });
                place.HostRoutes.Add(new HostRouteState(place["br0"].Index, IPAddress.Parse("12.200.1.2")));
            }

            if (words[3].Contains('n', StringComparison.Ordinal))
                place.HostRoutes.Add(new HostRouteState(link.Index, IPAddress.Parse("12.200.1.1")));
        }

        var hint = Hint with { Inner = IPAddress.Parse("12.200.1.2"), OtherInner = IPAddress.Parse("12.200.1.1") };
        Assert.Equal($"g{expected}", FarTunnel.Choose(place.State(), hint)?.Name);
    }

    [Fact]
    public void An_external_tunnel_on_the_port_takes_everything_and_no_tunnel_is_none()
    {
        var place = new Space("net:[2]");
        place.Add(new LinkState { Name = "eth0" });
        Assert.Null(FarTunnel.Choose(place.State(), Hint));
        place.Add(
            new LinkState { Name = "near", Tunnel = new TunnelState { Vni = 1000, Remote = IPAddress.Parse("10.0.0.9"), Port = 6081 } });
        place.Add(new LinkState { Name = "ovs", Tunnel = new TunnelState { External = true, Port = 6081 } });
        Assert.Equal("ovs", FarTunnel.Choose(place.State(), Hint)?.Name);
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("bridge")]
    [InlineData("container")]
    [InlineData("moved")]
    public void The_far_ends_own_address_is_the_destination(string stage)
    {
        var world = World.Make(stage);
        var (near, far) = Unresolved(world);
        Assert.Equal("12.200.1.2", PathPlanner.FindDestination(near, far)?.ToString());
    }

    [Fact]
    public void Alone_a_host_route_a_partner_or_a_static_neighbor_tells_the_destination()
    {
        var world = World.Make("direct");
        var near = world.Near.Tunnel;
        Assert.Null(Find());

        near.Neighbors.Add(World.Neighbor(near, "geneve0", "12.200.1.9", "02:00:00:00:00:09", NeighborState.Permanent));
        Assert.Equal("12.200.1.9", Find());
        near.Assign("geneve0", "12.200.2.4/31");
        Assert.Equal("12.200.2.5", Find());
        near.Route("11.200.2.1/32", "other");
        Assert.Equal("12.200.2.5", Find()); // That route does not lead to the tunnel.
        near.Route("11.200.2.1/32", "geneve0");
        Assert.Equal("11.200.2.1", Find());

        string? Find() => PathPlanner.FindDestination(Unresolved(world).Near, null)?.ToString();
    }

    [Fact]
    public void On_state_alone_a_healthy_path_passes_and_a_broken_one_is_named()
    {
        foreach (var stage in World.Stages)
        {
            var world = World.Make(stage);
            Assert.True(Test(world) is { Passed: true, Mode: PathTestMode.State, Sent: 0, Cause: PathCause.None }, stage);
            Assert.True(Test(world, withFar: false).Passed, stage);
            world.Far.ChangeTunnel(static t => t with { Vni = 7 });
            Assert.True(Test(world) is { Passed: false, Cause: PathCause.VniMismatch, End: PathEnd.Far, Remedies.Count: > 0 }, stage);
        }
    }

    [Fact]
    public void What_is_no_tunnel_with_a_path_is_refused_by_an_id()
    {
        var world = World.Make("direct");
        Refuse("LinkNotFound", "nothing");
        Refuse("NotATunnel", "eth0");
        world.Near.TunnelName = "geneve0";
        world.Near.ChangeTunnel(static t => t with { External = true });
        Refuse("ExternalTunnel", "geneve0");

        void Refuse(string id, string name)
        {
            world.Near.TunnelName = name;
            Assert.Equal(id, Assert.Throws<NetworkException>(() => Test(world)).Id);
        }
    }

    private static PathVerdict Test(World world, bool withFar = true) => new PathTester(
        new TestSite(world.Near),
        withFar ? new TestSite(world.Far) : null,
        new LocalLocation(NetworkNamespace.Current, world.Near.TunnelName),
        new PathOptions { Destination = world.Destination, IsStatic = true }).Test();

    private static (Endpoint Near, Endpoint Far) Unresolved(World world) => (
        new Endpoint(PathEnd.Near, world.Near.State(), (role, question) => world.Near[role].Ask(question)),
        new Endpoint(PathEnd.Far, world.Far.State(), (role, question) => world.Far[role].Ask(question)));

    private sealed class TestSite(TestEnd end) : IEndpointSite
    {
        public EndState Read(EndHint? hint, bool withEvidence = false) => end.State();

        public bool IsElsewhere => false;

        public IReadOnlyList<StationState> FindStations(bool isIPv6) => [];

        public RouteAnswer Ask(NamespaceRole role, RouteQuestion question) => end[role].Ask(question);

        public void Watch(ProbeIdentity probe) => throw new InvalidOperationException("Nothing may be sent.");

        public WatchReport StopWatching() => new();

        public void Dispose()
        {
        }
    }
}
