using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Rtnetlink.Neighbors;

/// <summary>What the kernel can be asked about neighbors.</summary>
public static class NeighborOperations
{
    /// <summary>Neighbors, in the kernel's order; those of state NOARP (multicast, loopback) are left out as `ip neigh` does.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those on this link; null for all.</param>
    /// <param name="proxies">Whether to list the addresses this host answers for instead.</param>
    public static IReadOnlyList<Neighbor> GetNeighbors(this RtnetlinkClient client, Link? link = null, bool proxies = false)
    {
        ArgumentNullException.ThrowIfNull(client);
        return [.. client.Choose(client.Dump<NeighborMessage>(ListRequest(link, proxies)), link, proxies)];
    }

    /// <summary>The same neighbors as <see cref="GetNeighbors"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those on this link; null for all.</param>
    /// <param name="proxies">Whether to list the addresses this host answers for instead.</param>
    public static IEnumerable<Neighbor> StreamNeighbors(this RtnetlinkClient client, Link? link = null, bool proxies = false)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Choose(client.Stream<NeighborMessage>(ListRequest(link, proxies)), link, proxies);
    }

    private static NetlinkRequest<NeighborMessage> ListRequest(Link? link, bool proxies) => new(
        RtmType.GetNeighbor,
        NetlinkFlags.None,
        new NeighborMessage { FilterIndex = link?.Index, Flags = proxies ? NeighborFlags.Proxy : NeighborFlags.None },
        "list neighbors");

    private static IEnumerable<Neighbor> Choose(this RtnetlinkClient client, IEnumerable<NeighborMessage> messages, Link? link, bool proxies)
    {
        var names = LinkNames.Of(client, link);
        foreach (var message in messages)
        {
            if ((message.Family is not (Family.IPv4 or Family.IPv6))
                || (link is not null && message.Index != link.Index)
                || (!proxies && (message.State & ~NeighborState.NoArp) == 0))
            {
                continue;
            }

            yield return new Neighbor(message, names.Find(message.Index) ?? "", client.Namespace);
        }
    }

    /// <summary>A request that sets a neighbor for good, whatever was known before.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">Its IP address.</param>
    /// <param name="mac">Its MAC address: a single station's.</param>
    /// <exception cref="NetworkException">The MAC address is none a station can have.</exception>
    public static NetlinkRequest SetStaticRequest(Link link, IPAddress address, MacAddress mac)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(mac);
        RequireStation(mac);
        return new NetlinkRequest<NeighborMessage>(
            RtmType.NewNeighbor,
            NetlinkFlags.Create | NetlinkFlags.Replace,
            new NeighborMessage
            {
                Family = Family.Of(address),
                Index = link.Index,
                State = NeighborState.Permanent,
                Destination = address,
                LinkLayerAddress = mac,
            },
            $"set neighbor {address} to {mac} on link '{link.Name}'");
    }

    /// <summary>A request that removes a neighbor.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">Its IP address.</param>
    public static NetlinkRequest RemoveRequest(Link link, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(address);
        return new NetlinkRequest<NeighborMessage>(
            RtmType.DeleteNeighbor,
            NetlinkFlags.None,
            new NeighborMessage { Family = Family.Of(address), Index = link.Index, Destination = address },
            $"remove neighbor {address} from link '{link.Name}'");
    }

    /// <summary>Fails for an address that no single station can have: a group's, or zero.</summary>
    internal static void RequireStation(MacAddress mac)
    {
        var fault = mac.IsZero ? "is zero" : mac.IsMulticast ? "is a group address" : null;
        if (fault is not null)
            throw new NetworkException(FailureKind.InvalidArgument, $"{mac} {fault}: a station's own address is needed.") { Id = "InvalidLinkLayerAddress" };
    }
}
