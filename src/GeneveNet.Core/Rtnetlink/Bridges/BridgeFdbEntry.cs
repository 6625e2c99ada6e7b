using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>How an entry of a forwarding database came about and stays.</summary>
public enum FdbEntryKind
{
    /// <summary>Learned from a packet; forgotten when its station is silent for the bridge's ageing time.</summary>
    Dynamic,
    /// <summary>Set by hand; does not age.</summary>
    Static,
    /// <summary>An address of the bridge or port itself: packets to it are for this host. `brctl` says "local".</summary>
    Permanent,
}

/// <summary>An entry of a forwarding database as the kernel reported it at one moment.</summary>
public sealed class BridgeFdbEntry : IPlaced
{
    internal BridgeFdbEntry(NeighborMessage message, string port, int portNumber, string? bridge, NetworkNamespace source)
    {
        (Message, Port, PortNumber, Bridge, Namespace) = (message, port, portNumber, bridge, source);
    }

    internal NeighborMessage Message { get; }

    /// <summary>MAC address.</summary>
    public string LinkLayerAddress => LinkLayerAddressValue.ToString();

    internal MacAddress LinkLayerAddressValue => Message.LinkLayerAddress!;

    /// <summary>Name of the link the station is behind: a port of the bridge, or the bridge itself.</summary>
    public string Port { get; }

    /// <summary>
    /// Number of the port within the bridge, the "port no" of `brctl showmacs`; 0 for the bridge itself or a link that is not a port.
    /// </summary>
    public int PortNumber { get; }

    /// <summary>Name of the bridge; null for an entry of a link's own database (vxlan).</summary>
    public string? Bridge { get; }

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    long[] IPlaced.Distinction => [Message.Index, Vlan ?? 0, (long)Flags];

    /// <summary>How it came about and stays.</summary>
    public FdbEntryKind Kind =>
        Message.State.HasFlag(NeighborState.Permanent) ? FdbEntryKind.Permanent
        : Message.State.HasFlag(NeighborState.NoArp) ? FdbEntryKind.Static
        : FdbEntryKind.Dynamic;

    /// <summary>Whether it is an address of the bridge or port itself; `brctl` says "is local?".</summary>
    public bool IsLocal => Kind == FdbEntryKind.Permanent;

    /// <summary>VLAN, or null.</summary>
    public int? Vlan => Message.Vlan;

    /// <summary>Remote the station is behind (vxlan), or null.</summary>
    public string? Remote => RemoteValue?.ToString();

    internal IPAddress? RemoteValue => Message.Destination;

    /// <summary>Time since a packet of the station was seen; zero for an entry that does not age.</summary>
    public TimeSpan Age => Kind == FdbEntryKind.Dynamic && Message.Ages is { } ages ? NeighborAges.ToTimeSpan(ages.Updated) : TimeSpan.Zero;

    /// <summary>Flags.</summary>
    public NeighborFlags Flags => Message.Flags;

    /// <summary>"MAC on PORT".</summary>
    public override string ToString() => $"{LinkLayerAddressValue} on {VisibleText.Of(Port)}";
}
