using System.Net;
using CsCheck;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Tests.Support;

/// <summary>Random messages in which every property is sometimes set and sometimes not.</summary>
internal static class Generators
{
    private static readonly Gen<bool> Coin = Gen.Bool;

    private static readonly Gen<IPAddress> IPv4 = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes));

    private static readonly Gen<IPAddress> IPv6 = Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes));

    private static readonly Gen<IPAddress> Ip = Gen.OneOf(IPv4, IPv6);

    private static readonly Gen<MacAddress> Mac = Gen.Byte.Array[0, 32].Select(bytes => MacAddress.FromBytes(bytes));

    // Neither NUL, which ends a text, nor half of a surrogate pair, which no UTF-8 has.
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Char['\u0001', '\ud7ff'], Gen.Char['a', 'z']).Array[0, 40].Select(chars => new string(chars));

    public static Gen<GeneveData> Geneve { get; } = Filled<GeneveData>(
        Set(Gen.UInt, (GeneveData d, uint v) => d.Vni = v),
        Set(Ip, (GeneveData d, IPAddress v) => d.Remote = v),
        Set(Ip, (GeneveData d, IPAddress v) => d.Local = v),
        Set(Gen.Byte, (GeneveData d, byte v) => d.Ttl = v),
        Set(Gen.Byte, (GeneveData d, byte v) => d.Tos = v),
        Set(Gen.UShort, (GeneveData d, ushort v) => d.Port = v),
        // A flag says true or is not there.
        Set(Gen.Const(true), (GeneveData d, bool v) => d.External = v),
        Set(Coin, (GeneveData d, bool v) => d.UdpChecksum = v),
        Set(Coin, (GeneveData d, bool v) => d.UdpZeroChecksum6Tx = v),
        Set(Coin, (GeneveData d, bool v) => d.UdpZeroChecksum6Rx = v),
        Set(Gen.UInt, (GeneveData d, uint v) => d.FlowLabel = v),
        Set(Coin, (GeneveData d, bool v) => d.TtlInherit = v),
        Set(Gen.Byte, (GeneveData d, byte v) => d.DontFragment = (DontFragmentMode)v),
        Set(Gen.Const(true), (GeneveData d, bool v) => d.InnerProtocolInherit = v),
        Set(Gen.Select(Gen.UShort, Gen.UShort), (GeneveData d, (ushort Low, ushort High) v) => d.SourcePorts = new PortRange(v.Low, v.High)),
        Set(Gen.Const(true), (GeneveData d, bool v) => d.GroHint = v));

    private static readonly Gen<UnknownLinkKindData> OtherKind =
        Gen.Select(Gen.UShort[0, 0x3fff], Gen.Byte.Array[0, 20], (type, payload) => (type, (ReadOnlyMemory<byte>)payload)).Array[0, 5].Select(a => new UnknownLinkKindData(a));

    /// <summary>Links of geneve, of kinds without a table, and (where depth is left) of veth with a whole link as its peer.</summary>
    public static Gen<LinkMessage> Link(int depth = 2) => Filled<LinkMessage>(
        Set(Gen.Byte, (LinkMessage m, byte v) => m.Family = v),
        Set(Gen.UShort, (LinkMessage m, ushort v) => m.HardwareType = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.Index = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.Flags = (LinkFlags)v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.ChangeMask = (LinkFlags)v),
        Set(Mac, (LinkMessage m, MacAddress v) => m.LinkLayerAddress = v),
        Set(Mac, (LinkMessage m, MacAddress v) => m.Broadcast = v),
        Set(Text, (LinkMessage m, string v) => m.Name = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.Mtu = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.ParentIndex = v),
        Set(Text, (LinkMessage m, string v) => m.QueueingDiscipline = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.MasterIndex = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.TxQueueLength = v),
        Set(Gen.Byte, (LinkMessage m, byte v) => m.OperationalState = v),
        Set(Info(depth), (LinkMessage m, LinkInfo v) => m.Info = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.NamespaceProcess = v),
        Set(Text, (LinkMessage m, string v) => m.Alias = v),
        Set(Gen.Byte.Array[80], (LinkMessage m, byte[] v) => m.Statistics = System.Runtime.InteropServices.MemoryMarshal.Read<LinkStatistics>(v)),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.Group = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.NamespaceDescriptor = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.ExtendedMask = v),
        Set(Gen.Byte, (LinkMessage m, byte v) => m.Carrier = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.ParentNamespaceId = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.TargetNamespaceId = v),
        Set(Gen.Int, (LinkMessage m, int v) => m.NewIndex = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.MinMtu = v),
        Set(Gen.UInt, (LinkMessage m, uint v) => m.MaxMtu = v),
        Set(Text, (LinkMessage m, string v) => m.AlternativeName = v),
        Set(Text.Array[0, 3], (LinkMessage m, string[] v) => m.AlternativeNames = new AlternativeNames(v)),
        Set(Mac, (LinkMessage m, MacAddress v) => m.PermanentAddress = v));

    public static Gen<AddressMessage> Address { get; } = Filled<AddressMessage>(
        Set(Gen.Byte, (AddressMessage m, byte v) => m.Family = v),
        Set(Gen.Byte, (AddressMessage m, byte v) => m.PrefixLength = v),
        Set(Gen.Byte, (AddressMessage m, byte v) => m.Scope = (Scope)v),
        Set(Gen.Int, (AddressMessage m, int v) => m.Index = v),
        Set(Ip, (AddressMessage m, IPAddress v) => m.Address = v),
        Set(Ip, (AddressMessage m, IPAddress v) => m.Local = v),
        Set(Text, (AddressMessage m, string v) => m.Label = v),
        Set(Ip, (AddressMessage m, IPAddress v) => m.Broadcast = v),
        Set(Gen.UInt.Array[4], (AddressMessage m, uint[] v) => m.Lifetimes = new AddressLifetimes(v[0], v[1], v[2], v[3])),
        Set(Gen.UInt, (AddressMessage m, uint v) => m.RouteMetric = v),
        Set(Gen.Byte, (AddressMessage m, byte v) => m.Protocol = v))
        // What is read always has flags: those of the fixed part, at least.
        .Select(Gen.UInt, (message, flags) =>
        {
            message.Flags = (AddressFlags)flags;
            return message;
        });

    public static Gen<RouteMessage> Route { get; } = Filled<RouteMessage>(
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Family = v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.DestinationLength = v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.SourceLength = v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Tos = v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.TableByte = v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Protocol = (RouteProtocol)v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Scope = (Scope)v),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Type = (RouteType)v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.Flags = (RouteFlags)v),
        Set(Ip, (RouteMessage m, IPAddress v) => m.Destination = v),
        Set(Ip, (RouteMessage m, IPAddress v) => m.Source = v),
        Set(Gen.Int, (RouteMessage m, int v) => m.InputIndex = v),
        Set(Gen.Int, (RouteMessage m, int v) => m.OutputIndex = v),
        Set(Ip, (RouteMessage m, IPAddress v) => m.Gateway = v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.Metric = v),
        Set(Ip, (RouteMessage m, IPAddress v) => m.PreferredSource = v),
        Set(Metrics(), (RouteMessage m, RouteMetrics v) => m.Metrics = v),
        Set(Hop().Array[0, 4], (RouteMessage m, NextHopMessage[] v) => m.NextHops = v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.TableId = v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.Mark = v),
        Set(Ip, (RouteMessage m, IPAddress v) => m.Via = new Via(v)),
        Set(Gen.Byte, (RouteMessage m, byte v) => m.Preference = v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.Expires = v),
        Set(Gen.UInt, (RouteMessage m, uint v) => m.NextHopId = v));

    private static Gen<RouteMetrics> Metrics() => Filled<RouteMetrics>(
        Set(Gen.UInt, (RouteMetrics m, uint v) => m.Lock = v),
        Set(Gen.UInt, (RouteMetrics m, uint v) => m.Mtu = v),
        Set(Gen.UInt, (RouteMetrics m, uint v) => m.AdvertisedMss = v),
        Set(Gen.UInt, (RouteMetrics m, uint v) => m.HopLimit = v));

    private static Gen<NextHopMessage> Hop() => Filled<NextHopMessage>(
        Set(Gen.Byte, (NextHopMessage m, byte v) => m.Flags = (RouteFlags)v),
        Set(Gen.Byte, (NextHopMessage m, byte v) => m.Hops = v),
        Set(Gen.Int, (NextHopMessage m, int v) => m.Index = v),
        Set(Ip, (NextHopMessage m, IPAddress v) => m.Gateway = v),
        Set(Ip, (NextHopMessage m, IPAddress v) => m.Via = new Via(v)));

    private static Gen<LinkInfo> Info(int depth)
    {
        var geneve = Geneve.Select(data => new LinkInfo { Kind = "geneve", Data = data });
        var other = Gen.Select(Text, OtherKind, Text, (kind, data, port) => new LinkInfo { Kind = "of " + kind, Data = data, PortKind = port });
        var bare = Text.Select(kind => new LinkInfo { Kind = kind });
        return depth == 0
            ? Gen.OneOf(geneve, other, bare)
            : Gen.OneOf(geneve, other, bare, Link(depth - 1).Select(peer => new LinkInfo { Kind = "veth", Data = new VethData { Peer = peer } }));
    }

    private static Gen<Action<T>> Set<T, TValue>(Gen<TValue> value, Action<T, TValue> set) =>
        Gen.Select(Coin, value, (isSet, v) => new Action<T>(target =>
        {
            if (isSet)
                set(target, v);
        }));

    private static Gen<T> Filled<T>(params Gen<Action<T>>[] properties) where T : new() =>
        properties.Aggregate(Gen.Const(() => new T()), (all, property) => all.Select(property, (target, fill) =>
        {
            fill(target);
            return target;
        }));
}
