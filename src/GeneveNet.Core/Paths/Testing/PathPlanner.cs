using System.Net;
using System.Net.Sockets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Testing;

/// <summary>Finds an inner address to test where the user named none: one that the tunnel is evidently there to reach.</summary>
internal static class PathPlanner
{
    /// <summary>The address, or null where nothing points to one.</summary>
    public static IPAddress? FindDestination(Endpoint near, Endpoint? far)
    {
        if (far is not null && FindAtFarEnd(near, far) is { } there)
            return there;
        // What stands for the other end is on the link that leads to it: the tunnel or its bridge, or the container's veth.
        var room = near.State.Inner;
        foreach (var link in room.Links)
        {
            if (!LeadsToTunnel(near, link))
                continue;
            if ((HostRoute(room, link) ?? Partner(room, link) ?? StaticNeighbor(room, link)) is { } found)
                return found;
        }

        return null;
    }

    private static IPAddress? FindAtFarEnd(Endpoint near, Endpoint far)
    {
        IPAddress? best = null;
        foreach (var address in far.State.Inner.Addresses)
        {
            var host = address.Address.AddressValue;
            if (far.State.Inner.LinkOf(address.LinkIndex) is not { } link || !LeadsToTunnel(far, link) || host.IsIPv6LinkLocal)
                continue;
            var route = near.Ask(NamespaceRole.Inner, new RouteQuestion(host));
            if (route.Leaves && near.State.Inner.LinkOf(route.LinkIndex) is { } way && LeadsToTunnel(near, way))
                return host;
            if (best is null || (best.AddressFamily == AddressFamily.InterNetworkV6 && host.AddressFamily == AddressFamily.InterNetwork))
                best = host;
        }

        return best;
    }

    private static bool LeadsToTunnel(Endpoint side, LinkState link) => side.IsApart
        ? side.PeerOf(link) is not null
        : link.Index == side.Tunnel?.Index || link.Index == side.Bridge?.Index;

    private static IPAddress? HostRoute(NetworkState room, LinkState link) =>
        room.HostRoutes.FirstOrDefault(r => r.LinkIndex == link.Index && room.AddressOf(r.Address) is null)?.Address;

    /// <summary>The other address of a link for two: the peer, or the second address of a /31 or /30.</summary>
    private static IPAddress? Partner(NetworkState room, LinkState link)
    {
        foreach (var address in room.Addresses)
        {
            if (address.LinkIndex != link.Index)
                continue;
            if (address.Peer is not null)
                return address.Peer;
            if (address.Address.AddressValue.AddressFamily != AddressFamily.InterNetwork || address.Address.PrefixLength is not (30 or 31))
                continue;
            var bytes = address.Address.AddressValue.GetAddressBytes();
            // Of a /30 the first and last address are the network's and the broadcast's.
            bytes[3] ^= (byte)(address.Address.PrefixLength == 31 ? 1 : 3);
            return new IPAddress(bytes);
        }

        return null;
    }

    private static IPAddress? StaticNeighbor(NetworkState room, LinkState link) =>
        room.Neighbors.FirstOrDefault(n => n.LinkIndex == link.Index && n.IsStatic)?.Address
        ?? room.Neighbors.FirstOrDefault(n => n.LinkIndex == link.Index && n.Mac is not null && !n.Address.IsIPv6LinkLocal)?.Address;
}
