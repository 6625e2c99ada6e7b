using System.Net;
using GeneveNet.Paths.Probes;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites;

/// <summary>What a namespace is for an end of a path. One namespace may have several roles.</summary>
internal enum NamespaceRole
{
    /// <summary>Where the tunnel, and its bridge, are.</summary>
    Tunnel,
    /// <summary>Where the tunnel's UDP packets go in and out: the namespace it was created in.</summary>
    Underlay,
    /// <summary>Where inner traffic starts or ends: the tunnel's own, or that of a container behind its bridge.</summary>
    Inner,
}

/// <summary>What one end is told about the other, to find the tunnel that belongs to it.</summary>
/// <param name="Vni">VNI of the other end's tunnel.</param>
/// <param name="Port">Its UDP destination port.</param>
/// <param name="Remote">Its remote: an underlay address of this end.</param>
/// <param name="Source">Underlay address it sends from.</param>
/// <param name="Inner">Inner address that is to be reached here; null where none is known.</param>
/// <param name="OtherInner">Inner address of the other end; null where none is known.</param>
internal sealed record EndHint(
    uint? Vni, int Port, IPAddress? Remote, IPAddress? Source, IPAddress? Inner = null, IPAddress? OtherInner = null);

/// <summary>An address of a namespace that hangs on a veth of the tunnel's.</summary>
/// <param name="Place">The namespace, in words.</param>
/// <param name="Address">The address.</param>
internal sealed record StationState(string Place, IPAddress Address);

/// <summary>What one end of a path looked like at one moment.</summary>
internal sealed record EndState
{
    /// <summary>Name of the tunnel; null where the end has none.</summary>
    public string? TunnelName { get; init; }
    /// <summary>The namespace of the tunnel.</summary>
    public required NetworkState Tunnel { get; init; }
    /// <summary>The namespace of its underlay.</summary>
    public required NetworkState Underlay { get; init; }
    /// <summary>The namespace where inner traffic starts or ends.</summary>
    public required NetworkState Inner { get; init; }
    /// <summary>
    /// The number by which <see cref="Inner"/> knows <see cref="Tunnel"/>; null where they are one, or it knows none. An index counts
    /// in its namespace alone, so the other end of a veth is found by both.
    /// </summary>
    public int? TunnelIdAtInner { get; init; }
    /// <summary>Whether the underlay is a guess among several namespaces, because the kernel does not say.</summary>
    public bool IsUnderlayGuessed { get; init; }
    /// <summary>Who has the UDP port of a tunnel that is down, as a phrase; null for none.</summary>
    public string? PortHolder { get; init; }
    /// <summary>The namespaces at the tunnel's that have the inner address that is to be reached, where it is not here.</summary>
    public IReadOnlyList<StationState> Holders { get; init; } = [];
    /// <summary>A tunnel in another namespace that takes what is sent to this end, as a phrase; null for none.</summary>
    public string? HeldElsewhere { get; init; }

    /// <summary>The state of the namespace with a role.</summary>
    /// <param name="role">Which role.</param>
    public NetworkState this[NamespaceRole role] => role switch
    {
        NamespaceRole.Tunnel => Tunnel,
        NamespaceRole.Underlay => Underlay,
        _ => Inner,
    };
}

/// <summary>One end of a path, wherever it is: what can be read, asked and watched there.</summary>
internal interface IEndpointSite : IDisposable
{
    /// <summary>Reads the state of its namespaces.</summary>
    /// <param name="hint">What is known of the other end; null at the near end.</param>
    /// <param name="withEvidence">Whether to read what can drop packets, too.</param>
    EndState Read(EndHint? hint, bool withEvidence = false);

    /// <summary>Whether it is on another host, which has a drop monitor of its own.</summary>
    bool IsElsewhere { get; }


    /// <summary>The addresses of a family in namespaces that hang on ports of the tunnel's bridge.</summary>
    /// <param name="isIPv6">Whether those of IPv6.</param>
    IReadOnlyList<StationState> FindStations(bool isIPv6);

    /// <summary>Asks the kernel there how a packet would go.</summary>
    /// <param name="role">In which namespace.</param>
    /// <param name="question">The question.</param>
    RouteAnswer Ask(NamespaceRole role, RouteQuestion question);

    /// <summary>Begins to watch for the messages of a probe on every interface of its namespaces.</summary>
    /// <param name="probe">By which they are known.</param>
    void Watch(ProbeIdentity probe);

    /// <summary>Ends that.</summary>
    /// <returns>What was seen.</returns>
    WatchReport StopWatching();
}
