using System.Buffers.Binary;
using System.Net.Sockets;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>
/// A table of our own that marks the packets of a probe for tracing (<c>meta nftrace set 1</c>) and decides nothing. It ends with the
/// socket that made it, also when the process is killed, and others can neither change it nor flush it.
/// </summary>
/// <remarks>
/// Its base chains come before all others. They lead to one chain of conditions, and from there to a chain for each packet of the
/// probe that sets the mark: the kernel tells the name of that chain, and so which packet it is. A copy that a bridge makes is
/// another packet to the kernel, with the mark; hence a base chain at every hook.
/// </remarks>
internal static class NftTraceTable
{
    private const string Conditions = "probe";
    private const uint Network = 1, Transport = 2;
    private const uint ProtocolKey = 1, TraceKey = 12, TransportProtocolKey = 16;
    private const byte Icmp = 1, Udp = 17, IcmpV6 = 58;
    private const ushort IPv4 = 0x0800, Arp = 0x0806, IPv6 = 0x86dd;

    private static readonly NftHook[] AllHooks =
        [NftHook.Prerouting, NftHook.Input, NftHook.Forward, NftHook.Output, NftHook.Postrouting];

    /// <summary>The hooks of each family that has one table for all links.</summary>
    public static readonly IReadOnlyList<(NftFamily Family, NftHook[] Hooks)> Families =
    [
        (NftFamily.Inet, AllHooks),
        (NftFamily.Bridge, AllHooks),
        (NftFamily.Arp, [NftHook.Input, NftHook.Output]),
    ];

    /// <summary>The name of the chain that marks a packet.</summary>
    public static string ChainOf(NftTracePacket packet) => packet switch
    {
        NftTracePacket.Outer => "outer",
        NftTracePacket.Inner => "inner",
        _ => "neighbor",
    };

    /// <summary>The packet that a chain marks; null for another chain.</summary>
    public static NftTracePacket? PacketOf(string? chain)
    {
        foreach (var packet in Enum.GetValues<NftTracePacket>())
        {
            if (ChainOf(packet) == chain)
                return packet;
        }

        return null;
    }

    /// <summary>The request for such a table.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="name">Its name.</param>
    /// <param name="target">What it marks.</param>
    /// <param name="hooks">Where.</param>
    /// <param name="device">The link, in family netdev.</param>
    public static NftBatch Create(NftFamily family, string name, NftTraceTarget target, NftHook[] hooks, string? device = null)
    {
        List<NetlinkRequest> changes =
        [
            new NetlinkRequest<NftTableMessage>(
                NftMessageType.NewTable,
                NetlinkFlags.Create | NetlinkFlags.Exclusive,
                new NftTableMessage { Family = family, Name = name, Flags = NftTableMessage.Owned },
                ""),
        ];
        foreach (var packet in Enum.GetValues<NftTracePacket>())
        {
            AddChain(ChainOf(packet));
            AddRule(ChainOf(packet), NftExpressions.LoadValue(1), NftExpressions.SetMeta(TraceKey));
        }

        AddChain(Conditions);
        foreach (var (packet, protocol, conditions) in ConditionsFor(target))
        {
            // Family arp sees nothing else, and family inet no ARP.
            if (family is NftFamily.Bridge or NftFamily.Netdev || family == NftFamily.Arp == (protocol == Arp))
            {
                AddRule(
                    Conditions,
                    [
                        NftExpressions.LoadMeta(ProtocolKey), NftExpressions.IsEqual(BigEndian(protocol)), .. conditions,
                        NftExpressions.LeadTo(NftNumbers.GotoCode, ChainOf(packet)),
                    ]);
            }
        }

        foreach (var hook in hooks)
        {
            var chain = "at_" + NameOf(hook);
            AddChain(chain, new NftHookMessage
            {
                Number = NftNumbers.NumberOf(family, hook),
                Priority = int.MinValue,
                Device = device,
            });
            AddRule(chain, NftExpressions.LeadTo(NftNumbers.JumpCode, Conditions));
        }

        return new NftBatch($"trace packets through nftables (family {family})", changes);

        void AddChain(string chain, NftHookMessage? hook = null) => changes.Add(new NetlinkRequest<NftChainMessage>(
            NftMessageType.NewChain,
            NetlinkFlags.Create,
            new NftChainMessage
            {
                Family = family,
                Table = name,
                Name = chain,
                Hook = hook,
                Policy = hook is null ? null : NftNumbers.AcceptCode,
                Type = hook is null ? null : "filter",
            },
            ""));

        void AddRule(string chain, params ReadOnlySpan<(ushort, byte[])> expressions) => changes.Add(new NetlinkRequest<NftRuleMessage>(
            NftMessageType.NewRule,
            NetlinkFlags.Create | NetlinkFlags.Append,
            new NftRuleMessage { Family = family, Table = name, Chain = chain, Expressions = NftExpressions.Of(expressions) },
            ""));
    }

    private static string NameOf(NftHook hook) => hook.ToString().ToLowerInvariant();

    private static IEnumerable<(NftTracePacket Packet, ushort Protocol, (ushort, byte[])[] Conditions)> ConditionsFor(NftTraceTarget target)
    {
        if (target.Outer is { } outer)
        {
            foreach (var (protocol, between) in Between(outer))
            {
                yield return (
                    NftTracePacket.Outer, protocol,
                    [.. between, .. Carries(Udp), .. Has(Transport, 2, BigEndian((ushort)target.Port))]);
            }
        }

        if (target.Inner is { } inner)
        {
            foreach (var (protocol, between) in Between(inner))
            {
                (ushort, byte[])[] echo = target.EchoId is { } id ? Has(Transport, 4, BigEndian(id)) : [];
                yield return (NftTracePacket.Inner, protocol, [.. between, .. Carries(protocol == IPv4 ? Icmp : IcmpV6), .. echo]);
            }
        }

        foreach (var pair in (NftAddressPair?[])[target.Outer, target.Inner])
        {
            if (pair is null)
                continue;
            foreach (var (protocol, conditions) in NeighborConditions(pair))
                yield return (NftTracePacket.Neighbor, protocol, conditions);
        }
    }

    /// <summary>Packets from each of two addresses to the other.</summary>
    private static IEnumerable<(ushort Protocol, (ushort, byte[])[] Conditions)> Between(NftAddressPair pair)
    {
        const int SourceV4 = 12, DestinationV4 = 16, SourceV6 = 8, DestinationV6 = 24;
        var isV4 = pair.One.AddressFamily == AddressFamily.InterNetwork;
        var (source, destination) = isV4 ? (SourceV4, DestinationV4) : (SourceV6, DestinationV6);
        foreach (var (from, to) in Directions(pair))
            yield return (isV4 ? IPv4 : IPv6, [.. Has(Network, source, from), .. Has(Network, destination, to)]);
    }

    /// <summary>Questions of each of two addresses for the other, and answers.</summary>
    private static IEnumerable<(ushort Protocol, (ushort, byte[])[] Conditions)> NeighborConditions(NftAddressPair pair)
    {
        const int Sender = 14, Wanted = 24, TargetV6 = 8;
        var isV4 = pair.One.AddressFamily == AddressFamily.InterNetwork;
        foreach (var (from, to) in Directions(pair))
        {
            yield return isV4
                ? (Arp, [.. Has(Network, Sender, from), .. Has(Network, Wanted, to)])
                : (IPv6, [.. Carries(IcmpV6), .. Has(Transport, TargetV6, to)]);
        }
    }

    private static (byte[] From, byte[] To)[] Directions(NftAddressPair pair)
    {
        var (one, other) = (pair.One.GetAddressBytes(), pair.Other.GetAddressBytes());
        return [(one, other), (other, one)];
    }

    private static (ushort, byte[])[] Carries(byte protocol) =>
        [NftExpressions.LoadMeta(TransportProtocolKey), NftExpressions.IsEqual([protocol])];

    private static (ushort, byte[])[] Has(uint layer, int offset, byte[] value) =>
        [NftExpressions.LoadPayload(layer, offset, value.Length), NftExpressions.IsEqual(value)];

    private static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
