using System.Management.Automation;
using GeneveNet.Changes;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Binding;

/// <summary>A cmdlet that creates links, of whatever kind.</summary>
public abstract class NewLinkCmdlet : NamespaceCmdlet
{
    /// <summary>MTU in bytes. Default is what the kernel chooses for the kind.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberArgument(68, 65535, "An MTU is a number of bytes")]
    public int? Mtu { get; set; }

    /// <summary>MAC address, six bytes with colons. Default is what the kernel chooses.</summary>
    [Parameter]
    [Alias("Mac", "lladdr")]
    [LinkMacAddress]
    public virtual MacAddress? LinkLayerAddress { get; set; }

    /// <summary>Addresses with prefix length: 11.200.1.1/32.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public CidrAddress[] Address
    {
        get;
        // What is empty in a table stands for no address.
        set => field = [.. (value ?? []).Where(address => address is not null)];
    } = [];

    /// <summary>Sets the link up.</summary>
    [Parameter]
    public SwitchParameter Up { get; set; }

    /// <summary>Returns a link of that name when it is as asked; otherwise the error names the difference.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    /// <summary>The bridge of a name; null for no name.</summary>
    private protected Bridge? FindBridge(string? name) => string.IsNullOrEmpty(name) ? null : Client.GetBridge(name);

    /// <summary>Fails when something that exists is not as asked.</summary>
    /// <param name="what">The link in words: "bridge 'br0'".</param>
    /// <param name="differences">What is not as asked.</param>
    private protected static void RequireSame(string what, IReadOnlyCollection<Difference> differences)
    {
        if (differences.Count == 0)
            return;
        var text = string.Join("; ", differences.Select(DifferenceText.OfFinding));
        throw new NetworkException(FailureKind.Exists, $"There is a {what} already, and it differs: {text}. Change it with Set-*, or remove it first.") { Id = "ExistsDifferent" };
    }
}
