using System.Net;
using System.Net.Sockets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>Looks at links, addresses, routes and neighbors of the overlay.</summary>
internal static class OverlayChecks
{
    public static Finding? NotAttached(Endpoint side)
    {
        if (side.IsApart && side.Attachment is null && side.In is null)
        {
            return Finding.Of(
                $"No veth pair joins {side.State.Inner} to {side.State.Tunnel}, where tunnel '{side.Tunnel?.Name}' is.",
                ("Inner", side.State.Inner.Name), ("Tunnel", side.State.Tunnel.Name));
        }

        return !IsOnOtherBridge(side) ? null : Finding.Of(
            $"'{side.Attachment!.Name}', which leads to {side.State.Inner}, is a port of bridge '{side.PathBridge!.Name}' {side.At()}, and "
            + $"tunnel '{side.Tunnel!.Name}' is a port of '{side.Bridge!.Name}': nothing joins the two.",
            ("Inner", side.State.Inner.Name), ("InnerBridge", side.PathBridge.Name), ("TunnelBridge", side.Bridge.Name));
    }

    /// <summary>Whether the inner namespace hangs on another bridge than the tunnel.</summary>
    public static bool IsOnOtherBridge(Endpoint side) =>
        side is { IsSwitched: true, PathBridge: { } bridge, Bridge: { } own } && bridge.Index != own.Index;

    /// <summary>
    /// A tunnel drops frames from its own MAC address, a bridge keeps those for its own, and two stations of one address cannot speak
    /// to each other at all.
    /// </summary>
    public static Finding? DuplicateMac(Endpoint side)
    {
        if (side.OtherMac is not { } mac || side.Tunnel is null)
            return null;
        LinkState?[] own = [side.Station, side.Tunnel, side.PathBridge, side.InnerPort];
        var twin = Array.Find(own, link => mac.Equals(link?.Mac));
        if (twin is null || (side.Other is { } far && far.State.Inner.IsSamePlace(side.State.Inner)))
            return null;
        // The end that a static neighbor of the other one leads to keeps its address.
        var (owner, link) = side.Other is { Station: { } station } other && StaticNeighborOf(side)?.Mac?.Equals(mac) != true
            ? (other, station) : (side, twin);
        var isInside = owner.IsSwitched && link.Index == owner.Station?.Index;
        var theirs = side.Other?.Station is { } there ? $"'{there.Name}' {side.Other.At(RoleOfStation(side.Other))}" : "the other end";
        return Finding.Of(
            $"'{twin.Name}' {side.At(twin == side.Station ? RoleOfStation(side) : NamespaceRole.Tunnel)} and {theirs} have the same "
            + $"MAC address, {mac}: each takes the other's packets for its own, or drops them.",
            owner.Cmdlet(
                isInside ? NamespaceRole.Inner : NamespaceRole.Tunnel,
                "Set-Link", (null, link.Name), ("LinkLayerAddress", MacAddress.NewLocal())),
            ("Mac", mac), ("Link", twin.Name), ("OtherLink", side.Other?.Station?.Name));
    }

    private static NamespaceRole RoleOfStation(Endpoint side) => side.IsSwitched ? NamespaceRole.Inner : NamespaceRole.Tunnel;

    /// <summary>Where nobody said so, traffic starts in the tunnel's namespace; a bridge without an address is there for others.</summary>
    public static Finding? SourceElsewhere(Endpoint side)
    {
        if (side.IsApart || side.Stations.Count == 0)
            return null;
        var places = string.Join(" or ", side.Stations.Select(static s => $"{s.Place} ({s.Address})"));
        return Finding.Of(
            $"'{side.OverlayLink?.Name}' {side.At()} has no address to send from; behind it is {places}. "
            + "Name that as the place where inner traffic starts.",
            ("Link", side.OverlayLink?.Name), ("Places", side.Stations.Select(static s => s.Place).ToArray()));
    }

    /// <summary>A link without IPv6 has no IPv6 address, and takes none.</summary>
    public static Finding? IPv6Disabled(Endpoint side)
    {
        if ((side.Inner ?? side.OtherInner)?.AddressFamily != AddressFamily.InterNetworkV6 || side.In is not { } link)
            return null;
        var inside = side.State.Inner;
        if (inside.Switches.GetValueOrDefault($"ipv6.conf.{link.Name}.disable_ipv6") == 0)
            return null;
        var lost = side.Inner is { } inner && inside.AddressOf(inner) is null ? LikeOther(side, inner) : null;
        // Which address it had nobody knows any more, where that is this end's own choice; then half a remedy is none.
        List<Remedy> remedies = lost is null ? [] :
        [
            side.Program(NamespaceRole.Inner, "sysctl", ("-w", $"net/ipv6/conf/{link.Name}/disable_ipv6=0")),
            side.Cmdlet(NamespaceRole.Inner, "Add-LinkAddress", (null, lost), (null, link.Name)),
        ];
        return Finding.Of(
            $"IPv6 is disabled on '{link.Name}' {side.At(NamespaceRole.Inner)} (disable_ipv6=1): it has lost its addresses "
            + $"and takes none.{(lost is null ? " Enable it, and assign them again." : "")}",
            remedies,
            ("Link", link.Name), ("Address", lost));
    }

    /// <summary>An address with the length of the network that the other end has on its side, where it is in that.</summary>
    private static CidrAddress LikeOther(Endpoint side, IPAddress own)
    {
        var there = side.OtherInner is { } other ? side.Other?.State.Inner.AddressOf(other)?.Address : null;
        var whole = new CidrAddress(own, CidrAddress.BitsOf(own));
        return there?.Holds(own) == true ? new CidrAddress(own, there.PrefixLength) : whole;
    }

    public static Finding? LinkDown(Endpoint side)
    {
        if (!side.IsApart || side.Attachment is null)
            return null;
        var (link, role) = side.In is { IsUp: false } ? (side.In, NamespaceRole.Inner) : (side.Attachment, NamespaceRole.Tunnel);
        return link.Works ? null : Finding.Of(
            $"Link '{link.Name}' {side.At(role)} is {(link.IsUp ? "up, but has no carrier" : "down")}.",
            side.Cmdlet(role, "Set-Link", (null, link.Name), ("Up", true)),
            ("Link", link.Name), ("IsUp", link.IsUp), ("HasCarrier", link.HasCarrier));
    }

    public static Finding? DuplicateAddress(Endpoint side)
    {
        var inside = side.State.Inner;
        if (side.Out is { IsLocal: true } && side.OtherInner is { } other && !inside.IsSamePlace(side.Other?.State.Inner)
            && inside.AddressOf(other) is { } own)
        {
            var link = inside.LinkOf(own.LinkIndex);
            return Finding.Of(
                $"The other end's inner address {other} is also assigned to '{link?.Name}' {side.At(NamespaceRole.Inner)}: "
                + "packets to it never leave.",
                side.Cmdlet(NamespaceRole.Inner, "Remove-LinkAddress", (null, own.Address), (null, link?.Name)),
                ("Address", other), ("Link", link?.Name));
        }

        return inside.AddressOf(side.Inner) is { IsDuplicate: true } refused
            ? Finding.Of(
                $"Duplicate address detection found that another station has {refused.Address.AddressValue} too "
                + $"{side.At(NamespaceRole.Inner)}: the kernel does not use it.",
                ("Address", refused.Address), ("Link", inside.LinkOf(refused.LinkIndex)?.Name))
            : null;
    }

    public static Finding? AddressMissing(Endpoint side)
    {
        var inside = side.State.Inner;
        if (side.Inner is not { } inner || inner.Equals(IPAddress.Any) || inner.Equals(IPAddress.IPv6Any))
        {
            return side.End == PathEnd.Far || side.OtherInner is null || side.Out is not { Leaves: true } ? null : Finding.Of(
                $"Link {side.OverlayName} {side.At(NamespaceRole.Inner)} has no address that packets to {side.OtherInner} could come from: "
                + "assign one.",
                ("Link", side.In?.Name));
        }

        if (inside.AddressOf(inner) is not { } home)
        {
            // Elsewhere is right where a route leads on from the tunnel, and where it may be a station's behind the bridge.
            var leadsOn = side.OnwardLink is { } on && on.Index != side.OverlayLink?.Index && on.Index != side.Tunnel?.Index;
            if (!side.IsApart && leadsOn)
                return null;
            var isStations = side.IsStation;
            return isStations && (side.Other?.AnsweredMac is not null || side.State.Holders.Count > 0) ? null : Finding.Of(
                $"No link {side.At(NamespaceRole.Inner)} has the inner address {inner}"
                + (isStations ? $", and no namespace that can be seen behind bridge '{side.Bridge!.Name}' has it." : "."),
                isStations ? null : AddAddress(side, inner),
                ("Address", inner), ("Link", side.In?.Name)).AsSuspicion(isStations);
        }

        var isUnderlays = inner.Equals(side.UnderlaySource) && home.LinkIndex == side.UnderlayLink?.Index;
        var isIPv6 = inner.AddressFamily == AddressFamily.InterNetworkV6;
        var hasOwn = inside.Addresses.Any(a => a.LinkIndex == side.In?.Index && a.Address.IsIPv6 == isIPv6);
        return side.End == PathEnd.Near && isUnderlays && !hasOwn
            ? Finding.Of(
                $"Link {side.OverlayName} {side.At(NamespaceRole.Inner)} has no address: packets to {side.OtherInner} come from {inner}, "
                + "which is the underlay's: assign one.",
                ("Link", side.In?.Name), ("Source", inner))
            : null;
    }

    public static Finding? NoRoute(Endpoint side)
    {
        // What is behind the bridge answers by itself, whatever routes the bridge's host has.
        if (side.IsStation)
            return null;
        // Both routes count where traffic is routed: out of the inner namespace, and into the tunnel.
        var role = side.Out is { Leaves: false, IsLocal: false } ? NamespaceRole.Inner : side.IntoRole;
        var answer = role == NamespaceRole.Inner && side.Out is { Leaves: false } ? side.Out : side.Into;
        if (answer is null or { Leaves: true } or { IsLocal: true } || side.OtherInner is not { } other)
            return null;
        var link = role == NamespaceRole.Inner ? side.In : side.ExpectedLink;
        var refusal = RouteRefusals.Find(side.State[role], other, role == NamespaceRole.Inner ? side.Inner : null);
        return Finding.Of(
            $"No route leads {(side.End == PathEnd.Near ? "" : "back ")}to {other} {side.At(role)}: {refusal.Describe(answer)}.",
            RouteRefusals.Remedies(side, role, refusal, other, link, role == NamespaceRole.Inner ? RouterOf(side) : null),
            ("Destination", other), ("Answer", answer.Refusal), ("Expected", link?.Name),
            ("Rule", refusal.Rule?.ToString()), ("RefusingRoute", refusal.Route?.ToString()));
    }

    public static Finding? AddressWrongDevice(Endpoint side)
    {
        var inside = side.State.Inner;
        if (side.Inner is not { } inner || inside.AddressOf(inner) is not { } home || side.In is not { } right || side.ExpectedLink is null)
            return null;
        // A link that has an address of its own is not the one that lacks this.
        var hasOwn = inside.Addresses.Select(static a => (a.LinkIndex, a.Address.AddressValue)).Any(
            a => a.LinkIndex == right.Index && a.AddressValue.AddressFamily == inner.AddressFamily && !a.AddressValue.IsIPv6LinkLocal);
        var leavesElsewhere = side.Out is { Leaves: true } && (side.OutLink?.Index == right.Index || side.OutLink?.Index != home.LinkIndex);
        if (hasOwn || home.LinkIndex == right.Index || leavesElsewhere)
            return null;
        var link = inside.LinkOf(home.LinkIndex)!;
        return link.Kind == "loopback" ? null : Finding.Of(
            $"The inner address {home.Address} is on '{link.Name}' {side.At(NamespaceRole.Inner)}, "
            + $"and the tunnel's packets come in by '{right.Name}'.",
            [
                side.Cmdlet(NamespaceRole.Inner, "Remove-LinkAddress", (null, home.Address), (null, link.Name)),
                side.Cmdlet(NamespaceRole.Inner, "Add-LinkAddress", (null, home.Address), (null, right.Name)),
            ],
            ("Address", home.Address), ("Link", link.Name), ("Expected", right.Name));
    }

    public static Finding? RouteAtBridgePort(Endpoint side)
    {
        if (side.Into is not { Leaves: true } || side.IsSwitched)
            return null;
        return side.IntoLink is { } link && link.Index == side.Tunnel?.Index && side.Bridge is { } bridge
            ? Finding.Of(
                $"The route to {side.OtherInner} {side.At()} leaves by '{link.Name}', which is a port of bridge '{bridge.Name}': "
                + $"a bridge takes what comes in there for itself, so the answers come in by '{bridge.Name}' and are not expected there.",
                RouteRemedy(side, bridge.Name),
                ("Route", side.OtherInner), ("Link", link.Name), ("Bridge", bridge.Name))
            : null;
    }

    public static Finding? RouteWrongDevice(Endpoint side)
    {
        if (side.Into is not { Leaves: true } || side.IntoLink is not { } link || side.ExpectedLink is not { } right)
            return null;
        if (link.Index == right.Index)
            return null;
        return side.Bridge is not null && link.Index == side.Tunnel?.Index ? null : Finding.Of(
            side.End == PathEnd.Near
                ? $"The route to {side.OtherInner} {side.At(side.IntoRole)} leaves by '{link.Name}' and not by '{right.Name}'."
                : $"Answers to {side.OtherInner} leave by '{link.Name}' {side.At(side.IntoRole)} and not by '{right.Name}': "
                    + "they do not come back through the tunnel.",
            RouteRemedy(side, right.Name),
            ("Destination", side.OtherInner), ("Link", link.Name), ("Expected", right.Name));
    }

    public static Finding? RpFilter(Endpoint side)
    {
        if (side.Out is not { Leaves: true } || side.OutLink is not { } back || side.In is not { } incoming || back.Index == incoming.Index
            || side.OtherInner is not { } other || !side.FiltersReversePath(NamespaceRole.Inner, side.Inner, other, incoming))
        {
            return null;
        }

        var mode = side.State.Inner.SwitchOf("rp_filter", incoming.Name);
        return Finding.Of(
            $"Packets from {other} come in by '{incoming.Name}' {side.At(NamespaceRole.Inner)}, the route back leaves by '{back.Name}', "
            + $"and reverse-path filtering (rp_filter={mode}) drops such packets.",
            RouteRemedy(side, incoming.Name),
            ("Source", other), ("Link", incoming.Name), ("RouteBack", back.Name), ("RpFilter", mode));
    }

    /// <summary>arp_ignore and arp_filter (Documentation/networking/ip-sysctl.rst) say for which addresses the kernel answers.</summary>
    public static Finding? ArpIgnored(Endpoint side)
    {
        if (side.Other is not { } other || side.Station is not { } link || StaticNeighborOf(other) is not null
            || (other.IntoNextHop ?? side.Inner) is not { AddressFamily: AddressFamily.InterNetwork } target)
        {
            return null;
        }

        var role = side.IsSwitched ? NamespaceRole.Inner : NamespaceRole.Tunnel;
        var place = side.State[role];
        if (place.AddressOf(target) is not { } home || side.OtherInner is not { } sender)
            return null;
        var ignore = place.SwitchOf("arp_ignore", link.Name);
        var filter = place.SwitchOf("arp_filter", link.Name);
        var isElsewhere = home.LinkIndex != link.Index;
        var isStrange = !home.Address.Holds(sender);
        var (name, value) = ignore switch
        {
            1 or 2 when isElsewhere => ("arp_ignore", ignore),
            2 when isStrange => ("arp_ignore", ignore),
            8 => ("arp_ignore", ignore),
            _ when filter > 0 && side.IntoLink is { } back && back.Index != link.Index => ("arp_filter", filter),
            _ => ("", 0),
        };
        var where = isElsewhere ? $" and the address is on '{place.LinkOf(home.LinkIndex)?.Name}'" : "";
        return name.Length == 0 ? null : Finding.Of(
            $"The kernel does not answer who has {target} on '{link.Name}' {side.At(role)}, because {name} is {value}{where}.",
            SwitchOff(side, role, name, link),
            (name, value), ("Address", target), ("Link", link.Name));
    }

    /// <summary>Of the switch of the link and that for all links, what is on.</summary>
    private static Remedy SwitchOff(Endpoint side, NamespaceRole role, string name, LinkState link)
    {
        var isOnForAll = side.State[role].Switches.GetValueOrDefault($"ipv4.conf.all.{name}") > 0;
        var isOnForLink = side.State[role].Switches.GetValueOrDefault($"ipv4.conf.{link.Name}.{name}") > 0;
        var first = Setting(isOnForAll ? "all" : link.Name);
        return side.Program(role, "sysctl", ("-w", first), (null, isOnForAll && isOnForLink ? Setting(link.Name) : null));

        string Setting(string scope) => $"net/ipv4/conf/{scope}/{name}=0";
    }

    public static Finding? ForwardingOff(Endpoint side)
    {
        if (side.Inner is not { } inner)
            return null;
        var isRoutedOn = !side.IsApart && side.State.Inner.AddressOf(inner) is null
            && side.OnwardLink is { } on && on.Index != side.OverlayLink?.Index;
        if (!side.IsRouted && !isRoutedOn)
            return null;
        var isV6 = inner.AddressFamily == AddressFamily.InterNetworkV6;
        var links = new[] { side.OverlayLink?.Name, side.IsRouted ? side.Attachment!.Name : side.OnwardLink!.Name };
        var off = isV6
            ? side.State.Tunnel.Switches.GetValueOrDefault("ipv6.conf.all.forwarding") == 0
            : links.Any(l => l is not null && side.State.Tunnel.Switches.GetValueOrDefault($"ipv4.conf.{l}.forwarding") == 0);
        return !off ? null : Finding.Of(
            $"Packets to {inner} must be routed from '{links[0]}' to '{links[1]}' {side.At()}, and IP forwarding is off there.",
            side.Program(NamespaceRole.Tunnel, "sysctl", ("-w", isV6 ? "net.ipv6.conf.all.forwarding=1" : "net.ipv4.ip_forward=1")),
            ("From", links[0]), ("To", links[1]), ("Forwarding", 0));
    }

    public static Finding? StaticNeighborWrongMac(Endpoint side)
    {
        if (StaticNeighborOf(side) is not { } entry || side.OtherMac is not { } right || right.Equals(entry.Mac))
            return null;
        var link = side.IntoLink!.Name;
        return Finding.Of(
            $"The static neighbor {entry.Address} on '{link}' {side.At(side.IntoRole)} has the MAC address {entry.Mac}, "
            + $"and the other end has {right}: it drops what is not for its own.",
            side.Cmdlet(side.IntoRole, "Set-StaticNeighbor", (null, entry.Address), (null, right), ("Link", link)),
            ("Address", entry.Address), ("Mac", entry.Mac), ("Expected", right), ("Link", link));
    }

    public static Finding? EchoIgnored(Endpoint side)
    {
        var name = side.Inner?.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6.icmp.echo_ignore_all" : "ipv4.icmp_echo_ignore_all";
        return side.End == PathEnd.Near || side.State.Inner.Switches.GetValueOrDefault(name) == 0 ? null : Finding.Of(
            $"The kernel ignores echo requests {side.At(NamespaceRole.Inner)} (net.{name}=1): it answers no ping, whatever else works.",
            side.Program(NamespaceRole.Inner, "sysctl", ("-w", $"net.{name}=0")),
            (name, 1)).AsSuspicion();
    }

    /// <summary>The router of an end that is joined to the tunnel by routing, as that end reaches it; null for another.</summary>
    private static IPAddress? RouterOf(Endpoint side) => !side.IsRouted ? null : side.State.Tunnel.Addresses
        .FirstOrDefault(a => (a.LinkIndex == side.Attachment!.Index || a.LinkIndex == side.Attachment.MasterIndex)
            && a.Address.AddressValue.AddressFamily == side.OtherInner?.AddressFamily && !a.Address.AddressValue.IsIPv6LinkLocal)
        ?.Address.AddressValue;

    /// <summary>The static neighbor by which packets into the tunnel are sent, or null.</summary>
    public static NeighborEntryState? StaticNeighborOf(Endpoint side) =>
        side.IntoNextHop is { } hop && side.IntoLink is { } link
        && side.State[side.IntoRole].NeighborOf(link.Index, hop) is { IsStatic: true } entry ? entry : null;

    /// <summary>A route to just the other end wins over whatever leads astray.</summary>
    private static Remedy RouteRemedy(Endpoint side, string link) =>
        side.Cmdlet(side.IntoRole, "Add-Route", (null, side.OtherInner), (null, link), ("Force", true));

    private static Remedy AddAddress(Endpoint side, object address) =>
        side.Cmdlet(NamespaceRole.Inner, "Add-LinkAddress", (null, address), (null, side.In?.Name));
}
