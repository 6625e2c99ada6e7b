using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Rtnetlink.Routes;

/// <summary>A route to be added.</summary>
public sealed record RouteSpecification
{
    /// <summary>Destination network; default is 0.0.0.0/0 or ::/0.</summary>
    public required CidrAddress Destination { get; init; }
    /// <summary>The link packets leave by; may be left out where a gateway tells it.</summary>
    public Link? Link { get; init; }
    /// <summary>Next hop; for IPv4 it may be an IPv6 address.</summary>
    public IPAddress? Gateway { get; init; }
    /// <summary>Source address for packets of this host.</summary>
    public IPAddress? Source { get; init; }
    /// <summary>Metric.</summary>
    public uint? Metric { get; init; }
    /// <summary>Table.</summary>
    public uint Table { get; init; } = RouteTable.Main;
    /// <summary>Scope; null for the one that follows from type and gateway.</summary>
    public Scope? Scope { get; init; }
    /// <summary>Type.</summary>
    public RouteType Type { get; init; } = RouteType.Unicast;
    /// <summary>Whether the gateway is taken to be on the link.</summary>
    public bool OnLink { get; init; }
    /// <summary>MTU of the path in bytes.</summary>
    public uint? Mtu { get; init; }
}

/// <summary>What policy rules look at in a packet beside its addresses.</summary>
/// <param name="IPProtocol">IP protocol. The kernel takes those of TCP, UDP and ICMP.</param>
/// <param name="SourcePort">Source port, or null.</param>
/// <param name="DestinationPort">Destination port, or null.</param>
internal sealed record RouteFlow(byte IPProtocol, ushort? SourcePort = null, ushort? DestinationPort = null);

/// <summary>What the kernel can be asked about routes.</summary>
internal static class RouteOperations
{
    /// <summary>Routes, IPv4 before IPv6.</summary>
    /// <param name="client">Where.</param>
    /// <param name="table">Only those of this table; null for all.</param>
    /// <param name="link">Only those that leave by this link; null for all.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IReadOnlyList<Route> GetRoutes(
        this RtnetlinkClient client, uint? table = RouteTable.Main, Link? link = null, IPVersion? version = null) =>
        Listing(client, table, link, version).Get();

    /// <summary>The same routes as <see cref="GetRoutes"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="table">Only those of this table; null for all.</param>
    /// <param name="link">Only those that leave by this link; null for all.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IEnumerable<Route> StreamRoutes(
        this RtnetlinkClient client, uint? table = RouteTable.Main, Link? link = null, IPVersion? version = null) =>
        Listing(client, table, link, version).Stream();

    private static Listing<RouteMessage, Route> Listing(RtnetlinkClient client, uint? table, Link? link, IPVersion? version)
    {
        var names = new LinkNames(client);
        byte[] families = version is null ? [Family.IPv4, Family.IPv6] : [Family.Of(version)];
        return new(client, Choose, Array.ConvertAll(families, RequestOf))
        {
            // A table that never had a route does not exist, which is to say it is empty.
            MeaningNone = table is null ? [] : [Errno.NoEntry],
        };

        NetlinkRequest<RouteMessage> RequestOf(byte family)
        {
            var query = new RouteMessage { Family = family, TableId = table, OutputIndex = link?.Index };
            return new(RtmType.GetRoute, NetlinkFlags.None, query, "list routes");
        }

        Route? Choose(RouteMessage message)
        {
            // Copies that the kernel keeps for single destinations are not routes that anyone set.
            var isCopy = message.Flags.HasFlag(RouteFlags.Cloned);
            // Kernels before 4.20 do not filter.
            var isInTable = table is null || (message.TableId ?? message.TableByte) == table;
            var isOnLink = link is null || message.OutputIndex == link.Index || HasHop(message, link.Index);
            return !isCopy && isInTable && isOnLink ? new Route(message, names, client.Namespace) : null;
        }
    }

    /// <summary>Adds a route.</summary>
    /// <param name="client">Where.</param>
    /// <param name="route">The route.</param>
    /// <param name="replace">Whether a route with the same destination, metric and table is replaced instead of refused.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void AddRoute(this RtnetlinkClient client, RouteSpecification route, bool replace = false)
    {
        try
        {
            client.Execute(AddRequest(client.Namespace, route, replace));
        }
        catch (NetlinkException e)
        {
            throw Explain(e, route);
        }
    }

    /// <summary>Adds to a refusal of a route what to do, where that is known.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="route">The route.</param>
    internal static NetlinkException Explain(NetlinkException refusal, RouteSpecification route) => refusal.Errno switch
    {
        Errno.Unreachable when route.Gateway is not null =>
            refusal.WithAdvice(
                $"No route leads to the gateway {route.Gateway} itself: give the link an address in its network,"
                + " or say that it is on the link."),
        Errno.NetworkDown => refusal.WithAdvice($"Link '{route.Link?.Name}' is down: set it up first."),
        _ => refusal,
    };

    /// <summary>Removes a route.</summary>
    /// <param name="client">Where.</param>
    /// <param name="route">The route, as it was read; all that tells it from others is sent, so that no other one is removed.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void RemoveRoute(this RtnetlinkClient client, Route route)
    {
        client.Execute(RemoveRequest(route));
    }

    /// <summary>A request that adds a route, to be sent with others: see <see cref="RtnetlinkClient.ExecuteBatch"/>.</summary>
    /// <param name="place">Where it goes, for error texts.</param>
    /// <param name="route">The route.</param>
    /// <param name="replace">Whether a route with the same destination, metric and table is replaced instead of refused.</param>
    public static NetlinkRequest AddRequest(NetworkNamespace place, RouteSpecification route, bool replace = false)
    {
        var message = ToMessage(route);
        return new NetlinkRequest<RouteMessage>(
            RtmType.NewRoute,
            NetlinkFlags.Create | (replace ? NetlinkFlags.Replace : NetlinkFlags.Exclusive),
            message,
            $"add route {new Route(message, new LinkNames(route.Link), place)}");
    }

    /// <summary>A request that removes a route, to be sent with others.</summary>
    /// <param name="route">The route, as it was read; all that tells it from others is sent, so that no other one is removed.</param>
    public static NetlinkRequest RemoveRequest(Route route)
    {
        return new NetlinkRequest<RouteMessage>(RtmType.DeleteRoute, NetlinkFlags.None, Identity(route.Message), $"remove route {route}");
    }

    /// <summary>Asks the kernel which route a packet would take.</summary>
    /// <param name="client">Where.</param>
    /// <param name="destination">The packet's destination.</param>
    /// <param name="source">Its source, or null.</param>
    /// <param name="input">The link it came in by; null for a packet of this host.</param>
    /// <param name="output">The link it should go out by, or null.</param>
    /// <param name="mark">Its firewall mark.</param>
    /// <param name="flow">Its IP protocol and ports, by which policy rules may choose; null where they are not known.</param>
    /// <exception cref="NetlinkException">The kernel would drop it; the error number tells how.</exception>
    public static Route ResolveRoute(
        this RtnetlinkClient client,
        IPAddress destination,
        IPAddress? source = null,
        Link? input = null,
        Link? output = null,
        uint? mark = null,
        RouteFlow? flow = null)
    {
        var bits = (byte)CidrAddress.BitsOf(destination);
        var (from, inBy) = (source is null ? "" : $" from {source}", input is null ? "" : $" in by {input.Name}");
        var query = new RouteMessage
        {
            Family = Family.Of(destination),
            Flags = Family.Of(destination) == Family.IPv4 ? RouteFlags.LookupTable : RouteFlags.None,
            Destination = destination,
            DestinationLength = bits,
            Source = source,
            SourceLength = source is null ? (byte)0 : bits,
            InputIndex = input?.Index,
            OutputIndex = output?.Index,
            Mark = mark,
            IPProtocol = flow?.IPProtocol,
            SourcePort = flow?.SourcePort,
            DestinationPort = flow?.DestinationPort,
        };
        var answer = client.Get<RouteMessage>(new NetlinkRequest<RouteMessage>(
            RtmType.GetRoute, NetlinkFlags.None, query, $"find a route to {destination}{from}{inBy}"));
        return new Route(answer, new LinkNames(client), client.Namespace);
    }

    /// <summary>Whether a packet of this host to a destination has a way.</summary>
    /// <param name="client">Where.</param>
    /// <param name="destination">The destination.</param>
    internal static bool HasRoute(this RtnetlinkClient client, IPAddress destination)
    {
        try
        {
            return client.ResolveRoute(destination).Type is RouteType.Unicast or RouteType.Local;
        }
        catch (NetlinkException)
        {
            return false;
        }
    }

    private static RouteMessage ToMessage(RouteSpecification route)
    {
        var isAnywhere = route.Destination.PrefixLength == 0 && route.Destination.AddressValue.Equals(IPAddress.Any);
        var family = isAnywhere && route.Gateway is { } hop && route.Link is null
            ? Family.Of(hop) // "default via fe80::1"
            : Family.Of(route.Destination.AddressValue);
        var crossing = route.Gateway is not null && Family.Of(route.Gateway) != family;
        return new RouteMessage
        {
            Family = family,
            Destination = route.Destination.PrefixLength == 0 ? null : route.Destination.AddressValue,
            DestinationLength = (byte)route.Destination.PrefixLength,
            TableByte = route.Table <= byte.MaxValue ? (byte)route.Table : (byte)0,
            TableId = route.Table,
            Protocol = RouteProtocol.Boot,
            Scope = route.Scope ?? ScopeOf(route, family),
            Type = route.Type,
            Flags = route.OnLink ? RouteFlags.OnLink : RouteFlags.None,
            OutputIndex = route.Link?.Index,
            Gateway = crossing ? null : route.Gateway,
            Via = crossing ? new Via(route.Gateway!) : null,
            PreferredSource = route.Source,
            Metric = route.Metric,
            Metrics = route.Mtu is null ? null : new RouteMetrics { Mtu = route.Mtu },
        };
    }

    /// <summary>The rule of `ip route`: local and NAT routes reach the host, those without a gateway the link, others everywhere.</summary>
    private static Scope ScopeOf(RouteSpecification route, byte family) => route.Type switch
    {
        _ when family == Family.IPv6 => Scope.Global,
        RouteType.Local or RouteType.Nat => Scope.Host,
        RouteType.Broadcast or RouteType.Multicast or RouteType.Anycast => Scope.Link,
        RouteType.Unicast when route.Gateway is null => Scope.Link,
        _ => Scope.Global,
    };

    private static RouteMessage Identity(RouteMessage read) => new()
    {
        Family = read.Family,
        Destination = read.Destination,
        DestinationLength = read.DestinationLength,
        Source = read.Source,
        SourceLength = read.SourceLength,
        Tos = read.Tos,
        TableByte = read.TableByte,
        TableId = read.TableId,
        Protocol = read.Protocol,
        Scope = read.Scope,
        Type = read.Type,
        // What a nexthop object says is reported with the route, and refused beside its id (fib_config, rtm_to_fib6_config).
        OutputIndex = read.NextHopId is null ? read.OutputIndex : null,
        Gateway = read.NextHopId is null ? read.Gateway : null,
        Via = read.NextHopId is null ? read.Via : null,
        PreferredSource = read.PreferredSource,
        Metric = read.Metric,
        NextHops = read.NextHopId is null ? read.NextHops : null,
        NextHopId = read.NextHopId,
    };

    private static bool HasHop(RouteMessage message, int index) =>
        message.NextHops is { } hops && Array.Exists(hops, h => h.Index == index);
}
