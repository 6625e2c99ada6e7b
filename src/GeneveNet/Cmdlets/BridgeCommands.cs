using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>The settings of a bridge.</summary>
public abstract class BridgeSettingsCmdlet : LinkCmdlet
{
    /// <summary>Spanning tree protocol.</summary>
    [Parameter]
    public SwitchParameter Stp { get; set; }

    /// <summary>How long a port listens, and how long it learns, before it forwards: 0 to 30 s (2 s at least with STP).</summary>
    [Parameter]
    [SecondsArgument]
    public TimeSpan? ForwardDelay { get; set; }

    /// <summary>How long a learned address stays without being seen; 0 forgets at once, which makes a hub.</summary>
    [Parameter]
    [SecondsArgument]
    public TimeSpan? AgeingTime { get; set; }

    /// <summary>Tells VLANs apart.</summary>
    [Parameter]
    public SwitchParameter VlanFiltering { get; set; }

    /// <summary>Priority in the bridge id; of two bridges the lower is the root.</summary>
    [Parameter]
    [NumberArgument(0, 65535, "The priority of a bridge has 16 bits")]
    public ushort? Priority { get; set; }

    /// <summary>Sends multicast only where it was asked for.</summary>
    [Parameter]
    public SwitchParameter MulticastSnooping { get; set; }

    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X are forwarded, a bit for each X (not 0, 1 and 2).</summary>
    [Parameter]
    [NumberArgument(0, 65535, "A group forward mask has 16 bits")]
    public ushort? GroupForwardMask { get; set; }

    private protected BridgeData Settings() => new()
    {
        StpState = Asked(Stp, nameof(Stp)) is { } stp ? stp ? 1u : 0u : null,
        ForwardDelay = ForwardDelay,
        AgeingTime = AgeingTime,
        VlanFiltering = Asked(VlanFiltering, nameof(VlanFiltering)),
        Priority = Priority,
        MulticastSnooping = Asked(MulticastSnooping, nameof(MulticastSnooping)),
        GroupForwardMask = GroupForwardMask,
    };
}

/// <summary>New-Bridge: creates bridges; all of each or nothing.</summary>
[Cmdlet(VerbsCommon.New, "Bridge", SupportsShouldProcess = true)]
[OutputType(typeof(Bridge))]
public sealed class NewBridgeCommand : BridgeSettingsCmdlet
{
    /// <summary>Name of the bridge, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname")]
    [NewLinkName]
    public string[] Name { get; set; } = [];

    /// <summary>Addresses with prefix length: 12.200.1.1/24.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public CidrAddress[] Address { get; set; } = [];

    /// <summary>MTU in bytes. Default follows the ports.</summary>
    [Parameter]
    [NumberArgument(68, 65535, "An MTU is a number of bytes")]
    public int? Mtu { get; set; }

    /// <summary>MAC address, six bytes with colons. Default is the lowest of the ports'.</summary>
    [Parameter]
    [Alias("Mac", "lladdr")]
    [LinkMacAddress]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>Sets the bridge up.</summary>
    [Parameter]
    public SwitchParameter Up { get; set; }

    /// <summary>Returns a bridge of that name when there is one that is as asked; otherwise the error names the difference.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var name in Name)
            Try(name, () => Create(name));
    }

    private void Create(string name)
    {
        var settings = Settings();
        if (IfNotExists && Client.FindLink(name) is { } existing)
        {
            var bridge = Client.GetBridge(name);
            var differences = settings.FindIgnored(existing.Message.Info!.Data!).Select(d => d.ToString())
                .Concat(Existing.FindDifferences(Client, bridge, Address, Mtu, LinkLayerAddress, Up)).ToList();
            Existing.RequireSame($"bridge '{name}'{Where}", differences);
            WriteObject(bridge);
            return;
        }

        if (!ShouldProcess($"bridge '{name}'{Where}", "Create"))
            return;
        var created = Client.CreateBridge(new LinkMessage { Name = name, Mtu = (uint?)Mtu, LinkLayerAddress = LinkLayerAddress }, settings);
        WriteObject(Client.CompleteLink(created, Address, Up));
    }
}

/// <summary>Get-Bridge: the bridges of a namespace, with id, STP and ports.</summary>
[Cmdlet(VerbsCommon.Get, "Bridge")]
[OutputType(typeof(Bridge))]
public sealed class GetBridgeCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards. Default is all bridges.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process() => ForEachBridge(Name, WriteObject);
}

/// <summary>Set-Bridge: changes bridges. What is so already is left alone.</summary>
[Cmdlet(VerbsCommon.Set, "Bridge", SupportsShouldProcess = true)]
[OutputType(typeof(Bridge))]
public sealed class SetBridgeCommand : BridgeSettingsCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Gives out the changed bridges.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachBridge(Name, bridge =>
    {
        var settings = Settings();
        var differences = settings.FindIgnored(bridge.Message.Info!.Data!).Select(d => d.ToString()).ToList();
        if (Apply($"bridge '{bridge.Name}'{Where}", differences, () => Client.ChangeBridge(bridge, settings)) && PassThru)
            WriteObject(Client.GetBridge(bridge.Name));
    });
}

/// <summary>Remove-Bridge: removes bridges, and no link of another kind. Their ports stay, as links of their own.</summary>
[Cmdlet(VerbsCommon.Remove, "Bridge", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveBridgeCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Bridge", "ifname")]
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
