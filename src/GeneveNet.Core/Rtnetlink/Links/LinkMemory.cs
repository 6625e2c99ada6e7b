using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>What is remembered of a link before it is removed to make room, so that it can be made again.</summary>
internal sealed class LinkMemory
{
    private readonly RtnetlinkClient _client;
    private readonly Link _link;
    private readonly List<CidrAddress> _addresses = [];

    private LinkMemory(RtnetlinkClient client, Link link) => (_client, _link) = (client, link);

    /// <summary>Remembers a link with its addresses; those the kernel makes by itself (IPv6 link-local) come by themselves again.</summary>
    public static LinkMemory Of(RtnetlinkClient client, Link link)
    {
        var memory = new LinkMemory(client.WithoutCancellation(), link);
        foreach (var address in client.GetAddresses(link))
        {
            if (address.Scope != Scope.Link || !address.Address.IsIPv6)
                memory._addresses.Add(address.Address);
        }

        return memory;
    }

    /// <summary>The link as a request to create it.</summary>
    /// <param name="info">Its kind and settings; null where the request says them in another place.</param>
    public LinkMessage ToMessage(LinkInfo? info) => new()
    {
        Name = _link.Name,
        Mtu = _link.Message.Mtu,
        LinkLayerAddress = _link.Message.LinkLayerAddress,
        TxQueueLength = _link.Message.TxQueueLength,
        Info = info,
    };

    /// <summary>Makes the link again, with its alias, addresses, bridge and state.</summary>
    /// <param name="create">Creates it.</param>
    public void Restore(Func<RtnetlinkClient, Link> create)
    {
        var made = create(_client);
        if (_link.Alias is { } alias)
            _client.ChangeLink(new LinkMessage { Index = made.Index, Alias = alias }, $"give link '{made.Name}' its alias");
        _client.CompleteLink(made, _addresses, _link.IsUp, _link.Master is { } master && _client.FindLink(master) is Bridge bridge ? bridge : null);
    }
}
