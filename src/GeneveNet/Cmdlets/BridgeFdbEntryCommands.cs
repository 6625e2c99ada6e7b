using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>Selects entries of forwarding databases.</summary>
public abstract class FdbEntryFilterCmdlet : BatchingCmdlet
{
    /// <summary>Only these MAC addresses.</summary>
    [Parameter(Position = 0)]
    [Alias("Mac", "lladdr", "MacAddress")]
    [ArgumentBefore<MacAddressArgumentAttribute, MacAddress>(nameof(Bridge))]
    [ArgumentCompleter(typeof(BridgeOrFdbAddressCompleter))]
    public MacAddress[]? LinkLayerAddress { get; set; }

    /// <summary>Only entries of this bridge.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Master")]
    [ArgumentCompleter(typeof(BridgeCompleter))]
    [NameArgument]
    public string? Bridge { get; set; }

    /// <summary>Only entries on this port.</summary>
    [Parameter]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    [NameArgument]
    public string? Port { get; set; }

    /// <summary>Only entries of this VLAN.</summary>
    [Parameter]
    [NumberArgument(1, 4094, "A VLAN id has 12 bits")]
    public int? Vlan { get; set; }

    private protected IEnumerable<BridgeFdbEntry> Entries()
    {
        var entries = Client.StreamFdbEntries(Bridge is null ? null : Client.GetBridge(Bridge), Port is null ? null : Client.GetLink(Port));
        return entries.Where(e =>
            (LinkLayerAddress is null || LinkLayerAddress.Contains(e.LinkLayerAddressValue)) && (Vlan is null || e.Vlan == Vlan));
    }
}

/// <summary>Get-BridgeFdbEntry: the entries of forwarding databases, as `brctl showmacs` shows them.</summary>
[Cmdlet(VerbsCommon.Get, "BridgeFdbEntry")]
[OutputType(typeof(BridgeFdbEntry))]
public sealed class GetBridgeFdbEntryCommand : FdbEntryFilterCmdlet
{
    /// <summary>Only learned entries.</summary>
    [Parameter]
    public SwitchParameter Dynamic { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        HashSet<MacAddress> missing = [.. LinkLayerAddress ?? []];
        foreach (var entry in Entries())
        {
            missing.Remove(entry.LinkLayerAddressValue);
            if (!Dynamic || entry.Kind == FdbEntryKind.Dynamic)
                WriteObject(entry);
        }

        foreach (var address in missing)
        {
            Try(address, () => throw NotFound(
                $"No forwarding database{Where} has an entry {address} that is asked for.", "FdbEntryNotFound"));
        }
    }
}

/// <summary>Add-BridgeFdbEntry: adds an entry that says behind which port a station is.</summary>
[Cmdlet(VerbsCommon.Add, "BridgeFdbEntry", SupportsShouldProcess = true)]
[OutputType(typeof(BridgeFdbEntry))]
public sealed class AddBridgeFdbEntryCommand : BatchingCmdlet
{
    /// <summary>The station's MAC address.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Mac", "lladdr", "MacAddress")]
    [MacAddressArgument]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>The bridge port that the station is behind.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "Link", "Interface", "ifname", "InterfaceAlias", "dev")]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    [NameArgument]
    public string Port { get; set; } = "";

    /// <summary>Static (the default) does not age, Dynamic ages, Permanent marks an address of the bridge itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordArgument]
    [PSDefaultValue(Value = FdbEntryKind.Static)]
    public FdbEntryKind? Kind { get; set; }

    /// <summary>VLAN id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(1, 4094, "A VLAN id has 12 bits")]
    public int? Vlan { get; set; }

    /// <summary>Replaces an existing entry for the address.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the entries.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(LinkLayerAddress, () =>
    {
        var port = LinkGiven(Port);
        var mac = LinkLayerAddress!;
        var kind = Kind ?? FdbEntryKind.Static;
        var request = FdbOperations.AddFdbRequest(port, mac, kind, Vlan, Force);
        if (!ShouldProcess($"forwarding database entry {mac} on '{port.Name}'{Where}", $"Add, {kind}"))
            return;
        var (place, vlan) = (Client, Vlan);
        Enqueue(request, mac, () =>
        {
            // Without a VLAN said, a bridge that has a default one makes an entry for it and one for none.
            if (PassThru)
                WriteObject(
                    ReadOnce((place.Namespace, port.Index), () => place.GetFdbEntries(port: port))
                        .Where(e => e.LinkLayerAddressValue.Equals(mac) && (vlan is null || e.Vlan == vlan)),
                    enumerateCollection: true);
        });
    });
}

/// <summary>Remove-BridgeFdbEntry: removes entries of forwarding databases.</summary>
[Cmdlet(
    VerbsCommon.Remove, "BridgeFdbEntry", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = "Address")]
public sealed class RemoveBridgeFdbEntryCommand : BatchingCmdlet
{
    /// <summary>The station's MAC address.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = "Address")]
    [Alias("Mac", "lladdr", "MacAddress")]
    [MacAddressArgument]
    [ArgumentCompleter(typeof(FdbAddressCompleter))]
    public MacAddress? LinkLayerAddress { get; set; }

    /// <summary>The port that the station is behind.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Address")]
    [Alias("Name", "Link", "Interface", "ifname", "InterfaceAlias", "dev")]
    [ArgumentCompleter(typeof(BridgePortCompleter))]
    [NameArgument]
    public string Port { get; set; } = "";

    /// <summary>VLAN id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Address")]
    [NumberArgument(1, 4094, "A VLAN id has 12 bits")]
    public int? Vlan { get; set; }

    /// <summary>An entry from Get-BridgeFdbEntry.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Address")]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public override PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(InputObject?.BaseObject ?? LinkLayerAddress, () =>
    {
        foreach (var entry in Piped<BridgeFdbEntry>(nameof(LinkLayerAddress)) is { } piped ? [piped] : Find())
        {
            if (ShouldProcess($"forwarding database entry {entry}{PhraseOf(entry.Namespace)}", "Remove"))
                Enqueue(FdbOperations.RemoveFdbRequest(entry), entry, place: ClientOf(entry.Namespace));
        }
    });

    private List<BridgeFdbEntry> Find()
    {
        if (LinkLayerAddress is null)
            throw Invalid($"'{InputObject}' is not an entry of a forwarding database: pipe entries from Get-BridgeFdbEntry.");
        var found = Client.GetFdbEntries(port: LinkGiven(Port))
            .Where(e => e.LinkLayerAddressValue.Equals(LinkLayerAddress) && (Vlan is null || e.Vlan == Vlan))
            .ToList();
        return found.Count > 0 ? found : throw new NetworkException(
            FailureKind.NotFound,
            $"Port '{Port}'{Where} has no forwarding database entry {LinkLayerAddress}. Get-BridgeFdbEntry lists the entries.")
        { Id = "FdbEntryNotFound" };
    }
}

/// <summary>Clear-BridgeFdbEntry: clears learned entries, and with -Static also static ones; the bridge's own addresses stay.</summary>
[Cmdlet(VerbsCommon.Clear, "BridgeFdbEntry", SupportsShouldProcess = true)]
public sealed class ClearBridgeFdbEntryCommand : FdbEntryFilterCmdlet
{
    /// <summary>Clears static entries as well.</summary>
    [Parameter]
    public SwitchParameter Static { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (Bridge is null && Port is null)
            throw Invalid("Specify what to clear: use -Bridge, -Port or both.");
        var over = Entries().Where(e => e.Kind == FdbEntryKind.Dynamic || (Static && e.Kind == FdbEntryKind.Static)).ToList();
        if (over.Count == 0 || !ShouldProcess($"{over.Count} forwarding database entries of '{Port ?? Bridge}'{Where}", "Forget"))
            return;
        foreach (var entry in over)
            Enqueue(FdbOperations.RemoveFdbRequest(entry), entry);
    }
}
