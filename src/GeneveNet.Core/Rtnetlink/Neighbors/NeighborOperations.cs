using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Rtnetlink.Neighbors;

/// <summary>What the kernel can be asked about neighbors.</summary>
internal static class NeighborOperations
{
    /// <summary>Neighbors, in the kernel's order; those of state NOARP (multicast, loopback) are left out as `ip neigh` does.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those on this link; null for all.</param>
    /// <param name="proxies">Whether to list the addresses this host answers for instead.</param>
    public static IReadOnlyList<Neighbor> GetNeighbors(this RtnetlinkClient client, Link? link = null, bool proxies = false) =>
        Listing(client, link, proxies).Get();

    /// <summary>The same neighbors as <see cref="GetNeighbors"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those on this link; null for all.</param>
    /// <param name="proxies">Whether to list the addresses this host answers for instead.</param>
    public static IEnumerable<Neighbor> StreamNeighbors(this RtnetlinkClient client, Link? link = null, bool proxies = false) =>
        Listing(client, link, proxies).Stream();

    /// <summary>One neighbor, asked for alone: a table can be long.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Its link.</param>
    /// <param name="address">Its IP address.</param>
    /// <returns>The neighbor, or null.</returns>
    public static Neighbor? FindNeighbor(this RtnetlinkClient client, Link link, IPAddress address)
    {
        var query = new NeighborMessage { Family = Family.Of(address), Index = link.Index, Destination = address };
        try
        {
            var answer = client.Get<NeighborMessage>(
                new NetlinkRequest<NeighborMessage>(RtmType.GetNeighbor, NetlinkFlags.None, query, $"read neighbor {address}"));
            return new Neighbor(answer, link.Name, client.Namespace);
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoEntry)
        {
            return null;
        }
        catch (NetlinkException e) when (e.Errno is Errno.NotSupported or Errno.Invalid)
        {
            // Kernels before 5.0 list them all or none.
            return client.GetNeighbors(link).FirstOrDefault(one => one.AddressValue.Equals(address));
        }
    }

    internal static Listing<NeighborMessage, Neighbor> Listing(RtnetlinkClient client, Link? link, bool proxies)
    {
        var names = LinkNames.Of(client, link);
        var query = new NeighborMessage { FilterIndex = link?.Index, Flags = proxies ? NeighborFlags.Proxy : NeighborFlags.None };
        return new(client, Choose, new NetlinkRequest<NeighborMessage>(RtmType.GetNeighbor, NetlinkFlags.None, query, "list neighbors"));

        Neighbor? Choose(NeighborMessage message)
        {
            var isIP = message.Family is Family.IPv4 or Family.IPv6;
            var isOnLink = link is null || message.Index == link.Index;
            // The kernel gives a proxy entry no state.
            var isResolved = proxies || (message.State & ~NeighborState.NoArp) != 0;
            return isIP && isOnLink && isResolved
                ? new Neighbor(message, names.Find(message.Index) ?? "", client.Namespace)
                : null;
        }
    }

    /// <summary>A request that sets a neighbor for good, whatever was known before.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">Its IP address.</param>
    /// <param name="mac">Its MAC address: a single station's.</param>
    /// <exception cref="NetworkException">The MAC address is none a station can have.</exception>
    public static NetlinkRequest SetStaticRequest(Link link, IPAddress address, MacAddress mac)
    {
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
        if (fault is null)
            return;
        var text = $"{mac} {fault}: a station's own address is needed.";
        throw new NetworkException(FailureKind.InvalidArgument, text) { Id = "InvalidLinkLayerAddress" };
    }
}
