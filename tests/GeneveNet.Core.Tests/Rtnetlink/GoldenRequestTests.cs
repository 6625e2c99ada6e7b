using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Rtnetlink;

/// <summary>
/// What the product sends is what <c>ip</c> sends: the same message type and header flags, fixed part, attributes and
/// payloads, byte for byte. What may differ is listed at <see cref="WireText"/>.
/// </summary>
public sealed class GoldenRequestTests
{
    // Indices the links had in the capture.
    private const int G0 = 26, V0 = 28, V2 = 29, Br0 = 30, D0 = 31, Lo = 1;

    // Of `ip`: RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS for one link, RTEXT_FILTER_VF and AF_PACKET for a list.
    private const uint MaskOfOne = 9, MaskOfAll = 1;
    private const byte PacketFamily = 17;

    // RTM_F_LOOKUP_TABLE: the answer names the table it comes from.
    private const RouteFlags LookupTable = (RouteFlags)0x1000;

    private const NetlinkFlags New = NetlinkFlags.Create | NetlinkFlags.Exclusive, Replace = NetlinkFlags.Create | NetlinkFlags.Replace;

    private static readonly RtnetlinkClient Client = new();

    private static readonly Dictionary<string, Sent> Rows = new()
    {
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1"] = Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1") }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1"] = Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1") }),
        ["ip link add g0 type geneve id 0 remote 192.0.2.1 ttl 64"] = Tunnel(new() { Vni = 0, Remote = Ip("192.0.2.1"), Ttl = 64 }),
        ["ip link add g0 type geneve id 16777215 remote 192.0.2.1 ttl inherit"] =
            Tunnel(new() { Vni = 0xffffff, Remote = Ip("192.0.2.1"), TtlInherit = true }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 ttl auto"] = Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), Ttl = 0 }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 tos 0x10"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), Tos = 0x10 }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 tos inherit"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), Tos = 1 }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 dstport 6082"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), Port = 6082 }),
        ["ip link add g0 type geneve external"] = Tunnel(new() { Vni = 0, External = true }),
        ["ip link add g0 type geneve external dstport 6083"] = Tunnel(new() { Vni = 0, External = true, Port = 6083 }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 udpcsum"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), UdpChecksum = true }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 noudpcsum"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), UdpChecksum = false }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 udp6zerocsumtx"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), UdpZeroChecksum6Tx = true }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 noudp6zerocsumtx"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), UdpZeroChecksum6Tx = false }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 udp6zerocsumrx"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), UdpZeroChecksum6Rx = true }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 noudp6zerocsumrx"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), UdpZeroChecksum6Rx = false }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 flowlabel 0xabcde"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), FlowLabel = 0xabcde }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 df unset"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), DontFragment = DontFragmentMode.Unset }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 df set"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), DontFragment = DontFragmentMode.Set }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 df inherit"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), DontFragment = DontFragmentMode.Inherit }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 innerprotoinherit"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.1"), InnerProtocolInherit = true }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 innerprotoinherit"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("2001:db8::1"), InnerProtocolInherit = true }),
        ["ip link add g0 type geneve id 1000 remote 192.0.2.1 ttl 64 tos 0x10 dstport 6082 udpcsum df set innerprotoinherit"] = Tunnel(new()
        {
            Vni = 1000,
            Remote = Ip("192.0.2.1"),
            Ttl = 64,
            Tos = 0x10,
            Port = 6082,
            UdpChecksum = true,
            DontFragment = DontFragmentMode.Set,
            InnerProtocolInherit = true,
        }),
        ["ip link add g0 type geneve id 1000 remote 2001:db8::1 ttl 64 tos 0x10 dstport 6082"
            + " udp6zerocsumtx udp6zerocsumrx flowlabel 0xabcde df inherit"] = Tunnel(new()
        {
            Vni = 1000,
            Remote = Ip("2001:db8::1"),
            Ttl = 64,
            Tos = 0x10,
            Port = 6082,
            UdpZeroChecksum6Tx = true,
            UdpZeroChecksum6Rx = true,
            FlowLabel = 0xabcde,
            DontFragment = DontFragmentMode.Inherit,
        }),
        ["ip link add g0 mtu 1400 address 02:00:00:00:00:10 txqueuelen 500 type geneve id 1000 remote 192.0.2.1"] =
            Tunnel(
                new() { Vni = 1000, Remote = Ip("192.0.2.1") },
                new() { Name = "g0", Mtu = 1400, LinkLayerAddress = Mac("020000000010"), TxQueueLength = 500 }),
        ["ip link add g1 type geneve id 1000 remote 192.0.2.2"] =
            Tunnel(new() { Vni = 1000, Remote = Ip("192.0.2.2") }, new() { Name = "g1" }),
        ["ip link add g1 type geneve id 7 remote fe80::1"] = Tunnel(new() { Vni = 7, Remote = Ip("fe80::1") }, new() { Name = "g1" }),
        ["ip link set g0 type geneve id 1000 remote 192.0.2.2 ttl 32"] = Change(new()
        {
            Index = G0,
            Info = new LinkInfo { Kind = "geneve", Data = new GeneveData { Vni = 1000, Remote = Ip("192.0.2.2"), Ttl = 32 } },
        }),

        ["ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02"] =
            Veth("v0", "020000000001", new() { Name = "v1", LinkLayerAddress = Mac("020000000002") }),
        ["ip link add v2 address 02:00:00:00:00:03 type veth peer name v3 address 02:00:00:00:00:04 netns far"] =
            Veth("v2", "020000000003", new() { Name = "v3", LinkLayerAddress = Mac("020000000004"), NamespaceDescriptor = 4 }),

        ["ip link set v0 up"] = Change(new() { Index = V0, Flags = LinkFlags.Up, ChangeMask = LinkFlags.Up }),
        ["ip link set v2 down"] = Change(new() { Index = V2, ChangeMask = LinkFlags.Up }),
        ["ip link set v2 mtu 1400"] = Change(new() { Index = V2, Mtu = 1400 }),
        ["ip link set v0 mtu 10"] = Change(new() { Index = V0, Mtu = 10 }),
        ["ip link set v2 address 02:00:00:00:00:05"] = Change(new() { Index = V2, LinkLayerAddress = Mac("020000000005") }),
        ["ip link set v2 name v4"] = Change(new() { Index = V2, Name = "v4" }),
        ["ip link set v4 alias to the far side"] = Change(new() { Index = V2, Alias = "to the far side" }),
        ["ip link set v4 txqueuelen 123"] = Change(new() { Index = V2, TxQueueLength = 123 }),
        ["ip link set v4 group 7"] = Change(new() { Index = V2, Group = 7 }),
        ["ip link set v4 master br0"] = Change(new() { Index = V2, MasterIndex = Br0 }),
        ["ip link set v4 nomaster"] = Change(new() { Index = V2, MasterIndex = 0 }),
        ["ip link set g0 netns far"] = Change(new() { Index = G0, NamespaceDescriptor = 4 }),
        ["ip link set v4 netns far"] = Change(new() { Index = V2, NamespaceDescriptor = 4 }),
        ["ip link set d0 netns 1"] = Change(new() { Index = D0, NamespaceProcess = 1 }),
        ["ip link property add dev v4 altname a-longer-name-than-fits altname other"] = Do(
            108, New | NetlinkFlags.Append, new LinkMessage { Index = V2, AlternativeNames = new(["a-longer-name-than-fits", "other"]) }),
        ["ip link del br0"] = Do(RtmType.DeleteLink, 0, new LinkMessage { Index = Br0 }),

        ["ip link show dev g0"] = Ask(RtmType.GetLink, new LinkMessage { Name = "g0", ExtendedMask = MaskOfOne }),
        ["ip -n far link show dev g0"] = Ask(RtmType.GetLink, new LinkMessage { Name = "g0", ExtendedMask = MaskOfOne }),
        ["ip link show dev v0"] = Ask(RtmType.GetLink, new LinkMessage { Name = "v0", ExtendedMask = MaskOfOne }),
        ["ip link show dev v2"] = Ask(RtmType.GetLink, new LinkMessage { Name = "v2", ExtendedMask = MaskOfOne }),
        ["ip link show dev v4"] = Ask(RtmType.GetLink, new LinkMessage { Name = "v4", ExtendedMask = MaskOfOne }),
        ["ip link show dev nothing"] = Ask(RtmType.GetLink, new LinkMessage { Name = "nothing", ExtendedMask = MaskOfOne }),
        ["ip link show"] = List(RtmType.GetLink, new LinkMessage { Family = PacketFamily, ExtendedMask = MaskOfAll }),
        ["ip link show type geneve"] = List(
            RtmType.GetLink, new LinkMessage { Family = PacketFamily, ExtendedMask = MaskOfAll, Info = new LinkInfo { Kind = "geneve" } }),
        ["ip netns list"] = Ask(RtmType.GetNamespaceId, new NamespaceIdMessage { Descriptor = 6 }),

        ["ip addr add 10.0.0.1/24 dev v0"] = Add("10.0.0.1/24"),
        ["ip addr add 10.0.1.1 peer 10.0.1.2/32 dev v0"] = Add("10.0.1.1/32", "10.0.1.2"),
        ["ip addr add 10.0.2.0/31 dev v0"] = Add("10.0.2.0/31"),
        ["ip addr add 11.200.1.1/32 dev v0"] = Add("11.200.1.1/32"),
        ["ip addr add 127.0.0.2/8 dev lo"] = Add("127.0.0.2/8", index: Lo),
        ["ip addr add 2001:db8:2::1 peer 2001:db8:2::2/128 dev v0 nodad"] = Do(RtmType.NewAddress, New, new AddressMessage
        {
            Family = 10,
            PrefixLength = 128,
            Index = V0,
            Local = Ip("2001:db8:2::1"),
            Address = Ip("2001:db8:2::2"),
            Flags = AddressFlags.NoDuplicateDetection,
        }),
        ["ip addr add 2001:db8:1::1/64 dev v0 nodad"] = Do(RtmType.NewAddress, New, new AddressMessage
        {
            Family = 10,
            PrefixLength = 64,
            Index = V0,
            Local = Ip("2001:db8:1::1"),
            Address = Ip("2001:db8:1::1"),
            Flags = AddressFlags.NoDuplicateDetection,
        }),
        ["ip addr add 10.0.3.1/24 broadcast 10.0.3.255 label v0:x metric 77 valid_lft 5000 preferred_lft 4000 dev v0"] =
            Do(RtmType.NewAddress, New, new AddressMessage
            {
                Family = 2,
                PrefixLength = 24,
                Index = V0,
                Local = Ip("10.0.3.1"),
                Address = Ip("10.0.3.1"),
                Broadcast = Ip("10.0.3.255"),
                Label = "v0:x",
                RouteMetric = 77,
                Lifetimes = new AddressLifetimes(4000, 5000, 0, 0),
            }),
        ["ip addr replace 10.0.0.1/24 dev v0"] = Add("10.0.0.1/24", replace: true),
        ["ip addr del 10.0.2.0/31 dev v0"] = Remove(2, 31, "10.0.2.0"),
        ["ip addr del 10.0.1.1 peer 10.0.1.2/32 dev v0"] = Remove(2, 32, "10.0.1.1", "10.0.1.2"),
        ["ip addr del 2001:db8:2::1 peer 2001:db8:2::2/128 dev v0"] = Remove(10, 128, "2001:db8:2::1", "2001:db8:2::2"),
        ["ip addr del 10.9.9.9/24 dev v0"] = Remove(2, 24, "10.9.9.9"),
        ["ip addr show"] = List(RtmType.GetAddress, new AddressMessage()),
        ["ip addr show dev lo"] = List(RtmType.GetAddress, new AddressMessage { Index = Lo }),

        ["ip route add 10.1.1.0/24 dev v0"] = AddRoute("10.1.1.0/24", m => m.OutputIndex = V0),
        ["ip route replace 10.1.1.0/24 dev v0"] = AddRoute("10.1.1.0/24", m => m.OutputIndex = V0, Replace),
        ["ip route add 10.1.2.0/24 via 10.0.0.2"] = AddRoute("10.1.2.0/24", m => m.Gateway = Ip("10.0.0.2")),
        ["ip route add 10.1.3.0/24 via 10.0.0.2 dev v0 src 10.0.0.1"] =
            AddRoute("10.1.3.0/24", m => (m.Gateway, m.OutputIndex, m.PreferredSource) = (Ip("10.0.0.2"), V0, Ip("10.0.0.1"))),
        ["ip route add 10.1.4.0/24 dev v0 metric 50"] = AddRoute("10.1.4.0/24", m => (m.OutputIndex, m.Metric) = (V0, 50)),
        ["ip route add 10.1.5.0/24 dev v0 table 1000"] =
            AddRoute("10.1.5.0/24", m => (m.OutputIndex, m.TableByte, m.TableId) = (V0, 0, 1000)),
        ["ip route add 10.1.6.0/24 via 192.0.2.77 dev v0 onlink"] =
            AddRoute("10.1.6.0/24", m => (m.Gateway, m.OutputIndex, m.Flags) = (Ip("192.0.2.77"), V0, RouteFlags.OnLink)),
        ["ip route add 10.1.7.0/24 dev v0 scope link"] = AddRoute("10.1.7.0/24", m => m.OutputIndex = V0),
        ["ip route add blackhole 10.1.8.0/24"] = AddRoute("10.1.8.0/24", m => (m.Type, m.Scope) = (RouteType.Blackhole, Scope.Global)),
        ["ip route add 10.1.9.0/24 via inet6 2001:db8:1::2 dev v0"] =
            AddRoute("10.1.9.0/24", m => (m.Via, m.OutputIndex, m.Scope) = (new Via(Ip("2001:db8:1::2")), V0, Scope.Global)),
        ["ip route add 10.1.10.0/24 dev v0 mtu 1300"] =
            AddRoute("10.1.10.0/24", m => (m.OutputIndex, m.Metrics) = (V0, new RouteMetrics { Mtu = 1300 })),
        ["ip route add 10.1.11.0/24 nexthop via 10.0.0.2 dev v0 weight 1 nexthop via 10.0.0.3 dev v0 weight 4"] =
            AddRoute("10.1.11.0/24", m => (m.NextHops, m.Scope) = ([Hop("10.0.0.2"), Hop("10.0.0.3", 4)], Scope.Global)),
        ["ip route add 10.1.12.0/24 nexthop via 10.0.0.2 dev v0 nexthop via inet6 2001:db8:1::2 dev v0"] =
            AddRoute("10.1.12.0/24", m => (m.NextHops, m.Scope) =
                ([Hop("10.0.0.2"), new NextHopMessage { Index = V0, Via = new Via(Ip("2001:db8:1::2")) }], Scope.Global)),
        ["ip route add default via 10.0.0.2"] = AddRoute("0.0.0.0/0", m => (m.Destination, m.Gateway) = (null, Ip("10.0.0.2"))),
        ["ip -6 route add 2001:db8:5::/48 via 2001:db8:1::2"] = AddRoute("2001:db8:5::/48", m => m.Gateway = Ip("2001:db8:1::2")),
        ["ip -6 route add default via 2001:db8:1::2 dev v0 metric 5"] =
            AddRoute("::/0", m => (m.Gateway, m.OutputIndex, m.Metric) = (Ip("2001:db8:1::2"), V0, 5)),
        ["ip -6 route add 2001:db8:6::/48 nexthop via 2001:db8:1::2 dev v0 nexthop via 2001:db8:1::3 dev v0 weight 2"] =
            AddRoute("2001:db8:6::/48", m => m.NextHops = [Hop("2001:db8:1::2"), Hop("2001:db8:1::3", 2)]),
        ["ip route add 10.1.13.0/24 via 203.0.113.1"] = AddRoute("10.1.13.0/24", m => m.Gateway = Ip("203.0.113.1")),

        ["ip route show"] = List(RtmType.GetRoute, new RouteMessage { Family = 2, TableId = 254 }),
        ["ip route show table 1000"] = List(RtmType.GetRoute, new RouteMessage { Family = 2, TableId = 1000 }),
        ["ip route show table 4242"] = List(RtmType.GetRoute, new RouteMessage { Family = 2, TableId = 4242 }),
        ["ip route show table all"] = List(RtmType.GetRoute, new RouteMessage()),
        ["ip -6 route show"] = List(RtmType.GetRoute, new RouteMessage { Family = 10, TableId = 254 }),

        ["ip route get 10.0.0.9"] = Resolve("10.0.0.9", m => { }),
        ["ip route get 10.1.2.3"] = Resolve("10.1.2.3", m => { }),
        ["ip route get 10.1.8.1"] = Resolve("10.1.8.1", m => { }),
        ["ip route get 10.0.0.9 oif v0"] = Resolve("10.0.0.9", m => m.OutputIndex = V0),
        ["ip route get 10.0.0.9 mark 9"] = Resolve("10.0.0.9", m => m.Mark = 9),
        ["ip route get 10.0.0.9 from 10.0.0.1"] = Resolve("10.0.0.9", m => (m.Source, m.SourceLength) = (Ip("10.0.0.1"), 32)),
        ["ip route get 10.0.0.1 from 10.0.0.9 iif v0"] =
            Resolve("10.0.0.1", m => (m.Source, m.SourceLength, m.InputIndex) = (Ip("10.0.0.9"), 32, V0)),
        ["ip route get 2001:db8:5::1"] = Resolve("2001:db8:5::1", m => m.Flags = RouteFlags.None),

        ["ip route del 10.1.4.0/24 metric 50"] = RemoveRoute("10.1.4.0/24", m => m.Metric = 50),
        ["ip route del 10.1.5.0/24 table 1000"] = RemoveRoute("10.1.5.0/24", m => (m.TableByte, m.TableId) = (0, 1000)),
        ["ip route del blackhole 10.1.8.0/24"] = RemoveRoute("10.1.8.0/24", m => m.Type = RouteType.Blackhole),
        ["ip route del 10.9.0.0/16"] = RemoveRoute("10.9.0.0/16", m => { }),

        ["ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 dev v0"] = AddNeighbor("10.0.0.50", "020000000050"),
        ["ip neigh add 10.0.0.51 lladdr 02:00:00:00:00:51 nud noarp dev v0"] =
            AddNeighbor("10.0.0.51", "020000000051", m => m.State = NeighborState.NoArp),
        ["ip neigh add 10.0.0.52 lladdr 02:00:00:00:00:52 nud stale dev v0"] =
            AddNeighbor("10.0.0.52", "020000000052", m => m.State = NeighborState.Stale),
        ["ip neigh add 10.0.0.53 lladdr 02:00:00:00:00:53 nud stale extern_learn dev v0"] =
            AddNeighbor("10.0.0.53", "020000000053", m => (m.State, m.Flags) = (NeighborState.Stale, NeighborFlags.ExternallyLearned)),
        ["ip neigh add 10.0.0.54 lladdr 02:00:00:00:00:54 protocol static dev v0"] =
            AddNeighbor("10.0.0.54", "020000000054", m => m.Protocol = (byte)RouteProtocol.Static),
        ["ip neigh add 2001:db8:1::50 lladdr 02:00:00:00:00:60 dev v0"] = AddNeighbor("2001:db8:1::50", "020000000060"),
        ["ip neigh add 2001:db8:1::51 lladdr 02:00:00:00:00:61 nud stale router dev v0"] =
            AddNeighbor("2001:db8:1::51", "020000000061", m => (m.State, m.Flags) = (NeighborState.Stale, NeighborFlags.Router)),
        ["ip neigh add proxy 10.0.0.70 dev v0"] = AddNeighbor("10.0.0.70", null, m => m.Flags = NeighborFlags.Proxy),
        ["ip neigh add proxy 2001:db8:1::70 dev v0"] = AddNeighbor("2001:db8:1::70", null, m => m.Flags = NeighborFlags.Proxy),
        ["ip neigh replace 10.0.0.50 lladdr 02:00:00:00:00:55 dev v0"] =
            new(NeighborOperations.SetStaticRequest(LinkAt(V0), Ip("10.0.0.50"), Mac("020000000055")), NetlinkFlags.Ack),
        ["ip neigh change 10.0.0.52 lladdr 02:00:00:00:00:56 nud permanent dev v0"] =
            AddNeighbor("10.0.0.52", "020000000056", flags: NetlinkFlags.Replace),
        ["ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:57 dev v0"] = AddNeighbor("10.0.0.50", "020000000057"),
        ["ip neigh change 10.0.0.99 lladdr 02:00:00:00:00:57 dev v0"] =
            AddNeighbor("10.0.0.99", "020000000057", flags: NetlinkFlags.Replace),
        ["ip neigh add 10.0.0.58 lladdr 02:00 dev v0"] = AddNeighbor("10.0.0.58", "0200"),
        ["ip neigh show"] = List(NeighborOperations.Listing(Client, null, proxies: false)),
        ["ip neigh show dev v0"] = List(NeighborOperations.Listing(Client, LinkAt(V0), proxies: false)),
        ["ip -6 neigh show"] = List(RtmType.GetNeighbor, new NeighborMessage { Family = 10 }),
        ["ip neigh show proxy"] = List(NeighborOperations.Listing(Client, null, proxies: true)),
        ["ip neigh get 10.0.0.50 dev v0"] =
            Ask(RtmType.GetNeighbor, new NeighborMessage { Family = 2, Index = V0, Destination = Ip("10.0.0.50") }),
        ["ip neigh del 10.0.0.50 dev v0"] = RemoveNeighbor("10.0.0.50"),
        ["ip neigh del 2001:db8:1::51 dev v0"] = RemoveNeighbor("2001:db8:1::51"),
        ["ip neigh del proxy 10.0.0.70 dev v0"] = RemoveNeighbor("10.0.0.70", NeighborFlags.Proxy),
        ["ip neigh del 10.0.0.99 dev v0"] = RemoveNeighbor("10.0.0.99"),
    };

    /// <summary>A request, and what the connection adds to its header flags.</summary>
    private sealed record Sent(NetlinkRequest Request, NetlinkFlags Added);

    public static TheoryData<string> Commands => [.. Rows.Keys];

    [Fact]
    public void EveryCapturedCommandHasItsRow() =>
        Assert.Equal(
            GoldenFile.Linux61.Exchanges.Select(e => e.Command).Distinct().Order(StringComparer.Ordinal),
            Rows.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Request_IsTheSameAsThatOfIp(string command)
    {
        var (request, added) = Rows[command];
        var ours = WireText.OfMessage(Wire.MessageOf(request, added));
        foreach (var exchange in GoldenFile.Linux61.Exchanges.Where(exchange => exchange.Command == command))
            Assert.Equal(WithFlagsAsAttribute(WireText.OfMessage(exchange.Request)), ours);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Request_MarksEveryNestedAttribute(string command)
    {
        // Attribute policies of newer kernels refuse a nested attribute without NLA_F_NESTED where they are strict.
        var request = Rows[command].Request;
        Assert.Empty(WireText.NestedAttributesWithoutFlag(Wire.MessageOf(request, 0).AsSpan(16), WireText.ShapeOf(request.Type)));
    }

    [Fact]
    public void ARequestOfIp_WithoutNestedMarks_IsSeenAsSuch()
    {
        // Proves that the test above can fail.
        var request = GoldenFile.Linux61["ip link set g0 type geneve id 1000 remote 192.0.2.2 ttl 32"].Request;
        Assert.Equal(["18", "18.2"], WireText.NestedAttributesWithoutFlag(request.AsSpan(16), Shape.Link));
    }

    [Fact]
    public void RemovingAnAddress_SaysWhatIpSaysAndItsLabel()
    {
        var read = GoldenFile.Linux61["ip addr show"].Messages
            .Where(m => m.Header.Type == RtmType.NewAddress).Select(m => AddressMessage.Read(m.Body));
        var address = new LinkAddress(read.Single(m => Ip("10.0.1.1").Equals(m.Local)), "v0", NetworkNamespace.Current);

        var ours = WireText.OfBody(Wire.BodyOf(address.ToRequest()), Shape.Address).Split('\n');

        var request = GoldenFile.Linux61["ip addr del 10.0.1.1 peer 10.0.1.2/32 dev v0"].Request;
        Assert.Equal([.. WireText.OfBody(request.AsSpan(16), Shape.Address).Split('\n'), "3 = 763000"], ours);
    }

    [Fact]
    public void RemovingANeighbor_SaysWhatIpSaysButNoState()
    {
        var ours = Wire.MessageOf(NeighborOperations.RemoveRequest(LinkAt(V0), Ip("10.0.0.50")), NetlinkFlags.Ack);

        // The kernel does not look at the state; `ip` sends the one that it adds neighbors with.
        var ip = WireText.OfMessage(GoldenFile.Linux61["ip neigh del 10.0.0.50 dev v0"].Request);
        Assert.Contains("fixed 020000001c0000008000", ip, StringComparison.Ordinal);
        Assert.Equal(ip.Replace("1c0000008000", "1c0000000000", StringComparison.Ordinal), WireText.OfMessage(ours));
    }

    /// <summary>
    /// `ip` says the first eight flags of an address in the fixed part; the product says all of them in IFA_FLAGS, which
    /// the kernel takes instead where it is there.
    /// </summary>
    private static string WithFlagsAsAttribute(string message)
    {
        const string Start = "type 20 flags 0605\nfixed 0a";
        if (!message.ReplaceLineEndings("\n").StartsWith(Start, StringComparison.Ordinal))
            return message;
        var flags = message.IndexOf("fixed ", StringComparison.Ordinal) + "fixed 0a40".Length;
        Assert.Equal("02", message[flags..(flags + 2)]);
        return string.Concat(message.AsSpan(0, flags), "00", message.AsSpan(flags + 2), "\n8 = 02000000");
    }

    private static Sent Do<T>(ushort type, NetlinkFlags flags, T body) where T : INetlinkMessage<T> =>
        new(new NetlinkRequest<T>(type, flags, body, ""), NetlinkFlags.Ack);

    private static Sent Ask<T>(ushort type, T body) where T : INetlinkMessage<T> =>
        new(new NetlinkRequest<T>(type, 0, body, ""), NetlinkFlags.None);

    private static Sent List<T>(ushort type, T body) where T : INetlinkMessage<T> =>
        new(new NetlinkRequest<T>(type, 0, body, ""), NetlinkFlags.Dump);

    private static Sent List<TMessage, TModel>(Listing<TMessage, TModel> listing)
        where TMessage : class, INetlinkMessage<TMessage>
        where TModel : class => new(Assert.Single(listing.Requests), NetlinkFlags.Dump);

    private static Link LinkAt(int index) => new(new LinkMessage { Index = index }, Client.Namespace);

    /// <summary>What `ip` does not get told it says as 0: TTL, TOS and flow label.</summary>
    private static Sent Tunnel(GeneveData data, LinkMessage? link = null)
    {
        data.Ttl ??= 0;
        data.Tos ??= 0;
        data.FlowLabel ??= 0;
        link ??= new LinkMessage { Name = "g0" };
        link.Info = new LinkInfo { Kind = "geneve", Data = data };
        return Do(RtmType.NewLink, New, link);
    }

    private static Sent Veth(string name, string mac, LinkMessage peer)
    {
        var info = new LinkInfo { Kind = "veth", Data = new VethData { Peer = peer } };
        return Do(RtmType.NewLink, New, new LinkMessage { Name = name, LinkLayerAddress = Mac(mac), Info = info });
    }

    private static Sent Change(LinkMessage change) => Do(RtmType.NewLink, 0, change);

    private static Sent Add(string address, string? peer = null, int index = V0, bool replace = false)
    {
        var request = AddressOperations.AddRequest(LinkAt(index), CidrAddress.Parse(address), peer is null ? null : Ip(peer), replace);
        return new Sent(request, NetlinkFlags.Ack);
    }

    private static Sent Remove(byte family, byte length, string local, string? peer = null)
    {
        var address = new AddressMessage
        {
            Family = family,
            PrefixLength = length,
            Index = V0,
            Local = Ip(local),
            Address = Ip(peer ?? local),
        };
        return Do(RtmType.DeleteAddress, 0, address);
    }

    private static RouteMessage RouteTo(string destination)
    {
        var network = CidrAddress.Parse(destination);
        return new RouteMessage
        {
            Family = network.IsIPv6 ? (byte)10 : (byte)2,
            Destination = network.AddressValue,
            DestinationLength = (byte)network.PrefixLength,
            TableByte = 254,
        };
    }

    private static Sent AddRoute(string destination, Action<RouteMessage> fill, NetlinkFlags flags = New)
    {
        var route = RouteTo(destination);
        (route.Protocol, route.Type) = (RouteProtocol.Boot, RouteType.Unicast);
        fill(route);
        // The rule of `ip`: a unicast IPv4 route straight to the link has its scope.
        if (route is { Family: 2, Gateway: null, Via: null, NextHops: null, Type: RouteType.Unicast })
            route.Scope = Scope.Link;
        return Do(RtmType.NewRoute, flags, route);
    }

    private static Sent RemoveRoute(string destination, Action<RouteMessage> fill)
    {
        var route = RouteTo(destination);
        route.Scope = Scope.Nowhere;
        fill(route);
        return Do(RtmType.DeleteRoute, 0, route);
    }

    private static Sent Resolve(string destination, Action<RouteMessage> fill)
    {
        var route = RouteTo(destination);
        (route.TableByte, route.Flags) = (0, LookupTable);
        fill(route);
        return Ask(RtmType.GetRoute, route);
    }

    /// <summary>A neighbor that `ip` is told no state of becomes a permanent one.</summary>
    private static NeighborMessage NeighborAt(string address) =>
        new() { Family = Family.Of(Ip(address)), Index = V0, State = NeighborState.Permanent, Destination = Ip(address) };

    private static Sent AddNeighbor(string address, string? mac, Action<NeighborMessage>? fill = null, NetlinkFlags flags = New)
    {
        var neighbor = NeighborAt(address);
        neighbor.LinkLayerAddress = mac is null ? null : Mac(mac);
        fill?.Invoke(neighbor);
        return Do(RtmType.NewNeighbor, flags, neighbor);
    }

    private static Sent RemoveNeighbor(string address, NeighborFlags flags = NeighborFlags.None)
    {
        var neighbor = NeighborAt(address);
        neighbor.Flags = flags;
        return Do(RtmType.DeleteNeighbor, NetlinkFlags.None, neighbor);
    }

    private static NextHopMessage Hop(string gateway, int weight = 1) =>
        new() { Index = V0, Gateway = Ip(gateway), Hops = (byte)(weight - 1) };

    private static IPAddress Ip(string text) => IPAddress.Parse(text);

    private static MacAddress Mac(string hex) => MacAddress.FromBytes(Convert.FromHexString(hex));
}
