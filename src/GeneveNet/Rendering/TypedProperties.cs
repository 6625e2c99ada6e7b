using System.Management.Automation;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;
using GeneveNet.Paths;
using GeneveNet.Paths.Probes;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Rendering;

/// <summary>
/// What addresses are in the shell. ConvertTo-Json reads the properties of the class itself, where an address is its text; the shell
/// sees these in their place (Types.ps1xml): addresses that sort by number and have their own properties. A method for each name.
/// </summary>
public static class TypedProperties
{
    /// <summary>The property LinkLayerAddress of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? LinkLayerAddress(PSObject instance) => instance?.BaseObject switch
    {
        Link it => it.LinkLayerAddressValue,
        Neighbor it => it.LinkLayerAddressValue,
        BridgeFdbEntry it => it.LinkLayerAddressValue,
        IcmpMessage it => it.LinkLayerAddressValue,
        _ => null,
    };

    /// <summary>The property Remote of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Remote(PSObject instance) => instance?.BaseObject switch
    {
        GeneveTunnel it => OrderedAddress.From(it.RemoteValue),
        BridgeFdbEntry it => OrderedAddress.From(it.RemoteValue),
        PathVerdict it => OrderedAddress.From(it.RemoteValue),
        _ => null,
    };

    /// <summary>The property Local of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Local(PSObject instance) => OrderedAddress.From((instance?.BaseObject as GeneveTunnel)?.LocalValue);

    /// <summary>The property Address of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Address(PSObject instance) => instance?.BaseObject switch
    {
        LinkAddress it => it.AddressValue,
        Neighbor it => OrderedAddress.From(it.AddressValue),
        CidrAddress it => OrderedAddress.From(it.AddressValue),
        _ => null,
    };

    /// <summary>The property IPAddress of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? IPAddress(PSObject instance) => OrderedAddress.From((instance?.BaseObject as LinkAddress)?.IPAddressValue);

    /// <summary>The property Peer of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Peer(PSObject instance) => OrderedAddress.From((instance?.BaseObject as LinkAddress)?.PeerValue);

    /// <summary>The property Broadcast of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Broadcast(PSObject instance) => OrderedAddress.From((instance?.BaseObject as LinkAddress)?.BroadcastValue);

    /// <summary>The property Network of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Network(PSObject instance) => (instance?.BaseObject as CidrAddress)?.NetworkValue;

    /// <summary>The property Destination of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Destination(PSObject instance) => instance?.BaseObject switch
    {
        Route it => it.DestinationValue,
        IPHeader it => OrderedAddress.From(it.DestinationValue),
        PathVerdict it => OrderedAddress.From(it.DestinationValue),
        EthernetHeader it => it.DestinationValue,
        _ => null,
    };

    /// <summary>The property Gateway of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Gateway(PSObject instance) => instance?.BaseObject switch
    {
        Route it => OrderedAddress.From(it.GatewayValue),
        RouteNextHop it => OrderedAddress.From(it.GatewayValue),
        _ => null,
    };

    /// <summary>The property Source of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Source(PSObject instance) => instance?.BaseObject switch
    {
        Route it => OrderedAddress.From(it.SourceValue),
        IPHeader it => OrderedAddress.From(it.SourceValue),
        PathVerdict it => OrderedAddress.From(it.SourceValue),
        EthernetHeader it => it.SourceValue,
        _ => null,
    };

    /// <summary>The property SourceMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? SourceMac(PSObject instance) => instance?.BaseObject switch
    {
        PathHop it => it.SourceMacValue,
        Sighting it => it.SourceMacValue,
        _ => null,
    };

    /// <summary>The property DestinationMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? DestinationMac(PSObject instance) => instance?.BaseObject switch
    {
        PathHop it => it.DestinationMacValue,
        Sighting it => it.DestinationMacValue,
        _ => null,
    };

    /// <summary>The property AnsweredMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? AnsweredMac(PSObject instance) => (instance?.BaseObject as Sighting)?.AnsweredMacValue;

    /// <summary>The property Reporter of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Reporter(PSObject instance) => OrderedAddress.From((instance?.BaseObject as Sighting)?.ReporterValue);

    /// <summary>The property OuterSource of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? OuterSource(PSObject instance) => instance?.BaseObject switch
    {
        GenevePacket it => OrderedAddress.From(it.OuterSourceValue),
        Sighting it => OrderedAddress.From(it.OuterSourceValue),
        _ => null,
    };

    /// <summary>The property OuterDestination of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? OuterDestination(PSObject instance) =>
        OrderedAddress.From((instance?.BaseObject as GenevePacket)?.OuterDestinationValue);

    /// <summary>The property OuterSourceMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? OuterSourceMac(PSObject instance) => (instance?.BaseObject as GenevePacket)?.OuterSourceMacValue;

    /// <summary>The property OuterDestinationMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? OuterDestinationMac(PSObject instance) => (instance?.BaseObject as GenevePacket)?.OuterDestinationMacValue;

    /// <summary>The property SenderMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? SenderMac(PSObject instance) => (instance?.BaseObject as ArpMessage)?.SenderMacValue;

    /// <summary>The property SenderIP of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? SenderIP(PSObject instance) => OrderedAddress.From((instance?.BaseObject as ArpMessage)?.SenderIPValue);

    /// <summary>The property TargetMac of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? TargetMac(PSObject instance) => (instance?.BaseObject as ArpMessage)?.TargetMacValue;

    /// <summary>The property TargetIP of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? TargetIP(PSObject instance) => OrderedAddress.From((instance?.BaseObject as ArpMessage)?.TargetIPValue);

    /// <summary>The property Target of an object.</summary>
    /// <param name="instance">The object.</param>
    public static object? Target(PSObject instance) => OrderedAddress.From((instance?.BaseObject as IcmpMessage)?.TargetValue);
}
