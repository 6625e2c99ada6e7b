using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>New-DummyLink: creates dummy links, which drop what is sent; each is created completely or not at all.</summary>
/// <remarks>An address on a dummy link stays up whatever happens to other links: people put tunnel endpoints and services there.</remarks>
[Cmdlet(VerbsCommon.New, "DummyLink", SupportsShouldProcess = true)]
[OutputType(typeof(Link))]
public sealed class NewDummyLinkCommand : NewPortLinkCmdlet
{
    /// <summary>Names of the links, 1 to 15 bytes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NewLinkName]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var name in Name)
            Try(name, () => Create(name, LinkKinds.Dummy, "dummy link", replaces: Force));
    }
}
