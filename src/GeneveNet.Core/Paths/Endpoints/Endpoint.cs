using System.Net;
using System.Net.Sockets;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Endpoints;

/// <summary>
/// One end of a path with everything that is known of it: its state, and what its kernel answered to the questions that matter.
/// Checks are written once and look at either end; "the other" is always the opposite one.
/// </summary>
internal sealed class Endpoint
{
    private const byte Udp = 17;

    private readonly Func<NamespaceRole, RouteQuestion, RouteAnswer> _ask;

    public Endpoint(PathEnd end, EndState state, Func<NamespaceRole, RouteQuestion, RouteAnswer> ask)
    {
        (End, State, _ask) = (end, state, ask);
        Tunnel = state.TunnelName is { } name ? state.Tunnel.LinkOf(name) : null;
        var master = Tunnel is { MasterIndex: > 0 } ? state.Tunnel.LinkOf(Tunnel.MasterIndex) : null;
        Bridge = master?.Bridge is null ? null : master;
        if (Settings?.Remote is { } remote)
        {
            // As the kernel asks for a Geneve packet: rules may look at protocol and port.
            UnderlayRoute = ask(NamespaceRole.Underlay, new RouteQuestion(remote, Settings.Local)
            {
                IPProtocol = Udp,
                DestinationPort = (ushort)Settings.Port,
            });
            UnderlayLink = state.Underlay.LinkOf(UnderlayRoute.LinkIndex);
            UnderlaySource = Settings.Local ?? UnderlayRoute.Source;
        }
    }

    public PathEnd End { get; }

    /// <summary>The state before anything was sent.</summary>
    public EndState State { get; }

    /// <summary>The state after the probes; the same as before where none were sent.</summary>
    public EndState After { get => field ?? State; set; }

    /// <summary>The MAC address that answered this end's question; null where none did or more than one.</summary>
    public MacAddress? AnsweredMac { get; set; }

    /// <summary>Outer source of Geneve packets of the probe that arrived here from the other end; null where none were seen.</summary>
    public IPAddress? ArrivedFrom { get; set; }

    /// <summary>The underlay link they came in by; null where none were seen.</summary>
    public LinkState? ArrivedBy { get; set; }

    /// <summary>The other end; null where it cannot be seen.</summary>
    public Endpoint? Other { get; set; }

    public LinkState? Tunnel { get; }

    public TunnelState? Settings => Tunnel?.Tunnel;

    /// <summary>The VRF in which inner traffic is, or null.</summary>
    public LinkState? Vrf => (IsApart ? FindInside() : OverlayLink) is { MasterIndex: > 0 } link
        && State.Inner.LinkOf(link.MasterIndex) is { Kind: "vrf" } vrf ? vrf : null;

    /// <summary>The bridge the tunnel is a port of, or null.</summary>
    public LinkState? Bridge { get; }

    public RouteAnswer? UnderlayRoute { get; }

    public LinkState? UnderlayLink { get; }

    /// <summary>Underlay address the tunnel sends from, or null.</summary>
    public IPAddress? UnderlaySource { get; }

    /// <summary>Next hop in the underlay.</summary>
    public IPAddress? UnderlayNextHop => UnderlayRoute is { Leaves: true } route ? route.Gateway ?? Settings?.Remote : null;

    /// <summary>This end's inner address, or null where it is not known.</summary>
    public IPAddress? Inner { get; private set; }

    /// <summary>The other end's inner address, or null where it is not known.</summary>
    public IPAddress? OtherInner { get; private set; }

    /// <summary>How a packet from here to the other end's inner address goes.</summary>
    public RouteAnswer? Out { get; private set; }

    /// <summary>The link it leaves by.</summary>
    public LinkState? OutLink { get; private set; }

    /// <summary>The inner address whose MAC address it needs.</summary>
    public IPAddress? NextHop => Out is { Leaves: true } route ? route.Gateway ?? OtherInner : null;

    /// <summary>The link by which packets of the other end come in where inner traffic ends; null where that cannot be told.</summary>
    public LinkState? In { get; private set; }

    /// <summary>Of an end whose inner traffic starts in another namespace than the tunnel's: the link there that leads to it.</summary>
    public LinkState? Attachment { get; private set; }

    /// <summary>
    /// The route that must lead into the tunnel: this end's own, or where traffic is routed, that of the tunnel's namespace.
    /// </summary>
    public RouteAnswer? Into { get; private set; }

    /// <summary>The link that route leaves by.</summary>
    public LinkState? IntoLink => Into is null ? null : State[IntoRole].LinkOf(Into.LinkIndex);

    /// <summary>The namespace of that route.</summary>
    public NamespaceRole IntoRole => IsRouted ? NamespaceRole.Tunnel : NamespaceRole.Inner;

    /// <summary>The link it should leave by.</summary>
    public LinkState? ExpectedLink => IsRouted ? OverlayLink : In ?? OverlayLink;

    /// <summary>The inner address whose MAC address that route needs.</summary>
    public IPAddress? IntoNextHop => Into is { Leaves: true } route ? route.Gateway ?? OtherInner : null;

    /// <summary>How a packet to this end's inner address goes on where it leaves the tunnel.</summary>
    public RouteAnswer? Onward { get; private set; }

    /// <summary>The link it goes on by; null where it is taken in, or does not go on.</summary>
    public LinkState? OnwardLink => Onward is { Leaves: true } route ? State.Tunnel.LinkOf(route.LinkIndex) : null;

    /// <summary>Whether inner traffic starts in another namespace than the tunnel's.</summary>
    public bool IsApart => State.Inner.Id != State.Tunnel.Id;

    /// <summary>Whether that namespace is joined to the tunnel by a bridge.</summary>
    public bool IsSwitched => IsApart && Attachment?.MasterIndex > 0 && !IsRoutedHere;

    /// <summary>Whether that namespace is joined to the tunnel by routing.</summary>
    public bool IsRouted => IsApart && Attachment is not null && (Attachment.MasterIndex == 0 || IsRoutedHere);

    /// <summary>Whether a bridge leads there, and the tunnel's namespace is the router behind that bridge: Docker's way.</summary>
    private bool IsRoutedHere => Bridge?.Index != Attachment?.MasterIndex && State.Tunnel.AddressOf(Out?.Gateway) is { } home
        && home.LinkIndex == Attachment?.MasterIndex;

    /// <summary>Whether this end's inner address may be a station's behind the tunnel's bridge, in no namespace that can be seen.</summary>
    public bool IsStation => !IsApart && Bridge is not null && Inner is not null && State.Inner.AddressOf(Inner) is null
        && Onward is not { IsLocal: true } && (OnwardLink is null || OnwardLink.Index == Bridge.Index);

    /// <summary>Where inner traffic may start behind the bridge of an end without an address; empty where not looked for.</summary>
    public IReadOnlyList<StationState> Stations { get; set; } = [];

    /// <summary>
    /// The bridge inner traffic passes: that of the attachment, else that of the tunnel, else the one the route leaves by.
    /// </summary>
    public LinkState? PathBridge =>
        (IsSwitched ? State.Tunnel.LinkOf(Attachment!.MasterIndex) : null)
        ?? Bridge
        ?? (!IsApart && OutLink?.Bridge is not null ? OutLink : null);

    /// <summary>The link of the tunnel's namespace that its inner traffic uses as an IP link: the bridge, else the tunnel.</summary>
    public LinkState? OverlayLink => Bridge ?? Tunnel;

    /// <summary>The link whose MAC address the other end must send to.</summary>
    public LinkState? Station => IsSwitched ? In : IsRouted ? OverlayLink : In ?? OverlayLink;

    /// <summary>The MAC address of the other end's station, by its state or its answer; null where it is not known.</summary>
    public MacAddress? OtherMac => Other?.Station?.Mac ?? AnsweredMac;

    /// <summary>The bridge port that leads to the inner namespace; null where no bridge does.</summary>
    public LinkState? InnerPort => IsSwitched ? Attachment : null;

    /// <summary>The link to the inner side, by the words of a sentence: "'br0'".</summary>
    public string OverlayName => OverlayLink is null ? "the tunnel" : $"'{OverlayLink.Name}'";

    public RouteAnswer Ask(NamespaceRole role, RouteQuestion question) => _ask(role, question);

    /// <summary>Asks the kernel the questions that need both inner addresses.</summary>
    /// <param name="own">This end's; null for the one the kernel chooses.</param>
    /// <param name="other">The other end's.</param>
    public void Resolve(IPAddress? own, IPAddress? other)
    {
        OtherInner = other;
        Attachment = IsApart ? FindAttachment(own) : null;
        if (other is not null)
        {
            var inner = State.Inner.AddressOf(own) is null ? null : own;
            // A link-local address counts on a link, and all addresses of a VRF in that: here those that lead into the tunnel.
            var zone = other.IsIPv6LinkLocal ? IsApart ? FindInside() : OverlayLink : Vrf;
            Out = _ask(NamespaceRole.Inner, new RouteQuestion(other, inner) { OutputIndex = zone?.Index ?? 0 });
            OutLink = State.Inner.LinkOf(Out.LinkIndex);
            own ??= Out.Source;
        }

        Inner = own;
        In = IsApart ? FindInside() : FindOnOverlay(own);
        if (own is null || other is null)
            return;
        Into = IsRouted ? _ask(NamespaceRole.Tunnel, new RouteQuestion(other)) : Out;
        if (!IsSwitched)
            Onward = _ask(NamespaceRole.Tunnel, new RouteQuestion(own));
    }

    /// <summary>Where this end is, as words: "here", "at the far end (network namespace 'b')".</summary>
    public string At(NamespaceRole role = NamespaceRole.Tunnel) => End == PathEnd.Near
        ? State[role].Name.Length == 0 ? "here" : $"in {State[role]}"
        : $"at the far end, in {State[role]}";

    /// <summary>A cmdlet to be run in one of its namespaces.</summary>
    public Remedy Cmdlet(NamespaceRole role, string name, params ReadOnlySpan<(string? Name, object? Value)> arguments) =>
        Remedy.Of(name, arguments) with
        {
            Namespace = State[role] is { Name.Length: > 0, Container: null } place ? place.Name : null,
            Container = State[role].Container,
            Host = State[role].Host,
        };

    /// <summary>A cmdlet to be run where the tunnel is.</summary>
    public Remedy Cmdlet(string name, params ReadOnlySpan<(string? Name, object? Value)> arguments) =>
        Cmdlet(NamespaceRole.Tunnel, name, arguments);

    /// <summary>A program to be run in one of its namespaces.</summary>
    public Remedy Program(NamespaceRole role, string name, params ReadOnlySpan<(string? Name, object? Value)> arguments) =>
        Cmdlet(role, name, arguments) with { IsProgram = true };

    /// <summary>
    /// Whether reverse-path filtering drops a packet that comes in by a link: the kernel's own answer, which knows of several next
    /// hops and of rules. It is EXDEV, and EINVAL since the reasons of drops have names (Linux 6.14).
    /// </summary>
    public bool FiltersReversePath(NamespaceRole role, IPAddress? to, IPAddress? from, LinkState? incoming) =>
        to is { AddressFamily: AddressFamily.InterNetwork } && from is { AddressFamily: AddressFamily.InterNetwork } && incoming is not null
        && State[role].SwitchOf("rp_filter", incoming.Name) > 0
        && State[role].AddressOf(from) is null
        && _ask(role, new RouteQuestion(to, from, incoming.Index)).Errno is Errno.CrossDevice or Errno.Invalid;

    /// <summary>
    /// The other end of a veth of the inner namespace, where that is in the tunnel's: each names the other by index and by the number
    /// of its namespace.
    /// </summary>
    public LinkState? PeerOf(LinkState veth)
    {
        if (veth.ParentIndex == 0 || veth.ParentNamespaceId != State.TunnelIdAtInner)
            return null;
        return State.Tunnel.Links.FirstOrDefault(
            link => link.Index == veth.ParentIndex && link.ParentIndex == veth.Index && link.Kind == veth.Kind);
    }

    /// <summary>The link of the inner namespace whose other end is the attachment.</summary>
    private LinkState? FindInside() =>
        State.Inner.Links.FirstOrDefault(link => Attachment is not null && PeerOf(link) == Attachment)
        ?? State.Inner.Links.FirstOrDefault(IsOnOverlayElsewhere);

    /// <summary>Whether a link of the inner namespace is a slice of the bridge or the tunnel itself, which stayed outside.</summary>
    private bool IsOnOverlayElsewhere(LinkState link) => link.Kind is "macvlan" or "ipvlan" && IsApart
        && link.ParentNamespaceId is { } id && id == State.TunnelIdAtInner
        && (link.ParentIndex == OverlayLink?.Index || link.ParentIndex == Tunnel?.Index);

    /// <summary>The overlay's link, or the VLAN on it that has the address or that the route leaves by.</summary>
    private LinkState? FindOnOverlay(IPAddress? own)
    {
        var home = State.Inner.AddressOf(own) is { } address ? State.Inner.LinkOf(address.LinkIndex) : null;
        return IsOnOverlay(home) ? home : IsOnOverlay(OutLink) ? OutLink : OverlayLink;

        bool IsOnOverlay(LinkState? link) =>
            link is { Kind: "vlan" or "macvlan", ParentNamespaceId: null } && link.ParentIndex == OverlayLink?.Index;
    }

    private LinkState? FindAttachment(IPAddress? own)
    {
        LinkState? found = null;
        var home = own is null ? null : State.Inner.AddressOf(own);
        foreach (var link in State.Inner.Links)
        {
            if (link.Kind != "veth" || PeerOf(link) is not { } peer)
                continue;
            // The link that has the address goes first, then one whose peer is on the tunnel's bridge.
            if (link.Index == home?.LinkIndex)
                return peer;
            if (found is null || (Bridge is not null && peer.MasterIndex == Bridge.Index))
                found = peer;
        }

        return found;
    }
}
