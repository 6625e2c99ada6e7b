using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Netfilter;
using GeneveNet.Rtnetlink.Bridges;

namespace GeneveNet.Cmdlets;

/// <summary>Get-BridgeNetfilter: whether bridged packets pass the host's firewall.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeNetfilter")]
[OutputType(typeof(BridgeNetfilter))]
public sealed class GetBridgeNetfilterCommand : NamespaceCmdlet
{
    /// <summary>Bridges whose own switches to show. Default is the switches of the namespace.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Bridge { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Bridge is null)
            WriteObject(Client.GetBridgeNetfilter());
        foreach (var name in Bridge ?? [])
            Try(name, () => WriteObject(Client.GetBridgeNetfilter(Client.GetBridge(name))));
    }
}

/// <summary>Set-BridgeNetfilter: says whether bridged packets pass the host's firewall.</summary>
[Cmdlet(VerbsCommon.Set, "BridgeNetfilter", SupportsShouldProcess = true)]
[OutputType(typeof(BridgeNetfilter))]
public sealed class SetBridgeNetfilterCommand : NamespaceCmdlet
{
    /// <summary>Bridges whose own switches to set. Default is the switches of the namespace.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[]? Bridge { get; set; }

    /// <summary>Whether IPv4 packets pass iptables (bridge-nf-call-iptables).</summary>
    [Parameter]
    public bool? Iptables { get; set; }

    /// <summary>Whether IPv6 packets pass ip6tables (bridge-nf-call-ip6tables).</summary>
    [Parameter]
    public bool? Ip6tables { get; set; }

    /// <summary>Whether ARP packets pass arptables (bridge-nf-call-arptables).</summary>
    [Parameter]
    public bool? Arptables { get; set; }

    /// <summary>Gives out the switches.</summary>
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
        var bridge = name is null ? null : Client.GetBridge(name);
        var what = bridge is null ? $"bridge netfilter{Where}" : $"bridge netfilter of bridge '{name}'{Where}";
        var before = bridge is null ? Client.GetBridgeNetfilter() : Client.GetBridgeNetfilter(bridge);
        List<string> words = [];
        Say("iptables", Iptables, before.Iptables);
        Say("ip6tables", Ip6tables, before.Ip6tables);
        Say("arptables", Arptables, before.Arptables);
        var change = new BridgeNetfilterChange(Iptables, Ip6tables, Arptables);
        Action set = bridge is null ? () => Client.SetBridgeNetfilter(change) : () => Client.SetBridgeNetfilter(bridge, change);
        if (Apply(what, words, set) && PassThru)
            WriteObject(bridge is null ? Client.GetBridgeNetfilter() : Client.GetBridgeNetfilter(Client.GetBridge(name!)));

        void Say(string table, bool? wanted, bool present)
        {
            if (wanted is not null && (wanted != present || !before.IsLoaded))
                words.Add($"{table} {(wanted == true ? "on" : "off")}");
        }
    }
}
