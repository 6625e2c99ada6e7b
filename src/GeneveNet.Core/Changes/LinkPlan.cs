using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>A link that is to be, whatever its kind, with all that makes it what was asked for.</summary>
/// <param name="Client">Where it is to be.</param>
/// <param name="Name">Its name.</param>
public sealed record LinkPlan(RtnetlinkClient Client, string Name)
{
    /// <summary>MTU in bytes, or null for the kernel's choice.</summary>
    public int? Mtu { get; init; }

    /// <summary>MAC address, or null for the kernel's choice.</summary>
    public MacAddress? LinkLayerAddress { get; init; }

    /// <summary>Alias, or null for none.</summary>
    public string? Alias { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<CidrAddress> Addresses { get; init; } = [];

    /// <summary>The bridge whose port it becomes, or null.</summary>
    public Bridge? Bridge { get; init; }

    /// <summary>Whether to set it up.</summary>
    public bool Up { get; init; }

    /// <summary>What creates it; alias, addresses, bridge and state take requests of their own.</summary>
    internal LinkMessage ToMessage() => new() { Name = Name, Mtu = (uint?)Mtu, LinkLayerAddress = LinkLayerAddress };
}
