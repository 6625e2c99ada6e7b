using System.Globalization;
using GeneveNet.Namespaces;
using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Rtnetlink.Rules;
using GeneveNet.TrafficControl;

namespace GeneveNet.Snapshots;

/// <summary>Reads the state of a namespace over netlink and procfs. Changes nothing.</summary>
internal static class NetworkStateReader
{
    private static readonly string[] LinkSwitches = ["rp_filter", "arp_ignore", "arp_filter", "forwarding"];
    private static readonly string[] LinkSwitchesOfIPv6 = ["disable_ipv6"];
    private static readonly string[] HostSwitches = ["ipv4.neigh.default.gc_thresh3", "ipv6.neigh.default.gc_thresh3"];
    private static readonly string[] OtherSwitches =
    [
        "ipv4.icmp_echo_ignore_all", "ipv6.icmp.echo_ignore_all", "ipv6.conf.all.forwarding",
        "bridge.bridge-nf-call-iptables", "bridge.bridge-nf-call-ip6tables", "bridge.bridge-nf-call-arptables",
    ];

    private const ushort VlanId = 1; // IFLA_VLAN_ID, include/uapi/linux/if_link.h

    private static readonly string[] CounterFiles = ["snmp", "netstat"];
    private static readonly (string File, string Counter)[] NeighborTables =
        [("arp_cache", "Neighbor.TableFulls"), ("ndisc_cache", "Neighbor6.TableFulls")];

    private static readonly (string File, string Prefix)[] NamedCounterFiles = [("snmp6", ""), ("xfrm_stat", "Xfrm.")];

    public static NetworkState Read(RtnetlinkClient client, bool withEvidence = false)
    {
        var links = client.GetLinks();
        var isFiltering = links.Any(static link => link is Bridge { VlanFiltering: true });
        var vlans = isFiltering ? client.GetBridgeVlans().ToLookup(static vlan => vlan.LinkIndex) : null;
        var (switches, counters, ports) = NamespaceThread.RunIn(
            client.Namespace, () => (ReadSwitches(links), ReadCounters(), ReadUdpPorts()));
        var (hosts, refusing) = ReadRoutes(client);
        // The table of neighbors is one for the whole host, and only its first namespace shows the limits.
        foreach (var name in HostSwitches)
            ReadSwitch(name, name.Replace('.', '/'), switches);
        return new NetworkState
        {
            Id = IdOf(client.Namespace),
            Name = client.Namespace.Equals(NetworkNamespace.Current) ? "" : client.Namespace.ToString(),
            Container = client.Namespace.Equals(NetworkNamespace.Current) ? null : client.Namespace.Container?.Name,
            Links = Map(links, link => ToState(link, vlans?[link.Index] ?? [])),
            Addresses = Map(client.GetAddresses(), ToState),
            Neighbors = Map(
                client.GetNeighbors(), static n => new NeighborEntryState(n.Index, n.AddressValue, n.LinkLayerAddressValue, n.State)),
            Fdb = ReadFdb(client, links),
            HostRoutes = hosts,
            RefusingRoutes = refusing,
            Rules = [.. client.GetRules().Select(RuleState.Of).Where(static rule => !rule.IsUsual)],
            UdpPorts = ports,
            Switches = switches,
            Counters = counters,
            Evidence = withEvidence ? ReadEvidence(client) : null,
        };
    }

    public static string IdOf(NetworkNamespace place) => NamespaceIdentity.TextOf(place.Inode);

    public static RouteAnswer Ask(RtnetlinkClient client, RouteQuestion question)
    {
        try
        {
            var route = client.ResolveRoute(
                question.Destination,
                question.Source,
                LinkOf(question.InputIndex),
                LinkOf(question.OutputIndex),
                question.Mark == 0 ? null : question.Mark,
                question.IPProtocol == 0 ? null : new RouteFlow(
                    question.IPProtocol, PortOf(question.SourcePort), PortOf(question.DestinationPort)));
            return new RouteAnswer
            {
                Type = route.Type,
                LinkIndex = route.Index,
                Gateway = route.GatewayValue,
                Source = route.SourceValue,
                Mtu = route.Mtu,
                Table = route.TableId,
            };
        }
        catch (NetlinkException refusal)
        {
            return new RouteAnswer { Errno = refusal.Errno };
        }

        Link? LinkOf(int index) => index == 0 ? null : client.GetLink(index);
        static ushort? PortOf(ushort port) => port == 0 ? null : port;
    }

    /// <summary>Whether somebody listens on a UDP port of a namespace; false for one that cannot be entered.</summary>
    public static bool ListensOn(NetworkNamespace place, int port)
    {
        try
        {
            return NamespaceThread.RunIn(place, ReadUdpPorts).Contains(port);
        }
        catch (NetworkException)
        {
            return false;
        }
    }

    private static List<TTo> Map<TFrom, TTo>(IReadOnlyList<TFrom> from, Func<TFrom, TTo> map)
    {
        List<TTo> list = new(from.Count);
        foreach (var one in from)
            list.Add(map(one));
        return list;
    }

    private static LinkState ToState(Link link, IEnumerable<BridgeVlan> vlans)
    {
        var port = link.Message.Info?.PortData is null ? null : new BridgePort(link);
        return new LinkState
        {
            Index = link.Index,
            Name = link.Name,
            Kind = link.Kind,
            IsUp = link.IsUp,
            HasCarrier = link.HasCarrier,
            NoArp = link.Flags.HasFlag(LinkFlags.NoArp),
            Mtu = link.Mtu,
            Mac = link.LinkLayerAddressValue,
            MasterIndex = link.MasterIndex,
            ParentIndex = link.ParentIndex,
            ParentNamespaceId = link.ParentNamespaceId,
            Sent = (long)link.Statistics.SentPackets,
            Received = (long)link.Statistics.ReceivedPackets,
            SendDropped = (long)link.Statistics.SendDropped,
            SendErrors = (long)link.Statistics.SendErrors,
            ReceiveFrameErrors = (long)link.Statistics.ReceiveFrameErrors,
            VlanId = link.Kind == "vlan" ? link.OtherKindData?.FindNumber(VlanId) : null,
            Vlans = [.. vlans.Select(static vlan => new VlanState(vlan.Id, vlan.IsPvid, vlan.IsUntagged))],
            Tunnel = link is not GeneveTunnel tunnel ? null : new TunnelState
            {
                Vni = tunnel.Vni,
                Remote = tunnel.RemoteValue,
                Local = tunnel.LocalValue,
                Port = tunnel.Port,
                External = tunnel.External,
                Ttl = tunnel.Ttl,
                TtlInherit = tunnel.TtlInherit,
                DontFragment = tunnel.DontFragment,
                ZeroChecksum6Tx = tunnel.UdpZeroChecksum6Tx,
                ZeroChecksum6Rx = tunnel.UdpZeroChecksum6Rx,
                IsLayer3 = tunnel.InnerProtocolInherit,
                Overhead = tunnel.Overhead,
            },
            Port = port is null ? null : new PortState(
                port.State, port.Isolated, port.Learning, port.Flood, port.BroadcastFlood, port.MulticastFlood, port.Hairpin, port.Number)
            {
                Locked = port.Locked,
                ForwardDelayLeft = port.ForwardDelayLeft,
            },
            Bridge = link is not Bridge bridge ? null : new BridgeState(
                bridge.CallIptables, bridge.CallIp6tables, bridge.Stp, bridge.VlanFiltering)
            {
                ForwardDelay = bridge.ForwardDelay,
            },
        };
    }

    private static AddressState ToState(LinkAddress address) => new(
        address.Index,
        address.AddressValue,
        address.PeerValue,
        address.Flags.HasFlag(AddressFlags.DuplicateFound),
        address.Flags.HasFlag(AddressFlags.Tentative));

    private static List<FdbEntryState> ReadFdb(RtnetlinkClient client, IReadOnlyList<Link> links)
    {
        List<FdbEntryState> entries = [];
        var indexes = new Dictionary<string, int>();
        foreach (var link in links)
            indexes[link.Name] = link.Index;
        if (links.Any(static link => link is Bridge))
        {
            foreach (var entry in client.GetFdbEntries())
            {
                if (entry.Bridge is { } bridge && indexes.TryGetValue(bridge, out var index))
                    entries.Add(new FdbEntryState(index, entry.Message.Index, entry.LinkLayerAddressValue, entry.Kind));
            }
        }

        return entries;
    }

    /// <summary>Of all routes those that tell what a tunnel is likely to be for, and those that let nothing pass.</summary>
    private static (List<HostRouteState> Hosts, List<RefusingRouteState> Refusing) ReadRoutes(RtnetlinkClient client)
    {
        List<HostRouteState> hosts = [];
        List<RefusingRouteState> refusing = [];
        foreach (var route in client.GetRoutes(table: null))
        {
            var isMain = route.TableId == RouteTable.Main;
            if (route.Type is RouteType.Blackhole or RouteType.Unreachable or RouteType.Prohibit)
                refusing.Add(new RefusingRouteState(route.TableId, route.DestinationValue, route.Type));
            else if (isMain && route.GatewayValue is null && route.DestinationValue.IsHost && route.Type == RouteType.Unicast)
                hosts.Add(new HostRouteState(route.Index, route.DestinationValue.AddressValue));
        }

        return (hosts, refusing);
    }

    private static DropEvidence ReadEvidence(RtnetlinkClient client) => new()
    {
        Nftables = OrNull(() => NftRulesetReader.Read(client.Namespace)),
        Legacy = OrNull(() => LegacyRules.Read(client.Namespace)),
        TrafficControl = OrNull(() => TrafficControlReader.Read(client)) ?? new TrafficControlState(),
    };

    // What cannot be asked is not accused.
    private static T? OrNull<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (NetworkException)
        {
            return null;
        }
    }

    // What /proc/sys/net and /proc/thread-self/net show is the namespace of the thread that looks.
    private static Dictionary<string, int> ReadSwitches(IReadOnlyList<Link> links)
    {
        Dictionary<string, int> switches = [];
        foreach (var name in OtherSwitches)
            Add(name);
        foreach (var name in LinkSwitches)
        {
            Add($"ipv4.conf.all.{name}");
            foreach (var link in links)
                Add($"ipv4.conf.{link.Name}.{name}", $"ipv4/conf/{link.Name}/{name}");
        }

        foreach (var name in LinkSwitchesOfIPv6)
        {
            foreach (var link in links)
                Add($"ipv6.conf.{link.Name}.{name}", $"ipv6/conf/{link.Name}/{name}");
        }

        return switches;

        void Add(string name, string? path = null) => ReadSwitch(name, path ?? name.Replace('.', '/'), switches);
    }

    private static void ReadSwitch(string name, string path, Dictionary<string, int> into)
    {
        try
        {
            var text = File.ReadAllText("/proc/sys/net/" + path);
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite;
            if (int.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
                into[name] = value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The kernel does not have it, or the link has gone: then it is not on.
        }
    }

    private static Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> counters = [];
        foreach (var file in CounterFiles)
            ProcfsText.AddCounters(ReadLines("/proc/thread-self/net/" + file), counters);
        foreach (var (file, prefix) in NamedCounterFiles)
            ProcfsText.AddNamedCounters(ReadLines("/proc/thread-self/net/" + file), counters, prefix);
        // The table of neighbors is one for the whole host, and only its first namespace has the counters.
        foreach (var (table, name) in NeighborTables)
        {
            if (ProcfsText.SumOfColumn(ReadLines("/proc/1/net/stat/" + table), "table_fulls") is { } fulls)
                counters[name] = fulls;
        }

        return counters;
    }

    private static List<int> ReadUdpPorts() =>
        [.. ProcfsText.UdpPorts(ReadLines("/proc/thread-self/net/udp")), .. ProcfsText.UdpPorts(ReadLines("/proc/thread-self/net/udp6"))];

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
