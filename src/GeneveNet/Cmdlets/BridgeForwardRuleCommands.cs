using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Netfilter;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>A cmdlet about rules in both firewalls.</summary>
public abstract class BridgeForwardRuleCmdlet : NamespaceCmdlet
{
    /// <summary>
    /// The rules of both firewalls. One that cannot be asked is an error of its own, and takes nothing from the other.
    /// </summary>
    /// <returns>The rules, and whether they are all there are.</returns>
    private protected (List<BridgeForwardRule> Rules, bool AreAll) Read(bool ipv6)
    {
        List<BridgeForwardRule> rules = [];
        var areAll = true;
        foreach (var backend in Enum.GetValues<IptablesBackend>())
            areAll &= Try(backend, () => rules.AddRange(BridgeForwardRules.List(Client.Namespace, backend, ipv6, StopToken)));
        return (rules, areAll);
    }

    /// <summary>The name that rules have for a bridge: iptables knows no further names. One that is gone keeps its own.</summary>
    private protected string NameOf(string bridge) => Client.FindLink(bridge)?.Name ?? bridge;
}

/// <summary>Get-BridgeForwardRule: the rules that let bridged packets through the FORWARD chain.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeForwardRule")]
[OutputType(typeof(BridgeForwardRule))]
public sealed class GetBridgeForwardRuleCommand : BridgeForwardRuleCmdlet
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
        var (rules, areAll) = Read(IPv6);
        foreach (var name in Bridge)
        {
            var isLiteral = IsPiped(nameof(Bridge));
            var pattern = isLiteral ? null : NamePattern.Find(name);
            var exact = NameOf(LinkReference.Decode(name, Client.Namespace) ?? (isLiteral ? name : NamePattern.Unescape(name)));
            var found = rules.FindAll(rule => pattern?.IsMatch(rule.Bridge) ?? rule.Bridge == exact);
            WriteObject(found, enumerateCollection: true);
            // A firewall that could not be asked is an error already.
            if (found.Count == 0 && pattern is null && areAll)
            {
                var message = $"The FORWARD chain{Where} has no rule that accepts packets from bridge '{exact}'.";
                Try(exact, () => throw NotFound(message, "ForwardRuleNotFound"));
            }
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
    [NameArgument(PipedBefore = nameof(OutBridge))]
    public string Bridge { get; set; } = "";

    /// <summary>The bridge they leave by. The default is the same.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
    public string? OutBridge { get; set; }

    /// <summary>Which firewall. The default is every firewall whose FORWARD chain filters.</summary>
    [Parameter]
    public IptablesBackend[]? Backend { get; set; }

    /// <summary>Uses ip6tables (IPv6) instead of iptables (IPv4).</summary>
    [Parameter]
    public SwitchParameter IPv6 { get; set; }

    /// <summary>
    /// Returns the rule: only one, even if both firewalls have it, so that the rest of a pipeline runs once. Where no rule is needed,
    /// the object has the bridge and the position 0.
    /// </summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Bridge, () =>
    {
        BridgeForwardRules.RequirePlainName(Bridge);
        var inside = Client.GetBridge(Bridge);
        var outside = OutBridge is null ? inside : Client.GetBridge(OutBridge);
        BridgeForwardRules.RequirePlainName(inside.Name);
        BridgeForwardRules.RequirePlainName(outside.Name);
        var place = Client.Namespace;
        var backends = Backend ?? FindBackends(inside, outside);
        if (backends.Count == 0)
        {
            WriteWarning(
                $"No rule was added for bridge '{inside.Name}'{Where}: nothing filters its {(IPv6 ? "IPv6" : "IPv4")} packets now. " +
                "When a firewall does later, run this again; use -Backend to add the rule all the same.");
            if (PassThru)
                WriteObject(new BridgeForwardRule(inside.Name, outside.Name, default, IPv6, Position: 0, place));
            return;
        }

        var done = backends.Where(backend => Add(place, backend, inside.Name, outside.Name)).ToList();
        if (PassThru && done is [var first, ..])
            WriteObject(Find(place, first, inside.Name, outside.Name));
    });

    private IReadOnlyList<IptablesBackend> FindBackends(Bridge inside, Bridge outside) =>
        BridgeForwardRules.PassForward(Client, inside, outside, IPv6)
            ? BridgeForwardRules.FindBackends(Client.Namespace, IPv6, StopToken)
            : [];

    /// <summary>Adds the rule to a firewall.</summary>
    /// <returns>Whether it is there now.</returns>
    private bool Add(NetworkNamespace place, IptablesBackend backend, string inside, string outside)
    {
        var chain = $"FORWARD chain ({backend}){Where}";
        var (step, obstacle) = BridgeForwardRules.Plan(place, backend, IPv6, inside, outside, StopToken);
        if (step == ForwardRuleStep.Keep)
        {
            WriteVerbose($"The {chain} already has the rule.");
            return true;
        }

        var moving = step == ForwardRuleStep.Move ? $": move the rule to the head, before '{obstacle}'" : "";
        if (!ShouldProcess(chain, $"Accept packets from bridge '{inside}' to '{outside}'{moving}"))
            return false;
        BridgeForwardRules.Add(place, backend, IPv6, inside, outside, StopToken);
        return true;
    }

    private BridgeForwardRule? Find(NetworkNamespace place, IptablesBackend backend, string inside, string outside) =>
        BridgeForwardRules.List(place, backend, IPv6, StopToken).FirstOrDefault(r => r.Bridge == inside && r.OutBridge == outside);
}

/// <summary>Remove-BridgeForwardRule: removes rules that let bridged packets through the FORWARD chain.</summary>
[Cmdlet(
    VerbsCommon.Remove, "BridgeForwardRule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Bridge")]
public sealed class RemoveBridgeForwardRuleCommand : BridgeForwardRuleCmdlet
{
    /// <summary>The bridge that packets come in by.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Bridge")]
    [Alias("Name")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
    public string Bridge { get; set; } = "";

    /// <summary>The bridge they leave by. The default is the same.</summary>
    [Parameter(Position = 1, ParameterSetName = "Bridge")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
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
        foreach (var rule in Piped<BridgeForwardRule>(nameof(Bridge)) is { } piped ? [piped] : FindRules())
        {
            if (ShouldProcess($"FORWARD chain ({rule.Backend}){PhraseOf(rule.Namespace)}", $"Remove {rule}"))
                BridgeForwardRules.Remove(rule, StopToken);
        }
    });

    private List<BridgeForwardRule> FindRules()
    {
        var inside = NameOf(Bridge);
        var outside = OutBridge is null ? inside : NameOf(OutBridge);
        var (rules, areAll) = Read(IPv6);
        rules.RemoveAll(rule => rule.Bridge != inside || rule.OutBridge != outside);
        if (rules.Count == 0 && areAll)
            throw new NetworkException(
                FailureKind.NotFound,
                $"The FORWARD chain{Where} has no rule that accepts packets from bridge '{inside}' to '{outside}'.")
            { Id = "ForwardRuleNotFound" };
        return rules;
    }
}
