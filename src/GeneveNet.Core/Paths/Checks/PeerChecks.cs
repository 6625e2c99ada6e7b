using System.Net;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>Holds the two tunnels against each other. All look at the far side, but for <see cref="RemoteMismatch"/>.</summary>
internal static class PeerChecks
{
    public static Finding? HeldElsewhere(Endpoint far) => far.State.HeldElsewhere is { } holder && far.Other?.Settings is { } near
        ? Finding.Of(
            $"Packets with VNI {near.Vni} from {far.Other.UnderlaySource} to port {near.Port} are taken by tunnel {holder}: "
            + "a tunnel that is moved keeps its place in the underlay. If that is the end you mean, name its namespace.",
            ("Holder", holder), ("Vni", near.Vni), ("Port", near.Port))
        : null;

    public static Finding? TunnelMissing(Endpoint far) => far.Tunnel is null && far.Other?.Settings is { } near
        ? Finding.Of(
            $"There is no Geneve tunnel {far.At()}.",
            far.Cmdlet(
                "New-GeneveTunnel",
                (null, far.Other.Tunnel!.Name),
                ("Vni", near.Vni),
                ("Remote", far.Other.UnderlaySource),
                ("Port", near.Port),
                ("Up", true)),
            ("Vni", near.Vni), ("Remote", far.Other.UnderlaySource), ("Port", near.Port))
        : null;

    public static Finding? PortMismatch(Endpoint far) =>
        far.Settings is { } mine && far.Other?.Settings is { } near && mine.Port != near.Port
            ? Finding.Of(
                $"Tunnel '{far.Tunnel!.Name}' {far.At()} uses UDP port {mine.Port}, and the near end port {near.Port}.",
                Again(far, mine with { Port = near.Port }),
                ("NearPort", near.Port), ("FarPort", mine.Port))
            : null;

    public static Finding? VniMismatch(Endpoint far) =>
        far.Settings is { External: false } mine && far.Other?.Settings is { External: false } near && mine.Vni != near.Vni
            ? Finding.Of(
                $"Tunnel '{far.Tunnel!.Name}' {far.At()} has VNI {mine.Vni}, and the near end VNI {near.Vni}.",
                Again(far, mine with { Vni = near.Vni }),
                ("NearVni", near.Vni), ("FarVni", mine.Vni))
            : null;

    public static Finding? RemoteMismatch(Endpoint side)
    {
        if (side.Settings is not { Remote: { } remote } settings)
            return null;
        var other = side.Other;
        var expected = other is null ? null : SourceOfOther(side, other);
        // A tunnel with a local address can have another of its own host's as its remote.
        var isItself = side.UnderlayRoute is { IsLocal: true } && settings.Local is null
            && !side.State.Underlay.IsSamePlace(other?.State.Underlay);
        if (!isItself && (other is null || (expected is null ? IsAt(other, remote) : remote.Equals(expected))))
            return null;
        var verb = expected is not null ? "sends from" : "is at";
        expected ??= other is null ? null : other.UnderlaySource ?? FirstUnderlayAddress(other.State.Underlay, remote);
        var tunnel = side.Tunnel!.Name;
        return Finding.Of(
            $"Tunnel '{tunnel}' {side.At()} has the remote {remote}, "
            + (isItself
                ? "which is an address of its own underlay: its packets come back to itself."
                : $"and the other end {verb} {expected?.ToString() ?? "another address"}."),
            expected is null ? null : side.Cmdlet("Set-GeneveTunnel", (null, tunnel), ("Remote", expected)),
            ("Remote", remote), ("Expected", expected));
    }

    /// <summary>
    /// The address that packets of the other end come from: as they were seen to arrive, whatever translates addresses on the way;
    /// else as its routing answers, which at the near end is asked only where that end sends here. Null where it cannot be told.
    /// </summary>
    private static IPAddress? SourceOfOther(Endpoint side, Endpoint other) =>
        side.ArrivedFrom
        ?? (side.End == PathEnd.Far ? other.UnderlaySource
            : other.ArrivedFrom is null && other.Settings?.Remote is { } back && back.Equals(side.UnderlaySource) ? other.UnderlaySource
            : null);

    /// <summary>Whether an address leads to an end: it is assigned there, or packets to it were seen to arrive.</summary>
    private static bool IsAt(Endpoint end, IPAddress address) =>
        end.ArrivedFrom is not null || end.State.Underlay.AddressOf(address) is not null;

    /// <summary>The type in the Geneve header tells what follows, and a tunnel takes one of the two only.</summary>
    public static Finding? InnerProtocolMismatch(Endpoint far) =>
        far.Settings is { } mine && far.Other?.Settings is { } near && mine.IsLayer3 != near.IsLayer3
            ? Finding.Of(
                $"Tunnel '{far.Tunnel!.Name}' {far.At()} carries {Carried(mine)}, and the near end's {Carried(near)}.",
                ("Near", near.IsLayer3), ("Far", mine.IsLayer3))
            : null;

    private static string Carried(TunnelState tunnel) => tunnel.IsLayer3 ? "IP packets without an Ethernet header" : "Ethernet frames";

    /// <summary>
    /// Without a checksum over IPv6 a packet is dropped, unless the receiver was told otherwise (RFC 8200, section 8.1; RFC 6935).
    /// </summary>
    public static Finding? ChecksumMismatch(Endpoint side) =>
        side.Settings is { IsOverIPv6: true } mine && side.Other?.Settings is { } sender && sender.ZeroChecksum6Tx && !mine.ZeroChecksum6Rx
            ? Finding.Of(
                $"Tunnel '{side.Other.Tunnel!.Name}' {side.Other.At()} sends without UDP checksums over IPv6 (UdpZeroChecksum6Tx), "
                + $"and '{side.Tunnel!.Name}' {side.At()} does not take that (UdpZeroChecksum6Rx).",
                Again(side, mine with { ZeroChecksum6Rx = true }),
                ("Sends", sender.ZeroChecksum6Tx), ("Takes", mine.ZeroChecksum6Rx))
            : null;

    /// <summary>
    /// What makes a tunnel again with a setting that a live one cannot change, with its other settings, addresses, bridge and routes.
    /// </summary>
    private static List<Remedy> Again(Endpoint side, TunnelState settings)
    {
        var tunnel = side.Tunnel!;
        var addresses = side.State.Tunnel.Addresses
            .Where(a => a.LinkIndex == tunnel.Index && !a.Address.AddressValue.IsIPv6LinkLocal)
            .Select(static a => a.Address.ToString()).ToList();
        // What has its default is not said.
        List<Remedy> remedies =
        [
            side.Cmdlet(
                "New-GeneveTunnel",
                (null, tunnel.Name),
                ("Vni", settings.Vni),
                ("Remote", settings.Remote),
                ("Port", settings.Port == GeneveProtocol.DefaultPort ? null : settings.Port),
                ("Local", settings.Local),
                ("Ttl", settings.Ttl == 0 ? null : settings.Ttl),
                ("DontFragment", settings.DontFragment == DontFragmentMode.Unset ? null : settings.DontFragment),
                ("TtlInherit", TrueOrNull(settings.TtlInherit)),
                ("UdpZeroChecksum6Tx", TrueOrNull(settings.IsOverIPv6 && settings.ZeroChecksum6Tx)),
                ("UdpZeroChecksum6Rx", TrueOrNull(settings.IsOverIPv6 && settings.ZeroChecksum6Rx)),
                ("Mtu", tunnel.Mtu),
                ("Address", addresses.Count == 0 ? null : addresses),
                ("Bridge", side.Bridge?.Name),
                ("Up", true),
                ("Force", true)),
        ];
        foreach (var route in side.State.Tunnel.HostRoutes)
        {
            if (route.LinkIndex == tunnel.Index)
                remedies.Add(side.Cmdlet("Add-Route", (null, route.Address), (null, tunnel.Name)));
        }

        return remedies;

        static object? TrueOrNull(bool isOn) => isOn ? true : null;
    }

    private static IPAddress? FirstUnderlayAddress(NetworkState place, IPAddress like)
    {
        foreach (var address in place.Addresses)
        {
            if (address.Address.AddressValue.AddressFamily == like.AddressFamily && !IPAddress.IsLoopback(address.Address.AddressValue)
                && place.LinkOf(address.LinkIndex) is { Tunnel: null, Bridge: null })
            {
                return address.Address.AddressValue;
            }
        }

        return null;
    }
}
