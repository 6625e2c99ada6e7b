using System.Net;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Routes;

/// <summary>A route as the kernel speaks of it: struct rtmsg and the RTA_* attributes (include/uapi/linux/rtnetlink.h).</summary>
public sealed class RouteMessage : INetlinkMessage<RouteMessage>
{
    internal static readonly AttributeTable<RouteMessage> Table = new(
        Object<RouteMessage, IPAddress>(1, "RTA_DST", Ip, m => m.Destination, (m, v) => m.Destination = v),
        Object<RouteMessage, IPAddress>(2, "RTA_SRC", Ip, m => m.Source, (m, v) => m.Source = v),
        Value<RouteMessage, int>(3, "RTA_IIF", S32, m => m.InputIndex, (m, v) => m.InputIndex = v),
        Value<RouteMessage, int>(4, "RTA_OIF", S32, m => m.OutputIndex, (m, v) => m.OutputIndex = v),
        Object<RouteMessage, IPAddress>(5, "RTA_GATEWAY", Ip, m => m.Gateway, (m, v) => m.Gateway = v),
        Value<RouteMessage, uint>(6, "RTA_PRIORITY", U32, m => m.Metric, (m, v) => m.Metric = v),
        Object<RouteMessage, IPAddress>(7, "RTA_PREFSRC", Ip, m => m.PreferredSource, (m, v) => m.PreferredSource = v),
        Object<RouteMessage, RouteMetrics>(8, "RTA_METRICS", new NestedKind<RouteMetrics>(RouteMetrics.Table),
            m => m.Metrics, (m, v) => m.Metrics = v),
        Object<RouteMessage, NextHopMessage[]>(9, "RTA_MULTIPATH", new NextHopsKind(), m => m.NextHops, (m, v) => m.NextHops = v),
        Value<RouteMessage, uint>(15, "RTA_TABLE", U32, m => m.TableId, (m, v) => m.TableId = v),
        Value<RouteMessage, uint>(16, "RTA_MARK", U32, m => m.Mark, (m, v) => m.Mark = v),
        Object<RouteMessage, Via>(18, "RTA_VIA", new ViaKind(), m => m.Via, (m, v) => m.Via = v, "4.1"),
        Value<RouteMessage, byte>(20, "RTA_PREF", U8, m => m.Preference, (m, v) => m.Preference = v),
        Value<RouteMessage, uint>(23, "RTA_EXPIRES", U32, m => m.Expires, (m, v) => m.Expires = v),
        Value<RouteMessage, byte>(27, "RTA_IP_PROTO", U8, m => m.IPProtocol, (m, v) => m.IPProtocol = v, "4.18"),
        Value<RouteMessage, ushort>(28, "RTA_SPORT", U16Be, m => m.SourcePort, (m, v) => m.SourcePort = v, "4.18"),
        Value<RouteMessage, ushort>(29, "RTA_DPORT", U16Be, m => m.DestinationPort, (m, v) => m.DestinationPort = v, "4.18"),
        Value<RouteMessage, uint>(30, "RTA_NH_ID", U32, m => m.NextHopId, (m, v) => m.NextHopId = v, "5.3"));

    /// <summary>Address family: 2 IPv4, 10 IPv6.</summary>
    public byte Family { get; set; }
    /// <summary>Bits of <see cref="Destination"/>.</summary>
    public byte DestinationLength { get; set; }
    /// <summary>Bits of <see cref="Source"/>.</summary>
    public byte SourceLength { get; set; }
    /// <summary>Type of service the route is for.</summary>
    public byte Tos { get; set; }
    /// <summary>Table as far as it fits into 8 bits; see <see cref="TableId"/>.</summary>
    public byte TableByte { get; set; }
    /// <summary>Who set it.</summary>
    public RouteProtocol Protocol { get; set; }
    /// <summary>Scope.</summary>
    public Scope Scope { get; set; }
    /// <summary>Type.</summary>
    public RouteType Type { get; set; }
    /// <summary>Flags.</summary>
    public RouteFlags Flags { get; set; }
    /// <summary>Destination; null for the default route.</summary>
    public IPAddress? Destination { get; set; }
    /// <summary>Source the route is for; in a question, the packet's source.</summary>
    public IPAddress? Source { get; set; }
    /// <summary>Index of the link the packet came in by.</summary>
    public int? InputIndex { get; set; }
    /// <summary>Index of the link the packet goes out by.</summary>
    public int? OutputIndex { get; set; }
    /// <summary>Next hop of the same family.</summary>
    public IPAddress? Gateway { get; set; }
    /// <summary>Metric: of equal routes the lowest is taken.</summary>
    public uint? Metric { get; set; }
    /// <summary>Source address for packets of this host.</summary>
    public IPAddress? PreferredSource { get; set; }
    /// <summary>Metrics such as the path's MTU.</summary>
    public RouteMetrics? Metrics { get; set; }
    /// <summary>Several next hops.</summary>
    public NextHopMessage[]? NextHops { get; set; }
    /// <summary>Table.</summary>
    public uint? TableId { get; set; }
    /// <summary>Firewall mark the question is asked for.</summary>
    public uint? Mark { get; set; }
    /// <summary>Next hop of another family.</summary>
    public Via? Via { get; set; }
    /// <summary>Router preference (IPv6).</summary>
    public byte? Preference { get; set; }
    /// <summary>Seconds until the route expires.</summary>
    public uint? Expires { get; set; }
    /// <summary>IP protocol the question is asked for.</summary>
    public byte? IPProtocol { get; set; }
    /// <summary>Source port the question is asked for.</summary>
    public ushort? SourcePort { get; set; }
    /// <summary>Destination port the question is asked for.</summary>
    public ushort? DestinationPort { get; set; }
    /// <summary>Id of a next-hop object.</summary>
    public uint? NextHopId { get; set; }

    /// <inheritdoc/>
    public static RouteMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new RouteMessage
        {
            Family = header.Family,
            DestinationLength = header.DestinationLength,
            SourceLength = header.SourceLength,
            Tos = header.Tos,
            TableByte = header.Table,
            Protocol = (RouteProtocol)header.Protocol,
            Scope = (Scope)header.Scope,
            Type = (RouteType)header.Type,
            Flags = (RouteFlags)header.Flags,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header
        {
            Family = Family,
            DestinationLength = DestinationLength,
            SourceLength = SourceLength,
            Tos = Tos,
            Table = TableByte,
            Protocol = (byte)Protocol,
            Scope = (byte)Scope,
            Type = (byte)Type,
            Flags = (uint)Flags,
        });
        Table.Write(ref writer, this);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        public byte DestinationLength;
        public byte SourceLength;
        public byte Tos;
        public byte Table;
        public byte Protocol;
        public byte Scope;
        public byte Type;
        public uint Flags;
    }
}

/// <summary>A next hop of another family than the route's (struct rtvia): IPv4 by way of an IPv6 neighbor.</summary>
/// <param name="Address">The next hop.</param>
public sealed record Via(IPAddress Address);

internal sealed class ViaKind : AttributeKind<Via>
{
    public override Via Read(ReadOnlySpan<byte> payload) => new(Ip.Read(Need(payload, 2)[2..]));

    public override void Write(ref NetlinkWriter writer, Via value)
    {
        writer.Append((ushort)Rtnetlink.Family.Of(value.Address));
        Ip.Write(ref writer, value.Address);
    }
}

/// <summary>Metrics of a route (RTAX_*, include/uapi/linux/rtnetlink.h).</summary>
public sealed class RouteMetrics
{
    internal static readonly AttributeTable<RouteMetrics> Table = new(
        Value<RouteMetrics, uint>(1, "RTAX_LOCK", U32, m => m.Lock, (m, v) => m.Lock = v),
        Value<RouteMetrics, uint>(2, "RTAX_MTU", U32, m => m.Mtu, (m, v) => m.Mtu = v),
        Value<RouteMetrics, uint>(8, "RTAX_ADVMSS", U32, m => m.AdvertisedMss, (m, v) => m.AdvertisedMss = v),
        Value<RouteMetrics, uint>(10, "RTAX_HOPLIMIT", U32, m => m.HopLimit, (m, v) => m.HopLimit = v));

    /// <summary>Bits of the metrics that are locked.</summary>
    public uint? Lock { get; set; }
    /// <summary>MTU of the path in bytes.</summary>
    public uint? Mtu { get; set; }
    /// <summary>TCP segment size to advertise, in bytes.</summary>
    public uint? AdvertisedMss { get; set; }
    /// <summary>Hop limit of packets sent.</summary>
    public uint? HopLimit { get; set; }
}

/// <summary>One of several next hops (struct rtnexthop with attributes).</summary>
public sealed class NextHopMessage
{
    internal static readonly AttributeTable<NextHopMessage> Table = new(
        Object<NextHopMessage, IPAddress>(5, "RTA_GATEWAY", Ip, h => h.Gateway, (h, v) => h.Gateway = v),
        Object<NextHopMessage, Via>(18, "RTA_VIA", new ViaKind(), h => h.Via, (h, v) => h.Via = v));

    /// <summary>Flags.</summary>
    public RouteFlags Flags { get; set; }
    /// <summary>Weight, less one.</summary>
    public byte Hops { get; set; }
    /// <summary>Index of the link the packet goes out by.</summary>
    public int Index { get; set; }
    /// <summary>Next hop of the same family.</summary>
    public IPAddress? Gateway { get; set; }
    /// <summary>Next hop of another family.</summary>
    public Via? Via { get; set; }
}

internal sealed class NextHopsKind : AttributeKind<NextHopMessage[]>
{
    private const int HeaderSize = 8;

    public override NextHopMessage[] Read(ReadOnlySpan<byte> payload)
    {
        List<NextHopMessage> hops = [];
        while (payload.Length >= HeaderSize)
        {
            int length = MemoryMarshal.Read<ushort>(payload);
            if (length < HeaderSize || length > payload.Length)
                throw new NetlinkFormatException($"A next hop says it has {length} bytes, {payload.Length} are there.");
            var hop = new NextHopMessage
            {
                Flags = (RouteFlags)payload[2],
                Hops = payload[3],
                Index = MemoryMarshal.Read<int>(payload[4..]),
            };
            NextHopMessage.Table.Read(payload[HeaderSize..length], hop);
            hops.Add(hop);
            payload = payload[Math.Min(NetlinkHeader.Align(length), payload.Length)..];
        }

        return [.. hops];
    }

    public override void Write(ref NetlinkWriter writer, NextHopMessage[] value)
    {
        foreach (var hop in value)
        {
            var start = writer.Length;
            var header = writer.Append(HeaderSize);
            header[2] = (byte)hop.Flags;
            header[3] = hop.Hops;
            MemoryMarshal.Write(header[4..], hop.Index);
            NextHopMessage.Table.Write(ref writer, hop);
            writer.PatchLength(start);
        }
    }
}
