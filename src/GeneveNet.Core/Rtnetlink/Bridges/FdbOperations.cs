using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>What the kernel can be asked about forwarding databases.</summary>
internal static class FdbOperations
{
    /// <summary>Entries of forwarding databases, in the kernel's order.</summary>
    /// <param name="client">Where.</param>
    /// <param name="bridge">Only those of this bridge; null for all, links' own databases included.</param>
    /// <param name="port">Only those on this link; null for all.</param>
    public static IReadOnlyList<BridgeFdbEntry> GetFdbEntries(this RtnetlinkClient client, Link? bridge = null, Link? port = null) =>
        Listing(client, bridge, port).Get();

    /// <summary>The same entries as <see cref="GetFdbEntries"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="bridge">Only those of this bridge; null for all, links' own databases included.</param>
    /// <param name="port">Only those on this link; null for all.</param>
    public static IEnumerable<BridgeFdbEntry> StreamFdbEntries(this RtnetlinkClient client, Link? bridge = null, Link? port = null) =>
        Listing(client, bridge, port).Stream();

    private static Listing<NeighborMessage, BridgeFdbEntry> Listing(RtnetlinkClient client, Link? bridge, Link? port)
    {
        Dictionary<int, Link>? links = null;
        var names = LinkNames.Of(client, bridge);
        var query = new NeighborMessage { Family = Family.Bridge, MasterIndex = bridge?.Index, Index = port?.Index ?? 0 };
        return new(
            client,
            Choose,
            new NetlinkRequest<NeighborMessage>(RtmType.GetNeighbor, NetlinkFlags.None, query, "list forwarding database entries"));

        BridgeFdbEntry? Choose(NeighborMessage message)
        {
            links ??= LinksOf(client, bridge, port);
            if (message.LinkLayerAddress is not { } address || !links.TryGetValue(message.Index, out var at))
                return null;
            // Multicast addresses that a link listens to (self) are not stations.
            var isOwn = message.MasterIndex is null && message.Destination is null;
            if (isOwn && (at is not Bridge || address.IsMulticast))
                return null;
            // What is on a bridge itself is its own.
            var master = message.MasterIndex ?? (at is Bridge ? at.Index : 0);
            var isMeant = (bridge is null || master == bridge.Index) && (port is null || message.Index == port.Index);
            return isMeant
                ? new BridgeFdbEntry(message, at.Name, at.Message.Info?.PortData?.Number ?? 0, names.Find(master), client.Namespace)
                : null;
        }
    }

    /// <summary>The links that entries can be on: a bridge and its ports, one port, or any.</summary>
    private static Dictionary<int, Link> LinksOf(RtnetlinkClient client, Link? bridge, Link? port)
    {
        if (port is not null)
            return new() { [port.Index] = port };
        var links = client.ReadLinks(kind: null, counters: false, bridge).ToDictionary(link => link.Index);
        if (bridge is not null)
            links[bridge.Index] = bridge;
        return links;
    }

    /// <summary>A request that adds an entry.</summary>
    /// <param name="port">The link the station is behind: a port of a bridge.</param>
    /// <param name="mac">The station's MAC address.</param>
    /// <param name="kind">How it stays.</param>
    /// <param name="vlan">VLAN, or null.</param>
    /// <param name="replace">Whether an entry for the address is replaced instead of refused.</param>
    /// <exception cref="NetworkException">The link is not a port of a bridge, or the address is not that of a station.</exception>
    public static NetlinkRequest AddFdbRequest(Link port, MacAddress mac, FdbEntryKind kind, int? vlan, bool replace)
    {
        NeighborOperations.RequireStation(mac);
        return new NetlinkRequest<NeighborMessage>(
            RtmType.NewNeighbor,
            NetlinkFlags.Create | (replace ? NetlinkFlags.Replace : NetlinkFlags.Exclusive),
            new NeighborMessage
            {
                Family = Family.Bridge,
                Index = port.Index,
                LinkLayerAddress = mac,
                Vlan = (ushort?)vlan,
                Flags = SideOf(port),
                State = kind switch
                {
                    FdbEntryKind.Permanent => NeighborState.Permanent,
                    FdbEntryKind.Static => NeighborState.NoArp,
                    _ => NeighborState.Reachable,
                },
            },
            $"add forwarding database entry {mac} on '{port.Name}'");
    }

    /// <summary>A request that removes an entry.</summary>
    /// <param name="entry">The entry, as it was read.</param>
    public static NetlinkRequest RemoveFdbRequest(BridgeFdbEntry entry)
    {
        var isOnItself = entry.Message.MasterIndex is null || entry.Message.MasterIndex == entry.Message.Index;
        return new NetlinkRequest<NeighborMessage>(
            RtmType.DeleteNeighbor,
            NetlinkFlags.None,
            new NeighborMessage
            {
                Family = Family.Bridge,
                Index = entry.Message.Index,
                LinkLayerAddress = entry.Message.LinkLayerAddress,
                Vlan = entry.Message.Vlan,
                Destination = entry.Message.Destination,
                Flags = isOnItself ? NeighborFlags.Self : NeighborFlags.Master,
            },
            $"remove forwarding database entry {entry}");
    }

    /// <summary>An entry on the bridge itself is its own; one on a port is the bridge's.</summary>
    private static NeighborFlags SideOf(Link port) =>
        port is Bridge ? NeighborFlags.Self
        : port.MasterIndex != 0 ? NeighborFlags.Master
        : throw new NetworkException(FailureKind.InvalidArgument, $"Link '{port.Name}' is not a port of a bridge.")
        {
            Id = "NotABridgePort",
        };
}
