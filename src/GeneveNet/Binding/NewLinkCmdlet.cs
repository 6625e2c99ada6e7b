using System.Management.Automation;
using GeneveNet.Changes;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Binding;

/// <summary>A cmdlet that creates links, of whatever kind.</summary>
public abstract class NewLinkCmdlet : NamespaceCmdlet
{
    // A link that is there and differs may be half made; a person who is told of the difference should not wait for that.
    private protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    /// <summary>MTU in bytes. The default is what the kernel chooses for the kind.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(68, 65535, "An MTU is a number of bytes")]
    public int? Mtu { get; set; }

    /// <summary>MAC address, six bytes with colons. The default is what the kernel chooses.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr")]
    [LinkMacAddress]
    [MacAddressArgument]
    public virtual MacAddress? LinkLayerAddress { get; set; }

    /// <summary>Addresses with prefix length: 11.200.1.1/32.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [CidrAddressArgument]
    public CidrAddress[] Address
    {
        get;
        // What is empty in a table stands for no address.
        set => field = [.. (value ?? []).Where(address => address is not null)];
    } = [];

    /// <summary>Sets the link up.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("IsUp")]
    [SwitchArgument]
    public SwitchParameter Up { get; set; }

    /// <summary>Returns a link of that name when it is as requested; otherwise the error names the difference.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    /// <summary>What all kinds of links have in common, as requested.</summary>
    /// <param name="name">The link's name.</param>
    private protected virtual LinkPlan PlanOf(string name) =>
        new(Client, name) { Mtu = Mtu, LinkLayerAddress = OwnAddress, Addresses = Address, Up = Up };

    /// <summary>The MAC address; that of a link which is there is its own, and a copy of the link gets another.</summary>
    private MacAddress? OwnAddress =>
        IsPiped(nameof(LinkLayerAddress)) && Input?.BaseObject is Link ? null : LinkLayerAddress;

    /// <summary>Creates a link, replaces one, or returns the one that is there, as the parameters say.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="noun">The kind in words: "Geneve tunnel".</param>
    /// <param name="settings">The settings of its kind; null for a kind without any.</param>
    /// <param name="replaces">Whether an existing link of that kind and name is replaced.</param>
    private protected void Create(string name, string kind, string noun, LinkKindData? settings = null, bool replaces = false)
    {
        var plan = PlanOf(name);
        var existing = replaces || IfNotExists ? Client.FindLink(name) : null;
        if (existing is not null && existing.Kind != kind)
            throw OtherKind(name, existing, noun);
        if (existing is not null && IfNotExists)
        {
            ReturnSame(noun, name, AwaitSame(plan, settings, existing, Moment));
            return;
        }

        var what = $"{(existing is null ? "Create" : "Replace")} {DifferenceText.Of(LinkDifferences.List(plan, settings))}";
        if (!ShouldProcess($"{noun} '{name}'{Where}", what.TrimEnd()))
            return;
        try
        {
            WriteCreated(LinkBuilder.Build(plan, kind, settings, existing));
        }
        catch (NetworkException refusal)
            when (IfNotExists && refusal.Kind == FailureKind.Exists && Client.FindLink(name) is { } made)
        {
            ReturnSame(noun, name, AwaitSame(plan, settings, made));
        }
    }

    /// <summary>What is wrong when the name belongs to a link of another kind.</summary>
    /// <param name="name">The name.</param>
    /// <param name="existing">The link.</param>
    /// <param name="noun">The kind that is wanted, in words.</param>
    private protected virtual NetworkException OtherKind(string name, Link existing, string noun) => new(
        FailureKind.Exists, $"Link '{name}'{Where} already exists and is not a {noun}; its kind is '{existing.Kind}'.");

    /// <summary>Returns a link that was created.</summary>
    /// <param name="link">The link.</param>
    private protected virtual void WriteCreated(Link link) => WriteObject(link);

    /// <summary>A link that exists with all that Get- shows of it.</summary>
    /// <param name="existing">The link, read alone.</param>
    private protected virtual Link Complete(Link existing) => existing;

    /// <summary>Returns a link that exists, or fails when it is not as requested.</summary>
    /// <param name="noun">The kind in words.</param>
    /// <param name="name">The link's name.</param>
    /// <param name="existing">The link, and what is not as requested.</param>
    private void ReturnSame(string noun, string name, (Link Link, IReadOnlyList<Difference> Differences) existing)
    {
        RequireSame($"{noun} '{name}'{Where}", existing.Differences);
        WriteVerbose($"{DifferenceText.Capitalize(noun)} '{name}'{Where} already exists as requested.");
        WriteObject(Complete(existing.Link));
    }

    /// <summary>
    /// A link that somebody else may be creating at this moment, as soon as it is as requested: it comes to be in two steps.
    /// </summary>
    private (Link Link, IReadOnlyList<Difference> Differences) AwaitSame(
        LinkPlan plan, LinkKindData? settings, Link found, TimeSpan? patience = null)
    {
        var differences = LinkDifferences.Find(plan, settings, found);
        if (differences.Count > 0)
        {
            Await(
                () =>
                {
                    found = Client.FindLink(plan.Name) ?? found;
                    differences = LinkDifferences.Find(plan, settings, found);
                    return differences.Count == 0;
                },
                patience);
        }

        return (found, differences);
    }

    /// <summary>Fails when something that exists is not as requested.</summary>
    /// <param name="what">The link in words: "bridge 'br0'".</param>
    /// <param name="differences">What is not as requested.</param>
    private protected static void RequireSame(string what, IReadOnlyCollection<Difference> differences)
    {
        if (differences.Count == 0)
            return;
        var text = string.Join("; ", differences.Select(DifferenceText.OfFinding));
        throw new NetworkException(
            FailureKind.Exists, $"There is a {what} already, and it differs: {text}. Change it with Set-*, or remove it first.")
        { Id = "ExistsDifferent" };
    }
}

/// <summary>A cmdlet that creates links which can be ports of a bridge.</summary>
public abstract class NewPortLinkCmdlet : NewLinkCmdlet
{
    /// <summary>Makes the link a port of this bridge.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Master")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
    public string? Bridge { get; set; }

    /// <summary>Replaces an existing link of that kind and name; it is kept when the new one cannot be made.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override LinkPlan PlanOf(string name) =>
        base.PlanOf(name) with { Bridge = string.IsNullOrEmpty(Bridge) ? null : Client.GetBridge(Bridge) };
}
