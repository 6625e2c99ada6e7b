using System.Net;
using GeneveNet.Packets;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Losses;

/// <summary>
/// Where kernel state shows nothing wrong, what the interfaces saw tells between which two of them a message was lost, and with
/// the counters of the kernel most often why.
/// </summary>
/// <param name="near">The near end.</param>
/// <param name="far">The far end; null where it cannot be seen.</param>
/// <param name="seen">What was seen.</param>
/// <param name="echoes">What became of the echo requests.</param>
/// <param name="isDeep">Whether the kernel was asked what it drops.</param>
internal sealed class PathLocalizer(
    Endpoint near, Endpoint? far, WatchReport seen, IReadOnlyList<EchoResult> echoes, bool isDeep = false)
{
    private const string ReversePathFilter = "TcpExt.IPReversePathFilter";
    private static readonly string[] ChecksumCounters = ["Udp.InCsumErrors", "Udp6InCsumErrors"];

    /// <summary>What at the far end can keep it from answering a question for a MAC address.</summary>
    private static readonly PathCause[] SilentToQuestions =
    [
        PathCause.FarTunnelMissing, PathCause.TunnelDown, PathCause.VniMismatch, PathCause.PortMismatch, PathCause.RemoteMismatch,
        PathCause.TunnelHeldElsewhere, PathCause.ChecksumMismatch, PathCause.UnderlayFirewallIn, PathCause.UnderlayFirewallOut,
        PathCause.UnderlayLost, PathCause.UnderlayNoRoute, PathCause.RpFilterStrict, PathCause.NoReturnRoute,
        PathCause.RouteAtBridgePort, PathCause.AddressMissing, PathCause.ArpIgnored, PathCause.BridgeDown, PathCause.TunnelNotPort,
        PathCause.PortNotForwarding, PathCause.NeighborFailed,
    ];

    /// <summary>What at the far end can keep it from answering echo requests.</summary>
    private static readonly PathCause[] SilentToEchoes =
    [
        PathCause.NoReturnRoute, PathCause.AsymmetricTunnel, PathCause.RpFilterStrict, PathCause.InnerFirewall, PathCause.EchoIgnored,
        PathCause.BridgeNetfilterDrop, PathCause.ForwardingOff, PathCause.StaticNeighborWrongMac, PathCause.AddressMissing,
    ];

    /// <summary>What can be behind a port that is closed.</summary>
    private static readonly PathCause[] Closed =
        [PathCause.FarTunnelMissing, PathCause.TunnelDown, PathCause.PortMismatch, PathCause.UnderlayFirewallIn];

    private readonly ProbeTrail _trail = new(seen.Sightings);
    private readonly LossExplainer _explainer = new(seen, isDeep);

    /// <summary>The cause, and causes that remain possible where the far end cannot be seen.</summary>
    public Loss Locate()
    {
        var refused = echoes.FirstOrDefault(static e => e.SendErrno != 0);
        if (refused is { SendErrno: Errno.NotPermitted or Errno.AccessDenied })
        {
            return _explainer.Explain(
                new LossPoint(near, NamespaceRole.Inner, LossStage.Out, false, false, false, Names(near.OutLink), echoes.Count),
                ProbeMessage.EchoRequest, PathCause.InnerFirewall,
                $"The kernel refuses to send echo requests {near.At(NamespaceRole.Inner)} (EPERM)");
        }

        if (refused is { SendErrno: Errno.NoBuffers } && LossExplainer.NeighborTableFull(near) is { } full)
            return full;
        if (refused is { SendErrno: Errno.MessageSize })
        {
            return Loss.At(PathCause.MtuTooLarge, near, Finding.Of(
                $"Packets of {refused.Size} bytes, which may not be fragmented, are more than the MTU of '{near.OutLink?.Name}' "
                + $"{near.At(NamespaceRole.Inner)} allows: the kernel refuses to send them (EMSGSIZE).",
                ("Size", refused.Size), ("LinkMtu", near.OutLink?.Mtu), ("RouteMtu", near.Out?.Mtu)));
        }

        // The first message that does not get through is the one to follow.
        var isAsking = !_trail.Passed(near, ProbeMessage.EchoRequest, TrailPoint.InnerOut);
        var (request, reply) = isAsking
            ? (ProbeMessage.NearAsks, ProbeMessage.NearIsAnswered)
            : (ProbeMessage.EchoRequest, ProbeMessage.EchoReply);
        if (isAsking && !_trail.Passed(near, request, TrailPoint.InnerOut))
        {
            if (LossExplainer.NeighborTableFull(near) is { } none)
                return none;
            var why = refused is null ? "" : $": the kernel refused with {Errno.NameOf(refused.SendErrno)}";
            return ExplainNothingLeft($"No probe left {near.At(NamespaceRole.Inner)}{why}", refused?.SendErrno ?? 0);
        }

        if (_trail.Follow(near, far, request) is { } lost)
            return Explain(near, far, request, lost);
        if (_trail.Follow(far, near, reply) is not { } missing)
            return ExplainNotDelivered(isAsking);
        return missing == TrailPoint.None && far is not null ? ExplainSilence(far, reply) : Explain(far, near, reply, missing);
    }

    /// <summary>Either the request itself is dropped before it can be seen, or the question for a MAC address that it waits for.</summary>
    private Loss ExplainNothingLeft(string what, int errno)
    {
        LossPoint point = new(near, NamespaceRole.Inner, LossStage.Out, false, false, false, Names(near.OutLink, near.In), 1);
        return _explainer.Explain(
            [(point, ProbeMessage.EchoRequest), (point with { IsNeighbor = true }, ProbeMessage.NearAsks)],
            PathCause.InnerFirewall, what, ("Errno", errno));
    }

    private Loss ExplainNotDelivered(bool isAsking)
    {
        var message = isAsking ? ProbeMessage.NearIsAnswered : ProbeMessage.EchoReply;
        var point = new LossPoint(
            near, NamespaceRole.Inner, LossStage.In, false, true, isAsking, Names(near.In),
            Math.Max(1, _trail.Count(near, message, TrailPoint.InnerIn)));
        var arrives = $"on '{near.In?.Name}' {near.At(NamespaceRole.Inner)}";
        if (!isAsking)
        {
            return _explainer.Explain(
                point, message, PathCause.InnerFirewall, $"Echo replies arrive {arrives} and do not reach the program");
        }

        if (near.OutLink is { } link && near.After[NamespaceRole.Inner].NeighborOf(link.Index, near.NextHop) is { IsUnresolved: false })
        {
            var place = near.At(NamespaceRole.Inner);
            return ExplainNothingLeft($"{near.NextHop} tells its MAC address, and no echo request leaves by '{link.Name}' {place}", 0);
        }

        var what = $"The answer to the ARP question for {near.NextHop} arrives {arrives}, and the kernel does not take it";
        return _explainer.TryExplain(point, message, PathCause.NeighborFailed, what)
            ?? Loss.At(PathCause.NeighborFailed, near, Finding.Of($"{what}.", ("Address", near.NextHop)));
    }

    private static string[] Names(params LinkState?[] links) => [.. links.OfType<LinkState>().Select(static link => link.Name).Distinct()];

    /// <summary>How many copies of a message were seen at a point and not at the next.</summary>
    private int Lost(Endpoint side, ProbeMessage message, TrailPoint last) =>
        Math.Max(1, _trail.Count(side, message, last) - _trail.Count(side, message, ProbeTrail.After(side, last)));

    private static bool IsNeighbor(ProbeMessage message) => message is not (ProbeMessage.EchoRequest or ProbeMessage.EchoReply);

    /// <summary>Explains why a message was seen at one point and not at the next.</summary>
    private Loss Explain(Endpoint? sender, Endpoint? receiver, ProbeMessage message, TrailPoint last) => last switch
    {
        TrailPoint.None when sender is not null => ExplainSilence(sender, message),
        TrailPoint.None => ExplainFarSilence(message),
        TrailPoint.InnerOut => ExplainInside(sender!, message, last, sender!.OutLink ?? sender.In, sender.Tunnel),
        TrailPoint.BridgeIn => ExplainInside(sender!, message, last, sender!.Attachment, sender.Tunnel),
        TrailPoint.TunnelOut => ExplainNotSent(sender!, message),
        TrailPoint.UnderlayOut => ExplainUnderway(receiver, message),
        TrailPoint.UnderlayIn => ExplainNotTaken(sender, receiver!, message),
        _ => ExplainInside(receiver!, message, last, receiver!.Tunnel, receiver.In),
    };

    private Loss ExplainInside(Endpoint side, ProbeMessage message, TrailPoint last, LinkState? from, LinkState? to)
    {
        if (FindReversePath(side, NamespaceRole.Tunnel, side.Inner, side.OtherInner, side.OverlayLink) is { } filtered)
            return filtered;
        var isFromOther = last is TrailPoint.TunnelIn or TrailPoint.BridgeOut;
        // A veth takes what was sent into it in the other namespace, and only then has it come in.
        var role = last is TrailPoint.InnerOut or TrailPoint.BridgeOut && side.IsApart ? NamespaceRole.Inner : NamespaceRole.Tunnel;
        var stage = side.IsApart || side.PathBridge is not null ? LossStage.Through : isFromOther ? LossStage.In : LossStage.Out;
        var links = Names(from, to, side.PathBridge, side.Tunnel, side.Attachment, side.In);
        var point = new LossPoint(side, role, stage, false, isFromOther, IsNeighbor(message), links, Lost(side, message, last));
        if (side.IsRouted)
        {
            return _explainer.Explain(
                point, message, PathCause.InnerFirewall,
                $"{Name(message)} come in by '{from?.Name}' {side.At()} and do not leave by '{to?.Name}'");
        }

        return _explainer.ExplainBridge(
            point, message,
            $"Bridge '{side.PathBridge?.Name}' {side.At()} takes {Name(message).ToLowerInvariant()} from '{from?.Name}' and does not pass "
            + $"them on to '{to?.Name}'");
    }

    /// <summary>Nothing leaves: the IP stack refused it, or what is behind that dropped it.</summary>
    private Loss ExplainNotSent(Endpoint sender, ProbeMessage message)
    {
        var (tunnel, settings) = (sender.Tunnel!, sender.Settings!);
        var after = sender.After.Tunnel.LinkOf(tunnel.Index);
        return _explainer.Explain(
            new LossPoint(
                sender, NamespaceRole.Underlay, LossStage.Out, true, false, false,
                Names(sender.UnderlayLink), Lost(sender, message, TrailPoint.TunnelOut)),
            message, PathCause.UnderlayFirewallOut,
            $"Tunnel '{tunnel.Name}' {sender.At()} takes the packets, and they never leave by '{sender.UnderlayLink?.Name}' "
            + $"to UDP port {settings.Port}",
            ("Tunnel", tunnel.Name), ("Dropped", after?.SendDropped - tunnel.SendDropped),
            ("Errors", after?.SendErrors - tunnel.SendErrors), ("Link", sender.UnderlayLink?.Name));
    }

    private Loss ExplainUnderway(Endpoint? receiver, ProbeMessage message)
    {
        var sender = receiver?.Other ?? near;
        if (UnderlayErrors.Explain(_trail, sender, receiver) is { } told)
            return new Loss(told, told.Cause == PathCause.FarPortClosed && far is null ? Possible(Closed) : []);
        if (receiver is null)
            return ExplainFarSilence(message);
        var (link, remote, port) = (sender.UnderlayLink?.Name, sender.Settings?.Remote, sender.Settings?.Port);
        return Loss.At(PathCause.UnderlayLost, receiver, Finding.Of(
            $"Geneve packets leave '{link}' {sender.At(NamespaceRole.Underlay)} for {remote} and do not arrive "
            + $"{receiver.At(NamespaceRole.Underlay)}: they are lost on the way between, "
            + $"where a firewall or router may drop UDP port {port}.",
            ("Link", link), ("Remote", remote), ("Port", port)));
    }

    private Loss ExplainNotTaken(Endpoint? sender, Endpoint receiver, ProbeMessage message)
    {
        var (tunnel, settings) = (receiver.Tunnel!, receiver.Settings!);
        if (FindForOtherHost(receiver, message, TrailPoint.UnderlayIn) is { } misled)
            return misled;
        var address = sender?.Settings?.Remote ?? receiver.UnderlaySource;
        if (FindReversePath(receiver, NamespaceRole.Underlay, address, receiver.ArrivedFrom, receiver.ArrivedBy) is { } filtered)
            return filtered;
        if (ChecksumCounters.Any(c => Grew(receiver, NamespaceRole.Underlay, c) > 0))
        {
            return Loss.At(PathCause.ChecksumMismatch, receiver, Finding.Of(
                "Geneve packets arrive with a wrong UDP checksum, or with none where one is needed, "
                + $"{receiver.At(NamespaceRole.Underlay)}.",
                ("Counter", "InCsumErrors")));
        }

        if (receiver.After.Tunnel.LinkOf(tunnel.Index)?.ReceiveFrameErrors > tunnel.ReceiveFrameErrors)
        {
            return Loss.At(PathCause.EcnMismatch, receiver, Finding.Of(
                $"Geneve packets arrive {receiver.At(NamespaceRole.Underlay)} marked for congestion (CE), their inner packets cannot "
                + $"carry that mark, and tunnel '{tunnel.Name}' drops them (RFC 6040). "
                + "Something on the way, or a rule at the sender, sets the mark.",
                ("Tunnel", tunnel.Name), ("Counter", "rx_frame_errors")));
        }

        // Where the far end cannot be seen, its address in the answers is all there is to go by.
        if (sender is null && receiver.ArrivedFrom is { } source && !source.Equals(settings.Remote))
        {
            return Loss.At(PathCause.RemoteMismatch, receiver, Finding.Of(
                $"Answers come from {source}, and tunnel '{tunnel.Name}' {receiver.At()} takes them from its remote "
                + $"{settings.Remote} only.",
                receiver.Cmdlet("Set-GeneveTunnel", (null, tunnel.Name), ("Remote", source)),
                ("Source", source), ("Remote", settings.Remote)));
        }

        var point = new LossPoint(
            receiver, NamespaceRole.Underlay, LossStage.In, true, true, false,
            Names(receiver.ArrivedBy, receiver.UnderlayLink), Lost(receiver, message, TrailPoint.UnderlayIn))
        {
            Passing = _trail.CountOuter(receiver, PacketDirection.In),
        };
        var what = $"Geneve packets to UDP port {settings.Port} arrive {receiver.At(NamespaceRole.Underlay)} and do not come out of "
            + $"tunnel '{tunnel.Name}'";
        (string, object?)[] evidence = [("Tunnel", tunnel.Name), ("Port", settings.Port)];
        if (_explainer.TryExplain(point, message, PathCause.UnderlayFirewallIn, what, evidence) is { } proven)
            return proven;
        if (sender?.Settings?.Remote is { } wanted && FindForeignAddress(sender, receiver, wanted) is { } foreign)
            return foreign;
        return sender is not null && UnderlayErrors.Explain(_trail, sender, receiver) is { } told
            ? new Loss(told, [])
            : _explainer.Explain(point, message, PathCause.UnderlayFirewallIn, what, evidence);
    }

    /// <summary>A request arrived and no answer left.</summary>
    private Loss ExplainSilence(Endpoint side, ProbeMessage reply)
    {
        if (FindReversePath(side, NamespaceRole.Inner, side.Inner, side.OtherInner, side.In) is { } filtered)
            return filtered;
        if (reply is ProbeMessage.NearIsAnswered or ProbeMessage.FarIsAnswered)
            return ExplainUnanswered(side, reply == ProbeMessage.NearIsAnswered ? ProbeMessage.NearAsks : ProbeMessage.FarAsks);
        if (FindForOtherHost(side, ProbeMessage.EchoRequest, TrailPoint.InnerIn) is { } misled)
            return misled;
        if (OverlayChecks.EchoIgnored(side) is { } ignored)
            return Loss.At(PathCause.EchoIgnored, side, ignored with { IsSuspicion = false });
        if (_trail.Find(reply, side.End, PacketDirection.Out) is { } astray)
        {
            return Loss.At(PathCause.AsymmetricTunnel, side, Finding.Of(
                $"The answer leaves by '{astray.Interface}' {side.At(NamespaceRole.Inner)} and not by {side.OverlayName}.",
                ("Link", astray.Interface)));
        }

        // It may be that it asks for our MAC address first, and is not answered.
        if (_trail.Saw(ProbeMessage.FarAsks))
        {
            if (_trail.Follow(side, side.Other, ProbeMessage.FarAsks) is { } lost and not TrailPoint.None)
                return Explain(side, side.Other, ProbeMessage.FarAsks, lost);
            if (!_trail.Saw(ProbeMessage.FarIsAnswered))
                return ExplainSilence(side.Other!, ProbeMessage.FarIsAnswered);
        }

        if (_trail.Find(ProbeMessage.InnerError) is { } error)
        {
            return Loss.At(PathCause.InnerUnreachable, side, Finding.Of(
                $"{error.ReporterValue} reports \"{error.Error}\" about the echo requests.",
                ("Reporter", error.ReporterValue), ("Error", error.Error)));
        }

        if (LossExplainer.NeighborTableFull(side) is { } full)
            return full;
        // Either the request is not taken, or the reply is not sent.
        var what = $"Echo requests arrive on '{side.In?.Name}' {side.At(NamespaceRole.Inner)} and are not answered";
        var request = new LossPoint(
            side, NamespaceRole.Inner, LossStage.In, false, true, false, Names(side.In),
            Math.Max(1, _trail.Count(side, ProbeMessage.EchoRequest, TrailPoint.InnerIn)));
        var answer = request with { Stage = LossStage.Out, IsFromOther = false, Links = Names(side.OutLink) };
        return _explainer.Explain(
            [(request, ProbeMessage.EchoRequest), (answer, ProbeMessage.EchoReply)], PathCause.InnerFirewall, what);
    }

    private Loss ExplainUnanswered(Endpoint side, ProbeMessage question)
    {
        var station = side.Station;
        var role = side.IsSwitched ? NamespaceRole.Inner : NamespaceRole.Tunnel;
        var what = $"The question who has {side.Other!.IntoNextHop ?? side.Inner} arrives on '{station?.Name}' {side.At(role)} "
            + "and is not answered";
        if (station?.NoArp == true)
        {
            return Loss.At(PathCause.NeighborFailed, side, Finding.Of(
                $"{what}: ARP is switched off for the link.",
                side.Program(role, "ip", (null, "link"), (null, "set"), (null, station.Name), (null, "arp"), (null, "on")),
                ("Link", station.Name), ("NoArp", true)));
        }

        if (LossExplainer.NeighborTableFull(side) is { } full)
            return full;
        var point = new LossPoint(
            side, role, LossStage.In, false, true, true, Names(station, side.In, side.Tunnel),
            Math.Max(1, _trail.Count(side, question, TrailPoint.InnerIn)));
        var answer = point with { Stage = LossStage.Out, IsFromOther = false };
        return _explainer.Explain([(point, question), (answer, question)], PathCause.NeighborFailed, what, ("Link", station?.Name));
    }

    /// <summary>All that can be said without the far end: how far it came, and what remains possible.</summary>
    private Loss ExplainFarSilence(ProbeMessage message)
    {
        var isAsking = message is ProbeMessage.NearAsks or ProbeMessage.NearIsAnswered;
        var (remote, port) = (near.Settings?.Remote, near.Settings?.Port);
        var way = $"'{near.UnderlayLink?.Name}' {near.At(NamespaceRole.Underlay)} as Geneve to {remote} port {port}";
        var yet = _trail.Saw(ProbeMessage.NearIsAnswered)
            ? ", though questions for the MAC address are answered: the tunnel itself works"
            : "";
        var finding = Finding.Of(
            isAsking
                ? $"The question who has {near.NextHop} leaves {way}, and nothing comes back. "
                    + "The cause is at the far end or on the way there."
                : $"Echo requests leave {way}, and no reply comes back{yet}.",
            ("Remote", remote), ("Port", port), ("Vni", near.Settings?.Vni));
        return Loss.At(PathCause.FarEndSilent, near, finding) with { Possible = Possible(isAsking ? SilentToQuestions : SilentToEchoes) };
    }

    private PossibleCause[] Possible(PathCause[] causes)
    {
        var test = Remedy.Of("Get-GeneveTunnel", ("Remote", near.UnderlaySource)) with
        {
            PipedTo = Remedy.Of("Test-GenevePath", ("Destination", near.Inner)),
        };
        return Array.ConvertAll(causes, cause => new PossibleCause(cause, test));
    }

    /// <summary>Packets arrive for an address that the far host does not have: it forwards or drops them.</summary>
    private static Loss? FindForeignAddress(Endpoint sender, Endpoint receiver, IPAddress remote) =>
        receiver.State.Underlay.AddressOf(remote) is not null || receiver.Ask(NamespaceRole.Underlay, new RouteQuestion(remote)).IsLocal
            ? null
            : Loss.At(PathCause.RemoteMismatch, sender, Finding.Of(
                $"Geneve packets for {remote} arrive {receiver.At(NamespaceRole.Underlay)}, which does not have that address: "
                + $"it sends from {receiver.UnderlaySource?.ToString() ?? "another"}.",
                receiver.State.Underlay.AddressOf(receiver.UnderlaySource) is null ? null
                    : sender.Cmdlet("Set-GeneveTunnel", (null, sender.Tunnel!.Name), ("Remote", receiver.UnderlaySource)),
                ("Remote", remote), ("Expected", receiver.UnderlaySource)));

    /// <summary>Frames that arrive with the MAC address of another host were sent by a neighbor entry that is wrong.</summary>
    private Loss? FindForOtherHost(Endpoint receiver, ProbeMessage message, TrailPoint point)
    {
        if (receiver.Other is not { } sender || !_trail.IsForOtherHost(receiver, message, point))
            return null;
        var isOuter = point == TrailPoint.UnderlayIn;
        var (role, link, hop) = isOuter
            ? (NamespaceRole.Underlay, sender.UnderlayLink, sender.UnderlayNextHop)
            : (sender.IntoRole, sender.IntoLink, sender.IntoNextHop);
        if (link is null || hop is null || sender.State[role].NeighborOf(link.Index, hop) is not { Mac: { } mac, IsStatic: false })
            return null;
        return Loss.At(PathCause.NeighborWrongMac, sender, Finding.Of(
            $"{(isOuter ? "Geneve packets" : Name(message))} arrive {receiver.At(isOuter ? role : NamespaceRole.Inner)} for the MAC "
            + $"address of another host, and the kernel drops them: the neighbor {hop} on '{link.Name}' {sender.At(role)} has {mac}.",
            sender.Cmdlet(role, "Clear-Neighbor", (null, hop), (null, link.Name)),
            ("Address", hop), ("Mac", mac), ("Link", link.Name)));
    }

    private static long Grew(Endpoint side, NamespaceRole role, string counter) => side.After[role].Growth(side.State[role], counter);

    /// <summary>Packets that reverse-path filtering drops, by the kernel's counter and its own answer; null where it drops none.</summary>
    private static Loss? FindReversePath(Endpoint side, NamespaceRole role, IPAddress? to, IPAddress? from, LinkState? link)
    {
        var growth = Grew(side, role, ReversePathFilter);
        return link is null || growth <= 0 || !side.FiltersReversePath(role, to, from, link) ? null
            : Loss.At(PathCause.RpFilterStrict, side, Finding.Of(
                $"The kernel dropped the packets by reverse-path filtering {side.At(role)}: "
                + $"they came in by '{link.Name}', and it would send answers by another link.",
                UnderlayChecks.LoosenReversePath(side, role, link),
                ("Counter", ReversePathFilter), ("Growth", growth), ("Link", link.Name)));
    }

    private static string Name(ProbeMessage message) => message switch
    {
        ProbeMessage.EchoRequest => "Echo requests",
        ProbeMessage.EchoReply => "Echo replies",
        ProbeMessage.NearAsks or ProbeMessage.FarAsks => "Questions for a MAC address",
        _ => "Answers with a MAC address",
    };
}
