using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Netfilter;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>Get-BridgeForwardRule: the rules that let bridged packets through the FORWARD chain.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeForwardRule")]
[OutputType(typeof(BridgeForwardRule))]
public sealed class GetBridgeForwardRuleCommand : NamespaceCmdlet
{
    /// <summary>Only rules for packets that come in by these bridges; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string[] Bridge { get; set; } = ["*"];

    /// <summary>Gets the rules for IPv6 instead of IPv4.</summary>
    [Parameter]
    public SwitchParameter IPv6 { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var patterns = Array.ConvertAll(Bridge, b => WildcardPattern.Get(b, WildcardOptions.None));
        foreach (var rule in BridgeForwardRules.List(Client.Namespace, IPv6))
        {
            if (patterns.Any(p => p.IsMatch(rule.Bridge)))
                WriteObject(rule);
        }
    }
}

/// <summary>Add-BridgeForwardRule: lets bridged packets through the FORWARD chain wherever it drops them.</summary>
/// <remarks>Like `iptables -I FORWARD -i br0 -o br0 -j ACCEPT`, but only once, and in each firewall that needs it.</remarks>
[Cmdlet(VerbsCommon.Add, "BridgeForwardRule", SupportsShouldProcess = true)]
[OutputType(typeof(BridgeForwardRule))]
public sealed class AddBridgeForwardRuleCommand : NamespaceCmdlet
{
    /// <summary>The bridge that packets come in by.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string Bridge { get; set; } = "";

    /// <summary>The bridge they leave by. The default is the same.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string? OutBridge { get; set; }

    /// <summary>Which firewall. The default is every firewall whose FORWARD chain filters, or the one in use if none does.</summary>
    [Parameter]
    public IptablesBackend[]? Backend { get; set; }

    /// <summary>Uses ip6tables (IPv6) instead of iptables (IPv4).</summary>
    [Parameter]
    public SwitchParameter IPv6 { get; set; }

    /// <summary>Returns the rule: only one, even if both firewalls have it, so that the rest of a pipeline runs once.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Bridge, () =>
    {
        BridgeForwardRule? made = null;
        var outside = OutBridge ?? Bridge;
        Client.GetBridge(Bridge);
        Client.GetBridge(outside);
        var place = Client.Namespace;
        foreach (var backend in Backend ?? BridgeForwardRules.FindBackends(place, IPv6))
        {
            if (Find(place, backend, outside) is null)
            {
                if (!ShouldProcess($"FORWARD chain ({backend}){Where}", $"Accept packets from bridge '{Bridge}' to '{outside}'"))
                    continue;
                BridgeForwardRules.Add(place, backend, IPv6, Bridge, outside);
            }
            else
            {
                WriteVerbose($"The FORWARD chain ({backend}){Where} already has the rule.");
            }

            if (PassThru)
                made ??= Find(place, backend, outside);
        }

        if (made is not null)
            WriteObject(made);
    });

    private BridgeForwardRule? Find(NetworkNamespace place, IptablesBackend backend, string outside) =>
        BridgeForwardRules.List(place, IPv6).FirstOrDefault(r => r.Backend == backend && r.Bridge == Bridge && r.OutBridge == outside);
}

/// <summary>Remove-BridgeForwardRule: removes rules that let bridged packets through the FORWARD chain.</summary>
[Cmdlet(
    VerbsCommon.Remove, "BridgeForwardRule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Bridge")]
public sealed class RemoveBridgeForwardRuleCommand : NamespaceCmdlet
{
    /// <summary>The bridge that packets come in by.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Bridge")]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string Bridge { get; set; } = "";

    /// <summary>The bridge they leave by. The default is the same.</summary>
    [Parameter(Position = 1, ParameterSetName = "Bridge")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string? OutBridge { get; set; }

    /// <summary>Uses ip6tables (IPv6) instead of iptables (IPv4).</summary>
    [Parameter(ParameterSetName = "Bridge")]
    public SwitchParameter IPv6 { get; set; }

    /// <summary>A rule from Get-BridgeForwardRule.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Bridge")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public override PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(InputObject?.BaseObject ?? Bridge, () =>
    {
        var rules = Piped<BridgeForwardRule>(nameof(Bridge)) is { } piped ? [piped]
            : BridgeForwardRules.List(Client.Namespace, IPv6)
                .Where(r => r.Bridge == Bridge && r.OutBridge == (OutBridge ?? Bridge))
                .ToList();
        if (rules.Count == 0)
            throw new NetworkException(
                FailureKind.NotFound,
                $"The FORWARD chain{Where} has no rule that accepts packets from bridge '{Bridge}' to '{OutBridge ?? Bridge}'.")
            { Id = "ForwardRuleNotFound" };
        foreach (var rule in rules)
        {
            if (ShouldProcess($"FORWARD chain ({rule.Backend}){PhraseOf(rule.Namespace)}", $"Remove {rule}"))
                BridgeForwardRules.Remove(rule);
        }
    });
}
