using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Changes;
using GeneveNet.Netfilter;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>Get-BridgeNetfilter: shows whether bridged packets pass through the host's firewall.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeNetfilter")]
[OutputType(typeof(BridgeNetfilter))]
public sealed class GetBridgeNetfilterCommand : NamespaceCmdlet
{
    /// <summary>Bridges whose own switches to show. The default is the namespace's switches.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [WordArgument]
    [NameArgument]
    public string[]? Bridge { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Bridge is null)
            WriteObject(Client.GetBridgeNetfilter());
        foreach (var name in Bridge ?? [])
            Try(name, () => WriteObject(Client.GetBridgeNetfilter(Client.GetBridge(LinkReference.NameIn(name, Client.Namespace)))));
    }
}

/// <summary>Set-BridgeNetfilter: sets whether bridged packets pass through the host's firewall.</summary>
[Cmdlet(VerbsCommon.Set, "BridgeNetfilter", SupportsShouldProcess = true)]
[OutputType(typeof(BridgeNetfilter))]
public sealed class SetBridgeNetfilterCommand : NamespaceCmdlet
{
    /// <summary>Bridges whose own switches to set. The default is the namespace's switches.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [WordArgument]
    [NameArgument]
    public string[]? Bridge { get; set; }

    /// <summary>Whether IPv4 packets pass through iptables (bridge-nf-call-iptables).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Iptables { get; set; }

    /// <summary>Whether IPv6 packets pass through ip6tables (bridge-nf-call-ip6tables).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Ip6tables { get; set; }

    /// <summary>Whether ARP packets pass through arptables (bridge-nf-call-arptables).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? Arptables { get; set; }

    /// <summary>Returns the switches.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Bridge is null)
            Set(null);
        foreach (var name in Bridge ?? [])
            Try(name, () => Set(name));
    }

    private void Set(string? name)
    {
        var bridge = name is null ? null : Client.GetBridge(LinkReference.NameIn(name, Client.Namespace));
        var what = bridge is null ? "bridge netfilter" : $"bridge netfilter of bridge '{bridge.Name}'";
        var before = Read(bridge);
        Dictionary<string, bool> asked = [];
        foreach (var (table, wanted) in ((string, bool?)[])[("iptables", Iptables), ("ip6tables", Ip6tables), ("arptables", Arptables)])
        {
            if (wanted is { } on && IsGiven(DifferenceText.Capitalize(table)) && (on != before[table] || !before.IsLoaded))
                asked[table] = on;
        }

        var differences = asked
            .Select(one => new Difference(DifferenceText.Capitalize(one.Key), one.Value.ToString(), before[one.Key].ToString()))
            .ToList();
        if (Apply(what, Where, differences, Change) && PassThru)
            WriteObject(Read(bridge is null ? null : Client.GetBridge(bridge.Name)));

        Change Change()
        {
            BridgeNetfilterOperations.RequireLoaded();
            if (bridge is null)
                return new BridgeNetfilterChange(Client, before, asked);
            var data = new BridgeData { CallIptables = Of("iptables"), CallIp6tables = Of("ip6tables"), CallArptables = Of("arptables") };
            return new LinkChange(Client, bridge, new LinkMessage { Info = new LinkInfo { Kind = LinkKinds.Bridge, Data = data } }, what);
        }

        bool? Of(string table) => asked.TryGetValue(table, out var on) ? on : null;
    }

    private BridgeNetfilter Read(Bridge? bridge) => bridge is null ? Client.GetBridgeNetfilter() : Client.GetBridgeNetfilter(bridge);
}
