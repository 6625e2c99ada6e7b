using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Changes;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Neighbors;

namespace GeneveNet.Cmdlets;

/// <summary>Get-Link: the links of a namespace.</summary>
[Cmdlet(VerbsCommon.Get, "Link", DefaultParameterSetName = ByName)]
[OutputType(typeof(Link), typeof(GeneveTunnel), typeof(Bridge))]
public sealed class GetLinkCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards. The default is all links.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Indexes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByIndex)]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <summary>Only links of these kinds: geneve, veth, bridge …</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LinkKindCompleter))]
    public string[]? Kind { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachLink(
        ParameterSetName == ByIndex ? null : Name, Index, WriteMatch, nameof(Name));

    private void WriteMatch(Link link)
    {
        if (Kind is null || Kind.Contains(link.Kind, StringComparer.OrdinalIgnoreCase))
            WriteObject(link);
    }
}

/// <summary>Set-Link: changes links. Settings that already have the value are left alone.</summary>
[Cmdlet(VerbsCommon.Set, "Link", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(Link), typeof(GeneveTunnel), typeof(Bridge))]
public sealed class SetLinkCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Indexes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByIndex)]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <summary>Sets the link up.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("IsUp")]
    [SwitchArgument]
    public SwitchParameter Up { get; set; }

    /// <summary>Sets the link down; its routes are lost.</summary>
    [Parameter]
    public SwitchParameter Down { get; set; }

    /// <summary>MTU in bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, int.MaxValue, "An MTU is a number of bytes")]
    public int? Mtu { get; set; }

    /// <summary>MAC address, six bytes with colons.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr")]
    [MacAddressArgument]
    [LinkMacAddress(AllowZero = true)]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>New name, 1 to 15 bytes; for a single link only.</summary>
    [Parameter]
    [NewLinkName]
    public string? NewName { get; set; }

    /// <summary>Any text of up to 255 bytes; an empty text removes it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [Alias("ifalias", "Description")]
    public string? Alias { get; set; }

    /// <summary>Length of the transmit queue in packets.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, int.MaxValue, "The length of a transmit queue is a number of packets")]
    public int? TxQueueLength { get; set; }

    /// <summary>Returns the changed links.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Up && Down)
            ThrowTerminatingError(ErrorRecords.From(Invalid("A link cannot be set both up and down: use either -Up or -Down."), null));
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (NewName is not null && (Name ?? []).Length + (Index ?? []).Length != 1)
            throw Invalid("Only one link can be renamed: give a single name with -NewName.");
        List<Link> links = [];
        ForEachLink(Name, Index, links.Add);
        if (NewName is not null && links.Count > 1)
            throw Invalid($"Only one link can have the name '{NewName}', but several were given: {string.Join(", ", links)}.");
        foreach (var link in links)
            Try(link, () => Set(link));
    }

    private void Set(Link link)
    {
        if (LinkLayerAddress?.IsZero == true && !LinkLayerAddress.Equals(link.LinkLayerAddressValue))
            NeighborOperations.RequireStation(LinkLayerAddress);
        if (Apply(Client, link, Asked(link), $"link '{link.Name}'") && PassThru)
            WriteObject(Client.GetLink(link.Index));
    }

    private LinkMessage Asked(Link link) => new()
    {
        Mtu = IsGiven(nameof(Mtu)) ? (uint?)Mtu : null,
        // Some drivers refuse any MAC address while the link is up, even the one that it has.
        LinkLayerAddress = IsGiven(nameof(LinkLayerAddress)) && LinkLayerAddress?.Equals(link.LinkLayerAddressValue) == false
            ? LinkLayerAddress
            : null,
        TxQueueLength = IsGiven(nameof(TxQueueLength)) ? (uint?)TxQueueLength : null,
        Alias = IsGiven(nameof(Alias)) ? Alias : null,
        Name = NewName,
        ChangeMask = IsGiven(nameof(Up)) || Down ? LinkFlags.Up : LinkFlags.None,
        Flags = IsGiven(nameof(Up)) && Up ? LinkFlags.Up : LinkFlags.None,
    };
}

/// <summary>Remove-Link: removes links. The other end of a veth pair is removed with it.</summary>
[Cmdlet(VerbsCommon.Remove, "Link", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByName)]
public sealed class RemoveLinkCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Indexes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByIndex)]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (IsPiped(nameof(Name)) && InputObject?.BaseObject is LinkAddress or Route or Neighbor or BridgeFdbEntry)
        {
            throw Invalid(
                $"'{InputObject}' is not a link, and is on one: pipe it to the cmdlet that removes such objects, or name the link.",
                "NotALink");
        }

        // A link from the pipeline that was already removed with the other end of its pair is not an error.
        if (Piped<Link>(nameof(Name)) is { } piped)
            Try(piped, () => Remove(ClientOf(piped.Namespace), piped));
        else
            ForEachLink(Name, Index, link => Remove(Client, link));
    }

    private void Remove(RtnetlinkClient client, Link link)
    {
        if (ShouldProcess($"{link.Kind} link '{link.Name}'{PhraseOf(link.Namespace)}", "Remove"))
            client.RemoveLink(link);
    }
}

/// <summary>Move-LinkToNamespace: moves links to another network namespace.</summary>
/// <remarks>
/// The kernel takes a moved link down and drops its addresses and routes. A tunnel keeps its underlay in the namespace
/// where it was created.
/// </remarks>
[Cmdlet(VerbsCommon.Move, "LinkToNamespace", SupportsShouldProcess = true, DefaultParameterSetName = "Namespace")]
[OutputType(typeof(Link), typeof(GeneveTunnel), typeof(Bridge))]
public sealed class MoveLinkToNamespaceCommand : NetworkCmdlet
{
    /// <summary>The link.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument(PipedBefore = nameof(Namespace))]
    [ArgumentCompleter(typeof(SourceLinkCompleter))]
    public string Name { get; set; } = "";

    /// <summary>
    /// Where to move it: a name from Get-NetworkNamespace, a process id or a path. Where the links come by the pipeline it is the first
    /// argument.
    /// </summary>
    [Parameter(Position = 1, ParameterSetName = "Namespace")]
    [Alias("Netns", "TargetNamespace")]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? Namespace { get; set; }

    /// <summary>Where to move it: a container's name, id, or the beginning of its id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Container")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? Container { get; set; }

    /// <summary>Where the link is now, if not in the namespace of this session; a link from the pipeline knows it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PSDefaultValue(Help = "The namespace of this session")]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? SourceNamespace { get; set; }

    /// <summary>A link from the pipeline; it is looked for in its own namespace.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The name of the link there, 1 to 15 bytes.</summary>
    [Parameter]
    [NewLinkName]
    public string? NewName { get; set; }

    /// <summary>Returns the link in its new place.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override PSObject? Input => InputObject;

    /// <summary>Where the input object says the link is: the namespace it is in, or is.</summary>
    private NetworkNamespace? FindSource()
    {
        if (InputObject is not { BaseObject: not string } input)
            return null;
        ForeignObject.RefuseRemote(input);
        if (ForeignObject.IsNamespace(input) && !IsTyped(nameof(Name)))
            throw Invalid("A network namespace only says where the link is: give -Name on the command line.", "NamespaceSaysWhere");
        return NamespaceArgumentAttribute.OfObject(input);
    }

    /// <inheritdoc/>
    protected override void Process() => Try(LinkReference.TargetOf(Name), () =>
    {
        var source = ClientOf(IsTyped(nameof(SourceNamespace)) ? SourceNamespace : FindSource() ?? SourceNamespace);
        var target = NamespaceOf(Container) ?? Namespace
            ?? throw Invalid("A link is moved to a namespace: use -Namespace or -Container to say which.");
        // A piped link may have another name by now.
        var isSame = IsPiped(nameof(Name)) && !IsTyped(nameof(SourceNamespace));
        var link = isSame && ForeignObject.IndexOfLink(InputObject!) is { } index
            ? source.GetLink(index)
            : source.GetLink(LinkReference.NameIn(Name, source.Namespace));
        if (source.Namespace.Equals(target))
        {
            WriteVerbose($"Link '{link.Name}' is already in network namespace '{target}'.");
            if (PassThru)
                WriteObject(link);
            return;
        }

        var what = $"link '{link.Name}'{PhraseOf(source.Namespace)}";
        if (!ShouldProcess(what, $"Move to {(target.Container is null ? "network namespace" : "container")} '{target}'"))
            return;
        var addresses = source.GetAddresses(link).Count;
        var lost = addresses switch
        {
            0 => "",
            1 => ", and its address is lost",
            _ => $", and its {addresses} addresses are lost",
        };
        var move = new LinkMove(source, link, target, NewName);
        Transaction.Run(move);
        var moved = move.Moved!;
        WriteVerbose($"Link '{link.Name}' is now '{moved.Name}'{PhraseOf(target)}, down{lost}.");
        if (PassThru)
            WriteObject(moved);
    });
}
