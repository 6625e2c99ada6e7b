using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>Looks at the bridge between the tunnel and where inner traffic starts.</summary>
internal static class BridgeChecks
{
    public static Finding? BridgeDown(Endpoint side) => side.PathBridge is { IsUp: false } bridge
        ? Finding.Of($"Bridge '{bridge.Name}' {side.At()} is down.", side.Cmdlet("Set-Link", (null, bridge.Name), ("Up", true)), ("Bridge", bridge.Name))
        : null;

    public static Finding? TunnelNotPort(Endpoint side)
    {
        if (side.PathBridge is not { } bridge || side.Tunnel is not { } tunnel || tunnel.MasterIndex == bridge.Index)
            return null;
        // A tunnel with addresses of its own is used as a link, not as a port.
        if (tunnel.MasterIndex == 0 && side.State.Tunnel.Addresses.Any(a => a.LinkIndex == tunnel.Index && !a.Address.Address.IsIPv6LinkLocal))
            return null;
        return Finding.Of(
            $"Inner traffic passes bridge '{bridge.Name}' {side.At()}, and tunnel '{tunnel.Name}' is {(tunnel.MasterIndex == 0 ? "not a port of it" : $"a port of '{side.State.Tunnel.LinkOf(tunnel.MasterIndex)?.Name}' instead")}.",
            side.Cmdlet("Add-BridgePort", (null, tunnel.Name), (null, bridge.Name)),
            ("Bridge", bridge.Name), ("Tunnel", tunnel.Name));
    }

    public static Finding? PortNotForwarding(Endpoint side)
    {
        foreach (var link in Ports(side))
        {
            if (link is { Works: true, Port: { State: not BridgePortState.Forwarding } port })
            {
                return Finding.Of(
                    $"Port '{link.Name}' of bridge '{side.PathBridge!.Name}' {side.At()} is in state {port.State} and forwards nothing{(side.PathBridge.Bridge!.Stp ? "; the spanning tree protocol is on and may still change that" : "")}.",
                    side.PathBridge.Bridge.Stp
                        ? side.Cmdlet("Set-Bridge", (null, side.PathBridge.Name), ("Stp", false))
                        : side.Cmdlet("Set-BridgePort", (null, link.Name), ("State", BridgePortState.Forwarding)),
                    ("Port", link.Name), ("State", port.State), ("Stp", side.PathBridge.Bridge.Stp));
            }
        }

        return null;
    }

    public static Finding? PortIsolated(Endpoint side) =>
        side.IsSwitched && side.Tunnel?.Port is { Isolated: true } && side.Attachment!.Port is { Isolated: true }
            ? Finding.Of(
                $"The ports '{side.Tunnel.Name}' and '{side.Attachment.Name}' of bridge '{side.PathBridge!.Name}' {side.At()} are both isolated: nothing passes between them.",
                side.Cmdlet("Set-BridgePort", (null, side.Tunnel.Name), ("Isolated", false)),
                ("Ports", new[] { side.Tunnel.Name, side.Attachment.Name }))
            : null;

    /// <summary>Broadcasts of the bridge itself go out everywhere; those of another port do not.</summary>
    public static Finding? PortFloodOff(Endpoint side)
    {
        if (!side.IsSwitched || side.Tunnel?.Port is not { } port || side.Inner is not { } inner)
            return null;
        var isV6 = inner.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        if ((isV6 ? port.MulticastFlood : port.BroadcastFlood) || OverlayChecks.StaticNeighborOf(side) is not null)
            return null;
        var setting = isV6 ? "MulticastFlood" : "BroadcastFlood";
        return Finding.Of(
            $"Port '{side.Tunnel.Name}' of bridge '{side.PathBridge!.Name}' {side.At()} sends no {(isV6 ? "multicasts" : "broadcasts")} ({setting} is off), so no question for a MAC address gets out.",
            side.Cmdlet("Set-BridgePort", (null, side.Tunnel.Name), (setting, true)),
            ("Port", side.Tunnel.Name), (setting, false));
    }

    /// <summary>Where a port does not flood, a station is reached only when the bridge has learned where it is.</summary>
    public static Finding? PortLearningOff(Endpoint side)
    {
        if (side.PathBridge is null)
            return null;
        return Look(side.Tunnel, side.Other?.Station?.Mac ?? side.AnsweredMac) ?? (side.IsSwitched ? Look(side.Attachment, side.In?.Mac) : null);

        Finding? Look(LinkState? link, MacAddress? station) =>
            link?.Port is { Learning: false, Flood: false } && !Entries(side, side.State, station).Any(e => e.PortIndex == link.Index)
                ? Finding.Of(
                    $"Port '{link.Name}' of bridge '{side.PathBridge!.Name}' {side.At()} neither learns addresses nor takes packets to unknown ones (Learning and Flood are off), and the forwarding database has no entry for {station?.ToString() ?? "the other end"} there.",
                    side.Cmdlet("Set-BridgePort", (null, link.Name), ("Learning", true)),
                    ("Port", link.Name), ("Learning", false), ("Flood", false), ("Station", station))
                : null;
    }

    public static Finding? FdbWrongPort(Endpoint side) => FindMisplaced(side, hairpin: false);

    public static Finding? NoHairpin(Endpoint side) => FindMisplaced(side, hairpin: true);

    /// <summary>A firewall's rules cannot be understood from here; that they can drop bridged packets, can.</summary>
    public static Finding? NetfilterDrop(Endpoint side)
    {
        if (!PassesFirewall(side) || !side.After.Tunnel.ForwardChain.Any(static line => line.StartsWith("-P FORWARD DROP", StringComparison.Ordinal)))
            return null;
        var bridge = side.PathBridge!.Name;
        return side.After.Tunnel.ForwardChain.Contains($"-A FORWARD -i {bridge} -o {bridge} -j ACCEPT")
            ? null
            : DescribeNetfilterDrop(side).AsSuspicion();
    }

    /// <summary>What to say once it was seen.</summary>
    public static Finding DescribeNetfilterDrop(Endpoint side) => Finding.Of(
        $"Packets from '{side.Attachment?.Name}' to '{side.Tunnel!.Name}' pass the firewall on bridge '{side.PathBridge!.Name}' {side.At()} (br_netfilter), and its FORWARD chain drops them.",
        side.Cmdlet("Add-BridgeForwardRule", (null, side.PathBridge.Name)),
        ("Bridge", side.PathBridge.Name), ("ForwardChain", side.After.Tunnel.ForwardChain));

    /// <summary>Whether packets between the tunnel and another port of the bridge pass the firewall.</summary>
    public static bool PassesFirewall(Endpoint side)
    {
        if (!side.IsSwitched || side.PathBridge?.Bridge is not { } bridge || side.Inner is not { } inner)
            return false;
        return inner.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? bridge.CallIp6tables || side.State.Tunnel.Switches.GetValueOrDefault("bridge.bridge-nf-call-ip6tables") > 0
            : bridge.CallIptables || side.State.Tunnel.Switches.GetValueOrDefault("bridge.bridge-nf-call-iptables") > 0;
    }

    private static IEnumerable<LinkState> Ports(Endpoint side)
    {
        if (side.PathBridge is not { } bridge)
            yield break;
        foreach (var link in (LinkState?[])[side.Tunnel, side.IsSwitched ? side.Attachment : null])
        {
            if (link is not null && link.MasterIndex == bridge.Index)
                yield return link;
        }
    }

    /// <summary>
    /// Looks for a station that the forwarding database has on a port it is not behind. Where that is the port its packets come
    /// in by, they would have to go out again there, which a bridge does only in hairpin mode.
    /// </summary>
    private static Finding? FindMisplaced(Endpoint side, bool hairpin)
    {
        if (side.PathBridge is not { } bridge || side.Tunnel is not { } tunnel || tunnel.MasterIndex != bridge.Index)
            return null;
        return Look(side.Other?.Station?.Mac ?? side.AnsweredMac, tunnel, side.IsSwitched ? side.Attachment : null)
            ?? Look(side.Station?.Mac, side.IsSwitched ? side.Attachment : null, tunnel);

        Finding? Look(MacAddress? station, LinkState? rightPort, LinkState? incoming)
        {
            foreach (var entry in Entries(side, side.After, station))
            {
                // The bridge's own address is right wherever it is local.
                var isRight = rightPort is null ? entry.Kind == FdbEntryKind.Permanent : entry.PortIndex == rightPort.Index;
                if (isRight)
                    continue;
                var port = side.After.Tunnel.LinkOf(entry.PortIndex);
                var goesBack = incoming is not null && entry.PortIndex == incoming.Index;
                if (goesBack && incoming!.Port?.Hairpin == true || goesBack != hairpin || side.After.Tunnel.LinkOf(entry.PortIndex) is null)
                    continue;
                var where = rightPort is null ? $"bridge '{bridge.Name}' itself" : $"'{rightPort.Name}'";
                return Finding.Of(
                    goesBack
                        ? $"The forwarding database of bridge '{bridge.Name}' {side.At()} has {station} on port '{port!.Name}', by which its packets come in; a bridge sends nothing back there (Hairpin is off). The station is behind {where}."
                        : $"The forwarding database of bridge '{bridge.Name}' {side.At()} has {station} on port '{port!.Name}'; the station is behind {where}.",
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
