using System.Net;
using CsCheck;
using GeneveNet.Netfilter;
using GeneveNet.Paths;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>Every check on state that has its cause, and on state that has not.</summary>
public sealed class PathChecksTests
{
    private const string Elsewhere = "02:99:00:00:00:01";

    private static readonly Fault[] Faults =
    [
        new("direct", PathCause.TunnelDown, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { IsUp = false }), "Set-Link geneve0 -Up"),
        new("direct", PathCause.TunnelDown, PathEnd.Far,
            w => w.Far.Tunnel.Change("geneve0", l => l with { IsUp = false }), "Set-Link geneve0 -Up -Namespace b"),
        new("direct", PathCause.UnderlayLinkDown, PathEnd.Near,
            w => w.Near.Tunnel.Change("eth0", l => l with { IsUp = false }), "Set-Link eth0 -Up"),
        new("direct", PathCause.UnderlayLinkDown, PathEnd.Far, w => w.Far.Tunnel.Change("eth0", l => l with { HasCarrier = false }), null),
        new("moved", PathCause.UnderlayLinkDown, PathEnd.Near,
            w => w.Near.Underlay.Change("eth0", l => l with { IsUp = false }), "Set-Link eth0 -Up"),
        new("direct", PathCause.UnderlayNoRoute, PathEnd.Near,
            w => w.Near.Tunnel.Unroute("10.0.0.0/24"), "Add-Route 10.0.0.250 -Gateway GATEWAY"),
        new("direct", PathCause.UnderlayNoRoute, PathEnd.Far,
            w => w.Far.Tunnel.Unroute("10.0.0.0/24"), "Add-Route 10.0.0.251 -Gateway GATEWAY -Namespace b"),
        new("direct", PathCause.TunnelHeldElsewhere, PathEnd.Far, w =>
        {
            w.Far.HeldElsewhere = "'geneve0' in network namespace 'c'";
            w.Far.ChangeTunnel(t => t with { Vni = 7 });
        }, null),
        new("direct", PathCause.FarTunnelMissing, PathEnd.Far,
            w => w.Far.TunnelName = null, "New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Port 6081 -Up -Namespace b"),
        new("direct", PathCause.PortMismatch, PathEnd.Far,
            w => w.Far.ChangeTunnel(t => t with { Port = 6082 }),
            "New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Mtu 1450 -Address 12.200.1.2/24 -Up -Force -Namespace b"),
        new("direct", PathCause.VniMismatch, PathEnd.Far,
            w => w.Far.ChangeTunnel(t => t with { Vni = 1001, Ttl = 9, DontFragment = DontFragmentMode.Set }),
            "-Vni 1000 -Remote 10.0.0.251 -Ttl 9 -DontFragment Set -Mtu 1450"),
        new("bridge", PathCause.VniMismatch, PathEnd.Far,
            w => w.Far.ChangeTunnel(t => t with { Vni = 1001 }), "-Mtu 1450 -Bridge br0 -Up -Force"),
        new("direct", PathCause.RemoteMismatch, PathEnd.Near,
            w => w.Near.ChangeTunnel(t => t with { Remote = IPAddress.Parse("10.0.0.99") }), "Set-GeneveTunnel geneve0 -Remote 10.0.0.250"),
        new("direct", PathCause.RemoteMismatch, PathEnd.Far,
            w => w.Far.ChangeTunnel(t => t with { Remote = IPAddress.Parse("10.0.0.99") }),
            "Set-GeneveTunnel geneve0 -Remote 10.0.0.251 -Namespace b"),
        new("direct", PathCause.RemoteMismatch, PathEnd.Near,
            w => w.Near.ChangeTunnel(t => t with { Remote = IPAddress.Parse("10.0.0.251") }),
            "Set-GeneveTunnel geneve0 -Remote 10.0.0.250"),
        // The far end has two addresses and sends from the other one.
        new("direct", PathCause.RemoteMismatch, PathEnd.Near, w =>
        {
            w.Far.Tunnel.Assign("eth0", "10.0.0.240/32");
            w.Far.Tunnel.Routes.Add(
                (CidrAddress.Parse("10.0.0.251/32"), [w.Far.Tunnel["eth0"].Index], null, IPAddress.Parse("10.0.0.240")));
        }, "Set-GeneveTunnel geneve0 -Remote 10.0.0.240"),
        new("direct", PathCause.RpFilterStrict, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Switches["ipv4.conf.eth0.rp_filter"] = 1;
            w.Far.Tunnel.Route("10.0.0.251/32", "other");
        }, "sysctl -w net/ipv4/conf/eth0/rp_filter=2"),
        new("container", PathCause.NotAttached, PathEnd.Near,
            w => w.Near.Inner.Change("veth-client1", l => l with { ParentIndex = 99 }), null),
        // The index of a link of the tunnel's namespace, and the peer is in a third one.
        new("container", PathCause.NotAttached, PathEnd.Near,
            w => w.Near.Inner.Change("veth-client1", l => l with { ParentNamespaceId = 7 }), null),
        new("container", PathCause.InnerLinkDown, PathEnd.Near,
            w => w.Near.Tunnel.Change("veth-host", l => l with { IsUp = false }), "Set-Link veth-host -Up"),
        new("container", PathCause.InnerLinkDown, PathEnd.Near,
            w => w.Near.Inner.Change("veth-client1", l => l with { IsUp = false }), "Set-Link veth-client1 -Up -Namespace c"),
        new("bridge", PathCause.BridgeDown, PathEnd.Near,
            w => w.Near.Tunnel.Change("br0", l => l with { IsUp = false }), "Set-Link br0 -Up"),
        new("bridge", PathCause.TunnelNotPort, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { MasterIndex = 0, Port = null }), "Add-BridgePort geneve0 br0"),
        new("container", PathCause.TunnelNotPort, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { MasterIndex = 0, Port = null }), "Add-BridgePort geneve0 br0"),
        new("bridge", PathCause.PortNotForwarding, PathEnd.Far,
            w => Port(w.Far.Tunnel, "geneve0", p => p with { State = BridgePortState.Blocking }),
            "Set-BridgePort geneve0 -State Forwarding -Namespace b"),
        new("container", PathCause.PortIsolated, PathEnd.Near, w =>
        {
            Port(w.Near.Tunnel, "geneve0", p => p with { Isolated = true });
            Port(w.Near.Tunnel, "veth-host", p => p with { Isolated = true });
        }, "Set-BridgePort geneve0 -Isolated $false"),
        new("container", PathCause.PortFloodOff, PathEnd.Near,
            w => Port(w.Near.Tunnel, "geneve0", p => p with { BroadcastFlood = false }), "Set-BridgePort geneve0 -BroadcastFlood $true"),
        new("direct", PathCause.DuplicateInnerAddress, PathEnd.Near,
            w => w.Near.Tunnel.Assign("lo", "12.200.1.2/32"), "Remove-LinkAddress 12.200.1.2/32 lo"),
        new("direct", PathCause.DuplicateInnerAddress, PathEnd.Far,
            w => w.Far.Tunnel.Addresses[^1] = w.Far.Tunnel.Addresses[^1] with { IsDuplicate = true }, null),
        new("direct", PathCause.AddressMissing, PathEnd.Far,
            w => w.Far.Tunnel.Addresses.RemoveAll(a => a.Address.ToString() == "12.200.1.2/24"),
            "Add-LinkAddress 12.200.1.2 geneve0 -Namespace b"),
        new("direct", PathCause.AddressMissing, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Unassign("12.200.1.1/24");
            w.Near.Tunnel.Route("12.200.1.2/32", "geneve0");
            w.Far.Tunnel.Switches["ipv4.conf.all.rp_filter"] = 0;
        }, "Add-LinkAddress ADDRESS geneve0"),
        new("bridge", PathCause.AddressWrongDevice, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Unassign("12.200.1.2/24");
            w.Far.Tunnel.Assign("geneve0", "12.200.1.2/24");
        }, "Remove-LinkAddress 12.200.1.2/24 geneve0 -Namespace b; Add-LinkAddress 12.200.1.2/24 br0 -Namespace b"),
        new("bridge", PathCause.RouteAtBridgePort, PathEnd.Far,
            w => w.Far.Tunnel.Route("12.200.1.1/32", "geneve0"), "Add-Route 12.200.1.1 br0 -Force -Namespace b"),
        new("bridge", PathCause.RouteAtBridgePort, PathEnd.Near,
            w => w.Near.Tunnel.Route("12.200.1.2/32", "geneve0"), "Add-Route 12.200.1.2 br0 -Force"),
        new("direct", PathCause.InnerNoRoute, PathEnd.Near, w => w.Near.Tunnel.Unroute("12.200.1.0/24"), "Add-Route 12.200.1.2 geneve0"),
        new("direct", PathCause.NoReturnRoute, PathEnd.Far,
            w => w.Far.Tunnel.Unroute("12.200.1.0/24"), "Add-Route 12.200.1.1 geneve0 -Namespace b"),
        // Section 5: no route back and strict filtering; the route is the cause, the filter a consequence.
        new("direct", PathCause.NoReturnRoute, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Unroute("12.200.1.0/24");
            w.Far.Tunnel.Switches["ipv4.conf.all.rp_filter"] = 1;
        }, "Add-Route 12.200.1.1 geneve0 -Namespace b"),
        new("routed", PathCause.NoReturnRoute, PathEnd.Far,
            w => w.Far.Inner.Unroute("12.200.1.0/24"), "Add-Route 12.200.1.1 lan0 -Namespace d"),
        new("direct", PathCause.RpFilterStrict, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Route("12.200.1.1/32", "other");
            w.Far.Tunnel.Switches["ipv4.conf.all.rp_filter"] = 1;
        }, "Add-Route 12.200.1.1 geneve0 -Force -Namespace b"),
        new("direct", PathCause.InnerRouteWrongDevice, PathEnd.Near,
            w => w.Near.Tunnel.Route("12.200.1.2/32", "other"), "Add-Route 12.200.1.2 geneve0 -Force"),
        new("direct", PathCause.AsymmetricTunnel, PathEnd.Far,
            w => w.Far.Tunnel.Route("12.200.1.1/32", "other"), "Add-Route 12.200.1.1 geneve0 -Force -Namespace b"),
        new("direct", PathCause.ArpIgnored, PathEnd.Far,
            w => w.Far.Tunnel.Switches["ipv4.conf.geneve0.arp_ignore"] = 8,
            "Invoke-NamespaceCommand -Namespace b { sysctl -w net/ipv4/conf/geneve0/arp_ignore=0 }"),
        new("direct", PathCause.ArpIgnored, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Addresses[^1] = w.Far.Tunnel.Addresses[^1] with { LinkIndex = w.Far.Tunnel["lo"].Index };
            w.Far.Tunnel.Switches["ipv4.conf.all.arp_ignore"] = 1;
        }, "sysctl -w net/ipv4/conf/all/arp_ignore=0"),
        new("direct", PathCause.ArpIgnored, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Route("12.200.1.1/32", "other");
            w.Far.Tunnel.Switches["ipv4.conf.geneve0.arp_filter"] = 1;
        }, "sysctl -w net/ipv4/conf/geneve0/arp_filter=0"),
        new("routed", PathCause.ForwardingOff, PathEnd.Far,
            w => w.Far.Tunnel.Switches["ipv4.conf.geneve0.forwarding"] = 0, "sysctl -w net.ipv4.ip_forward=1"),
        new("direct", PathCause.StaticNeighborWrongMac, PathEnd.Near,
            w => w.Near.Tunnel.Neighbors.Add(World.Neighbor(w.Near.Tunnel, "geneve0", "12.200.1.2", Elsewhere, NeighborState.Permanent)),
            "Set-StaticNeighbor 12.200.1.2 02:"),
        new("direct", PathCause.StaticNeighborWrongMac, PathEnd.Far,
            w => w.Far.Tunnel.Neighbors.Add(World.Neighbor(w.Far.Tunnel, "geneve0", "12.200.1.1", Elsewhere, NeighborState.Permanent)),
            "-Link geneve0 -Namespace b"),
        new("container", PathCause.NoHairpin, PathEnd.Near,
            w => Station(w.Near.Tunnel, w.Far.Tunnel["br0"].Mac!, "veth-host", FdbEntryKind.Static), "Remove-BridgeFdbEntry 02:"),
        new("bridge", PathCause.FdbWrongPort, PathEnd.Far,
            w => Station(w.Far.Tunnel, w.Near.Tunnel["br0"].Mac!, "other", FdbEntryKind.Static), " other -Namespace b"),
        new("bridge", PathCause.PortLearningOff, PathEnd.Far,
            w => Port(w.Far.Tunnel, "geneve0", p => p with { Learning = false, Flood = false }),
            "Set-BridgePort geneve0 -Learning $true -Namespace b"),
        new("direct", PathCause.UnderlayNeighborFailed, PathEnd.Near,
            w => w.Probed = x =>
                x.Near.Tunnel.Neighbors.Add(World.Neighbor(x.Near.Tunnel, "eth0", "10.0.0.250", null, NeighborState.Failed)),
            null),
        new("direct", PathCause.UnderlayNeighborFailed, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Neighbors.Add(World.Neighbor(w.Near.Tunnel, "eth0", "10.0.0.250", null, NeighborState.Failed));
            w.Probed = x => x.Near.Tunnel.Change("geneve0", l => l with { Sent = l.Sent + 3 });
        }, null),
        // What can break a path, and was not seen to.
        new("direct", PathCause.MtuTooLarge, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { Mtu = 1500 }), "Set-Link geneve0 -Mtu 1450", CheckStatus.Suspected),
        new("direct", PathCause.EchoIgnored, PathEnd.Far,
            w => w.Far.Tunnel.Switches["ipv4.icmp_echo_ignore_all"] = 1,
            "sysctl -w net.ipv4.icmp_echo_ignore_all=0", CheckStatus.Suspected),
        new("bridge", PathCause.FdbWrongPort, PathEnd.Far,
            w => Station(w.Far.Tunnel, w.Near.Tunnel["br0"].Mac!, "other", FdbEntryKind.Dynamic),
            "Remove-BridgeFdbEntry", CheckStatus.Suspected),
        new("direct", PathCause.UnderlayNeighborFailed, PathEnd.Far,
            w => w.Far.Tunnel.Neighbors.Add(World.Neighbor(w.Far.Tunnel, "eth0", "10.0.0.251", null, NeighborState.Failed)),
            null, CheckStatus.Suspected),
        new("container", PathCause.BridgeNetfilterDrop, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Switches["bridge.bridge-nf-call-iptables"] = 1;
            w.Near.Tunnel.Evidence = new DropEvidence
            {
                Legacy = [new LegacyRule { Table = "filter", Chain = "FORWARD", Text = "-P FORWARD DROP", Target = "DROP" }],
            };
        }, "Add-BridgeForwardRule br0", CheckStatus.Suspected),
    ];

    public static TheoryData<string> Names { get; } = [.. Faults.Select((fault, number) => $"{number}: {fault}")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cause_is_found_first_and_where_it_is(string name)
    {
        var fault = Faults[int.Parse(name.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)];
        var world = World.Make(fault.Stage);
        fault.Break(world);
        var checks = world.Check();

        var found = checks.Find(c => c.Status == fault.Status);
        Assert.True(
            found is not null && (found.Cause, found.End) == (fault.Cause, fault.End),
            $"Found: {string.Join("; ", checks.Where(c => c.Status != CheckStatus.Passed))}");
        Assert.True(fault.Status == CheckStatus.Failed || checks.TrueForAll(c => c.Status != CheckStatus.Failed));
        Assert.NotEmpty(found.Sentence);
        Assert.NotEmpty(found.Evidence);
        if (fault.Remedy is null)
            Assert.Empty(found.Remedies);
        else
            Assert.Contains(fault.Remedy, RemedyText.Of(found.Remedies), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_check_is_tried_at_each_end_it_looks_at()
    {
        var (near, far) = World.Make("direct").Look();
        // The checksum is tried below, over IPv6.
        var tried = Faults.Select(f => f.Cause).Append(PathCause.ChecksumMismatch).ToHashSet();
        Assert.Equal([], PathChecks.Run(near, far).Select(c => c.Cause).Except(tried).ToArray());
    }

    [Fact]
    public void A_healthy_path_is_never_accused()
    {
        var hosts = Gen.Int[1, 250];
        var name = Gen.Char.Where(static c => c is > ' ' and < (char)127 && c is not '/' and not ':')
            .Array[1, 12].Select(static c => "g" + new string(c));
        var stages = Gen.Int[0, World.Stages.Count - 1];
        Gen.Select(stages, hosts, hosts, Gen.Int[1, 200], Gen.UInt[0, 0xffffff], Gen.Int[1, 65535], name, Gen.Int[0, 2])
            .Sample((number, one, two, net, vni, port, tunnel, filter) =>
            {
                if (one == two)
                    return;
                var world = World.Make(World.Stages[number], new World.Plan
                {
                    NearUnderlay = $"10.{net}.0.{one}/24",
                    FarUnderlay = $"10.{net}.0.{two}/24",
                    NearInner = $"11.{net}.1.{one}/24",
                    FarInner = $"11.{net}.1.{two}/24",
                    Vni = vni,
                    Port = port,
                    Tunnel = tunnel,
                });
                Space[] spaces = [world.Near.Tunnel, world.Far.Tunnel, world.Near.Inner, world.Far.Inner, world.Near.Underlay];
                foreach (var space in spaces)
                    space.Switches["ipv4.conf.all.rp_filter"] = filter;
                AssertHealthy(world.Check());
                var (near, far) = world.Look(isProbed: false);
                AssertHealthy(PathChecks.Run(near, far));
                AssertHealthy(PathChecks.Run(world.LookAlone(), null));
            });
    }

    [Fact]
    public void Two_faults_at_once_are_not_overlooked()
    {
        var plain = Faults.Where(static f => f is { Stage: "direct", Status: CheckStatus.Failed }).ToList();
        // Two ways to the same cause at the same end may well be one fault, and undo each other.
        var overlooked = from one in plain
                         from two in plain
                         where (one.Cause, one.End) != (two.Cause, two.End) && IsOverlooked(one, two)
                         select $"{one}, then {two}";
        Assert.Empty(overlooked);

        static bool IsOverlooked(Fault one, Fault two)
        {
            var world = World.Make("direct");
            one.Break(world);
            try
            {
                two.Break(world);
            }
            catch (InvalidOperationException)
            {
                return false; // What one fault took away, the other cannot break.
            }

            // Whatever two faults make of each other, something is found, and nothing escapes.
            return world.Check().All(static check => check.Status != CheckStatus.Failed);
        }
    }

    [Fact]
    public void Checksums_over_IPv6_must_fit_in_both_directions()
    {
        var plan = World.Plan.OverIPv6;
        AssertHealthy(World.Make("direct", plan).Check());
        foreach (var end in Enum.GetValues<PathEnd>())
        {
            var world = World.Make("direct", plan);
            var (sender, receiver) = end == PathEnd.Far ? (world.Near, world.Far) : (world.Far, world.Near);
            sender.ChangeTunnel(t => t with { ZeroChecksum6Tx = true });
            AssertHealthy(world.Check());
            receiver.ChangeTunnel(t => t with { ZeroChecksum6Rx = false });
            var found = Assert.Single(world.Check(), static c => c.Status != CheckStatus.Passed);
            Assert.Equal((PathCause.ChecksumMismatch, end), (found.Cause, found.End));
            Assert.Contains(" -UdpZeroChecksum6Rx", RemedyText.Of(found.Remedies), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_seen_is_skipped_and_not_passed()
    {
        var checks = PathChecks.Run(World.Make("direct").LookAlone(), null);
        Assert.All(checks.Where(static c => c.End == PathEnd.Far), static c => Assert.Equal(CheckStatus.Skipped, c.Status));
        Assert.DoesNotContain(checks, static c => c.End == PathEnd.Near && c.Status == CheckStatus.Skipped);
    }

    [Fact]
    public void A_remote_that_is_an_own_address_is_told_without_the_far_end()
    {
        var world = World.Make("direct");
        world.Near.ChangeTunnel(static t => t with { Remote = IPAddress.Parse("10.0.0.251") });
        var found = Assert.Single(PathChecks.Run(world.LookAlone(), null), static c => c.Status == CheckStatus.Failed);
        Assert.Equal(PathCause.RemoteMismatch, found.Cause);
        Assert.Empty(found.Remedies);
    }

    [Fact]
    public void Namespaces_of_one_number_on_two_hosts_are_two()
    {
        // The first namespace of every host has the same number; what is seen of a far host has its name.
        var world = World.Make("direct");
        world.Near.Tunnel.Assign("lo", "12.200.1.2/32");
        var near = new Endpoint(PathEnd.Near, world.Near.State(), (role, question) => world.Near[role].Ask(question));
        var there = world.Far.State().Tunnel with { Id = near.State.Tunnel.Id, Host = "b" };
        var state = new EndState { TunnelName = "geneve0", Tunnel = there, Underlay = there, Inner = there };
        var far = new Endpoint(PathEnd.Far, state, (role, question) => world.Far[role].Ask(question)) { Other = near };
        near.Other = far;
        near.Resolve(null, world.Destination);
        far.Resolve(world.Destination, near.Inner);
        Assert.Equal(PathCause.DuplicateInnerAddress, PathChecks.Run(near, far).First(static c => c.Status == CheckStatus.Failed).Cause);
    }

    [Fact]
    public void Addresses_that_are_translated_on_the_way_are_no_mismatch_once_packets_arrive()
    {
        // Each end knows the other by the address it has outside.
        var world = World.Make("direct");
        foreach (var (end, remote) in (ReadOnlySpan<(TestEnd, string)>)[(world.Near, "198.51.100.2"), (world.Far, "198.51.100.1")])
        {
            end.ChangeTunnel(t => t with { Remote = IPAddress.Parse(remote) });
            end.Tunnel.Route("198.51.100.0/24", "eth0");
        }

        world.Seen = static (near, far) =>
            (near.ArrivedFrom, far.ArrivedFrom) = (IPAddress.Parse("198.51.100.2"), IPAddress.Parse("198.51.100.1"));
        AssertHealthy(world.Check());

        world.Seen = static (near, far) => far.ArrivedFrom = IPAddress.Parse("198.51.100.77");
        var found = Assert.Single(world.Check(), static c => c.Status == CheckStatus.Failed);
        Assert.Equal((PathCause.RemoteMismatch, PathEnd.Far), (found.Cause, found.End));
        Assert.Contains("-Remote 198.51.100.77", RemedyText.Of(found.Remedies), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_next_hops_the_kernel_says_whether_one_fits()
    {
        var world = World.Make("direct");
        var far = world.Far.Tunnel;
        far.Switches["ipv4.conf.all.rp_filter"] = 1;
        far.Routes.Add((CidrAddress.Parse("10.0.0.251/32"), [far["other"].Index, far["eth0"].Index], null, IPAddress.Parse("10.0.0.250")));
        AssertHealthy(world.Check());
    }

    [Fact]
    public void A_VLAN_on_the_bridge_is_part_of_the_overlay()
    {
        var world = World.Make("bridge");
        (Space, string)[] homes = [(world.Near.Tunnel, "12.200.1.1/24"), (world.Far.Tunnel, "12.200.1.2/24")];
        foreach (var (space, address) in homes)
        {
            var bridge = space["br0"];
            space.Add(new LinkState
            {
                Name = "br0.10",
                Kind = "vlan",
                ParentIndex = bridge.Index,
                Mac = bridge.Mac,
                IsUp = true,
                HasCarrier = true,
                Mtu = 1450,
            });
            space.Unassign(address);
            space.Assign("br0.10", address);
        }

        AssertHealthy(world.Check());
        var (near, _) = world.Look();
        Assert.Equal("br0.10", near.In?.Name);
    }

    [Fact]
    public void A_VLAN_of_the_underlay_is_down_with_the_link_below()
    {
        var world = World.Make("direct");
        var near = world.Near.Tunnel;
        near.Add(new LinkState { Name = "eth0.7", Kind = "vlan", ParentIndex = near["eth0"].Index, IsUp = false, Mtu = 1500 });
        near.Unassign("10.0.0.251/24");
        near.Assign("eth0.7", "10.0.0.251/24");
        near.Change("eth0", static l => l with { IsUp = false });
        var found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal((PathCause.UnderlayLinkDown, "Set-Link eth0 -Up"), (found.Cause, RemedyText.Of(found.Remedies)));
    }

    [Fact]
    public void Names_that_PowerShell_would_run_are_quoted()
    {
        var world = World.Make("direct", new World.Plan { Tunnel = "$(a);b'c" });
        world.Near.Tunnel.Change("$(a);b'c", static l => l with { IsUp = false });
        var found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal("Set-Link '$(a);b''c' -Up", RemedyText.Of(found.Remedies));
    }

    private static void AssertHealthy(List<PathCheck> checks) =>
        Assert.Equal("", string.Join("; ", checks.Where(static c => c.Status is CheckStatus.Failed or CheckStatus.Suspected)));

    private static void Port(Space place, string link, Func<PortState, PortState> change) =>
        place.Change(link, l => l with { Port = change(l.Port!) });

    private static void Station(Space place, MacAddress mac, string port, FdbEntryKind kind) =>
        place.Fdb.Add(new FdbEntryState(place["br0"].Index, place[port].Index, mac, kind));

    private sealed record Fault(
        string Stage, PathCause Cause, PathEnd End, Action<World> Break, string? Remedy, CheckStatus Status = CheckStatus.Failed)
    {
        public override string ToString() => $"{Cause} {End} ({Stage}, {Status})";
    }
}
