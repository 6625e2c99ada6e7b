using GeneveNet.Paths.Sites;
using GeneveNet.Paths.State;

namespace GeneveNet.Paths.Checks;

/// <summary>Holds the two tunnels against each other. All look at the far side, but for <see cref="RemoteMismatch"/>.</summary>
internal static class PeerChecks
{
    public static Finding? HeldElsewhere(PathSide far) => far.State.HeldElsewhere is { } holder && far.Other?.Settings is { } near
        ? Finding.Of(
            $"Packets with VNI {near.Vni} from {far.Other.UnderlaySource} to port {near.Port} are taken by tunnel {holder}: a tunnel that is moved keeps its place in the underlay. If that is the end you mean, name its namespace.",
            null,
            ("Holder", holder), ("Vni", near.Vni), ("Port", near.Port))
        : null;

    public static Finding? TunnelMissing(PathSide far) => far.Tunnel is null && far.Other?.Settings is { } near
        ? Finding.Of(
            $"There is no Geneve tunnel {far.At()}.",
            far.Command($"New-GeneveTunnel {far.Other.Tunnel!.Name} -Vni {near.Vni} -Remote {far.Other.UnderlaySource} -Port {near.Port} -Up"),
            ("Vni", near.Vni), ("Remote", far.Other.UnderlaySource), ("Port", near.Port))
        : null;

    public static Finding? PortMismatch(PathSide far) =>
        far.Settings is { } mine && far.Other?.Settings is { } near && mine.Port != near.Port
            ? Finding.Of(
                $"Tunnel '{far.Tunnel!.Name}' {far.At()} uses UDP port {mine.Port}, and the near end port {near.Port}.",
                Again(far, mine with { Port = near.Port }),
                ("NearPort", near.Port), ("FarPort", mine.Port))
            : null;

    public static Finding? VniMismatch(PathSide far) =>
        far.Settings is { External: false } mine && far.Other?.Settings is { External: false } near && mine.Vni != near.Vni
            ? Finding.Of(
                $"Tunnel '{far.Tunnel!.Name}' {far.At()} has VNI {mine.Vni}, and the near end VNI {near.Vni}.",
                Again(far, mine with { Vni = near.Vni }),
                ("NearVni", near.Vni), ("FarVni", mine.Vni))
            : null;

    public static Finding? RemoteMismatch(PathSide side)
    {
        if (side.Settings is not { Remote: { } remote } || side.Other is not { } other)
            return null;
        var expected = side.End == PathEnd.Far ? other.UnderlaySource : null;
        var fits = expected is null ? other.State.Underlay.AddressOf(remote) is not null : remote.Equals(expected);
        if (fits)
            return null;
        // The near end does not know by which of its addresses the far end is meant to be reached, unless that is where it sends from.
        expected ??= other.UnderlaySource ?? FirstUnderlayAddress(other.State.Underlay, remote);
        return Finding.Of(
            $"Tunnel '{side.Tunnel!.Name}' {side.At()} has the remote {remote}, and the other end {(side.End == PathEnd.Far ? "sends from" : "is at")} {expected?.ToString() ?? "another address"}.",
            expected is null ? null : side.Command($"Set-GeneveTunnel {side.Tunnel.Name} -Remote {expected}"),
            ("Remote", remote), ("Expected", expected));
    }

    /// <summary>Without a checksum over IPv6 a packet is dropped, unless the receiver was told otherwise (RFC 8200, section 8.1; RFC 6935).</summary>
    public static Finding? ChecksumMismatch(PathSide side) =>
        side.Settings is { IsOverIPv6: true } mine && side.Other?.Settings is { } sender && sender.ZeroChecksum6Tx && !mine.ZeroChecksum6Rx
            ? Finding.Of(
                $"Tunnel '{side.Other.Tunnel!.Name}' {side.Other.At()} sends without UDP checksums over IPv6 (UdpZeroChecksum6Tx), and '{side.Tunnel!.Name}' {side.At()} does not take that (UdpZeroChecksum6Rx).",
                Again(side, mine, " -UdpZeroChecksum6Rx"),
                ("Sends", sender.ZeroChecksum6Tx), ("Takes", mine.ZeroChecksum6Rx))
            : null;

    /// <summary>What makes a tunnel again with a setting that a live one cannot change, with its addresses, bridge and routes.</summary>
    private static string Again(PathSide side, TunnelState settings, string further = "")
    {
        var tunnel = side.Tunnel!;
        var addresses = side.State.Tunnel.Addresses.Where(a => a.LinkIndex == tunnel.Index && !a.Address.Address.IsIPv6LinkLocal).Select(static a => a.Address.ToString()).ToList();
        var command = $"New-GeneveTunnel {tunnel.Name} -Vni {settings.Vni} -Remote {settings.Remote}"
            + (settings.Port == Rtnetlink.Links.GeneveTunnel.DefaultPort ? "" : $" -Port {settings.Port}")
            + $" -Mtu {tunnel.Mtu}"
            + (addresses.Count == 0 ? "" : $" -Address {string.Join(", ", addresses)}")
            + (side.Bridge is null ? "" : $" -Bridge {side.Bridge.Name}")
            + $"{further} -Up -Force";
        command = side.Command(command);
        foreach (var route in side.State.Tunnel.HostRoutes)
        {
            if (route.LinkIndex == tunnel.Index)
                command += "; " + side.Command($"Add-Route {route.Address} {tunnel.Name}");
        }

        return command;
    }

    private static System.Net.IPAddress? FirstUnderlayAddress(NetworkState place, System.Net.IPAddress like)
    {
        foreach (var address in place.Addresses)
        {
            if (address.Address.Address.AddressFamily == like.AddressFamily && !System.Net.IPAddress.IsLoopback(address.Address.Address)
                && place.LinkOf(address.LinkIndex) is { Tunnel: null, Bridge: null })
            {
                return address.Address.Address;
            }
        }

        return null;
    }
}
