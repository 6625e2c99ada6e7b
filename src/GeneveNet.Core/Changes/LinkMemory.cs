using System.Runtime.InteropServices;
using GeneveNet.Native;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>All that the kernel drops with a link, remembered before, so that it can be put back as it was.</summary>
internal sealed class LinkMemory
{
    private const LinkFlags Settable = LinkFlags.Debug | LinkFlags.NoTrailers | LinkFlags.NoArp | LinkFlags.Promiscuous
        | LinkFlags.AllMulticast | LinkFlags.Multicast | LinkFlags.PortSelect | LinkFlags.AutoMedia | LinkFlags.DynamicAddresses;

    private const ushort NewProperty = 108, SetLink = 19; // RTM_NEWLINKPROP, RTM_SETLINK
    private const ushort Nested = 0x8000; // NLA_F_NESTED
    private const ushort Name = 3, Info = 18, Properties = 52, FamilyData = 26; // IFLA_*
    private const ushort PortKind = 4, PortData = 5; // IFLA_INFO_SLAVE_*
    private const ushort PortState = 1, PortVlan = 2; // IFLA_BRPORT_STATE, IFLA_BRIDGE_VLAN_INFO

    /// <summary>Size of struct ifinfomsg.</summary>
    public const int FixedSize = 16;

    // IFLA_ADDRESS, BROADCAST, IFNAME, MTU, TXQLEN, GROUP, NUM_TX_QUEUES, NUM_RX_QUEUES: what a link can be created with.
    private static readonly ushort[] AtCreation = [1, 2, 3, 4, 13, 27, 31, 32];

    // IFLA_LINKMODE, IFALIAS, PROTO_DOWN, GSO_MAX_SEGS, GSO_MAX_SIZE, GRO_MAX_SIZE: what can only be changed.
    private static readonly ushort[] Later = [17, 20, 39, 40, 41, 58];

    // IFLA_BRPORT_*: all settings of a port, but for its state and for what only reports.
    private static readonly ushort[] OfPort = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 25, 27, 28, 29, 30, 31, 32, 33, 34, 39, 40, 42, 44];

    private static readonly Belongings[] Dropped = [Belongings.Routes, Belongings.Neighbors, Belongings.Proxies, Belongings.Stations];

    private readonly RtnetlinkClient _client;
    private readonly Link _link;
    private readonly RawMessage _raw;
    private readonly List<RawMessage> _addresses;
    private readonly List<RawMessage>[] _dropped;
    private readonly IReadOnlyDictionary<string, string> _sysctls;
    private readonly List<byte[]> _vlans;

    /// <param name="client">Where the link is.</param>
    /// <param name="link">The link.</param>
    public LinkMemory(RtnetlinkClient client, Link link)
    {
        _client = client.WithoutCancellation();
        _link = link;
        _raw = ReadRaw();
        _sysctls = LinkSysctls.Read(client.Namespace, link.Name);
        _addresses = Belongings.Addresses.Read(_client, link.Index);
        _dropped = Array.ConvertAll(Dropped, sort => sort.Read(_client, link.Index));
        _vlans = link.MasterIndex == 0 ? [] : ReadVlans();
    }

    /// <summary>The link as the kernel described it.</summary>
    public RawMessage Raw => _raw;

    /// <summary>Creates the link, or the pair, again, as bare as it once was but with its index.</summary>
    /// <param name="home">Where it was once created: a tunnel keeps its underlay there.</param>
    /// <param name="memories">The link, or both ends of the pair.</param>
    public static void Recreate(RtnetlinkClient home, IReadOnlyList<LinkMemory> memories)
    {
        var (first, peer, there) = (memories[0], memories.Count > 1 ? memories[1] : null, home.WithoutCancellation());
        using var place = first.PlaceSeenFrom(home.Namespace);
        using var farPlace = peer?.PlaceSeenFrom(first._client.Namespace);
        var kind = first._link.Kind;
        var data = peer is null
            ? LinkKinds.Of(kind).Resend(first._link.Message.Info?.Data)
            : new VethData { Peer = peer.Bare(farPlace) };
        var message = first.Bare(null);
        message.Info = new LinkInfo { Kind = kind, Data = data };
        if (place is null)
        {
            there.CreateLink(message);
            return;
        }

        // It was moved once, and is moved again; index and name may be others' where it comes from.
        (message.Index, message.Name) = (0, LinkOperations.PassingName());
        message.Further = [.. message.Further.Where(one => one.Type != Name)];
        there.CreateLink(message, first._link.Name);
        var made = there.GetLink(message.Name);
        try
        {
            var move = new LinkMessage { Index = made.Index, NamespaceDescriptor = place.Number, NewIndex = first._link.Index };
            there.ChangeLink(move, $"put link '{first._link.Name}' back as it was");
        }
        catch (NetlinkException)
        {
            there.RemoveLink(made);
            throw;
        }
    }

    /// <summary>Makes links that were created again, or changed, what they were.</summary>
    /// <param name="memories">The links; both ends of a pair, since one has a carrier only when the other is up.</param>
    public static void Restore(IReadOnlyList<LinkMemory> memories)
    {
        // From the bottom up, for all links at once: routes need addresses, and both need links that are up.
        foreach (var memory in memories)
            memory.RestoreSettings();
        foreach (var memory in memories)
            memory.RestoreState();
        foreach (var memory in memories)
            memory.RestoreBelongings();
    }

    private FileDescriptor? PlaceSeenFrom(Namespaces.NetworkNamespace other) =>
        _client.Namespace.Equals(other) ? null : _client.Namespace.Open();

    private LinkMessage Bare(FileDescriptor? place) => new()
    {
        Index = _link.Index,
        NamespaceDescriptor = place?.Number,
        Further = [.. _raw.Attributes(FixedSize).Where(one => AtCreation.Contains(one.Type))],
    };

    private void RestoreSettings()
    {
        var now = ReadRaw();
        List<(ushort, byte[])> changed = [];
        foreach (var (type, payload) in _raw.Attributes(FixedSize))
        {
            if ((AtCreation.Contains(type) || Later.Contains(type)) && now.Find(FixedSize, type)?.AsSpan().SequenceEqual(payload) != true)
                changed.Add((type, payload));
        }

        if (changed.Count > 0)
            Change(new LinkMessage { Further = changed });
        if (_raw.Find(FixedSize, Properties) is { } names && now.Find(FixedSize, Properties) is null)
        {
            const NetlinkFlags New = NetlinkFlags.Create | NetlinkFlags.Exclusive | NetlinkFlags.Append;
            Send(NewProperty, New, RawMessage.Of(Header(0), ((ushort)(Properties | Nested), names)));
        }

        Change(new LinkMessage { Flags = _link.Flags & Settable, ChangeMask = Settable });
        LinkSysctls.Restore(_client.Namespace, _link.Name, _sysctls);
        if (_client.GetLink(_link.Index).MasterIndex != _link.MasterIndex)
            Change(new LinkMessage { MasterIndex = _link.MasterIndex });
        RestorePort();
    }

    private void RestorePort()
    {
        if (_link.Message.Info?.PortKind != LinkKinds.Bridge)
            return;
        if (_raw.Find(FixedSize, Info, PortKind) is not { } kind || _raw.Find(FixedSize, Info, PortData) is not { } settings)
            return;
        var sent = RawMessage.AttributesIn(settings).Where(one => OfPort.Contains(one.Type));
        SendPort(kind, [.. sent]);

        var now = ReadVlans().ToHashSet(VlanComparer.Instance);
        var extra = now.Except(_vlans, VlanComparer.Instance);
        SendVlans(RtmType.DeleteLink, [.. extra]);
        SendVlans(SetLink, [.. _vlans.Where(vlan => !now.Contains(vlan))]);
    }

    private void RestoreState()
    {
        if (_client.GetLink(_link.Index).IsUp != _link.IsUp)
            Change(new LinkMessage { Flags = _link.Flags & LinkFlags.Up, ChangeMask = LinkFlags.Up });
        Belongings.Addresses.Restore(_client, _link.Index, _addresses);
    }

    private void RestoreBelongings()
    {
        var state = _raw.Find(FixedSize, Info, PortData, PortState);
        var stateNow = ReadRaw().Find(FixedSize, Info, PortData, PortState);
        // Only the state of a port with a carrier can be set.
        if (_link.HasCarrier && state is not null && stateNow?.AsSpan().SequenceEqual(state) == false)
            SendPort(_raw.Find(FixedSize, Info, PortKind)!, [(PortState, state)]);
        for (var i = 0; i < Dropped.Length; i++)
            Dropped[i].Restore(_client, _link.Index, _dropped[i]);
    }

    private RawMessage ReadRaw() => _client.Get<RawMessage>(new NetlinkRequest<RawMessage>(
        RtmType.GetLink, NetlinkFlags.None, RawMessage.Of(Header(0)), $"read link '{_link.Name}'"));

    private List<byte[]> ReadVlans() =>
        [.. _client.GetRawBridgeVlans().Where(vlan => vlan.LinkIndex == _link.Index).Select(static vlan => vlan.Payload)];

    private void SendVlans(ushort type, IReadOnlyList<byte[]> vlans)
    {
        if (vlans.Count == 0)
            return;
        var data = RawMessage.Nest([.. vlans.Select(vlan => (PortVlan, vlan))]);
        Send(type, NetlinkFlags.None, RawMessage.Of(Header(Family.Bridge), ((ushort)(FamilyData | Nested), data)));
    }

    private void SendPort(byte[] kind, ReadOnlySpan<(ushort, byte[])> settings)
    {
        var info = RawMessage.Nest((PortKind, kind), ((ushort)(PortData | Nested), RawMessage.Nest(settings)));
        Send(RtmType.NewLink, NetlinkFlags.None, RawMessage.Of(Header(0), ((ushort)(Info | Nested), info)));
    }

    private byte[] Header(byte family)
    {
        var header = new byte[FixedSize];
        header[0] = family;
        MemoryMarshal.Write(header.AsSpan(4), _link.Index);
        return header;
    }

    private void Change(LinkMessage change)
    {
        change.Index = _link.Index;
        _client.ChangeLink(change, $"put link '{_link.Name}' back as it was");
    }

    private void Send(ushort type, NetlinkFlags flags, RawMessage message) =>
        _client.Execute(new NetlinkRequest<RawMessage>(type, flags, message, $"put link '{_link.Name}' back as it was"));

    /// <summary>VLANs of a port are the same when number and flags are.</summary>
    private sealed class VlanComparer : IEqualityComparer<byte[]>
    {
        public static VlanComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => BitConverter.ToInt32(obj);
    }
}
