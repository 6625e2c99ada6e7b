using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Rtnetlink.Routes;

/// <summary>A route as the kernel reported it at one moment.</summary>
public sealed class Route : IPlaced
{
    internal Route(RouteMessage message, LinkNames names, NetworkNamespace source)
    {
        Message = message;
        Namespace = source;
        DestinationValue = new CidrAddress(message.Destination ?? Family.AnyOf(message.Family), message.DestinationLength);
        Link = message.OutputIndex is { } index ? names.Find(index) : null;
        if (message.NextHops is { } hops)
        {
            var list = new List<RouteNextHop>(hops.Length);
            foreach (var hop in hops)
                list.Add(new RouteNextHop(hop.Gateway ?? hop.Via?.Address, names.Find(hop.Index), hop.Index, hop.Hops + 1, hop.Flags));
            NextHops = list;
        }
    }

    internal RouteMessage Message { get; }

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    long[] IPlaced.Distinction => [Index, TableId, Metric, Tos, (long)Protocol];

    /// <summary>Destination; 0.0.0.0/0 or ::/0 for the default route.</summary>
    public string Destination => DestinationValue.ToString();

    internal CidrAddress DestinationValue { get; }

    /// <summary>Whether it is a default route.</summary>
    public bool IsDefault => DestinationValue.PrefixLength == 0;

    /// <summary>Next hop, or null where the destination is on the link.</summary>
    public string? Gateway => GatewayValue?.ToString();

    internal IPAddress? GatewayValue => Message.Gateway ?? Message.Via?.Address;

    /// <summary>Name of the link packets leave by; null for a route with several next hops, or none.</summary>
    public string? Link { get; }

    /// <summary>Index of that link; 0 for none.</summary>
    public int Index => Message.OutputIndex.GetValueOrDefault();

    /// <summary>Source address for packets of this host, or null.</summary>
    public string? Source => SourceValue?.ToString();

    internal IPAddress? SourceValue => Message.PreferredSource;

    /// <summary>Metric: of equal routes the lowest is taken; 0 when none was set.</summary>
    public long Metric => Message.Metric.GetValueOrDefault();

    /// <summary>Table: main, local, default or a number.</summary>
    public string Table => RouteTable.NameOf(TableId);

    /// <summary>Number of the table.</summary>
    public uint TableId => Message.TableId ?? Message.TableByte;

    /// <summary>Who set it.</summary>
    public RouteProtocol Protocol => Message.Protocol;

    /// <summary>Scope.</summary>
    public Scope Scope => Message.Scope;

    /// <summary>What it does with a packet.</summary>
    public RouteType Type => Message.Type;

    /// <summary>Flags.</summary>
    public RouteFlags Flags => Message.Flags;

    /// <summary>Type of service it is for.</summary>
    public int Tos => Message.Tos;

    /// <summary>MTU of the path in bytes; null when none was set.</summary>
    public int? Mtu => (int?)Message.Metrics?.Mtu;

    /// <summary>The next hops of a route that has several; empty otherwise.</summary>
    public IReadOnlyList<RouteNextHop> NextHops { get; } = [];

    /// <summary>As `ip route` begins the line: "11.200.2.1 via 10.0.0.1 dev eth0".</summary>
    public override string ToString()
    {
        var text = IsDefault ? "default" : DestinationValue.IsHost ? DestinationValue.AddressValue.ToString() : DestinationValue.ToString();
        if (Type is not RouteType.Unicast)
            text = $"{Type.ToString().ToLowerInvariant()} {text}";
        if (GatewayValue is not null)
            text += $" via {GatewayValue}";
        return Link is null ? text : $"{text} dev {VisibleText.Of(Link)}";
    }
}

/// <summary>One of several next hops of a route.</summary>
public sealed record RouteNextHop
{
    internal RouteNextHop(IPAddress? gateway, string? link, int index, int weight, RouteFlags flags)
        => (GatewayValue, Link, Index, Weight, Flags) = (gateway, link, index, weight, flags);

    /// <summary>Next hop, or null where the destination is on the link.</summary>
    public string? Gateway => GatewayValue?.ToString();

    internal IPAddress? GatewayValue { get; }

    /// <summary>Name of the link.</summary>
    public string? Link { get; }

    /// <summary>Index of the link.</summary>
    public int Index { get; }

    /// <summary>Share of packets, 1 to 256.</summary>
    public int Weight { get; }

    /// <summary>Flags.</summary>
    public RouteFlags Flags { get; }

    /// <summary>"via 10.0.0.1 dev eth0 weight 1".</summary>
    public override string ToString() => $"{(Gateway is null ? "" : $"via {Gateway} ")}dev {VisibleText.Of(Link)} weight {Weight}";
}
