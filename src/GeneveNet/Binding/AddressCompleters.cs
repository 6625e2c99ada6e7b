using System.Collections;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Binding;

/// <summary>Completes addresses that are in the kernel's tables: those of the link the command line names, or of all links.</summary>
public abstract class AddressCompleter : NameCompleter
{
    /// <summary>The parameter that says which link.</summary>
    private protected virtual string LinkParameter => "Link";

    /// <summary>The addresses there are, each with a line about it.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">The link the command line names, or null.</param>
    /// <param name="boundParameters">What else it says.</param>
    private protected abstract IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters);

    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters)
    {
        var client = new RtnetlinkClient(Place(boundParameters));
        var link = boundParameters?[LinkParameter] is string name ? client.FindLink(name) : null;
        // Of equal ones on several links, one proposal.
        return Find(client, link, boundParameters).DistinctBy(found => found.Name);
    }
}

/// <summary>Completes IP addresses of links.</summary>
public sealed class LinkAddressCompleter : AddressCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters) =>
        client.GetAddresses(link).Select(address => (address.ToString(), $"{address} on {address.Link}"));
}

/// <summary>Completes IP addresses of neighbors.</summary>
public class NeighborCompleter : AddressCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters) =>
        client.GetNeighbors(link, boundParameters?.Contains("Proxy") == true).Where(Fits).Select(neighbor =>
            (neighbor.AddressValue.ToString(), $"{neighbor} {neighbor.State}"));

    private protected virtual bool Fits(Neighbor neighbor) => true;
}

/// <summary>Completes IP addresses of neighbors that were set by hand.</summary>
public sealed class StaticNeighborCompleter : NeighborCompleter
{
    private protected override bool Fits(Neighbor neighbor) => neighbor.IsStatic;
}

/// <summary>Completes destinations of routes, in the table the command line names.</summary>
public sealed class RouteDestinationCompleter : AddressCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters)
    {
        var table = boundParameters?["Table"] is string text ? RouteTable.Parse(text) : RouteTable.Main;
        // An IPv6 default route would be proposed under the same word as one of IPv4, which it is not taken for.
        return client.GetRoutes(table, link).Select(route =>
            (route.IsDefault && !route.DestinationValue.IsIPv6 ? "default" : route.DestinationValue.ToString(), route.ToString()));
    }
}

/// <summary>Completes gateways of routes, of the destination the command line names.</summary>
public sealed class RouteGatewayCompleter : AddressCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters)
    {
        var destination = boundParameters?["Destination"] is string text ? CidrAddress.Parse(text) : null;
        return client.GetRoutes(RouteTable.Main, link)
            .Where(route => route.GatewayValue is not null && (destination is null || destination.Equals(route.DestinationValue)))
            .Select(route => (route.GatewayValue!.ToString(), route.ToString()));
    }
}

/// <summary>Completes MAC addresses of forwarding databases: of the port or the bridge the command line names.</summary>
public sealed class FdbAddressCompleter : AddressCompleter
{
    private protected override string LinkParameter => "Port";

    private protected override IEnumerable<(string Name, string About)> Find(
        RtnetlinkClient client, Link? link, IDictionary? boundParameters)
    {
        var bridge = boundParameters?["Bridge"] is string name ? client.FindLink(name) : null;
        return client.GetFdbEntries(bridge, link).Select(entry => (entry.LinkLayerAddressValue.ToString(), $"{entry} {entry.Kind}"));
    }
}

/// <summary>Completes a setting of the tunnels there are.</summary>
public abstract class TunnelSettingCompleter : NameCompleter
{
    private protected abstract object? SettingOf(GeneveTunnel tunnel);

    // A number or an address, not a name.
    private protected override string Write(string commandName, string parameterName, string name) => name;

    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters) =>
        from tunnel in new RtnetlinkClient(Place(boundParameters)).GetLinks(LinkKinds.Geneve).Cast<GeneveTunnel>()
        let setting = SettingOf(tunnel)?.ToString()
        where setting is not null
        group tunnel.Name by setting into same
        select (same.Key, string.Join(", ", same));
}

/// <summary>Completes VNIs of the tunnels there are.</summary>
public sealed class TunnelVniCompleter : TunnelSettingCompleter
{
    private protected override object? SettingOf(GeneveTunnel tunnel) => tunnel.Vni;
}

/// <summary>Completes remotes of the tunnels there are.</summary>
public sealed class TunnelRemoteCompleter : TunnelSettingCompleter
{
    private protected override object? SettingOf(GeneveTunnel tunnel) => tunnel.RemoteValue;
}

/// <summary>Completes UDP ports of the tunnels there are.</summary>
public sealed class TunnelPortCompleter : TunnelSettingCompleter
{
    private protected override object? SettingOf(GeneveTunnel tunnel) => tunnel.Port;
}
