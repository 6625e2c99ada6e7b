using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;
using GeneveNet.Paths.Probes;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites;

/// <summary>Where one end of a path is on this host. What is null is found out.</summary>
/// <param name="Tunnel">Where the tunnel is.</param>
/// <param name="TunnelName">Its name; null for the one that fits the other end.</param>
/// <param name="Inner">Where inner traffic starts or ends; null for where the tunnel is.</param>
/// <param name="Underlay">Where its underlay is.</param>
internal sealed record LocalLocation(
    NetworkNamespace Tunnel, string? TunnelName = null, NetworkNamespace? Inner = null, NetworkNamespace? Underlay = null)
{
    /// <summary>The namespace that inner traffic starts from: probes are sent there.</summary>
    internal NetworkNamespace InnerPlace => Inner ?? Tunnel;
}

/// <summary>An end of a path in namespaces of this host.</summary>
/// <param name="location">Where it is.</param>
/// <param name="cancellation">Ends every wait.</param>
internal sealed class LocalSite(LocalLocation location, CancellationToken cancellation = default) : IEndpointSite
{
    private readonly Dictionary<NetworkNamespace, RtnetlinkClient> _clients = [];
    private readonly List<Witness> _witnesses = [];
    private DeepWatch? _deep;
    private NetworkNamespace? _underlay = location.Underlay;
    private NetworkNamespace? _inner = location.Inner;
    private NetworkState? _here;
    private bool _isGuessed;
    private List<NetworkNamespace>? _known;

    /// <inheritdoc/>
    public EndState Read(EndHint? hint, bool withEvidence = false)
    {
        Dictionary<NetworkNamespace, NetworkState> states = [];
        var here = _here = StateOf(location.Tunnel);
        var tunnel = location.TunnelName is { } name ? here.LinkOf(name) : hint is null ? null : FarTunnel.Choose(here, hint);
        _underlay ??= FindUnderlay(here, tunnel, hint);
        var holders = FindHolders(here, hint?.Inner);
        // One place that has the address, where nobody named any, is the place that is meant.
        if (holders is [var only])
            _inner ??= only;
        var inner = StateOf(InnerPlace);
        var isApart = !InnerPlace.Equals(location.Tunnel);
        return new EndState
        {
            TunnelName = location.TunnelName ?? tunnel?.Name,
            Tunnel = here,
            Underlay = StateOf(_underlay),
            Inner = inner,
            // After its links were listed, which makes the kernel give out the numbers.
            TunnelIdAtInner = isApart ? ClientOf(InnerPlace).GetNamespaceId(location.Tunnel) : null,
            Holders = hint?.Inner is { } wanted ? [.. holders.Select(place => new StationState(PhraseOf(place), wanted))] : [],
            PortHolder = FindPortHolder(tunnel),
            IsUnderlayGuessed = _isGuessed,
            HeldElsewhere = hint is null || (tunnel?.Tunnel is { } found && FarTunnel.Fits(found, hint)) ? null : FindHolder(hint),
        };

        NetworkState StateOf(NetworkNamespace place)
        {
            if (!states.TryGetValue(place, out var state))
                states[place] = state = NetworkStateReader.Read(ClientOf(place), withEvidence);
            return state;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StationState> FindStations(bool isIPv6)
    {
        var here = _here ?? NetworkStateReader.Read(ClientOf(location.Tunnel));
        var bridge = (location.TunnelName is { } name ? here.LinkOf(name) : null)?.MasterIndex ?? 0;
        List<StationState> found = [];
        foreach (var place in FindAttached(here, link => bridge != 0 && link.MasterIndex == bridge))
        {
            foreach (var address in Try(() => ClientOf(place).GetAddresses()) ?? [])
            {
                var one = address.IPAddressValue;
                var isWanted = !IPAddress.IsLoopback(one) && !one.IsIPv6LinkLocal;
                if (isWanted && (one.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) == isIPv6)
                    found.Add(new StationState(PhraseOf(place), one));
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public RouteAnswer Ask(NamespaceRole role, RouteQuestion question) => NetworkStateReader.Ask(ClientOf(PlaceOf(role)), question);

    /// <inheritdoc/>
    public void Watch(ProbeIdentity probe)
    {
        HashSet<NetworkNamespace> places = [location.Tunnel, PlaceOf(NamespaceRole.Underlay), PlaceOf(NamespaceRole.Inner)];
        foreach (var place in places)
            _witnesses.Add(new Witness(place, probe));
        if (probe.Depth != WatchDepth.Interfaces)
            _deep = DeepWatch.Start([.. places], probe, cancellation);
    }

    /// <inheritdoc/>
    public bool IsElsewhere => false;

    /// <inheritdoc/>
    public WatchReport StopWatching()
    {
        List<Sighting> seen = [];
        var deep = _deep?.Stop() ?? new WatchReport();
        foreach (var witness in _witnesses)
            witness.BeginStop();
        foreach (var witness in _witnesses)
            seen.AddRange(witness.Stop());
        DisposeWitnesses();
        seen.Sort(static (a, b) => a.Nanoseconds.CompareTo(b.Nanoseconds));
        return deep with { Sightings = seen };
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeWitnesses();

    private NetworkNamespace PlaceOf(NamespaceRole role) => role switch
    {
        NamespaceRole.Tunnel => location.Tunnel,
        NamespaceRole.Underlay => _underlay ?? location.Tunnel,
        _ => InnerPlace,
    };

    private NetworkNamespace InnerPlace => _inner ?? location.Tunnel;

    private static string PhraseOf(NetworkNamespace place) =>
        $"{(place.Container is null ? "network namespace" : "container")} '{place.Container?.Name ?? place.ToString()}'";

    /// <summary>Namespaces that have an inner address, where the tunnel's own does not, and hang on a veth of it.</summary>
    private List<NetworkNamespace> FindHolders(NetworkState here, IPAddress? inner) =>
        inner is null || location.Inner is not null || here.AddressOf(inner) is not null ? []
            : FindAttached(here, static _ => true).FindAll(place => HasAddress(place, inner));

    private List<NetworkNamespace> FindAttached(NetworkState here, Func<LinkState, bool> isWanted)
    {
        var ids = here.Links.Where(isWanted).Select(static link => link.Kind == "veth" ? link.ParentNamespaceId : null)
            .OfType<int>().ToHashSet();
        return ids.Count == 0 ? [] : Candidates().FindAll(
            place => !place.Equals(location.Tunnel)
                && Try(() => ClientOf(location.Tunnel).GetNamespaceId(place)) is { } id && ids.Contains(id));
    }

    /// <summary>Who has the port of a tunnel that is down; a tunnel of the same port shares it.</summary>
    private string? FindPortHolder(LinkState? link)
    {
        if (link is not { IsUp: false, Tunnel: { } tunnel } || _underlay is not { } underlay)
            return null;
        return Try(() =>
        {
            var client = ClientOf(underlay);
            var isShared = client.GetLinks(LinkKinds.Geneve).OfType<GeneveTunnel>().Any(t => t.IsUp && t.Port == tunnel.Port);
            var isTaken = !isShared && NetworkStateReader.ListensOn(underlay, tunnel.Port);
            return isTaken ? GenevePort.FindHolder(client, tunnel.Port) ?? "somebody else" : null;
        });
    }

    private RtnetlinkClient ClientOf(NetworkNamespace place)
    {
        if (!_clients.TryGetValue(place, out var client))
            _clients[place] = client = new RtnetlinkClient(place, cancellation);
        return client;
    }

    private void DisposeWitnesses()
    {
        _deep?.Dispose();
        _deep = null;
        foreach (var witness in _witnesses)
            witness.Dispose();
        _witnesses.Clear();
    }

    /// <summary>
    /// Finds where the tunnel's underlay is: a tunnel that was moved leaves it behind, and Linux before 6.14 does not say where.
    /// What gives it away is the UDP port it listens on, together with the underlay address it belongs to.
    /// </summary>
    private NetworkNamespace FindUnderlay(NetworkState here, LinkState? link, EndHint? hint)
    {
        if (link?.Tunnel is not { } tunnel)
            return (hint?.Remote is { } address ? Candidates().FirstOrDefault(p => HasAddress(p, address)) : null) ?? location.Tunnel;
        // Most tunnels were never moved: where this one fits its own namespace, no other is looked at.
        var isListening = here.UdpPorts.Contains(tunnel.Port);
        if ((isListening || !link.IsUp) && Fits(location.Tunnel))
            return location.Tunnel;
        // Nor where nobody else here could be the one that listens, even if no way leads from here to the remote.
        if (isListening && link.IsUp && !here.Links.Any(l => l.Index != link.Index && l.IsUp && l.Tunnel?.Port == tunnel.Port))
            return location.Tunnel;
        if (link.ParentNamespaceId is { } id && Candidates().FirstOrDefault(p => IsElsewhere(p) && IdOf(p) == id) is { } told)
            return told;

        var listening = Candidates().Where(Fits).Where(p => IsElsewhere(p) && NetworkStateReader.ListensOn(p, tunnel.Port)).ToList();
        _isGuessed = hint is null && listening.Count > 1;
        return listening.FirstOrDefault() ?? (isListening ? location.Tunnel : null)
            ?? (link.IsUp ? Candidates().FirstOrDefault(p => NetworkStateReader.ListensOn(p, tunnel.Port)) : null)
            ?? location.Tunnel;

        // The far end is where the near one sends to; the near end is where a way, other than the tunnel itself, leads to its remote.
        bool Fits(NetworkNamespace place) =>
            hint?.Remote is { } own ? HasAddress(place, own)
            : tunnel.Remote is not { } remote || (AskIn(place, new RouteQuestion(remote, tunnel.Local)) is { Leaves: true } way
                && (IsElsewhere(place) || way.LinkIndex != link.Index));

        bool IsElsewhere(NetworkNamespace place) => !place.Equals(location.Tunnel);

        int? IdOf(NetworkNamespace place) => Try(() => ClientOf(location.Tunnel).GetNamespaceId(place));

        RouteAnswer? AskIn(NetworkNamespace place, RouteQuestion question) => Try(() => NetworkStateReader.Ask(ClientOf(place), question));
    }

    private bool HasAddress(NetworkNamespace place, IPAddress address) =>
        Try(() => ClientOf(place).GetAddresses().Any(a => a.IPAddressValue.Equals(address)));

    /// <summary>
    /// Looks for a tunnel elsewhere that takes what the other end sends: it was moved there and kept its place in the underlay.
    /// </summary>
    private string? FindHolder(EndHint hint)
    {
        // Whoever takes packets has a socket in the underlay; most often nobody does, and then no namespace is looked into.
        if (_underlay is { } underlay && !NetworkStateReader.ListensOn(underlay, hint.Port))
            return null;
        foreach (var place in Candidates())
        {
            if (place.Equals(location.Tunnel))
                continue;
            var found = Try(() => ClientOf(place).GetLinks(LinkKinds.Geneve)
                .OfType<GeneveTunnel>()
                .FirstOrDefault(t => t.Vni == hint.Vni && t.Port == hint.Port && Equals(t.RemoteValue, hint.Source)));
            // One whose own namespace has the address is at home there, and belongs to another host.
            if (found is not null && hint.Remote is { } own && !HasOwnUnderlay(place, found, own))
                return $"'{found.Name}' in {(place.Container is null ? "network namespace" : "container")} '{place}'";
        }

        return null;
    }

    private bool HasOwnUnderlay(NetworkNamespace place, GeneveTunnel tunnel, IPAddress remote) =>
        NetworkStateReader.ListensOn(place, tunnel.Port) && !HasAddress(place, remote);

    /// <summary>The namespaces that can be seen: the tunnel's, the session's, those with a name, and containers'.</summary>
    private List<NetworkNamespace> Candidates()
    {
        if (_known is not null)
            return _known;
        IEnumerable<NetworkNamespace> all =
            [location.Tunnel, NetworkNamespace.Current, .. NamedNamespaces.List(), .. ContainerLookup.ListRunning(cancellation)];
        return _known = [.. all.Distinct()];
    }

    // A namespace that vanishes or may not be entered is no candidate.
    private static T? Try<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (NetworkException)
        {
            return default;
        }
    }
}
