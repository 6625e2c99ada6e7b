using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Changes;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>The settings of a bridge port.</summary>
public abstract class BridgePortSettingsCmdlet : LinkCmdlet
{
    /// <summary>Spanning tree state. The kernel sets it for a port that is up, unless a program runs the spanning tree.</summary>
    [Parameter]
    [WordArgument]
    public BridgePortState? State { get; set; }

    /// <summary>Cost of the path through this port (STP).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(1, 65535, "The cost of a port")]
    public uint? Cost { get; set; }

    /// <summary>Priority of the port (STP).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 63, "The priority of a port has 6 bits")]
    public ushort? Priority { get; set; }

    /// <summary>Lets packets leave by the port that they came in by.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Hairpin { get; set; }

    /// <summary>Learns addresses on this port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Learning { get; set; }

    /// <summary>Floods packets for unknown addresses to this port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Flood { get; set; }

    /// <summary>Floods broadcasts to this port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? BroadcastFlood { get; set; }

    /// <summary>Floods multicast that no host has asked for to this port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? MulticastFlood { get; set; }

    /// <summary>Allows packets only to and from ports that are not isolated.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Isolated { get; set; }

    /// <summary>Answers ARP and neighbor discovery in the bridge where possible, instead of flooding it to this port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("neigh_suppress")]
    [OnOffArgument]
    public bool? NeighborSuppress { get; set; }

    /// <summary>The settings as a request.</summary>
    private protected LinkMessage Asked() =>
        new() { Info = new LinkInfo { PortKind = LinkKinds.Bridge, PortData = Bound<BridgePortData>() } };
}

/// <summary>Add-BridgePort: adds links to a bridge as ports.</summary>
[Cmdlet(VerbsCommon.Add, "BridgePort", SupportsShouldProcess = true)]
[OutputType(typeof(BridgePort))]
public sealed class AddBridgePortCommand : BridgePortSettingsCmdlet
{
    /// <summary>The links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias", "Port")]
    [NameArgument(PipedBefore = nameof(Bridge))]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FreeLinkCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The bridge. Where the links come by the pipeline it is the first argument.</summary>
    [Parameter(Position = 1)]
    [Alias("Master")]
    [NameArgument]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Bridge { get; set; }

    /// <summary>Takes a port away from another bridge; its settings there are lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the ports.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Bridge is null or [] && ForeignObject.TextOf(InputObject, nameof(Bridge)) is { } cell)
            Bridge = [cell];
        if (Bridge is null or [])
            throw Invalid("A port is added to a bridge: use -Bridge to say which.");
        // A bridge cannot be a port of a bridge, so the bridge may come first as well.
        if (Name is [var first] && !IsBridge(Bridge[0]) && IsBridge(first))
            Order(order => order.Swap());
        if (Bridge is not [var one])
            throw Invalid($"A link can be a port of one bridge only, and several were given: {string.Join(", ", Bridge)}.");
        var bridge = Client.GetBridge(LinkReference.NameIn(one, Client.Namespace));
        ForEachLink(Name, null, link => Add(link, bridge));
    }

    private bool IsBridge(string name) => Client.FindLink(LinkReference.NameIn(name, Client.Namespace)) is Bridge;

    private void Add(Link link, Bridge bridge)
    {
        var isNew = link.MasterIndex != bridge.Index;
        var isMoved = isNew && link.MasterIndex != 0;
        // The kernel would silently move it; the caller did not ask to take it away from another bridge.
        if (isMoved && !Force)
        {
            throw new NetworkException(
                FailureKind.Busy,
                $"Link '{link.Name}' is already a port of '{link.Master}'. Use -Force to move it, " +
                "or remove it from that bridge first (Remove-BridgePort).")
            { Id = "PortBusy" };
        }

        var differences = LinkDifferences.Find(link, Asked());
        if (!isNew && differences.Count == 0)
        {
            WriteVerbose($"Link '{link.Name}'{Where} is already a port of bridge '{bridge.Name}'.");
        }
        else
        {
            var settings = DifferenceText.Of(differences.Where(one => one.Property != nameof(LinkInfo.PortKind)));
            var what = isMoved ? $"Move port '{link.Name}' from '{link.Master}' to this bridge"
                : $"{(isNew ? "Add port" : "Set port")} '{link.Name}'";
            if (!ShouldProcess($"bridge '{bridge.Name}'{Where}", $"{what} {settings}".TrimEnd()))
                return;
            Transaction.Run(transaction => Add(transaction, link, bridge, isNew));
        }

        if (PassThru)
            WriteObject(BridgePorts.Of(Client.GetLink(link.Index)));
    }

    private bool Add(Transaction transaction, Link link, Bridge bridge, bool isNew)
    {
        if (isNew)
        {
            var joining = new LinkMessage { MasterIndex = bridge.Index };
            transaction.Do(new LinkChange(Client, link, joining, $"link '{link.Name}' to be a port of bridge '{bridge.Name}'"));
        }

        var port = Client.GetLink(link.Index);
        if (LinkDifferences.Find(port, Asked()).Count > 0)
            transaction.Do(new LinkChange(Client, port, Asked(), $"bridge port '{link.Name}'"));
        return true;
    }
}

/// <summary>Get-BridgePort: the ports of bridges.</summary>
[Cmdlet(VerbsCommon.Get, "BridgePort")]
[OutputType(typeof(BridgePort))]
public sealed class GetBridgePortCommand : LinkCmdlet
{
    /// <summary>Names of the links, or wildcards. The default is all ports.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias", "Port")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only ports of this bridge.</summary>
    [Parameter(Position = 1)]
    [Alias("Master")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
    public string? Bridge { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        // A bridge from the pipeline is asked for its ports.
        if (Piped<Bridge>(nameof(Name)) is { } piped)
        {
            foreach (var link in Client.GetLinks().Where(link => link.MasterIndex == piped.Index && BridgePorts.IsPort(link)))
                WriteObject(BridgePorts.Of(link));
            return;
        }

        var bridge = string.IsNullOrEmpty(Bridge) ? null : Client.GetBridge(Bridge);
        ForEachPort(Name, port =>
        {
            if (bridge is null || port.Link.MasterIndex == bridge.Index)
                WriteObject(port);
        });
    }
}

/// <summary>Set-BridgePort: changes ports of bridges. Settings that already have the value are left alone.</summary>
[Cmdlet(VerbsCommon.Set, "BridgePort", SupportsShouldProcess = true)]
[OutputType(typeof(BridgePort))]
public sealed class SetBridgePortCommand : BridgePortSettingsCmdlet
{
    /// <summary>Names of the links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias", "Port")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Returns the changed ports.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachPort(Name, port =>
    {
        if (Apply(Client, port.Link, Asked(), $"port '{port.Name}' of bridge '{port.Bridge}'") && PassThru)
            WriteObject(BridgePorts.Of(Client.GetLink(port.Index)));
    });
}

/// <summary>Remove-BridgePort: removes ports from their bridge; the links stay.</summary>
[Cmdlet(VerbsCommon.Remove, "BridgePort", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveBridgePortCommand : LinkCmdlet
{
    /// <summary>Names of the links, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias", "Port")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachPort(Name, port =>
    {
        if (ShouldProcess($"port '{port.Name}' of bridge '{port.Bridge}'{Where}", "Remove from the bridge"))
            Client.RemoveBridgePort(port);
    });
}
