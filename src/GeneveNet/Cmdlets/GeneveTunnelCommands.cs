using System.Management.Automation;
using System.Net;
using GeneveNet.Binding;
using GeneveNet.Changes;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Cmdlets;

/// <summary>New-GeneveTunnel: creates a Geneve tunnel, completely or not at all.</summary>
[Cmdlet(VerbsCommon.New, "GeneveTunnel", SupportsShouldProcess = true)]
[OutputType(typeof(GeneveTunnel))]
public sealed class NewGeneveTunnelCommand : NewPortLinkCmdlet
{
    /// <summary>Name of the link, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NewLinkName]
    public string Name { get; set; } = "";

    /// <summary>Virtual network identifier.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [NumberArgument(0, GeneveProtocol.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint? Vni { get; set; }

    /// <summary>Underlay address of the far endpoint, IPv4 or IPv6, unicast.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, Position = 2)]
    [IPAddressArgument]
    public IPAddress? Remote { get; set; }

    /// <summary>Outer TTL or hop limit; 0 uses the system's default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 255, "A TTL has 8 bits")]
    public byte? Ttl { get; set; }

    /// <summary>Copies the outer TTL from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter TtlInherit { get; set; }

    /// <summary>Outer type of service or traffic class; Inherit, or 1, takes it from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 255, "A type of service has 8 bits", Word = "Inherit", WordValue = 1)]
    public byte? Tos { get; set; }

    /// <summary>The don't-fragment bit of the outer IPv4 header: Unset, Set, or Inherit from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Df")]
    [WordArgument]
    public DontFragmentMode? DontFragment { get; set; }

    /// <summary>Outer IPv6 flow label.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 0xfffff, "A flow label has 20 bits")]
    public uint? FlowLabel { get; set; }

    /// <summary>UDP destination port, on which the tunnel also listens. The default is 6081.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DestinationPort", "dstport")]
    [PSDefaultValue(Value = GeneveProtocol.DefaultPort)]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort? Port { get; set; }

    /// <summary>Underlay address of this end (newer kernels).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IPAddressArgument]
    public IPAddress? Local { get; set; }

    /// <summary>Takes the VNI and the remote from each packet (collect metadata), for Open vSwitch, tc and eBPF.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("CollectMetadata")]
    [SwitchArgument]
    public SwitchParameter External { get; set; }

    /// <summary>Computes outer UDP checksums over IPv4.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter UdpChecksum { get; set; }

    /// <summary>Sends with zero outer UDP checksums over IPv6.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter UdpZeroChecksum6Tx { get; set; }

    /// <summary>Accepts zero outer UDP checksums over IPv6.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter UdpZeroChecksum6Rx { get; set; }

    /// <summary>Carries inner IP packets without an Ethernet header (layer-3 mode).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter InnerProtocolInherit { get; set; }

    /// <summary>Range of UDP source ports, LOW-HIGH (Linux 6.15 and later).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WordArgument]
    public PortRange? SourcePorts { get; set; }

    /// <summary>Sends a hint for receive offload as an option (newer kernels).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SwitchArgument]
    public SwitchParameter GroHint { get; set; }

    /// <summary>Any text of up to 255 bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ifalias", "Description")]
    public string? Alias { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Try(Name, () =>
    {
        var settings = Bound<GeneveData>();
        settings.Port = Port ?? GeneveProtocol.DefaultPort;
        settings.DropDefaults(IsPiped);
        settings.SayTtlOnce();
        GeneveKind.Check(settings);
        Create(Name, LinkKinds.Geneve, "Geneve tunnel", settings, Force);
    });

    /// <inheritdoc/>
    private protected override LinkPlan PlanOf(string name) => base.PlanOf(name) with { Alias = Alias };

    /// <inheritdoc/>
    private protected override void WriteCreated(Link link)
    {
        WriteObject(link);
        // Without a route the kernel cannot know how large a packet the underlay takes (geneve_newlink, geneve_link_config).
        var remote = (link as GeneveTunnel)?.RemoteValue;
        if (Mtu is null && remote is not null && !Client.HasRoute(remote))
        {
            WriteWarning(
                $"No route leads to the remote {remote}{Where} yet, so the MTU of {link.Mtu} is a guess. "
                + "Set it with -Mtu, or create the tunnel when the underlay is up.");
        }
    }
}

/// <summary>Get-GeneveTunnel: the Geneve tunnels of a namespace.</summary>
[Cmdlet(VerbsCommon.Get, "GeneveTunnel")]
[OutputType(typeof(GeneveTunnel))]
public sealed class GetGeneveTunnelCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards. The default is all tunnels.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GeneveTunnelCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only tunnels with these VNIs.</summary>
    [Parameter]
    [NumberArgument(0, GeneveProtocol.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    [ArgumentCompleter(typeof(TunnelVniCompleter))]
    public uint[]? Vni { get; set; }

    /// <summary>Only tunnels to these remotes.</summary>
    [Parameter]
    [IPAddressArgument]
    [ArgumentCompleter(typeof(TunnelRemoteCompleter))]
    public IPAddress[]? Remote { get; set; }

    /// <summary>Only tunnels on these UDP ports.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    [ArgumentCompleter(typeof(TunnelPortCompleter))]
    public int[]? Port { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachTunnel(Name, WriteMatch);

    private void WriteMatch(GeneveTunnel tunnel)
    {
        if ((Vni is null || (tunnel.Vni is { } vni && Vni.Contains(vni)))
            && (Remote is null || (tunnel.RemoteValue is { } remote && Remote.Contains(remote)))
            && (Port is null || Port.Contains(tunnel.Port)))
        {
            WriteObject(tunnel);
        }
    }
}

/// <summary>Set-GeneveTunnel: changes settings of an existing tunnel.</summary>
[Cmdlet(VerbsCommon.Set, "GeneveTunnel", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(GeneveTunnel))]
public sealed class SetGeneveTunnelCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GeneveTunnelCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Underlay address of the far endpoint, IPv4 or IPv6, unicast.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, Position = 2)]
    [IPAddressArgument]
    public IPAddress? Remote { get; set; }

    /// <summary>Outer TTL or hop limit; 0 uses the system's default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 255, "A TTL has 8 bits")]
    public byte? Ttl { get; set; }

    /// <summary>Copies the outer TTL from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [OnOffArgument]
    public bool? TtlInherit { get; set; }

    /// <summary>Outer type of service or traffic class; Inherit, or 1, takes it from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 255, "A type of service has 8 bits", Word = "Inherit", WordValue = 1)]
    public byte? Tos { get; set; }

    /// <summary>The don't-fragment bit of the outer IPv4 header: Unset, Set, or Inherit from the inner packet.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Df")]
    [WordArgument]
    public DontFragmentMode? DontFragment { get; set; }

    /// <summary>Outer IPv6 flow label.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, 0xfffff, "A flow label has 20 bits")]
    public uint? FlowLabel { get; set; }

    /// <summary>The VNI that is expected. The kernel cannot change it, so a different value is an error.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(0, GeneveProtocol.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint? Vni { get; set; }

    /// <summary>The UDP port that is expected. The kernel cannot change it, so a different value is an error.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DestinationPort", "dstport")]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort? Port { get; set; }

    /// <summary>Returns the changed tunnels.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachTunnel(Name, tunnel =>
    {
        var settings = Bound<GeneveData>();
        (settings.Vni, settings.Port) = (null, null);
        settings.SayTtlOnce();
        if (settings.Remote is not null)
            GeneveKind.CheckRemote(settings.Remote);
        RefuseFixed(tunnel, settings.Remote);
        GeneveHolders.RefuseTaken(Client, tunnel, settings);
        // A new remote makes the kernel compute the MTU again, unless one is given: nobody asked for a different one.
        var asked = new LinkMessage { Mtu = (uint)tunnel.Mtu, Info = new LinkInfo { Kind = LinkKinds.Geneve, Data = settings } };
        if (Apply(Client, tunnel, asked, $"Geneve tunnel '{tunnel.Name}'") && PassThru)
            WriteObject(Client.GetLink(tunnel.Index));
    });

    private void RefuseFixed(GeneveTunnel tunnel, IPAddress? remote)
    {
        var wish = IsGiven(nameof(Vni)) && Vni != tunnel.Vni ? $"VNI {tunnel.Vni}"
            : IsGiven(nameof(Port)) && Port != tunnel.Port ? $"UDP port {tunnel.Port}"
            : remote is not null && tunnel.RemoteValue is not null && remote.AddressFamily != tunnel.RemoteValue.AddressFamily
                ? $"address family of the remote {tunnel.RemoteValue}"
            : tunnel.External ? "settings while it is external" : null;
        if (wish is not null)
        {
            throw new NetworkException(
                FailureKind.NotSupported,
                $"The kernel cannot change the {wish} of tunnel '{tunnel.Name}'{Where}. Replace the tunnel: " +
                $"New-GeneveTunnel {tunnel.Name} … -Force.")
            { Id = "FixedSetting" };
        }
    }
}

/// <summary>Remove-GeneveTunnel: removes Geneve tunnels, and never a link of another kind.</summary>
[Cmdlet(VerbsCommon.Remove, "GeneveTunnel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveGeneveTunnelCommand : LinkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GeneveTunnelCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEachTunnel(Name, tunnel =>
    {
        if (ShouldProcess($"Geneve tunnel '{tunnel.Name}'{Where}", "Remove"))
            Client.RemoveLink(tunnel);
    });
}
