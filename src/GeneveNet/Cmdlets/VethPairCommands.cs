using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>New-VethPair: creates two links that are a cable to each other, the second one in another namespace where wanted.</summary>
[Cmdlet(VerbsCommon.New, "VethPair", SupportsShouldProcess = true)]
[OutputType(typeof(Link))]
public sealed class NewVethPairCommand : NamespaceCmdlet
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

    /// <summary>Namespace of the second end. Default is that of the first.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PSDefaultValue(Help = "The namespace of the first end")]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? PeerNamespace { get; set; }

    /// <summary>Container the second end is for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? PeerContainer { get; set; }

    /// <summary>MTU of both ends in bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(68, 65535, "An MTU is a number of bytes")]
    public int? Mtu { get; set; }

    /// <summary>MAC address of the first end.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr")]
    [LinkMacAddress]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>MAC address of the second end.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [LinkMacAddress]
    public MacAddress? PeerLinkLayerAddress { get; set; }

    /// <summary>Addresses of the first end, with prefix length.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public CidrAddress[] Address { get; set; } = [];

    /// <summary>Addresses of the second end, with prefix length.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public CidrAddress[] PeerAddress { get; set; } = [];

    /// <summary>Makes the first end a port of this bridge.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Master")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    public string? Bridge { get; set; }

    /// <summary>Sets both ends up.</summary>
    [Parameter]
    public SwitchParameter Up { get; set; }

    /// <summary>Replaces a veth pair whose first end has that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the pair of those names when it is as asked; otherwise the error names the difference.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Name, () =>
    {
        var far = NamespaceOf(PeerContainer) ?? PeerNamespace;
        if ((Force || IfNotExists) && Client.FindLink(Name) is { } existing)
        {
            var peer = Client.FindVethPeer(existing, PeerName, far);
            if (IfNotExists)
            {
                WriteExisting(existing, peer);
                return;
            }

            // Only the pair that was named may go.
            if (peer is null)
                throw new NetworkException(FailureKind.Exists, $"Link '{Name}'{Where} exists already, and '{PeerName}'{PhraseOf(far)} is not its other end. Choose other names, or remove it first.");
            if (ShouldProcess($"veth pair '{Name}'{Where}, '{PeerName}'{PhraseOf(far)}", "Replace"))
                Client.ReplaceVethPair(existing, peer, () => Create(far));
        }
        else if (ShouldProcess($"veth pair '{Name}'{Where}, '{PeerName}'{PhraseOf(far)}", "Create"))
        {
            Create(far);
        }
    });

    private void Create(NetworkNamespace? far)
    {
        var bridge = string.IsNullOrEmpty(Bridge) ? null : Client.GetBridge(Bridge);
        var (first, second) = Client.CreateVethPair(
            new LinkMessage { Name = Name, Mtu = (uint?)Mtu, LinkLayerAddress = LinkLayerAddress },
            new LinkMessage { Name = PeerName, Mtu = (uint?)Mtu, LinkLayerAddress = PeerLinkLayerAddress },
            far);
        // A failure at the second end takes the first one away too: they live and die together.
        second = Client.In(second.Namespace).CompleteLink(second, PeerAddress, Up);
        first = Client.CompleteLink(first, Address, Up, bridge);
        WriteObject(first);
        // The second end has a carrier only since the first one is up.
        WriteObject(Up ? Client.In(second.Namespace).GetLink(second.Index) : second);
    }

    private void WriteExisting(Link first, Link? second)
    {
        List<string> differences = second is null
            ? [$"'{PeerName}' is not its other end"]
            : [.. Existing.FindDifferences(Client, first, Address, Mtu, LinkLayerAddress, Up, Bridge),
               .. Existing.FindDifferences(Client.In(second.Namespace), second, PeerAddress, Mtu, PeerLinkLayerAddress, Up)];
        Existing.RequireSame($"link '{Name}'{Where}", differences);
        WriteVerbose($"Veth pair '{Name}'{Where}, '{PeerName}' exists as asked.");
        WriteObject(first);
        WriteObject(second);
    }
}
