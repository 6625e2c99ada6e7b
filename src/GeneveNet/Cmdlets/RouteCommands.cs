using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Cmdlets;

/// <summary>Get-Route: the routes of a namespace.</summary>
[Cmdlet(VerbsCommon.Get, "Route")]
[OutputType(typeof(Route))]
public sealed class GetRouteCommand : NamespaceCmdlet
{
    /// <summary>Only routes to exactly this network: 10.0.0.0/24, default, ::/0.</summary>
    [Parameter(Position = 0)]
    [Alias("DestinationPrefix")]
    [ArgumentBefore<CidrAddressArgumentAttribute, CidrAddress>(nameof(Link))]
    [ArgumentCompleter(typeof(LinkOrDestinationCompleter))]
    public CidrAddress? Destination { get; set; }

    /// <summary>Only routes that leave by this link.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string? Link { get; set; }

    /// <summary>Only routes that leave by the link of this index.</summary>
    [Parameter]
    [Alias("InterfaceIndex")]
    public int? Index { get; set; }

    /// <summary>Table: main (the default), local, default, a number, or all.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RouteTableCompleter))]
    [WordArgument]
    public string Table { get; set => field = value ?? "main"; } = "main";

    /// <summary>Only routes of this IP version.</summary>
    [Parameter]
    [Alias("AddressFamily")]
    public IPVersion? Family { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Link, () =>
    {
        var table = Table.Equals("all", StringComparison.OrdinalIgnoreCase) ? (uint?)null : Tables.Parse(Table);
        var link = Index is { } index ? Client.GetLink(index) : Link is null ? null : Client.GetLink(Link);
        var isFound = Destination is null;
        foreach (var route in Client.StreamRoutes(table, link, Family))
        {
            if (Destination is not null && !Tables.LeadsTo(route, Destination, Family))
                continue;
            isFound = true;
            WriteObject(route);
        }

        if (!isFound)
            Try(Destination, () => throw NotFound($"There is no route to {Destination} in table {Table}{Where}.", "RouteNotFound"));
    });
}

/// <summary>What the cmdlets that change routes have in common.</summary>
public abstract class RouteChangeCmdlet : BatchingCmdlet
{
    /// <summary>
    /// Whether a value that came by the pipeline is a setting of the link or the address that was piped, and so not of the route.
    /// </summary>
    /// <param name="parameter">The parameter that it is in.</param>
    private protected bool IsOfAnother(string parameter) =>
        !IsTyped(parameter) && Input is { } input && (input.BaseObject is LinkAddress || ForeignObject.IndexOfLink(input) is not null);
}

/// <summary>Add-Route: adds routes.</summary>
[Cmdlet(VerbsCommon.Add, "Route", SupportsShouldProcess = true)]
[OutputType(typeof(Route))]
public sealed class AddRouteCommand : RouteChangeCmdlet
{
    /// <summary>Destination networks: 11.200.2.1/32, default, ::/0. Without a prefix length, a single host.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("DestinationPrefix")]
    [CidrAddressArgument]
    public CidrAddress[] Destination { get; set; } = [];

    /// <summary>The link that packets leave by; optional if the gateway determines it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [WordArgument]
    [NameArgument]
    public string? Link { get; set; }

    /// <summary>Next hop; it can be an IPv6 address for an IPv4 destination.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Via", "NextHop")]
    [IPAddressArgument]
    public IPAddress? Gateway { get; set; }

    /// <summary>Source address of packets from this host.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Src")]
    [IPAddressArgument]
    public IPAddress? Source { get; set; }

    /// <summary>Metric; of several routes to the same destination, the one with the lowest metric is used.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("RouteMetric")]
    [NumberArgument(0, uint.MaxValue, "A metric has 32 bits")]
    public uint? Metric { get; set; }

    /// <summary>Table: main (the default), local, default, or a number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RouteTableCompleter))]
    [WordArgument]
    public string Table { get; set => field = value ?? "main"; } = "main";

    /// <summary>Scope. The default follows from type and gateway, as with `ip route`.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordArgument]
    public Scope? Scope { get; set; }

    /// <summary>What the route does: Unicast (the default), Blackhole, Unreachable, Prohibit …</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordArgument]
    [PSDefaultValue(Value = RouteType.Unicast)]
    public RouteType? Type { get; set; }

    /// <summary>Treats the gateway as directly reachable on the link, even if no route says so.</summary>
    [Parameter]
    public SwitchParameter OnLink { get; set; }

    /// <summary>MTU of the path, in bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(68, int.MaxValue, "A path MTU is a number of bytes")]
    public uint? Mtu { get; set; }

    /// <summary>Replaces an existing route with the same destination, metric and table.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the routes.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var destination in Destination)
            Try(destination, () => Add(destination));
    }

    private void Add(CidrAddress destination)
    {
        if (!destination.Equals(destination.NetworkValue))
            throw Invalid(
                $"'{destination}' has host bits set: the network is {destination.NetworkValue}, the host alone " +
                $"{destination.AddressValue}/{(destination.IsIPv6 ? 128 : 32)}.");
        var type = Type ?? RouteType.Unicast;
        if (type == RouteType.Unicast && Link is null && Gateway is null)
            throw Invalid($"A route to {destination} needs a link, a gateway or both: use -Link, -Gateway or both.");
        var specification = new RouteSpecification
        {
            Destination = destination,
            Link = Link is null ? null : LinkGiven(Link),
            Gateway = Gateway,
            Source = Source,
            Metric = IsOfAnother(nameof(Metric)) ? null : Metric,
            Table = Tables.Parse(Table),
            Scope = IsOfAnother(nameof(Scope)) ? null : Scope,
            Type = type,
            OnLink = OnLink,
            Mtu = IsOfAnother(nameof(Mtu)) ? null : Mtu,
        };
        var way = (Gateway is null ? "" : $" via {Gateway}") + (Link is null ? "" : $" by link '{Link}'");
        if (!ShouldProcess($"route to {destination}{way}{Where}", Force ? "Add or replace" : "Add"))
            return;
        var place = Client;
        Enqueue(
            RouteOperations.AddRequest(place.Namespace, specification, Force),
            destination,
            PassThru ? () => WriteObject(Added(place, specification)) : null,
            refusal => RouteOperations.Explain(refusal, specification));
    }

    private Route Added(RtnetlinkClient place, RouteSpecification asked) =>
        ReadOnce((place.Namespace, asked.Table), () => place.GetRoutes(asked.Table)).First(
            r => r.DestinationValue.PrefixLength == asked.Destination.PrefixLength
            && (r.DestinationValue.Equals(asked.Destination) || r.IsDefault)
            && (asked.Metric is null || r.Metric == asked.Metric)
            && (asked.Gateway is null || asked.Gateway.Equals(r.GatewayValue))
            && (asked.Link is null || r.Index == asked.Link.Index));
}

/// <summary>Remove-Route: removes routes.</summary>
[Cmdlet(
    VerbsCommon.Remove, "Route", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Destination")]
public sealed class RemoveRouteCommand : RouteChangeCmdlet
{
    /// <summary>The exact destination network: 10.0.0.0/24, default, ::/0.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Destination")]
    [Alias("DestinationPrefix")]
    [CidrAddressArgument]
    [ArgumentCompleter(typeof(RouteDestinationCompleter))]
    public CidrAddress? Destination { get; set; }

    /// <summary>The link of the route, if several routes have the destination.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Destination")]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [WordArgument]
    [NameArgument]
    public string? Link { get; set; }

    /// <summary>The gateway of the route, if several routes have the destination.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Destination")]
    [Alias("Via", "NextHop")]
    [IPAddressArgument]
    [ArgumentCompleter(typeof(RouteGatewayCompleter))]
    public IPAddress? Gateway { get; set; }

    /// <summary>The metric of the route, if several routes have the destination.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Destination")]
    [Alias("RouteMetric")]
    [NumberArgument(0, uint.MaxValue, "A metric has 32 bits")]
    public long? Metric { get; set; }

    /// <summary>The table of the route: main (the default), local, default, or a number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Destination")]
    [ArgumentCompleter(typeof(RouteTableCompleter))]
    [WordArgument]
    public string Table { get; set => field = value ?? "main"; } = "main";

    /// <summary>A route from Get-Route.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Destination")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public override PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(InputObject?.BaseObject ?? Destination, () =>
    {
        var route = Piped<Route>(nameof(Destination)) ?? FindOne();
        if (ShouldProcess($"route {route}{PhraseOf(route.Namespace)}", "Remove"))
            Enqueue(RouteOperations.RemoveRequest(route), InputObject?.BaseObject ?? Destination!, place: ClientOf(route.Namespace));
    });

    private Route FindOne()
    {
        if (Destination is null)
            throw Invalid($"'{InputObject}' is not a route: pipe routes from Get-Route.");
        var link = Link is null ? null : LinkGiven(Link);
        var version = Gateway?.AddressFamily == AddressFamily.InterNetworkV6 ? IPVersion.IPv6 : IPVersion.IPv4;
        var found = Client.GetRoutes(Tables.Parse(Table), link)
            .Where(r => Tables.LeadsTo(r, Destination, version)
                && (Gateway is null || Gateway.Equals(r.GatewayValue))
                && (Metric is null || IsOfAnother(nameof(Metric)) || r.Metric == Metric))
            .ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new NetworkException(
                FailureKind.NotFound,
                $"There is no matching route to {Destination} in table {Table}{Where}. Get-Route lists the routes.")
            { Id = "RouteNotFound" },
            _ => throw Invalid(
                $"{found.Count} routes lead to {Destination}: {string.Join("; ", found.Select(r => $"{r} metric {r.Metric}"))}. " +
                "Choose one with -Link, -Gateway or -Metric, or pipe it from Get-Route.", "AmbiguousRoute"),
        };
    }
}

/// <summary>Resolve-Route: asks the kernel which route a packet would take.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Route")]
[OutputType(typeof(Route))]
public sealed class ResolveRouteCommand : NamespaceCmdlet
{
    /// <summary>Destination address of the packet.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [IPAddressArgument]
    public IPAddress[] Destination { get; set; } = [];

    /// <summary>Source address of the packet.</summary>
    [Parameter]
    [Alias("From")]
    [IPAddressArgument]
    public IPAddress? Source { get; set; }

    /// <summary>The link that the packet comes in by; the question is then whether it would be forwarded, delivered or refused.</summary>
    [Parameter]
    [Alias("Iif")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string? InputLink { get; set; }

    /// <summary>The link that the packet must leave by.</summary>
    [Parameter]
    [Alias("Oif", "OutputLink", "InterfaceAlias")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string? Link { get; set; }

    /// <summary>Firewall mark of the packet.</summary>
    [Parameter]
    [NumberArgument(0, uint.MaxValue, "A firewall mark has 32 bits")]
    public uint? Mark { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var destination in Destination)
        {
            Try(destination, () => WriteObject(Client.ResolveRoute(
                destination,
                Source,
                InputLink is null ? null : Client.GetLink(InputLink),
                Link is null ? null : Client.GetLink(Link),
                Mark)));
        }
    }
}

internal static class Tables
{
    /// <summary>Whether a route leads to a destination; the word "default" means that of one IP version, or of both.</summary>
    public static bool LeadsTo(Route route, CidrAddress destination, IPVersion? version) =>
        ReferenceEquals(destination, CidrAddress.Default)
            ? route.IsDefault && (version is null || route.DestinationValue.IsIPv6 == (version == IPVersion.IPv6))
            : destination.Equals(route.DestinationValue);

    public static uint Parse(string text)
    {
        try
        {
            return RouteTable.Parse(text);
        }
        catch (FormatException failure)
        {
            throw new NetworkException(FailureKind.InvalidArgument, failure.Message, innerException: failure);
        }
    }
}
