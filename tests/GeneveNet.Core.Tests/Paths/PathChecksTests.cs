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
using GeneveNet.TrafficControl;

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
            w => w.Near.Tunnel.Unroute("10.0.0.0/24"), "Add-Route 10.0.0.250 eth0"),
        new("direct", PathCause.UnderlayNoRoute, PathEnd.Far,
            w => w.Far.Tunnel.Unroute("10.0.0.0/24"), "Add-Route 10.0.0.251 eth0 -Namespace b"),
        new("direct", PathCause.TunnelHeldElsewhere, PathEnd.Far, w =>
        {
            w.Far.HeldElsewhere = "'geneve0' in network namespace 'c'";
            w.Far.ChangeTunnel(t => t with { Vni = 7 });
        }, null) { IsOneSided = true },
        new("direct", PathCause.FarTunnelMissing, PathEnd.Far,
            w => w.Far.TunnelName = null, "New-GeneveTunnel geneve0 -Vni 1000 -Remote 10.0.0.251 -Port 6081 -Up -Namespace b")
            { IsOneSided = true },
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
            w => w.Near.Tunnel.Assign("lo", "12.200.1.2/32"), "Remove-LinkAddress 12.200.1.2/32 lo -Confirm:$false"),
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
        }, null),
        new("bridge", PathCause.AddressWrongDevice, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Unassign("12.200.1.2/24");
            w.Far.Tunnel.Assign("geneve0", "12.200.1.2/24");
        }, "Remove-LinkAddress 12.200.1.2/24 geneve0 -Namespace b -Confirm:$false; Add-LinkAddress 12.200.1.2/24 br0 -Namespace b"),
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
            w => w.Far.Inner.Unroute("12.200.1.0/24"), "Add-Route 12.200.1.1 lan0 -Gateway 172.30.0.1 -Namespace d"),
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
        new("direct", PathCause.UdpPortInUse, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Change("geneve0", l => l with { IsUp = false });
            w.Near.PortHolder = "process 7 (socat)";
        }, null),
        // Neither end of a route to the remote is the tunnel, by itself or by a VLAN on it.
        new("direct", PathCause.UnderlayRouteLoop, PathEnd.Near,
            w => w.Near.Tunnel.Route("10.0.0.250/32", "geneve0"), "Add-Route 10.0.0.250 eth0 -Force"),
        new("direct", PathCause.UnderlayRouteLoop, PathEnd.Far, w =>
        {
            var far = w.Far.Tunnel;
            var below = far["geneve0"];
            far.Add(below with { Index = 0, Mac = null, Name = "geneve0.7", Kind = "vlan", ParentIndex = below.Index, Tunnel = null });
            far.Route("10.0.0.251/32", "geneve0.7");
        }, "Add-Route 10.0.0.251 eth0 -Force -Namespace b"),
        new("direct", PathCause.UnderlayLinkIsPort, PathEnd.Near, w => AddToBridge(w.Near.Tunnel, "eth0"),
            "Remove-LinkAddress 10.0.0.251/24 eth0 -Confirm:$false; Add-LinkAddress 10.0.0.251/24 lan"),
        // A port beside the tunnel would carry the overlay into its underlay: there it is to leave the bridge.
        new("bridge", PathCause.UnderlayLinkIsPort, PathEnd.Far,
            w => w.Far.Tunnel.Change("eth0", l => l with { MasterIndex = w.Far.Tunnel["br0"].Index, Port = w.Far.Tunnel["other"].Port }),
            "Remove-BridgePort eth0 -Namespace b -Confirm:$false"),
        new("direct", PathCause.StaticNeighborWrongMac, PathEnd.Near,
            w => w.Near.Tunnel.Neighbors.Add(World.Neighbor(w.Near.Tunnel, "eth0", "10.0.0.250", Elsewhere, NeighborState.Permanent)),
            "-Link eth0"),
        new("direct", PathCause.InnerProtocolMismatch, PathEnd.Far, w => w.Far.ChangeTunnel(t => t with { IsLayer3 = true }), null),
        // VLANs: what comes in by the container's port belongs to one that the tunnel's port is not in.
        new("container", PathCause.BridgeFiltered, PathEnd.Near, w =>
        {
            Filter(w.Near.Tunnel);
            Vlans(w.Near.Tunnel, "veth-host", new VlanState(10, true, true));
            Vlans(w.Near.Tunnel, "geneve0", new VlanState(1, true, true));
        }, null),
        new("container", PathCause.BridgeFiltered, PathEnd.Near, w =>
        {
            Filter(w.Near.Tunnel);
            Vlans(w.Near.Tunnel, "veth-host", new VlanState(10, true, true));
            Vlans(w.Near.Tunnel, "geneve0");
        }, "bridge vlan add dev geneve0 vid 10 pvid untagged"),
        new("container", PathCause.BridgeFiltered, PathEnd.Near, w =>
        {
            Filter(w.Near.Tunnel);
            Vlans(w.Near.Tunnel, "veth-host", new VlanState(1, false, true));
        }, null),
        new("bridge", PathCause.BridgeFiltered, PathEnd.Near, w =>
        {
            Filter(w.Near.Tunnel);
            Vlans(w.Near.Tunnel, "br0", new VlanState(20, true, true));
        }, null),
        // It leaves with a tag, which the other end does not know; what comes in without one is taken.
        new("bridge", PathCause.VlanMismatch, PathEnd.Far, w => SendTagged(w.Near.Tunnel), null),
        new("bridge", PathCause.VlanMismatch, PathEnd.Far, w =>
        {
            SendTagged(w.Near.Tunnel);
            Filter(w.Far.Tunnel);
        }, null),
        // Neither end takes the other's: the first is named.
        new("bridge", PathCause.VlanMismatch, PathEnd.Near, w => AddVlan(w.Far.Tunnel, "br0", 10, "12.200.1.2/24"), null)
            { IsOneSided = true },
        new("container", PathCause.PortLocked, PathEnd.Near,
            w => Port(w.Near.Tunnel, "veth-host", p => p with { Locked = true }), "Add-BridgeFdbEntry 02:"),
        new("bridge", PathCause.PortLocked, PathEnd.Far,
            w => Port(w.Far.Tunnel, "geneve0", p => p with { Locked = true }), "Add-BridgeFdbEntry 02:"),
        new("direct", PathCause.DuplicateInnerMac, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { Mac = w.Far.Tunnel["geneve0"].Mac }), "-Namespace b") { IsOneSided = true },
        new("container", PathCause.DuplicateInnerMac, PathEnd.Far,
            w => w.Near.Inner.Change("veth-client1", l => l with { Mac = w.Far.Tunnel["geneve0"].Mac }), " -Namespace c"),
        new("container", PathCause.DuplicateInnerMac, PathEnd.Near,
            w => w.Near.Inner.Change("veth-client1", l => l with { Mac = w.Far.Tunnel["br0"].Mac }), "Set-Link br0 -LinkLayerAddress")
            { IsOneSided = true },
        new("bridge", PathCause.SourceElsewhere, PathEnd.Near,
            w => w.Stations.Add(new StationState("container 'app'", IPAddress.Parse("12.200.1.1"))), null) { IsOneSided = true },
        new("direct", PathCause.IPv6Disabled, PathEnd.Far, w =>
        {
            w.Far.Tunnel.Unassign("fd11::2/64");
            w.Far.Tunnel.Switches["ipv6.conf.geneve0.disable_ipv6"] = 1;
        }, "sysctl -w net/ipv6/conf/geneve0/disable_ipv6=0 }; Add-LinkAddress fd11::2/64 geneve0 -Namespace b") { IsOverIPv6 = true },
        new("direct", PathCause.IPv6Disabled, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Unassign("fd11::1/64");
            w.Near.Tunnel.Switches["ipv6.conf.geneve0.disable_ipv6"] = 1;
        }, null) { IsOverIPv6 = true },
        // A standby port of a spanning tree: to switch that off would make a loop.
        new("bridge", PathCause.PortNotForwarding, PathEnd.Near, w =>
        {
            w.Near.Tunnel.Change("br0", l => l with { Bridge = l.Bridge! with { Stp = true } });
            Port(w.Near.Tunnel, "geneve0", p => p with { State = BridgePortState.Blocking });
        }, null),
        // What can break a path, and was not seen to.
        new("direct", PathCause.MtuTooLarge, PathEnd.Near,
            w => w.Near.Tunnel.Change("geneve0", l => l with { Mtu = 1500 }), "Set-Link geneve0 -Mtu 1450", CheckStatus.Suspected),
        new("direct", PathCause.TrafficControlDrop, PathEnd.Near, w => w.Near.Tunnel.Evidence = new DropEvidence
        {
            TrafficControl = new TrafficControlState
            {
                Qdiscs =
                [
                    new QdiscState
                    {
                        LinkIndex = w.Near.Tunnel["eth0"].Index, Kind = "netem", Parent = TrafficHandle.Root,
                        Netem = new NetemState { LossPercent = 5 },
                    },
                ],
            },
        }, null, CheckStatus.Suspected),
        new("direct", PathCause.EchoIgnored, PathEnd.Far,
            w => w.Far.Tunnel.Switches["ipv4.icmp_echo_ignore_all"] = 1,
            "sysctl -w net.ipv4.icmp_echo_ignore_all=0", CheckStatus.Suspected) { IsOneSided = true },
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
        var world = fault.Make();
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

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cause_is_found_from_the_other_end_too(string name)
    {
        var fault = Faults[int.Parse(name.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)];
        if (Seen(fault) is not { } expected)
            return;
        var world = fault.Make();
        var destination = world.Look(isProbed: false).Near.Inner!;
        fault.Break(world);
        var checks = world.Mirror(destination).Check();
        Assert.True(
            checks.Find(c => c.Status == fault.Status) is { } found && (found.Cause, found.End) == expected,
            $"Expected: {expected}. Found: {string.Join("; ", checks.Where(c => c.Status != CheckStatus.Passed))}");
    }

    [Fact]
    public void Every_check_is_tried_at_each_end_it_looks_at()
    {
        var (near, far) = World.Make("direct").Look();
        // The checksum is tried below, over IPv6, at both ends.
        HashSet<(PathCause, PathEnd)> tried = [(PathCause.ChecksumMismatch, PathEnd.Near), (PathCause.ChecksumMismatch, PathEnd.Far)];
        foreach (var fault in Faults)
        {
            tried.Add((fault.Cause, fault.End));
            if (Seen(fault) is { } other)
                tried.Add(other);
        }

        Assert.Equal([], PathChecks.Run(near, far).Select(c => (c.Cause, c.End)).Except(tried).ToArray());
    }

    /// <summary>What a fault is from the other end of its path; null where that is another fault.</summary>
    private static (PathCause, PathEnd)? Seen(Fault fault)
    {
        var end = fault.End == PathEnd.Near ? PathEnd.Far : PathEnd.Near;
        if (fault.IsOneSided)
            return null;
        return (fault.Cause, fault.End) switch
        {
            (PathCause.InnerNoRoute, _) => (PathCause.NoReturnRoute, end),
            (PathCause.NoReturnRoute, _) => (PathCause.InnerNoRoute, end),
            (PathCause.InnerRouteWrongDevice, _) => (PathCause.AsymmetricTunnel, end),
            (PathCause.AsymmetricTunnel, _) => (PathCause.InnerRouteWrongDevice, end),
            // These hold the far end against the near one, whichever that is.
            (PathCause.PortMismatch or PathCause.VniMismatch or PathCause.InnerProtocolMismatch, _) => (fault.Cause, PathEnd.Far),
            _ => (fault.Cause, end),
        };
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
        var plain = Faults.Where(static f => f is { Stage: "direct", Status: CheckStatus.Failed, IsOverIPv6: false }).ToList();
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

    [Fact]
    public void VLANs_that_lead_through_are_no_fault()
    {
        // Both filter, and are as a bridge is made.
        var world = World.Make("container");
        Filter(world.Near.Tunnel);
        Filter(world.Far.Tunnel);
        AssertHealthy(world.Check());

        // An access port here, a tag in the tunnel, a VLAN link without filtering there.
        Vlans(world.Near.Tunnel, "veth-host", new VlanState(10, true, true));
        Vlans(world.Near.Tunnel, "geneve0", new VlanState(1, true, true), new VlanState(10, false, false));
        world.Far.Tunnel.Change("br0", static l => l with { Bridge = l.Bridge! with { VlanFiltering = false } });
        AddVlan(world.Far.Tunnel, "br0", 10, "12.200.1.2/24");
        AssertHealthy(world.Check());

        // The same in a bridge that filters, whose own port has the tag.
        Filter(world.Far.Tunnel);
        Vlans(world.Far.Tunnel, "geneve0", new VlanState(10, false, false));
        Vlans(world.Far.Tunnel, "br0", new VlanState(10, false, false));
        AssertHealthy(world.Check());

        // And where the bridge takes the tag off, the link without one has the address.
        Vlans(world.Far.Tunnel, "br0", new VlanState(10, true, true));
        var found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal((PathCause.VlanMismatch, PathEnd.Far), (found.Cause, found.End));
        Assert.Equal((0, 10), (found.Evidence["Tag"], found.Evidence["Expected"]));
    }

    [Fact]
    public void A_VLAN_link_in_a_container_sends_with_its_tag()
    {
        var world = World.Make("container");
        AddVlan(world.Near.Inner, "veth-client1", 10, "12.200.1.1/24");
        Filter(world.Near.Tunnel);
        var found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal((PathCause.BridgeFiltered, PathEnd.Near), (found.Cause, found.End));
        Assert.Contains("by 'veth-host': packets of VLAN 10, which that port is not in", found.Sentence, StringComparison.Ordinal);

        Vlans(world.Near.Tunnel, "veth-host", new VlanState(10, false, false));
        Vlans(world.Near.Tunnel, "geneve0");
        found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal("bridge vlan add dev geneve0 vid 10", RemedyText.Of(found.Remedies));
    }

    [Theory]
    [InlineData(BridgePortState.Blocking, "keeps it standby")]
    [InlineData(BridgePortState.Listening, "lets it forward in 22 seconds")]
    [InlineData(BridgePortState.Learning, "lets it forward in 7 seconds")]
    public void What_a_spanning_tree_keeps_is_waited_for(BridgePortState state, string words)
    {
        var world = World.Make("bridge");
        world.Near.Tunnel.Change(
            "br0", static l => l with { Bridge = l.Bridge! with { Stp = true, ForwardDelay = TimeSpan.FromSeconds(15) } });
        Port(world.Near.Tunnel, "geneve0", p => p with { State = state, ForwardDelayLeft = TimeSpan.FromSeconds(6.5) });
        var found = world.Check().First(static c => c.Status == CheckStatus.Failed);
        Assert.Equal(PathCause.PortNotForwarding, found.Cause);
        Assert.Contains(words, found.Sentence, StringComparison.Ordinal);
        Assert.Empty(found.Remedies);
    }

    [Fact]
    public void A_station_behind_the_far_bridge_needs_no_address_of_the_bridges_host()
    {
        var world = World.Make("bridge");
        world.Far.Tunnel.Unassign("12.200.1.2/24");
        // Nobody that can be seen has it: that is worth a word, and no remedy that would take the address away from a station.
        var suspected = Assert.Single(world.Check(), static c => c.Status != CheckStatus.Passed);
        Assert.Equal((PathCause.AddressMissing, CheckStatus.Suspected), (suspected.Cause, suspected.Status));
        Assert.Empty(suspected.Remedies);

        world.Far.Holders.Add(new StationState("container 'app'", world.Destination));
        AssertHealthy(world.Check());
        world.Far.Holders.Clear();
        world.Seen = static (near, _) => near.AnsweredMac = MacAddress.Parse(Elsewhere);
        AssertHealthy(world.Check());
    }

    [Fact]
    public void A_port_of_another_bridge_breaks_the_underlay_only_where_nobody_answers()
    {
        var world = World.Make("direct");
        AddToBridge(world.Near.Tunnel, "eth0");
        world.Near.Tunnel.Neighbors.Add(
            World.Neighbor(world.Near.Tunnel, "eth0", "10.0.0.250", "02:00:00:00:00:09", NeighborState.Reachable));
        var found = Assert.Single(world.Check(), static c => c.Status != CheckStatus.Passed);
        Assert.Equal((PathCause.UnderlayLinkIsPort, CheckStatus.Suspected), (found.Cause, found.Status));

        // The kernel says that it filters what comes in by the bridge.
        world.Near.Tunnel.Switches["ipv4.conf.all.rp_filter"] = 1;
        Assert.Equal(PathCause.UnderlayLinkIsPort, world.Check().First(static c => c.Status == CheckStatus.Failed).Cause);
    }

    private static void AssertHealthy(List<PathCheck> checks) =>
        Assert.Equal("", string.Join("; ", checks.Where(static c => c.Status is CheckStatus.Failed or CheckStatus.Suspected)));

    private static void Port(Space place, string link, Func<PortState, PortState> change) =>
        place.Change(link, l => l with { Port = change(l.Port!) });

    private static void Filter(Space place)
    {
        var bridge = place["br0"].Index;
        foreach (var link in place.Links.Where(l => l.Index == bridge || l.MasterIndex == bridge).ToList())
            Vlans(place, link.Name, new VlanState(1, true, true));
        place.Change("br0", static l => l with { Bridge = l.Bridge! with { VlanFiltering = true } });
    }

    /// <summary>What the bridge itself sends leaves by the tunnel with the tag of VLAN 20; what has none comes in.</summary>
    private static void SendTagged(Space place)
    {
        Filter(place);
        Vlans(place, "br0", new VlanState(20, true, true), new VlanState(1, false, true));
        Vlans(place, "geneve0", new VlanState(1, true, true), new VlanState(20, false, false));
    }

    private static void Vlans(Space place, string link, params VlanState[] vlans) => place.Change(link, l => l with { Vlans = vlans });

    /// <summary>A VLAN on a link, with an address that another link had.</summary>
    private static void AddVlan(Space place, string link, int id, string address)
    {
        var below = place[link];
        var name = $"{link}.{id}";
        place.Add(new LinkState
        {
            Name = name, Kind = "vlan", ParentIndex = below.Index, VlanId = id, Mac = below.Mac, IsUp = true, HasCarrier = true,
            Mtu = below.Mtu,
        });
        place.Unassign(address);
        place.Assign(name, address);
    }

    private static void AddToBridge(Space place, string link)
    {
        var bridge = place.Add(new LinkState
        {
            Name = "lan", Kind = "bridge", IsUp = true, HasCarrier = true, Mtu = 1500, Bridge = new BridgeState(false, false, false, false),
        });
        place.Change(link, l => l with { MasterIndex = bridge.Index });
    }

    private static void Station(Space place, MacAddress mac, string port, FdbEntryKind kind) =>
        place.Fdb.Add(new FdbEntryState(place["br0"].Index, place[port].Index, mac, kind));

    private sealed record Fault(
        string Stage, PathCause Cause, PathEnd End, Action<World> Break, string? Remedy, CheckStatus Status = CheckStatus.Failed)
    {
        public bool IsOverIPv6 { get; init; }

        /// <summary>Whether it is another fault, or none, where it is looked at from the other end.</summary>
        public bool IsOneSided { get; init; }

        public World Make() => World.Make(Stage, IsOverIPv6 ? World.Plan.OverIPv6 : null);

        public override string ToString() => $"{Cause} {End} ({Stage}, {Status})";
    }
}
