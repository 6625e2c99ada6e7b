using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Changes;
using GeneveNet.Namespaces;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>
/// New-VethPair: creates two links that are connected like the ends of a cable, the second one in another namespace if requested.
/// </summary>
[Cmdlet(VerbsCommon.New, "VethPair", SupportsShouldProcess = true)]
[OutputType(typeof(Link))]
public sealed class NewVethPairCommand : NewPortLinkCmdlet
{
    /// <summary>Name of the first end, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [NewLinkName]
    public string Name { get; set; } = "";

    /// <summary>Name of the second end, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Peer")]
    [NewLinkName]
    public string PeerName { get; set; } = "";

    /// <summary>Namespace of the second end. The default is that of the first.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PSDefaultValue(Help = "The namespace of the first end")]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? PeerNamespace { get; set; }

    /// <summary>Container of the second end.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? PeerContainer { get; set; }

    /// <summary>MAC address of the first end.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr")]
    [LinkMacAddress]
    [MacAddressArgument]
    public override MacAddress? LinkLayerAddress { get; set; }

    /// <summary>MAC address of the second end.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [LinkMacAddress]
    [MacAddressArgument]
    public MacAddress? PeerLinkLayerAddress { get; set; }

    /// <summary>Addresses of the second end, with prefix length.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    [CidrAddressArgument]
    public CidrAddress[] PeerAddress
    {
        get;
        set => field = [.. (value ?? []).Where(address => address is not null)];
    } = [];

    /// <inheritdoc/>
    protected override void Process() => Try(Name, () =>
    {
        var far = NamespaceOf(PeerContainer) ?? PeerNamespace;
        var first = PlanOf(Name);
        var second = new LinkPlan(far is null ? Client : Client.In(far), PeerName)
        {
            Mtu = Mtu,
            LinkLayerAddress = PeerLinkLayerAddress,
            Addresses = PeerAddress,
            Up = Up,
        };
        var existing = Force || IfNotExists ? Client.FindLink(Name) : null;
        var peer = existing is null ? null : Client.FindVethPeer(existing, PeerName, far);
        if (existing is not null && IfNotExists)
        {
            Await(IsSame, Moment);
            WriteSame(existing, peer, Differences(first, existing, second, peer));
            return;
        }

        // Only the pair that was named may go.
        if (existing is not null && peer is null)
            throw new NetworkException(
                FailureKind.Exists, $"Link '{Name}'{Where} already exists, and '{PeerName}'{PhraseOf(far)} is not its other end. " +
                "Choose other names, or remove it first.");
        var ends = LinkDifferences.List(first, null).Concat(OfPeer(LinkDifferences.List(second, null)));
        var what = DifferenceText.Of(ends);
        if (!ShouldProcess(
            $"veth pair '{Name}'{Where}, '{PeerName}'{PhraseOf(far)}", $"{(existing is null ? "Create" : "Replace")} {what}".TrimEnd()))
            return;
        try
        {
            var (near, other) = existing is null
                ? LinkBuilder.BuildPair(first, second)
                : LinkBuilder.BuildPair(first, second, existing, peer!);
            WriteObject(near);
            WriteObject(other);
        }
        catch (NetworkException refusal) when (IfNotExists && refusal.Kind == FailureKind.Exists)
        {
            // Somebody else created it in the same moment, or something else has one of the names.
            Await(IsSame);
            if (existing is null)
                throw;
            WriteSame(existing, peer, Differences(first, existing, second, peer));
        }

        bool IsSame()
        {
            existing = Client.FindLink(Name) ?? existing;
            peer = existing is null ? null : Client.FindVethPeer(existing, PeerName, far);
            return existing is not null && Differences(first, existing, second, peer).Count == 0;
        }
    });

    private void WriteSame(Link near, Link? other, IReadOnlyCollection<Difference> differences)
    {
        RequireSame($"link '{Name}'{Where}", differences);
        WriteVerbose($"Veth pair '{Name}'{Where}, '{PeerName}' already exists as requested.");
        WriteObject(near);
        WriteObject(other);
    }

    private static IReadOnlyCollection<Difference> Differences(LinkPlan first, Link near, LinkPlan second, Link? other) => other is null
        ? [new Difference(nameof(PeerName), second.Name, "another link")]
        : [.. LinkDifferences.Find(first, null, near), .. OfPeer(LinkDifferences.Find(second, null, other))];

    /// <summary>The differences of the second end, by the names that its parameters have; what both ends share is listed once.</summary>
    private static IEnumerable<Difference> OfPeer(IEnumerable<Difference> differences) =>
        from difference in differences
        where difference.Property is not (nameof(Mtu) or nameof(Up))
        select difference with { Property = difference.Property == "Addresses" ? nameof(PeerAddress) : "Peer" + difference.Property };
}
