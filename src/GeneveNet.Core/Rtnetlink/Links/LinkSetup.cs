using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>The steps that follow when a link was created: all of them are done, or the link is gone again.</summary>
public static class LinkSetup
{
    /// <summary>What a link loses when it leaves its namespace, as a clause for people: ", without its 2 addresses"; empty for nothing.</summary>
    internal static string DescribeLosses(this RtnetlinkClient client, Link link)
    {
        var addresses = client.GetAddresses(link).Count;
        return addresses switch
        {
            0 => "",
            1 => ", and its address is lost",
            _ => $", and its {addresses} addresses are lost",
        };
    }

    /// <summary>Gives a new link its addresses and sets it up.</summary>
    /// <param name="client">Where it is.</param>
    /// <param name="created">The link that the same task created.</param>
    /// <param name="addresses">Addresses, all sent in one batch.</param>
    /// <param name="up">Whether to set it up.</param>
    /// <param name="bridge">The bridge it becomes a port of, or null.</param>
    /// <returns>The link as it is then.</returns>
    /// <exception cref="NetworkException">A step failed; the link was removed.</exception>
    public static Link CompleteLink(this RtnetlinkClient client, Link created, IReadOnlyList<CidrAddress> addresses, bool up, Bridge? bridge = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(created);
        ArgumentNullException.ThrowIfNull(addresses);
        var requests = new List<NetlinkRequest>(addresses.Count + 1);
        foreach (var address in addresses)
            requests.Add(AddressOperations.AddRequest(created, address));
        if (bridge is not null)
        {
            requests.Add(new NetlinkRequest<LinkMessage>(
                RtmType.NewLink, NetlinkFlags.None, new LinkMessage { Index = created.Index, MasterIndex = bridge.Index }, $"make link '{created.Name}' a port of bridge '{bridge.Name}'"));
        }

        if (up)
        {
            requests.Add(new NetlinkRequest<LinkMessage>(
                RtmType.NewLink, NetlinkFlags.None, new LinkMessage { Index = created.Index, Flags = LinkFlags.Up, ChangeMask = LinkFlags.Up }, $"set link '{created.Name}' up"));
        }

        if (requests.Count == 0)
            return created;
        try
        {
            foreach (var refusal in client.ExecuteBatch(requests))
            {
                if (refusal is not null)
                    throw refusal;
            }

            return client.GetLink(created.Index);
        }
        catch
        {
            // Also when the reason was a cancellation: nothing half-made stays.
            client.WithoutCancellation().RemoveLink(created);
            throw;
        }
    }
}
