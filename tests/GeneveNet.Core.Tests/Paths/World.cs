using System.Net;
using GeneveNet.Paths;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>One end of a path that is only thought of.</summary>
internal sealed class TestEnd(Space tunnel, Space? underlay = null, Space? inner = null)
{
    public Space Tunnel { get; set; } = tunnel;
    public Space Underlay { get; set; } = underlay ?? tunnel;
    public Space Inner { get; set; } = inner ?? tunnel;
    public string? TunnelName { get; set; }
    public string? HeldElsewhere { get; set; }
    public string? PortHolder { get; set; }
    public List<StationState> Holders { get; } = [];

    public Space this[NamespaceRole role] => role switch { NamespaceRole.Tunnel => Tunnel, NamespaceRole.Underlay => Underlay, _ => Inner };

    public EndState State() => new()
    {
        TunnelName = TunnelName,
        Tunnel = Tunnel.State(),
        Underlay = Underlay.State(),
        Inner = Inner.State(),
        HeldElsewhere = HeldElsewhere,
        PortHolder = PortHolder,
        Holders = [.. Holders],
        TunnelIdAtInner = Inner == Tunnel ? null : 0,
    };

    public void ChangeTunnel(Func<TunnelState, TunnelState> change) =>
        Tunnel.Change(TunnelName!, l => l with { Tunnel = change(l.Tunnel!) });
}

/// <summary>Two hosts and a path between them that works, until a test breaks it. The stages are those of the integration tests.</summary>
internal sealed class World
{
    public required TestEnd Near { get; init; }
    public required TestEnd Far { get; init; }

    /// <summary>Where inner traffic may start behind the near end's bridge.</summary>
    public List<StationState> Stations { get; } = [];

    public IPAddress? Source { get; set; }
    public required IPAddress Destination { get; set; }

    /// <summary>Is done between the two looks of a test: what the probes leave behind.</summary>
    public Action<World> Probed { get; set; } = static _ => { };

    /// <summary>Is done with both ends, as the test does with what was seen.</summary>
    public Action<Endpoint, Endpoint> Seen { get; set; } = static (_, _) => { };

    public (Endpoint Near, Endpoint Far) Look(bool isProbed = true)
    {
        var near = new Endpoint(PathEnd.Near, Near.State(), (role, question) => Near[role].Ask(question));
        var far = new Endpoint(PathEnd.Far, Far.State(), (role, question) => Far[role].Ask(question)) { Other = near };
        near.Other = far;
        near.Resolve(Source, Destination);
        far.Resolve(Destination, near.Inner);
        near.Stations = Stations;
        if (!isProbed)
            return (near, far);
        Probed(this);
        (near.After, far.After) = (Near.State(), Far.State());
        Seen(near, far);
        return (near, far);
    }

    /// <summary>The same world, tested from its other end.</summary>
    /// <param name="destination">The inner address of this end.</param>
    public World Mirror(IPAddress destination) => new()
    {
        Near = Far,
        Far = Near,
        Source = Destination,
        Destination = destination,
        Probed = _ => Probed(this),
        Seen = (near, far) => Seen(far, near),
    };

    public Endpoint LookAlone()
    {
        var near = new Endpoint(PathEnd.Near, Near.State(), (role, question) => Near[role].Ask(question));
        near.Resolve(Source, Destination);
        Probed(this);
        near.After = Near.State();
        return near;
    }

    public List<PathCheck> Check()
    {
        var (near, far) = Look();
        return PathChecks.Run(near, far);
    }

    /// <summary>What names and numbers a world is made of.</summary>
    public sealed record Plan
    {
        public string NearUnderlay { get; init; } = "10.0.0.251/24";
        public string FarUnderlay { get; init; } = "10.0.0.250/24";
        public string NearInner { get; init; } = "12.200.1.1/24";
        public string FarInner { get; init; } = "12.200.1.2/24";
        public uint Vni { get; init; } = 1000;
        public int Port { get; init; } = 6081;
        public string Tunnel { get; init; } = "geneve0";
        public string Bridge { get; init; } = "br0";
        public int Mtu { get; init; } = 1500;

        public static Plan OverIPv6 { get; } = new()
        {
            NearUnderlay = "fd00::251/64",
            FarUnderlay = "fd00::250/64",
            NearInner = "fd11::1/64",
            FarInner = "fd11::2/64",
        };
    }

    public static World Make(string stage, Plan? plan = null) => stage switch
    {
        "direct" => Direct(plan ?? new Plan()),
        "bridge" => Bridged(plan ?? new Plan()),
        "container" => Container(plan ?? new Plan()),
        "moved" => Moved(plan ?? new Plan()),
        "routed" => Routed(plan ?? new Plan()),
        _ => throw new ArgumentException(stage),
    };

    public static IReadOnlyList<string> Stages { get; } = ["direct", "bridge", "container", "moved", "routed"];

    private static World Direct(Plan plan)
    {
        var (a, b) = (Host("net:[1]", "", plan.NearUnderlay, plan), Host("net:[2]", "b", plan.FarUnderlay, plan));
        AddTunnel(a, plan, plan.FarUnderlay);
        AddTunnel(b, plan, plan.NearUnderlay);
        a.Assign(plan.Tunnel, plan.NearInner);
        b.Assign(plan.Tunnel, plan.FarInner);
        return Of(new TestEnd(a), new TestEnd(b), plan);
    }

    private static World Bridged(Plan plan)
    {
        var (a, b) = (Host("net:[1]", "", plan.NearUnderlay, plan), Host("net:[2]", "b", plan.FarUnderlay, plan));
        AddBridge(a, plan, plan.FarUnderlay);
        AddBridge(b, plan, plan.NearUnderlay);
        a.Assign(plan.Bridge, plan.NearInner);
        b.Assign(plan.Bridge, plan.FarInner);
        return Of(new TestEnd(a), new TestEnd(b), plan);
    }

    private static World Container(Plan plan)
    {
        var (a, b, c) = (
            Host("net:[1]", "", plan.NearUnderlay, plan), Host("net:[2]", "b", plan.FarUnderlay, plan), new Space("net:[3]", "c"));
        AddBridge(a, plan, plan.FarUnderlay);
        AddBridge(b, plan, plan.NearUnderlay);
        b.Assign(plan.Bridge, plan.FarInner);
        Join(a, "veth-host", plan.Bridge, c, "veth-client1", plan);
        c.Assign("veth-client1", plan.NearInner);
        return Of(new TestEnd(a, inner: c), new TestEnd(b), plan);
    }

    private static World Moved(Plan plan)
    {
        var (a, b, c) = (
            Host("net:[1]", "", plan.NearUnderlay, plan), Host("net:[2]", "b", plan.FarUnderlay, plan), new Space("net:[3]", "c"));
        AddTunnel(c, plan, plan.FarUnderlay);
        AddTunnel(b, plan, plan.NearUnderlay);
        c.Assign(plan.Tunnel, plan.NearInner);
        b.Assign(plan.Tunnel, plan.FarInner);
        return Of(new TestEnd(c, underlay: a), new TestEnd(b), plan);
    }

    private static World Routed(Plan plan)
    {
        var (a, b, d) = (
            Host("net:[1]", "", plan.NearUnderlay, plan), Host("net:[2]", "b", plan.FarUnderlay, plan), new Space("net:[4]", "d"));
        AddTunnel(a, plan, plan.FarUnderlay);
        AddTunnel(b, plan, plan.NearUnderlay);
        a.Assign(plan.Tunnel, plan.NearInner);
        b.Assign(plan.Tunnel, plan.FarInner);
        Join(b, "lan", null, d, "lan0", plan);
        b.Assign("lan", "172.30.0.1/24");
        d.Assign("lan0", "172.30.0.2/24");
        var (gateway, network) = (CidrAddress.Parse(plan.FarInner).AddressValue, CidrAddress.Parse(plan.NearInner).NetworkValue);
        a.Route("172.30.0.0/24", plan.Tunnel, gateway.ToString());
        d.Route(network.ToString(), "lan0", "172.30.0.1");
        foreach (var link in (string[])[plan.Tunnel, "lan"])
            b.Switches[$"ipv4.conf.{link}.forwarding"] = 1;
        var world = Of(new TestEnd(a), new TestEnd(b, inner: d), plan);
        world.Destination = IPAddress.Parse("172.30.0.2");
        return world;
    }

    private static World Of(TestEnd near, TestEnd far, Plan plan)
    {
        (near.TunnelName, far.TunnelName) = (plan.Tunnel, plan.Tunnel);
        return new World { Near = near, Far = far, Destination = CidrAddress.Parse(plan.FarInner).AddressValue };
    }

    private static Space Host(string id, string name, string address, Plan plan)
    {
        var host = new Space(id, name);
        host.Add(new LinkState { Name = "lo", Kind = "loopback", IsUp = true, HasCarrier = true, Mtu = 65536 });
        host.Add(new LinkState { Name = "eth0", Kind = "veth", IsUp = true, HasCarrier = true, Mtu = plan.Mtu });
        host.Assign("eth0", address);
        host.Add(new LinkState { Name = "other", Kind = "dummy", IsUp = true, HasCarrier = true, Mtu = plan.Mtu });
        return host;
    }

    private static void AddTunnel(Space place, Plan plan, string remote)
    {
        var address = CidrAddress.Parse(remote).AddressValue;
        var overhead = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 70 : 50;
        place.Add(new LinkState
        {
            Name = plan.Tunnel,
            Kind = "geneve",
            IsUp = true,
            HasCarrier = true,
            Mtu = plan.Mtu - overhead,
            Tunnel = new TunnelState { Vni = plan.Vni, Remote = address, Port = plan.Port, Overhead = overhead, ZeroChecksum6Rx = true },
        });
    }

    private static void AddBridge(Space place, Plan plan, string remote)
    {
        AddTunnel(place, plan, remote);
        var bridge = place.Add(new LinkState
        {
            Name = plan.Bridge,
            Kind = "bridge",
            IsUp = true,
            HasCarrier = true,
            Mtu = place[plan.Tunnel].Mtu,
            Bridge = new BridgeState(false, false, false, false),
        });
        AddPort(place, plan.Tunnel, bridge);
        AddPort(place, "other", bridge);
        place.Fdb.Add(new FdbEntryState(bridge.Index, bridge.Index, bridge.Mac!, FdbEntryKind.Permanent));
    }

    private static void AddPort(Space place, string link, LinkState bridge)
    {
        var port = new PortState(BridgePortState.Forwarding, false, true, true, true, true, false, 1);
        place.Change(link, l => l with { MasterIndex = bridge.Index, Port = port });
    }

    private static void Join(Space host, string outside, string? bridge, Space container, string inside, Plan plan)
    {
        var veth = new LinkState { Name = outside, Kind = "veth", IsUp = true, HasCarrier = true, Mtu = plan.Mtu - 50 };
        var near = host.Add(veth);
        var there = container.Add(veth with { Name = inside, ParentIndex = near.Index, ParentNamespaceId = 0 });
        host.Change(outside, l => l with { ParentIndex = there.Index, ParentNamespaceId = 0 });
        if (bridge is not null)
            AddPort(host, outside, host[bridge]);
    }

    public static NeighborEntryState Neighbor(Space place, string link, string address, string? mac, NeighborState state) =>
        new(place[link].Index, IPAddress.Parse(address), mac is null ? null : MacAddress.Parse(mac), state);
}
