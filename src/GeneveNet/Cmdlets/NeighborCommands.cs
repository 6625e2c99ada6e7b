using System.Management.Automation;
using System.Net;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Neighbors;

namespace GeneveNet.Cmdlets;

/// <summary>Get-Neighbor: the neighbors of a namespace (ARP and neighbor discovery).</summary>
[Cmdlet(VerbsCommon.Get, "Neighbor")]
[OutputType(typeof(Neighbor))]
public sealed class GetNeighborCommand : LinkCmdlet
{
    /// <summary>Only these IP addresses.</summary>
    [Parameter(Position = 0)]
    [Alias("IPAddress")]
    [ArgumentBefore<IPAddressArgumentAttribute, IPAddress>(nameof(Link))]
    [ArgumentCompleter(typeof(LinkOrNeighborCompleter))]
    public IPAddress[]? Address { get; set; }

    /// <summary>Only those on these links; wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias", "dev")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Only those on the links of these indexes.</summary>
    [Parameter]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <summary>Only those in these states.</summary>
    [Parameter]
    public NeighborState[]? State { get; set; }

    /// <summary>Lists the addresses that this host answers for instead (proxy).</summary>
    [Parameter]
    public SwitchParameter Proxy { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Link is null && Index is null)
            Try(null, () => Write(null));
        else
            ForEachLink(Link, Index, Write);
    }

    private void Write(Link? link)
    {
        HashSet<IPAddress> missing = [.. Address ?? []];
        foreach (var neighbor in Client.StreamNeighbors(link, Proxy))
        {
            if (Address is not null && !Address.Contains(neighbor.AddressValue))
                continue;
            missing.Remove(neighbor.AddressValue);
            if (State is null || State.Any(s => (neighbor.State & s) != 0))
                WriteObject(neighbor);
        }

        foreach (var address in missing)
        {
            var place = link is null ? Where : $" on link '{link.Name}'{Where}";
            Try(address, () => throw NotFound($"There is no neighbor {address}{place}.", "NeighborNotFound"));
        }
    }
}

/// <summary>Set-StaticNeighbor: sets permanent MAC addresses of neighbors, so that no ARP or neighbor discovery is needed.</summary>
[Cmdlet(VerbsCommon.Set, "StaticNeighbor", SupportsShouldProcess = true)]
[OutputType(typeof(Neighbor))]
public sealed class SetStaticNeighborCommand : BatchingCmdlet
{
    /// <summary>IP address of the neighbor.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress", "Destination")]
    [IPAddressArgument]
    [ArgumentCompleter(typeof(NeighborCompleter))]
    public IPAddress Address { get; set; } = IPAddress.None;

    /// <summary>MAC address of the neighbor: six bytes with colons, not a group address.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr", "MacAddress")]
    [MacAddressArgument]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>The link that the neighbor is on.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias", "dev")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string Link { get; set; } = "";

    /// <summary>Returns the neighbors.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Address, () =>
    {
        var link = LinkGiven(Link);
        var (address, mac) = (Address, LinkLayerAddress!);
        var request = NeighborOperations.SetStaticRequest(link, address, mac);
        if (!ShouldProcess($"neighbor {address} on link '{link.Name}'{Where}", $"Set to {mac}, static"))
            return;
        var place = Client;
        Enqueue(request, address, () =>
        {
            if (PassThru)
                WriteObject(place.FindNeighbor(link, address));
        });
    });
}

/// <summary>Remove-StaticNeighbor: removes static neighbors, and no others.</summary>
[Cmdlet(VerbsCommon.Remove, "StaticNeighbor", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveStaticNeighborCommand : BatchingCmdlet
{
    /// <summary>IP address of the neighbor.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress", "Destination")]
    [IPAddressArgument]
    [ArgumentCompleter(typeof(StaticNeighborCompleter))]
    public IPAddress Address { get; set; } = IPAddress.None;

    /// <summary>The link that the neighbor is on.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias", "dev")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string Link { get; set; } = "";

    private readonly Dictionary<(Namespaces.NetworkNamespace, int), HashSet<IPAddress>> _static = [];

    /// <inheritdoc/>
    protected override void Process() => Try(Address, () =>
    {
        var link = LinkGiven(Link);
        if (!_static.TryGetValue((Client.Namespace, link.Index), out var known))
            known = [.. Client.GetNeighbors(link).Where(n => n.IsStatic).Select(n => n.AddressValue)];
            _static[(Client.Namespace, link.Index)] = known;
        if (!known.Contains(Address))
            throw new NetworkException(
                FailureKind.NotFound,
                $"Link '{link.Name}'{Where} has no static neighbor {Address}. Get-Neighbor lists the neighbors.")
            { Id = "NeighborNotFound" };
        if (ShouldProcess($"static neighbor {Address} on link '{link.Name}'{Where}", "Remove"))
            Enqueue(NeighborOperations.RemoveRequest(link, Address), Address);
    });
}

/// <summary>Clear-Neighbor: clears learned neighbors, so that they are looked up again; static ones stay.</summary>
[Cmdlet(VerbsCommon.Clear, "Neighbor", SupportsShouldProcess = true)]
public sealed class ClearNeighborCommand : BatchingCmdlet
{
    /// <summary>Only these IP addresses.</summary>
    [Parameter(Position = 0)]
    [Alias("IPAddress")]
    [ArgumentBefore<IPAddressArgumentAttribute, IPAddress>(nameof(Link))]
    [ArgumentCompleter(typeof(LinkOrNeighborCompleter))]
    public IPAddress[]? Address { get; set; }

    /// <summary>The links; wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Interface", "ifname", "InterfaceAlias", "dev")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Link { get; set; }

    /// <summary>Indexes of the links.</summary>
    [Parameter]
    [Alias("InterfaceIndex")]
    public int[]? Index { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Link is null && Index is null)
            throw Invalid("Specify whose neighbors to clear: use -Link or -Index.");
        ForEachLink(Link, Index, Clear);
    }

    private void Clear(Link link)
    {
        var learned = Client.GetNeighbors(link).Where(n => !n.IsStatic && (Address is null || Address.Contains(n.AddressValue))).ToList();
        if (learned.Count == 0 || !ShouldProcess($"{learned.Count} learned neighbors on link '{link.Name}'{Where}", "Forget"))
            return;
        foreach (var neighbor in learned)
            Enqueue(NeighborOperations.RemoveRequest(link, neighbor.AddressValue), neighbor);
    }
}
