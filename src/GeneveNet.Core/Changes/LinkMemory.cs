using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>What is remembered of a link before it is removed to make room, so that it can be made again.</summary>
/// <param name="client">Where it is.</param>
/// <param name="link">The link.</param>
/// <param name="addresses">Its addresses.</param>
internal sealed class LinkMemory(RtnetlinkClient client, Link link, IReadOnlyList<CidrAddress> addresses)
{
    /// <summary>Remembers a link with its addresses; those the kernel makes by itself (IPv6 link-local) come by themselves again.</summary>
    public static LinkMemory Of(RtnetlinkClient client, Link link)
    {
        List<CidrAddress> addresses = [];
        foreach (var address in client.GetAddresses(link))
        {
            if (address.Scope != Scope.Link || !address.Address.IsIPv6)
                addresses.Add(address.Address);
        }

        return new LinkMemory(client, link, addresses);
    }

    /// <summary>The link as something to be built.</summary>
    public LinkPlan ToPlan() => new(client, link.Name)
    {
        Mtu = link.Mtu,
        LinkLayerAddress = link.LinkLayerAddress,
        Alias = link.Alias,
        Addresses = addresses,
        Bridge = link.Master is { } master ? client.WithoutCancellation().FindLink(master) as Bridge : null,
        Up = link.IsUp,
    };
}
