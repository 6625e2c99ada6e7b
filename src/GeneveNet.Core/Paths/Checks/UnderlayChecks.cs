using System.Globalization;
using System.Net;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>Looks at a tunnel and at the way its UDP packets take.</summary>
internal static class UnderlayChecks
{
    public static Finding? TunnelDown(Endpoint side) => side.Tunnel is { Works: false } tunnel
        ? Finding.Of(
            $"Tunnel '{tunnel.Name}' {side.At()} is {(tunnel.IsUp ? "up, but has no carrier" : "down")}.",
            side.Cmdlet("Set-Link", (null, tunnel.Name), ("Up", true)),
            ("Link", tunnel.Name), ("IsUp", tunnel.IsUp), ("HasCarrier", tunnel.HasCarrier))
        : null;

    /// <summary>A tunnel opens its socket when it is set up, and cannot be while somebody else has the port.</summary>
    public static Finding? PortInUse(Endpoint side) => side is { Tunnel: { Works: false } tunnel, State.PortHolder: { } holder }
        ? Finding.Of(
            $"Tunnel '{tunnel.Name}' {side.At()} is down and cannot be set up: UDP port {tunnel.Tunnel!.Port} "
            + $"{side.At(NamespaceRole.Underlay)} is held by {holder}. End that, or give both tunnels another port.",
            ("Port", tunnel.Tunnel.Port), ("Holder", holder))
        : null;

    /// <summary>
    /// A bridge takes what comes in by its ports for itself; answers come in by the bridge then, and an address on the port works at
    /// best by chance.
    /// </summary>
    public static Finding? LinkIsPort(Endpoint side)
    {
        var place = side.State.Underlay;
        if (side is not { UnderlayRoute: { Leaves: true } route, UnderlayLink: { MasterIndex: > 0 } link, Settings.Remote: { } remote }
            || place.LinkOf(link.MasterIndex) is not { Bridge: not null } bridge)
        {
            return null;
        }

        var isUnanswered = side.After.Underlay.NeighborOf(link.Index, side.UnderlayNextHop) is not { IsUnresolved: false, IsStatic: false };
        var isFiltered = side.FiltersReversePath(NamespaceRole.Underlay, side.UnderlaySource, remote, bridge);
        // A port that the tunnel is beside would carry the overlay into its own underlay: there the port is wrong, not the address.
        var isOwnBridge = bridge.Index == side.Bridge?.Index && place.IsSamePlace(side.State.Tunnel);
        List<Remedy> remedies = [];
        var own = place.Addresses.Where(a => a.LinkIndex == link.Index && !a.Address.AddressValue.IsIPv6LinkLocal).ToList();
        if (isOwnBridge)
        {
            remedies.Add(side.Cmdlet(NamespaceRole.Underlay, "Remove-BridgePort", (null, link.Name)));
        }
        else if (route.Gateway is null)
        {
            foreach (var address in own)
            {
                remedies.Add(side.Cmdlet(NamespaceRole.Underlay, "Remove-LinkAddress", (null, address.Address), (null, link.Name)));
                remedies.Add(side.Cmdlet(NamespaceRole.Underlay, "Add-LinkAddress", (null, address.Address), (null, bridge.Name)));
            }
        }

        return Finding.Of(
            $"Packets to {remote} leave by '{link.Name}' {side.At(NamespaceRole.Underlay)}, which is a port of bridge '{bridge.Name}': "
            + $"the bridge takes what comes in there. The address {side.UnderlaySource} and its routes belong on '{bridge.Name}', "
            + $"or '{link.Name}' out of the bridge.",
            remedies,
            ("Link", link.Name), ("Bridge", bridge.Name), ("Address", side.UnderlaySource)).AsSuspicion(!isUnanswered && !isFiltered);
    }

    /// <summary>A tunnel whose own packets are routed into it sends nothing at all.</summary>
    public static Finding? RouteLoop(Endpoint side)
    {
        var place = side.State.Underlay;
        if (side is not { UnderlayRoute.Leaves: true, Tunnel: { } tunnel, Settings.Remote: { } remote }
            || !place.IsSamePlace(side.State.Tunnel))
        {
            return null;
        }

        var link = side.UnderlayLink;
        while (link is { Kind: "vlan" or "macvlan", ParentNamespaceId: null, ParentIndex: > 0 })
            link = place.LinkOf(link.ParentIndex);
        if (link?.Index != tunnel.Index)
            return null;
        var right = LinkToward(side, remote);
        return Finding.Of(
            $"The route to the remote {remote} {side.At(NamespaceRole.Underlay)} leaves by '{side.UnderlayLink!.Name}': "
            + $"packets of tunnel '{tunnel.Name}' would have to go through the tunnel itself. "
            + "The remote needs a route of its own by the link of the underlay.",
            right is null ? null : side.Cmdlet(
                NamespaceRole.Underlay, "Add-Route", (null, remote), (null, right.Name), ("Force", true)),
            ("Remote", remote), ("Link", side.UnderlayLink.Name), ("UnderlayLink", right?.Name));
    }

    /// <summary>Frames for a MAC address that is not the remote's arrive there, and the kernel drops them as another host's.</summary>
    public static Finding? NeighborWrongMac(Endpoint side)
    {
        var place = side.State.Underlay;
        if (side is not { UnderlayNextHop: { } hop, UnderlayLink: { } link, Other.State.Underlay: { } there }
            || place.NeighborOf(link.Index, hop) is not { IsStatic: true, Mac: { } mac }
            || there.AddressOf(hop) is not { } home || there.LinkOf(home.LinkIndex) is not { Mac: { } right } || right.Equals(mac))
        {
            return null;
        }

        return Finding.Of(
            $"The static neighbor {hop} on '{link.Name}' {side.At(NamespaceRole.Underlay)} has the MAC address {mac}, "
            + $"and the remote's is {right}: the far host drops what is not for its own.",
            side.Cmdlet(NamespaceRole.Underlay, "Set-StaticNeighbor", (null, hop), (null, right), ("Link", link.Name)),
            ("Address", hop), ("Mac", mac), ("Expected", right), ("Link", link.Name));
    }

    public static Finding? LinkDown(Endpoint side)
    {
        if (side.UnderlayRoute is not { } route || side.Settings?.Remote is not { } remote)
            return null;
        var link = side.UnderlayLink;
        if (!route.Leaves)
        {
            // A link that is set down loses its routes; its address still tells what it was for.
            link = null;
            foreach (var address in side.State.Underlay.Addresses)
            {
                if (side.State.Underlay.LinkOf(address.LinkIndex) is { IsUp: false } down && address.Address.Holds(remote))
                    link = down;
            }
        }

        // A VLAN is down with the link it is on.
        while (link is { Works: false, ParentIndex: > 0, ParentNamespaceId: null, Kind: not "veth" }
            && side.State.Underlay.LinkOf(link.ParentIndex) is { Works: false } below)
        {
            link = below;
        }

        return link is null or { Works: true } ? null : Finding.Of(
            $"Link '{link.Name}', which leads to the remote {remote}, is {(link.IsUp ? "up, but has no carrier" : "down")} "
            + $"{side.At(NamespaceRole.Underlay)}.",
            link.IsUp ? null : side.Cmdlet(NamespaceRole.Underlay, "Set-Link", (null, link.Name), ("Up", true)),
            ("Link", link.Name), ("IsUp", link.IsUp), ("HasCarrier", link.HasCarrier), ("Remote", remote));
    }

    public static Finding? NoRoute(Endpoint side)
    {
        if (side.UnderlayRoute is not { Leaves: false, IsLocal: false } route || side.Settings is not { Remote: { } remote } settings)
            return null;
        var refusal = RouteRefusals.Find(side.State.Underlay, remote, settings.Local, settings.Port);
        var link = LinkToward(side, remote);
        return Finding.Of(
            $"No route of the underlay leads to the remote {remote} {side.At(NamespaceRole.Underlay)}: {refusal.Describe(route)}."
            + (link is null ? " It needs one by the gateway of the underlay." : ""),
            RouteRefusals.Remedies(side, NamespaceRole.Underlay, refusal, remote, link),
            ("Remote", remote), ("Answer", route.Refusal),
            ("Rule", refusal.Rule?.ToString()), ("RefusingRoute", refusal.Route?.ToString()));
    }

    /// <summary>The link of the underlay whose network holds an address; null for none.</summary>
    private static LinkState? LinkToward(Endpoint side, IPAddress address)
    {
        var place = side.State.Underlay;
        return place.Addresses.Select(a => (a.Address, Link: place.LinkOf(a.LinkIndex))).FirstOrDefault(
            a => a.Link is { Works: true, Tunnel: null } && a.Link.Index != side.Tunnel?.Index && a.Address.Holds(address)).Link;
    }

    public static Finding? NeighborFailed(Endpoint side)
    {
        if (side.UnderlayNextHop is not { } hop || side.UnderlayLink is not { } link)
            return null;
        var after = side.After.Underlay.NeighborOf(link.Index, hop);
        if (after is not { IsUnresolved: true })
            return null;
        var who = hop.Equals(side.Settings?.Remote) ? "the remote" : "the gateway";
        // An entry that failed before proves nothing unless the tunnel has sent something since.
        var isTried = side.State.Underlay.NeighborOf(link.Index, hop) is not { IsUnresolved: true }
            || side.After.Tunnel.LinkOf(side.Tunnel!.Index)?.Sent > side.Tunnel.Sent;
        return Finding.Of(
            $"Nobody answers for {who} {hop} on link '{link.Name}' {side.At(NamespaceRole.Underlay)}: "
            + $"its neighbor entry is {after.State.ToString().ToUpperInvariant()}.",
            ("NextHop", hop), ("Link", link.Name), ("State", after.State))
            .AsSuspicion(ReferenceEquals(side.After, side.State) || !isTried);
    }

    public static Finding? RpFilter(Endpoint side)
    {
        var place = side.State.Underlay;
        if (side.Other?.UnderlaySource is not { } sender || side.UnderlayLink is not { } back || side.Other.Settings?.Remote is not { } own)
            return null;
        if (place.AddressOf(own) is not { } home)
            return null;
        var link = side.ArrivedBy ?? place.LinkOf(home.LinkIndex);
        if (link is null or { Kind: "loopback" } || !side.FiltersReversePath(NamespaceRole.Underlay, own, sender, link))
            return null;
        var mode = place.SwitchOf("rp_filter", link.Name);
        return Finding.Of(
            $"UDP packets from {sender} come in by '{link.Name}' {side.At(NamespaceRole.Underlay)}, the route back leaves by "
            + $"'{back.Name}', and reverse-path filtering (rp_filter={mode}) drops such packets.",
            LoosenReversePath(side, NamespaceRole.Underlay, link),
            ("Sender", sender), ("Link", link.Name), ("RouteBack", back.Name), ("RpFilter", mode));
    }

    /// <summary>Loose filtering on the one link; of the link's setting and that for all, the kernel takes the larger.</summary>
    public static Remedy LoosenReversePath(Endpoint side, NamespaceRole role, LinkState link) =>
        side.Program(role, "sysctl", ("-w", $"net/ipv4/conf/{link.Name}/rp_filter=2"));

    /// <summary>Whether packets of full size can fit is a matter of sizes; whether they get lost, only a probe tells.</summary>
    public static Finding? Mtu(Endpoint side)
    {
        if (side.Settings is not { } settings || side.UnderlayLink is not { } link || side.OverlayLink is not { } overlay)
            return null;
        var room = side.UnderlayRoute?.Mtu ?? link.Mtu;
        var fits = room - settings.Overhead;
        return overlay.Mtu <= fits ? null : Finding.Of(
            $"'{overlay.Name}' {side.At()} has an MTU of {overlay.Mtu}; with {settings.Overhead} bytes of encapsulation "
            + $"that is more than the {room} of '{link.Name}'.",
            side.Cmdlet("Set-Link", (null, overlay.Name), ("Mtu", fits)),
            ("OverlayMtu", overlay.Mtu), ("Overhead", settings.Overhead), ("UnderlayMtu", room), ("FittingMtu", fits)).AsSuspicion();
    }

    /// <summary>A queue that loses packets on purpose (netem) is told even where this test was lucky.</summary>
    public static Finding? Netem(Endpoint side)
    {
        (NamespaceRole Role, LinkState? Link)[] links =
        [
            (NamespaceRole.Underlay, side.UnderlayLink), (NamespaceRole.Tunnel, side.Tunnel), (NamespaceRole.Tunnel, side.Bridge),
            (NamespaceRole.Tunnel, side.Attachment), (NamespaceRole.Inner, side.In),
        ];
        foreach (var (role, link) in links)
        {
            var queue = link is null ? null : side.State[role].Evidence?.TrafficControl.Qdiscs
                .FirstOrDefault(one => one.LinkIndex == link.Index && one.Netem?.Harms == true);
            if (queue is null)
                continue;
            var share = queue.Netem!.HasLossModel ? "packets by a model" : $"{queue.Netem.LossPercent:0.###} % of packets";
            return Finding.Of(
                string.Create(
                    CultureInfo.InvariantCulture, $"The queue of '{link!.Name}' {side.At(role)} loses {share} on purpose (netem)."),
                ("Link", link.Name), ("LossPercent", queue.Netem.LossPercent)).AsSuspicion();
        }

        return null;
    }
}
