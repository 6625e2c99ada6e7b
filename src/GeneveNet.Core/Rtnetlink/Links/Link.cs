using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>A network link (interface) as the kernel reported it at one moment.</summary>
public class Link : IPlaced
{
    internal Link(LinkMessage message, NetworkNamespace source) => (Message, Namespace) = (message, source);

    internal LinkMessage Message { get; }

    /// <summary>Name, 1 to 15 bytes.</summary>
    public string Name => Message.Name ?? "";

    /// <summary>Index within <see cref="Namespace"/>.</summary>
    public int Index => Message.Index;

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    long[] IPlaced.Distinction => [Index];

    /// <summary>Kind: "geneve", "veth", "bridge" …; "loopback" or empty for hardware, where the kernel gives none.</summary>
    public string Kind => Message.Info?.Kind ?? (IsLoopback ? "loopback" : "");

    /// <summary>All flags.</summary>
    public LinkFlags Flags => Message.Flags;

    /// <summary>Whether it is administratively up.</summary>
    public bool IsUp => Flags.HasFlag(LinkFlags.Up);

    /// <summary>Whether the driver reports a carrier; false for a link that is down.</summary>
    public bool HasCarrier => Flags.HasFlag(LinkFlags.LowerUp);

    /// <summary>Whether it is a loopback.</summary>
    public bool IsLoopback => Flags.HasFlag(LinkFlags.Loopback);

    /// <summary>Operational state; Unknown is usual for tunnels that work.</summary>
    public OperationalState State => (OperationalState)Message.OperationalState.GetValueOrDefault();

    /// <summary>MTU in bytes: the largest layer-3 packet.</summary>
    public int Mtu => (int)Message.Mtu.GetValueOrDefault();

    /// <summary>Smallest MTU it can have, in bytes; 0 for no limit.</summary>
    public int MinMtu => (int)Message.MinMtu.GetValueOrDefault();

    /// <summary>Largest MTU it can have, in bytes; 0 for no limit.</summary>
    public int MaxMtu => (int)Message.MaxMtu.GetValueOrDefault();

    /// <summary>MAC address, or null for a link that has none.</summary>
    public string? LinkLayerAddress => LinkLayerAddressValue?.ToString();

    internal MacAddress? LinkLayerAddressValue => Message.LinkLayerAddress?.OrNull();

    /// <summary>Name of the bridge or bond it is a port of, or null.</summary>
    public string? Master { get; internal init; }

    /// <summary>Index of the bridge or bond it is a port of; 0 for none.</summary>
    public int MasterIndex => Message.MasterIndex.GetValueOrDefault();

    /// <summary>
    /// Index of the link below, or of the peer of a veth; 0 for none. It counts in the namespace of <see cref="ParentNamespaceId"/>.
    /// </summary>
    public int ParentIndex => Message.ParentIndex.GetValueOrDefault();

    /// <summary>
    /// Id of the namespace where its other side is: a tunnel's underlay or a veth's peer. Null when that is the same
    /// namespace, or where the kernel does not say (6.1 does not for geneve). Ids are each namespace's own numbering
    /// (`ip netns list-id`); -1 says the other side is not visible from here.
    /// </summary>
    public int? ParentNamespaceId => Message.ParentNamespaceId;

    /// <summary>Free text, or null.</summary>
    public string? Alias => Message.Alias;

    /// <summary>Length of the transmit queue in packets.</summary>
    public int TxQueueLength => (int)Message.TxQueueLength.GetValueOrDefault();

    /// <summary>Queueing discipline.</summary>
    public string? QueueingDiscipline => Message.QueueingDiscipline;

    /// <summary>Group number.</summary>
    public int Group => (int)Message.Group.GetValueOrDefault();

    /// <summary>Further names.</summary>
    public IReadOnlyList<string> AlternativeNames => Message.AlternativeNames?.Names ?? [];

    /// <summary>Counters since the link was created.</summary>
    public LinkStatistics Statistics => Message.Statistics.GetValueOrDefault();

    /// <summary>Settings of a kind that has no class of its own here, as raw attributes; null otherwise.</summary>
    public UnknownLinkKindData? OtherKindData => Message.Info?.Data as UnknownLinkKindData;

    /// <summary>The name, as it can be shown.</summary>
    public override string ToString() => VisibleText.Of(Name);
}
