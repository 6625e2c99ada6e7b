using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>New-Bridge: creates bridges; each is created completely or not at all.</summary>
[Cmdlet(VerbsCommon.New, "Bridge", SupportsShouldProcess = true)]
[OutputType(typeof(Bridge))]
public sealed class NewBridgeCommand : NewLinkCmdlet
{
    /// <summary>Name of the bridge, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname", "InterfaceAlias")]
    [NewLinkName]
    public string[] Name { get; set; } = [];

    /// <summary>Spanning tree protocol.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter Stp { get; set; }

    /// <summary>How long a port listens, and then learns, before it forwards: 0 to 30 s (at least 2 s with STP).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecondsArgument]
    public TimeSpan? ForwardDelay { get; set; }

    /// <summary>How long a learned address is kept without being seen; 0 forgets it at once, which turns the bridge into a hub.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecondsArgument]
    public TimeSpan? AgeingTime { get; set; }

    /// <summary>Turns on VLAN filtering.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter VlanFiltering { get; set; }

    /// <summary>Priority in the bridge id; the bridge with the lowest priority becomes the root.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 65535, "The priority of a bridge has 16 bits")]
    public ushort? Priority { get; set; }

    /// <summary>Turns on multicast snooping: multicast goes only to ports that asked for it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? MulticastSnooping { get; set; }

    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X are forwarded: bit X for group X (0, 1 and 2 never are).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 65535, "A group forward mask has 16 bits")]
    public ushort? GroupForwardMask { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var name in Name)
            Try(name, () => Create(name));
    }

    /// <inheritdoc/>
    private protected override NetworkException OtherKind(string name, Link existing, string noun) =>
        BridgeOperations.NotABridge(name, existing);

    /// <inheritdoc/>
    private protected override Link Complete(Link existing) => Client.GetBridge(existing.Name);

    private void Create(string name)
    {
        var settings = Bound<BridgeData>();
        settings.DropDefaults(IsPiped, present: null);
        Create(name, LinkKinds.Bridge, "bridge", settings);
    }
}

/// <summary>Get-Bridge: the bridges of a namespace, with id, STP and ports.</summary>
[Cmdlet(VerbsCommon.Get, "Bridge")]
[OutputType(typeof(Bridge))]
public sealed class GetBridgeCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards. The default is all bridges.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process()
    {
        // A port from the pipeline is asked for its bridge.
        if (Piped<BridgePort>(nameof(Name)) is { } port)
            WriteObject(Client.GetBridge(port.Bridge));
        else
            ForEachBridge(Name, WriteObject);
    }
}

/// <summary>Set-Bridge: changes bridges. Settings that already have the value are left alone.</summary>
[Cmdlet(VerbsCommon.Set, "Bridge", SupportsShouldProcess = true)]
[OutputType(typeof(Bridge))]
public sealed class SetBridgeCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Spanning tree protocol.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Stp { get; set; }

    /// <summary>How long a port listens, and then learns, before it forwards: 0 to 30 s (at least 2 s with STP).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecondsArgument]
    public TimeSpan? ForwardDelay { get; set; }

    /// <summary>How long a learned address is kept without being seen; 0 forgets it at once, which turns the bridge into a hub.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecondsArgument]
    public TimeSpan? AgeingTime { get; set; }

    /// <summary>Turns on VLAN filtering.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? VlanFiltering { get; set; }

    /// <summary>Priority in the bridge id; the bridge with the lowest priority becomes the root.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 65535, "The priority of a bridge has 16 bits")]
    public ushort? Priority { get; set; }

    /// <summary>Turns on multicast snooping: multicast goes only to ports that asked for it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? MulticastSnooping { get; set; }

    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X are forwarded: bit X for group X (0, 1 and 2 never are).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 65535, "A group forward mask has 16 bits")]
    public ushort? GroupForwardMask { get; set; }

    /// <summary>Returns the changed bridges.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachBridge(Name, bridge =>
    {
        var settings = Bound<BridgeData>();
        settings.DropDefaults(IsPiped, bridge.Message.Info?.Data as BridgeData);
        var asked = new LinkMessage { Info = new LinkInfo { Kind = LinkKinds.Bridge, Data = settings } };
        if (Apply(Client, bridge, asked, $"bridge '{bridge.Name}'") && PassThru)
            WriteObject(Client.GetBridge(bridge.Name));
    });
}

/// <summary>Remove-Bridge: removes bridges, and never a link of another kind. Their ports stay as ordinary links.</summary>
[Cmdlet(VerbsCommon.Remove, "Bridge", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveBridgeCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachBridge(Name, bridge =>
    {
        var ports = bridge.Ports.Count == 0 ? "" : $", releasing {string.Join(", ", bridge.Ports)}";
        if (ShouldProcess($"bridge '{bridge.Name}'{Where}", $"Remove{ports}"))
            Client.RemoveLink(bridge);
    });
}
