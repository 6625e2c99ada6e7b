using System.Net;
using GeneveNet.Namespaces;

namespace GeneveNet.Rtnetlink.Neighbors;

/// <summary>A neighbor (ARP or neighbor discovery entry) as the kernel reported it at one moment.</summary>
public sealed class Neighbor : IPlaced
{
    private readonly NeighborMessage _message;

    internal Neighbor(NeighborMessage message, string link, NetworkNamespace source)
        => (_message, Link, Namespace) = (message, link, source);

    /// <summary>IP address.</summary>
    public string Address => AddressValue.ToString();

    internal IPAddress AddressValue => _message.Destination ?? Family.AnyOf(_message.Family);

    /// <summary>MAC address; null while it is not known.</summary>
    public string? LinkLayerAddress => LinkLayerAddressValue?.ToString();

    internal MacAddress? LinkLayerAddressValue => _message.LinkLayerAddress?.OrNull();

    /// <summary>Name of the link.</summary>
    public string Link { get; }

    /// <summary>Index of the link within <see cref="Namespace"/>.</summary>
    public int Index => _message.Index;

    /// <summary>The network namespace it is in.</summary>
    public NetworkNamespace Namespace { get; }

    long[] IPlaced.Distinction => [Index, (long)Flags];

    /// <summary>State.</summary>
    public NeighborState State => _message.State;

    /// <summary>Flags.</summary>
    public NeighborFlags Flags => _message.Flags;

    /// <summary>Whether it was set by hand and stays.</summary>
    public bool IsStatic => State.HasFlag(NeighborState.Permanent);

    /// <summary>Whether it is a router (IPv6).</summary>
    public bool IsRouter => Flags.HasFlag(NeighborFlags.Router);

    /// <summary>Whether this host answers for it.</summary>
    public bool IsProxy => Flags.HasFlag(NeighborFlags.Proxy);

    /// <summary>Time since it was last used; null where the kernel does not say.</summary>
    public TimeSpan? Used => _message.Ages is { } ages ? NeighborAges.ToTimeSpan(ages.Used) : null;

    /// <summary>Time since it was last confirmed; null where the kernel does not say.</summary>
    public TimeSpan? Confirmed => _message.Ages is { } ages ? NeighborAges.ToTimeSpan(ages.Confirmed) : null;

    /// <summary>Time since it last changed; null where the kernel does not say.</summary>
    public TimeSpan? Updated => _message.Ages is { } ages ? NeighborAges.ToTimeSpan(ages.Updated) : null;

    /// <summary>"ADDRESS at MAC on LINK".</summary>
    public override string ToString() => $"{Address} at {LinkLayerAddress ?? "(incomplete)"} on {VisibleText.Of(Link)}";
}
