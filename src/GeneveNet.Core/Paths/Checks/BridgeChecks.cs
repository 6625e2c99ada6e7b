using System.Net.Sockets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>Looks at the bridge between the tunnel and where inner traffic starts.</summary>
internal static class BridgeChecks
{
    public static Finding? BridgeDown(Endpoint side) => side.PathBridge is { IsUp: false } bridge
        ? Finding.Of(
            $"Bridge '{bridge.Name}' {side.At()} is down.",
            side.Cmdlet("Set-Link", (null, bridge.Name), ("Up", true)),
            ("Bridge", bridge.Name))
        : null;

    public static Finding? TunnelNotPort(Endpoint side)
    {
        if (side.PathBridge is not { } bridge || side.Tunnel is not { } tunnel || tunnel.MasterIndex == bridge.Index
            || OverlayChecks.IsOnOtherBridge(side))
        {
            return null;
        }

        // A tunnel with addresses of its own is used as a link, not as a port.
        var (isPort, place) = (tunnel.MasterIndex != 0, side.State.Tunnel);
        if (!isPort && place.Addresses.Any(a => a.LinkIndex == tunnel.Index && !a.Address.AddressValue.IsIPv6LinkLocal))
            return null;
        var what = isPort ? $"a port of '{place.LinkOf(tunnel.MasterIndex)?.Name}' instead" : "not a port of it";
        return Finding.Of(
            $"Inner traffic passes bridge '{bridge.Name}' {side.At()}, and tunnel '{tunnel.Name}' is {what}.",
            side.Cmdlet("Add-BridgePort", (null, tunnel.Name), (null, bridge.Name)),
            ("Bridge", bridge.Name), ("Tunnel", tunnel.Name));
    }

    public static Finding? PortNotForwarding(Endpoint side)
    {
        if (Ports(side).FirstOrDefault(static l => l is { Works: true, Port.State: not BridgePortState.Forwarding }) is not { } link)
            return null;
        var (bridge, state) = (side.PathBridge!, link.Port!.State);
        var isStp = bridge.Bridge!.Stp;
        var left = link.Port.ForwardDelayLeft + (state == BridgePortState.Listening ? bridge.Bridge.ForwardDelay : TimeSpan.Zero);
        var outlook = !isStp ? ""
            : state == BridgePortState.Blocking
                ? ": the spanning tree keeps it standby, as another way leads there. Look why that way, or the root port, does not work; "
                    + "without the protocol the two make a loop"
                : $": the spanning tree protocol lets it forward in {Math.Ceiling(left.TotalSeconds)} seconds; wait for that";
        return Finding.Of(
            $"{Port(link, side)} is in state {state} and forwards nothing{outlook}.",
            isStp ? null : side.Cmdlet("Set-BridgePort", (null, link.Name), ("State", BridgePortState.Forwarding)),
            ("Port", link.Name), ("State", state), ("Stp", isStp), ("ForwardingIn", isStp ? left : null));
    }

    /// <summary>A locked port (802.1X) drops what comes from a station that the forwarding database does not have there.</summary>
    public static Finding? PortLocked(Endpoint side)
    {
        if (side.PathBridge is null)
            return null;
        return Look(side.Tunnel, side.OtherMac) ?? Look(side.InnerPort, side.In?.Mac);

        Finding? Look(LinkState? link, MacAddress? station) =>
            link?.Port is { Locked: true } && station is not null
                && !Entries(side, side.State, station).Any(e => e.PortIndex == link.Index)
                ? Finding.Of(
                    $"{Port(link, side)} is locked, and the forwarding database does not have {station} there: "
                    + "what that station sends is dropped.",
                    side.Cmdlet("Add-BridgeFdbEntry", (null, station), (null, link.Name)),
                    ("Port", link.Name), ("Station", station))
                : null;
    }

    public static Finding? PortIsolated(Endpoint side) =>
        side is { Tunnel: { Port.Isolated: true } tunnel, InnerPort: { Port.Isolated: true } inner }
            ? Finding.Of(
                $"The ports '{tunnel.Name}' and '{inner.Name}' of bridge '{side.PathBridge!.Name}' {side.At()} "
                + "are both isolated: nothing passes between them.",
                side.Cmdlet("Set-BridgePort", (null, tunnel.Name), ("Isolated", false)),
                ("Ports", new[] { tunnel.Name, inner.Name }))
            : null;

    /// <summary>Broadcasts of the bridge itself go out everywhere; those of another port do not.</summary>
    public static Finding? PortFloodOff(Endpoint side)
    {
        if (!side.IsSwitched || side.Tunnel?.Port is not { } port || side.Inner is not { } inner)
            return null;
        var isV6 = inner.AddressFamily == AddressFamily.InterNetworkV6;
        if ((isV6 ? port.MulticastFlood : port.BroadcastFlood) || OverlayChecks.StaticNeighborOf(side) is not null)
            return null;
        var (what, setting) = isV6 ? ("multicasts", "MulticastFlood") : ("broadcasts", "BroadcastFlood");
        return Finding.Of(
            $"{Port(side.Tunnel, side)} sends no {what} ({setting} is off), so no question for a MAC address gets out.",
            side.Cmdlet("Set-BridgePort", (null, side.Tunnel.Name), (setting, true)),
            ("Port", side.Tunnel.Name), (setting, false));
    }

    /// <summary>Where a port does not flood, a station is reached only when the bridge has learned where it is.</summary>
    public static Finding? PortLearningOff(Endpoint side)
    {
        if (side.PathBridge is null)
            return null;
        return Look(side.Tunnel, side.OtherMac) ?? Look(side.InnerPort, side.In?.Mac);

        Finding? Look(LinkState? link, MacAddress? station) =>
            link?.Port is { Learning: false, Flood: false } && !Entries(side, side.State, station).Any(e => e.PortIndex == link.Index)
                ? Finding.Of(
                    $"{Port(link, side)} neither learns addresses nor takes packets to unknown ones (Learning and Flood are off), "
                    + $"and the forwarding database has no entry for {station?.ToString() ?? "the other end"} there.",
                    side.Cmdlet("Set-BridgePort", (null, link.Name), ("Learning", true)),
                    ("Port", link.Name), ("Learning", false), ("Flood", false), ("Station", station))
                : null;
    }

    public static Finding? FdbWrongPort(Endpoint side) => FindMisplaced(side, hairpin: false);

    public static Finding? NoHairpin(Endpoint side) => FindMisplaced(side, hairpin: true);

    /// <summary>A firewall's rules cannot be understood from here; that they can drop bridged packets, can.</summary>
    public static Finding? NetfilterDrop(Endpoint side)
    {
        if (!PassesFirewall(side) || side.State.Tunnel.Evidence is not { } firewall)
            return null;
        var accept = $"-A FORWARD -i {side.PathBridge!.Name} -o {side.PathBridge.Name} -j ACCEPT";
        var isByLegacy = firewall.Legacy?.Any(static rule => rule is { Chain: "FORWARD", Number: 0, Target: "DROP" }) == true
            && !firewall.Legacy.Any(rule => rule.Text == accept);
        // Without any rule that could accept, nothing passes; whether one of several does, only a probe tells.
        var rules = firewall.Nftables;
        var isByNft = rules?.Chains.Any(
            chain => chain is { Hook: NftHook.Forward, Policy: NftVerdict.Drop, Family: NftFamily.Ip }
                && !rules.Rules.Any(rule => (rule.Family, rule.Table, rule.Chain) == (chain.Family, chain.Table, chain.Name))) == true;
        return !isByLegacy && !isByNft
            ? null
            : DescribeNetfilterDrop(side, "the policy of its FORWARD chain is DROP: a rule must accept them").AsSuspicion();
    }

    /// <summary>What to say once it was seen.</summary>
    public static Finding DescribeNetfilterDrop(Endpoint side, string what = "its FORWARD chain drops them") => Finding.Of(
        $"Packets from '{side.Attachment?.Name}' to '{side.Tunnel!.Name}' pass the firewall on bridge '{side.PathBridge!.Name}' "
        + $"{side.At()} (br_netfilter), and {what}.",
        side.Cmdlet("Add-BridgeForwardRule", (null, side.PathBridge.Name)),
        ("Bridge", side.PathBridge.Name));

    /// <summary>Whether packets between the tunnel and another port of the bridge pass the firewall.</summary>
    public static bool PassesFirewall(Endpoint side)
    {
        if (!side.IsSwitched || side.PathBridge?.Bridge is not { } bridge || side.Inner is not { } inner)
            return false;
        return inner.AddressFamily == AddressFamily.InterNetworkV6
            ? bridge.CallIp6tables || side.State.Tunnel.Switches.GetValueOrDefault("bridge.bridge-nf-call-ip6tables") > 0
            : bridge.CallIptables || side.State.Tunnel.Switches.GetValueOrDefault("bridge.bridge-nf-call-iptables") > 0;
    }

    /// <summary>A port of the bridge, by the words of a sentence.</summary>
    private static string Port(LinkState port, Endpoint side) => $"Port '{port.Name}' of bridge '{side.PathBridge!.Name}' {side.At()}";

    private static IEnumerable<LinkState> Ports(Endpoint side) => ((LinkState?[])[side.Tunnel, side.InnerPort])
        .OfType<LinkState>().Where(link => link.MasterIndex == side.PathBridge?.Index);

    /// <summary>
    /// Looks for a station that the forwarding database has on a port it is not behind. Where that is the port its packets come
    /// in by, they would have to go out again there, which a bridge does only in hairpin mode.
    /// </summary>
    private static Finding? FindMisplaced(Endpoint side, bool hairpin)
    {
        if (side.PathBridge is not { } bridge || side.Tunnel is not { } tunnel || tunnel.MasterIndex != bridge.Index)
            return null;
        return Look(side.OtherMac, tunnel, side.InnerPort) ?? Look(side.Station?.Mac, side.InnerPort, tunnel);

        Finding? Look(MacAddress? station, LinkState? rightPort, LinkState? incoming)
        {
            foreach (var entry in Entries(side, side.After, station))
            {
                // The bridge's own addresses, and its ports', are entries that nobody made: they are no mistake, whoever has the same.
                var isOwn = rightPort is null || side.State.Tunnel.Links.Any(link => entry.Mac.Equals(link.Mac));
                var isRight = entry.Kind == FdbEntryKind.Permanent ? isOwn : entry.PortIndex == rightPort?.Index;
                if (isRight)
                    continue;
                var goesBack = incoming is not null && entry.PortIndex == incoming.Index;
                var mayGoBack = goesBack && incoming!.Port?.Hairpin == true;
                if (mayGoBack || goesBack != hairpin || side.After.Tunnel.LinkOf(entry.PortIndex) is not { } port)
                    continue;
                var what = $"The forwarding database of bridge '{bridge.Name}' {side.At()} has {station} on port '{port.Name}'";
                var where = rightPort is null ? $"bridge '{bridge.Name}' itself" : $"'{rightPort.Name}'";
                return Finding.Of(
                    goesBack
                        ? $"{what}, by which its packets come in; a bridge sends nothing back there (Hairpin is off). "
                            + $"The station is behind {where}."
                        : $"{what}; the station is behind {where}.",
                    side.Cmdlet("Remove-BridgeFdbEntry", (null, station), (null, port.Name)),
                    ("Station", station), ("Port", port.Name), ("Kind", entry.Kind), ("Expected", rightPort?.Name ?? bridge.Name))
                    .AsSuspicion(entry.Kind == FdbEntryKind.Dynamic);
            }

            return null;
        }
    }

    private static IEnumerable<FdbEntryState> Entries(Endpoint side, EndState state, MacAddress? station) =>
        station is null ? [] : state.Tunnel.Fdb.Where(e => e.BridgeIndex == side.PathBridge!.Index && e.Mac.Equals(station));
}
