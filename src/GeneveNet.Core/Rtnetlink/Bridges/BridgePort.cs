using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>A link as a port of a bridge, as the kernel reported it at one moment.</summary>
public sealed class BridgePort : IPlaced
{
    internal BridgePort(Link link) => Link = link;

    private BridgePortData Data => Link.Message.Info?.PortData ?? new BridgePortData();

    internal Link Link { get; }

    /// <summary>Name of the link.</summary>
    public string Name => Link.Name;

    /// <summary>Index of the link within <see cref="Namespace"/>.</summary>
    public int Index => Link.Index;

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace => Link.Namespace;

    long[] IPlaced.Distinction => [Index];

    /// <summary>Name of the bridge.</summary>
    public string Bridge => Link.Master ?? "";

    /// <summary>Number of the port within the bridge; the "port no" of `brctl showmacs`.</summary>
    public int Number => Data.Number.GetValueOrDefault();

    /// <summary>State of the spanning tree; only Forwarding lets packets pass.</summary>
    public BridgePortState State => Data.State.GetValueOrDefault();

    /// <summary>Priority, 0 to 63.</summary>
    public int Priority => Data.Priority.GetValueOrDefault();

    /// <summary>Cost of the path through this port.</summary>
    public int Cost => (int)Data.Cost.GetValueOrDefault();

    /// <summary>Whether packets may leave by the port they came in by.</summary>
    public bool Hairpin => Data.Hairpin.GetValueOrDefault();

    /// <summary>Whether addresses are learned here.</summary>
    public bool Learning => Data.Learning.GetValueOrDefault();

    /// <summary>Whether packets to unknown addresses go out here.</summary>
    public bool Flood => Data.Flood.GetValueOrDefault();

    /// <summary>Whether multicast that nobody asked for goes out here.</summary>
    public bool MulticastFlood => Data.MulticastFlood.GetValueOrDefault();

    /// <summary>Whether broadcasts go out here.</summary>
    public bool BroadcastFlood => Data.BroadcastFlood.GetValueOrDefault();

    /// <summary>Whether the bridge answers ARP and neighbor discovery itself where it can.</summary>
    public bool NeighborSuppress => Data.NeighborSuppress.GetValueOrDefault();

    /// <summary>Whether packets pass only to and from ports that are not isolated.</summary>
    public bool Isolated => Data.Isolated.GetValueOrDefault();

    /// <summary>Whether only stations that the forwarding database has here may send.</summary>
    internal bool Locked => Data.Locked.GetValueOrDefault();

    /// <summary>Time until the next step of a port that begins to forward.</summary>
    internal TimeSpan ForwardDelayLeft => TimeSpan.FromMilliseconds(10.0 * Data.ForwardDelayTimer.GetValueOrDefault());

    /// <summary>Whether the port is shut when a bridge speaks there.</summary>
    public bool BpduGuard => Data.BpduGuard.GetValueOrDefault();

    /// <summary>Whether the root may not be behind this port.</summary>
    public bool RootBlock => Data.RootBlock.GetValueOrDefault();

    /// <summary>The name, as it can be shown.</summary>
    public override string ToString() => VisibleText.Of(Name);
}
