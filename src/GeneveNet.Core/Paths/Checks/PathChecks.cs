using GeneveNet.Paths.Endpoints;

namespace GeneveNet.Paths.Checks;

/// <summary>A check: what it looks for at the near end, at the far end, and how.</summary>
/// <param name="Near">The cause at the near end; None where it is not looked for there.</param>
/// <param name="Far">The cause at the far end; None where it is not looked for there.</param>
/// <param name="Look">Looks; null is nothing found.</param>
internal sealed record PathCheckDefinition(PathCause Near, PathCause Far, Func<Endpoint, Finding?> Look)
{
    public PathCheckDefinition(PathCause cause, Func<Endpoint, Finding?> look) : this(cause, cause, look) { }

    public PathCause CauseAt(PathEnd end) => end == PathEnd.Near ? Near : Far;
}

/// <summary>
/// The checks of kernel state, in the order in which causes come before their consequences: the first that fails is the cause.
/// A new check is a line here, a member of <see cref="PathCause"/>, and a paragraph in docs/diagnosis.md.
/// </summary>
internal static class PathChecks
{
    private const PathCause None = PathCause.None;

    /// <summary>The way of the UDP packets, and the two tunnels.</summary>
    private static readonly PathCheckDefinition[] Underlay =
    [
        new(PathCause.UdpPortInUse, None, UnderlayChecks.PortInUse),
        new(PathCause.TunnelDown, None, UnderlayChecks.TunnelDown),
        new(PathCause.UnderlayLinkDown, None, UnderlayChecks.LinkDown),
        new(PathCause.UnderlayNoRoute, None, UnderlayChecks.NoRoute),
        new(PathCause.UnderlayRouteLoop, UnderlayChecks.RouteLoop),
        new(None, PathCause.TunnelHeldElsewhere, PeerChecks.HeldElsewhere),
        new(None, PathCause.FarTunnelMissing, PeerChecks.TunnelMissing),
        new(None, PathCause.UdpPortInUse, UnderlayChecks.PortInUse),
        new(None, PathCause.TunnelDown, UnderlayChecks.TunnelDown),
        new(None, PathCause.PortMismatch, PeerChecks.PortMismatch),
        new(None, PathCause.VniMismatch, PeerChecks.VniMismatch),
        new(PathCause.RemoteMismatch, PeerChecks.RemoteMismatch),
        new(None, PathCause.InnerProtocolMismatch, PeerChecks.InnerProtocolMismatch),
        new(PathCause.ChecksumMismatch, PeerChecks.ChecksumMismatch),
        new(None, PathCause.UnderlayLinkDown, UnderlayChecks.LinkDown),
        new(None, PathCause.UnderlayNoRoute, UnderlayChecks.NoRoute),
        new(PathCause.UnderlayLinkIsPort, UnderlayChecks.LinkIsPort),
        new(PathCause.StaticNeighborWrongMac, UnderlayChecks.NeighborWrongMac),
        new(PathCause.UnderlayNeighborFailed, UnderlayChecks.NeighborFailed),
        new(PathCause.RpFilterStrict, UnderlayChecks.RpFilter),
        new(PathCause.TrafficControlDrop, UnderlayChecks.Netem),
        new(PathCause.MtuTooLarge, UnderlayChecks.Mtu),
    ];

    /// <summary>The way of inner packets at one end.</summary>
    private static readonly PathCheckDefinition[] Overlay =
    [
        new(PathCause.NotAttached, OverlayChecks.NotAttached),
        new(PathCause.InnerLinkDown, OverlayChecks.LinkDown),
        new(PathCause.BridgeDown, BridgeChecks.BridgeDown),
        new(PathCause.TunnelNotPort, BridgeChecks.TunnelNotPort),
        new(PathCause.PortNotForwarding, BridgeChecks.PortNotForwarding),
        new(PathCause.BridgeFiltered, VlanChecks.Filtered),
        new(PathCause.VlanMismatch, VlanChecks.Mismatch),
        new(PathCause.PortLocked, BridgeChecks.PortLocked),
        new(PathCause.PortIsolated, BridgeChecks.PortIsolated),
        new(PathCause.PortFloodOff, BridgeChecks.PortFloodOff),
        new(PathCause.DuplicateInnerMac, OverlayChecks.DuplicateMac),
        new(PathCause.SourceElsewhere, None, OverlayChecks.SourceElsewhere),
        new(PathCause.IPv6Disabled, OverlayChecks.IPv6Disabled),
        new(PathCause.DuplicateInnerAddress, OverlayChecks.DuplicateAddress),
        new(PathCause.AddressMissing, OverlayChecks.AddressMissing),
        new(PathCause.AddressWrongDevice, OverlayChecks.AddressWrongDevice),
        new(PathCause.RouteAtBridgePort, OverlayChecks.RouteAtBridgePort),
        new(PathCause.InnerNoRoute, PathCause.NoReturnRoute, OverlayChecks.NoRoute),
        new(PathCause.RpFilterStrict, OverlayChecks.RpFilter),
        new(PathCause.ArpIgnored, OverlayChecks.ArpIgnored),
        new(PathCause.InnerRouteWrongDevice, PathCause.AsymmetricTunnel, OverlayChecks.RouteWrongDevice),
        new(PathCause.ForwardingOff, OverlayChecks.ForwardingOff),
        new(PathCause.StaticNeighborWrongMac, OverlayChecks.StaticNeighborWrongMac),
        new(PathCause.NoHairpin, BridgeChecks.NoHairpin),
        new(PathCause.FdbWrongPort, BridgeChecks.FdbWrongPort),
        new(PathCause.PortLearningOff, BridgeChecks.PortLearningOff),
        new(PathCause.BridgeNetfilterDrop, BridgeChecks.NetfilterDrop),
        new(None, PathCause.EchoIgnored, OverlayChecks.EchoIgnored),
    ];

    /// <summary>Runs all checks: the underlay of both ends, then the near overlay, then the far one.</summary>
    /// <param name="near">The near end.</param>
    /// <param name="far">The far end; null where it cannot be seen: its checks are then skipped.</param>
    public static List<PathCheck> Run(Endpoint near, Endpoint? far)
    {
        List<PathCheck> done = [];
        foreach (var check in Underlay)
        {
            RunAt(check, PathEnd.Near, near, done);
            RunAt(check, PathEnd.Far, far, done);
        }

        foreach (var check in Overlay)
            RunAt(check, PathEnd.Near, near, done);
        foreach (var check in Overlay)
            RunAt(check, PathEnd.Far, far, done);
        return done;
    }

    private static void RunAt(PathCheckDefinition check, PathEnd which, Endpoint? side, List<PathCheck> done)
    {
        var cause = check.CauseAt(which);
        if (cause == None)
            return;
        done.Add(side is not null ? ToCheck(cause, which, check.Look(side)) : new PathCheck
        {
            Cause = cause,
            End = which,
            Status = CheckStatus.Skipped,
            Sentence = "The far end cannot be seen from here.",
        });
    }

    public static PathCheck ToCheck(PathCause cause, PathEnd end, Finding? finding) => new()
    {
        Cause = cause,
        End = end,
        Status = finding is null ? CheckStatus.Passed : finding.IsSuspicion ? CheckStatus.Suspected : CheckStatus.Failed,
        Sentence = finding?.Sentence ?? "",
        Evidence = finding?.Evidence ?? new Dictionary<string, object?>(),
        Remedies = finding?.Remedies ?? [],
    };
}
