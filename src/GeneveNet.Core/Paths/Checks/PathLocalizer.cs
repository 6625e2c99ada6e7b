using System.Net.Sockets;
using GeneveNet.Packets;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>
/// Where kernel state shows nothing wrong, what the interfaces saw tells between which two of them a message was lost, and with
/// the counters of the kernel most often why.
/// </summary>
/// <param name="near">The near end.</param>
/// <param name="far">The far end; null where it cannot be seen.</param>
/// <param name="sightings">What was seen.</param>
/// <param name="echoes">What became of the echo requests.</param>
internal sealed class PathLocalizer(Endpoint near, Endpoint? far, IReadOnlyList<Sighting> sightings, IReadOnlyList<EchoResult> echoes)
{
    private const string ReversePathFilter = "TcpExt.IPReversePathFilter";
    private static readonly string[] ChecksumCounters = ["Udp.InCsumErrors", "Udp6InCsumErrors"];

    /// <summary>The points a message passes from one end to the other, in order.</summary>
    private enum Point
    {
        None,
        InnerOut,
        BridgeIn,
        TunnelOut,
        UnderlayOut,
        UnderlayIn,
        TunnelIn,
        BridgeOut,
        InnerIn,
    }

    /// <summary>The cause, and causes that remain possible where the far end cannot be seen.</summary>
    public (PathCheck Check, IReadOnlyList<PossibleCause> Possible) Locate()
    {
        var refused = echoes.FirstOrDefault(static e => e.SendErrno != 0);
        if (refused is { SendErrno: Errno.NotPermitted or Errno.AccessDenied })
            return At(PathCause.InnerFirewall, near, FirewallFinding(near, "refuses to send echo requests (EPERM)", "OUTPUT"));
        if (refused is { SendErrno: Errno.MessageSize })
        {
            return At(PathCause.MtuTooLarge, near, Nothing(
                $"Packets of {refused.Size} bytes, which may not be fragmented, are more than the MTU of '{near.OutLink?.Name}' {near.At(NamespaceRole.Inner)} allows: the kernel refuses to send them (EMSGSIZE).",
                ("Size", refused.Size), ("LinkMtu", near.OutLink?.Mtu), ("RouteMtu", near.Out?.Mtu)));
        }

        // The first message that does not get through is the one to follow.
        var isAsking = !Passed(near, ProbeMessage.EchoRequest, Point.InnerOut);
        var (request, reply) = isAsking ? (ProbeMessage.NearAsks, ProbeMessage.NearIsAnswered) : (ProbeMessage.EchoRequest, ProbeMessage.EchoReply);
        if (isAsking && !Passed(near, request, Point.InnerOut))
            return At(PathCause.Unexplained, near, Nothing($"No probe left {near.At(NamespaceRole.Inner)}{(refused is null ? "" : $": the kernel refused with {Errno.NameOf(refused.SendErrno)}")}.", ("Errno", refused?.SendErrno ?? 0)));

        if (Follow(near, far, request) is { } lost)
            return Explain(near, far, request, lost);
        if (Follow(far, near, reply) is not { } missing)
        {
            return At(
                isAsking ? PathCause.NeighborFailed : PathCause.InnerFirewall, near,
                isAsking ? Nothing($"The answer to the ARP question for {near.NextHop} arrives on '{near.In?.Name}' {near.At(NamespaceRole.Inner)}, and the kernel does not take it.", ("Address", near.NextHop))
                : FirewallFinding(near, $"echo replies arrive on '{near.In?.Name}' and do not reach the program", "INPUT"));
        }

        if (missing == Point.None && far is not null)
            return ExplainSilence(far, reply);
        return Explain(far, near, reply, missing);
    }

    /// <summary>Follows a message.</summary>
    /// <returns>The last point where it was seen; null when it arrived, or as far as can be seen.</returns>
    private Point? Follow(Endpoint? sender, Endpoint? receiver, ProbeMessage message)
    {
        var last = Point.None;
        if (sender is not null)
        {
            foreach (var point in (ReadOnlySpan<Point>)[Point.InnerOut, Point.BridgeIn, Point.TunnelOut, Point.UnderlayOut])
            {
                if (!Exists(sender, point))
                    continue;
                if (!Passed(sender, message, point))
                    return last;
                last = point;
            }
        }

        if (receiver is null)
            return sightings.Any(s => s.Message == Answer(message)) ? null : last;
        foreach (var point in (ReadOnlySpan<Point>)[Point.UnderlayIn, Point.TunnelIn, Point.BridgeOut, Point.InnerIn])
        {
            if (!Exists(receiver, point))
                continue;
            if (!Passed(receiver, message, point))
                return last;
            last = point;
        }

        return null;
    }

    private static ProbeMessage Answer(ProbeMessage message) => message switch
    {
        ProbeMessage.NearAsks => ProbeMessage.NearIsAnswered,
        ProbeMessage.FarAsks => ProbeMessage.FarIsAnswered,
        _ => ProbeMessage.EchoReply,
    };

    private static bool Exists(Endpoint side, Point point) => point is not (Point.BridgeIn or Point.BridgeOut) || side.IsApart;

    private bool Passed(Endpoint side, ProbeMessage message, Point point)
    {
        var (role, link, direction, isOuter) = point switch
        {
            Point.InnerOut => (NamespaceRole.Inner, side.IsApart ? side.In?.Name : side.OutLink?.Name ?? side.In?.Name, PacketDirection.Out, false),
            Point.BridgeIn => (NamespaceRole.Tunnel, side.Attachment?.Name, PacketDirection.In, false),
            Point.TunnelOut => (NamespaceRole.Tunnel, side.Tunnel?.Name, PacketDirection.Out, false),
            Point.UnderlayOut => (NamespaceRole.Underlay, null, PacketDirection.Out, true),
            Point.UnderlayIn => (NamespaceRole.Underlay, null, PacketDirection.In, true),
            Point.TunnelIn => (NamespaceRole.Tunnel, side.Tunnel?.Name, PacketDirection.In, false),
            Point.BridgeOut => (NamespaceRole.Tunnel, side.Attachment?.Name, PacketDirection.Out, false),
            _ => (NamespaceRole.Inner, side.In?.Name, PacketDirection.In, false),
        };
        var place = side.State[role].Id;
        foreach (var seen in sightings)
        {
            if (seen.Message == message && seen.IsFar == (side.End == PathEnd.Far) && seen.IsEncapsulated == isOuter
                && seen.Direction == direction && seen.Place == place && (link is null || seen.Interface == link))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Explains why a message was seen at one point and not at the next.</summary>
    private (PathCheck, IReadOnlyList<PossibleCause>) Explain(Endpoint? sender, Endpoint? receiver, ProbeMessage message, Point last) => last switch
    {
        Point.None when sender is not null => ExplainSilence(sender, message),
        Point.None => ExplainFarSilence(message),
        Point.InnerOut or Point.BridgeIn => ExplainInside(sender!, message, $"'{(last == Point.InnerOut ? sender!.OutLink?.Name ?? sender.In?.Name : sender!.Attachment?.Name)}'", $"'{sender!.Tunnel?.Name}'"),
        Point.TunnelOut => ExplainNotSent(sender!),
        Point.UnderlayOut => ExplainUnderway(receiver, message),
        Point.UnderlayIn => ExplainNotTaken(sender, receiver!),
        _ => ExplainInside(receiver!, message, $"'{receiver!.Tunnel?.Name}'", $"'{receiver!.In?.Name}'"),
    };

    private static (PathCheck, IReadOnlyList<PossibleCause>) ExplainInside(Endpoint side, ProbeMessage message, string from, string to)
    {
        if (Grew(side, NamespaceRole.Tunnel, ReversePathFilter) > 0 && side.OverlayLink is { } link && side.FiltersReversePath(NamespaceRole.Tunnel, side.Inner, side.OtherInner, link))
            return At(PathCause.RpFilterStrict, side, ReversePath(side, NamespaceRole.Tunnel, link));
        var isIP = message is ProbeMessage.EchoRequest or ProbeMessage.EchoReply;
        if (side.IsRouted)
            return At(PathCause.InnerFirewall, side, FirewallFinding(side, $"packets come in by {from} and do not leave by {to}", "FORWARD"));
        return isIP && BridgeChecks.PassesFirewall(side)
            ? At(PathCause.BridgeNetfilterDrop, side, BridgeChecks.DescribeNetfilterDrop(side))
            : At(PathCause.BridgeFiltered, side, Nothing(
                $"Bridge '{side.PathBridge?.Name}' {side.At()} takes {Name(message)} from {from} and does not pass them on to {to}: look for VLAN settings, ebtables, nftables (family bridge) and tc.",
                ("Bridge", side.PathBridge?.Name), ("From", from), ("To", to)));
    }

    /// <summary>A firewall's drop is reported back to the tunnel, which counts it; what drops behind the IP stack is not.</summary>
    private static (PathCheck, IReadOnlyList<PossibleCause>) ExplainNotSent(Endpoint sender)
    {
        var after = sender.After.Tunnel.LinkOf(sender.Tunnel!.Index);
        var dropped = after?.SendDropped - sender.Tunnel.SendDropped;
        var errors = after?.SendErrors - sender.Tunnel.SendErrors;
        return At(PathCause.UnderlayFirewallOut, sender, Finding.Of(
            $"Tunnel '{sender.Tunnel.Name}' {sender.At()} takes the packets, and they never leave by '{sender.UnderlayLink?.Name}': "
            + (dropped > 0 || errors > 0
                ? $"a firewall drops UDP to port {sender.Settings!.Port} on the way out (OUTPUT or POSTROUTING)."
                : $"a firewall or traffic control (tc, egress) drops UDP to port {sender.Settings!.Port} on the way out."),
            AcceptUdp(sender, sender.Settings.IsOverIPv6, "OUTPUT", sender.Settings.Port),
            ("Tunnel", sender.Tunnel.Name), ("Dropped", dropped), ("Errors", errors), ("Link", sender.UnderlayLink?.Name)));
    }

    private (PathCheck, IReadOnlyList<PossibleCause>) ExplainUnderway(Endpoint? receiver, ProbeMessage message)
    {
        if (ErrorCheck(receiver) is { } told)
            return (told, told.Cause == PathCause.FarPortClosed && far is null ? Possible([PathCause.FarTunnelMissing, PathCause.TunnelDown, PathCause.PortMismatch, PathCause.UnderlayFirewallIn]) : []);
        if (receiver is null)
            return ExplainFarSilence(message);
        var sender = receiver.Other!;
        return At(PathCause.UnderlayLost, receiver, Nothing(
            $"Geneve packets leave '{sender.UnderlayLink?.Name}' {sender.At(NamespaceRole.Underlay)} for {sender.Settings?.Remote} and do not arrive {receiver.At(NamespaceRole.Underlay)}: they are lost on the way between, where a firewall or router may drop UDP port {sender.Settings?.Port}.",
            ("Link", sender.UnderlayLink?.Name), ("Remote", sender.Settings?.Remote), ("Port", sender.Settings?.Port)));
    }

    /// <summary>An ICMP error names the cause itself. What counts is one about packets of the end that sent; it comes back to that end.</summary>
    private PathCheck? ErrorCheck(Endpoint? receiver)
    {
        var sender = receiver?.Other ?? near;
        var isFar = sender.End == PathEnd.Far;
        var error = sightings.FirstOrDefault(s => s.Message == ProbeMessage.UnderlayError && s.IsFar == isFar && s.Direction == PacketDirection.In)
            ?? sightings.FirstOrDefault(s => s.Message == ProbeMessage.UnderlayError && s.IsFar != isFar && s.Direction == PacketDirection.Out);
        if (error is null || sender.Settings is not { } tunnel)
            return null;
        (string Name, object? Value)[] evidence = [("Reporter", error.Reporter), ("Error", error.Error), ("Mtu", error.ErrorMtu)];
        if (error.Error.StartsWith("time exceeded", StringComparison.Ordinal))
        {
            return Check(PathCause.TtlTooSmall, sender, Finding.Of(
                $"The outer TTL of tunnel '{sender.Tunnel!.Name}' {sender.At()} ({Ttl(tunnel)}) ends on the way, at {error.Reporter}.",
                sender.Cmdlet("Set-GeneveTunnel", (null, sender.Tunnel.Name), ("Ttl", 64)), evidence));
        }

        if (error.ErrorMtu is { } mtu)
        {
            return Check(PathCause.MtuTooLarge, sender, Finding.Of(
                $"{error.Reporter} reports that the Geneve packets are too large for the way on: {mtu} bytes fit there.",
                sender.Cmdlet("Set-Link", (null, sender.OverlayLink!.Name), ("Mtu", mtu - tunnel.Overhead)), evidence));
        }

        var isRemote = Equals(error.Reporter, tunnel.Remote);
        var isPort = error.Error is "port unreachable" or "unreachable port";
        if (isRemote && isPort && receiver is null)
            return Check(PathCause.FarPortClosed, sender, Finding.Of($"{error.Reporter} answers that nobody listens on UDP port {tunnel.Port} there: it has no tunnel on that port, or the tunnel is down, or a firewall rejects it.", [], evidence));
        // Only a firewall says "prohibited", and with a tunnel that is up, only a firewall says that its port is closed.
        if (isRemote && (isPort || error.Error.Contains("prohibited", StringComparison.Ordinal)))
        {
            return PathChecks.ToCheck(PathCause.UnderlayFirewallIn, receiver?.End ?? PathEnd.Far, Finding.Of(
                isPort
                    ? $"{error.Reporter} answers that nobody listens on UDP port {tunnel.Port}, though tunnel '{receiver!.Tunnel?.Name}' does: a firewall rejects it."
                    : $"{error.Reporter} reports \"{error.Error}\" about the Geneve packets: a firewall there rejects UDP port {tunnel.Port}.",
                receiver is null ? null : OpenPort(receiver, tunnel.Port), evidence));
        }

        return Check(PathCause.UnderlayUnreachable, sender, Finding.Of($"{error.Reporter} reports \"{error.Error}\" about the Geneve packets to {tunnel.Remote}.", [], evidence));
    }

    private (PathCheck, IReadOnlyList<PossibleCause>) ExplainNotTaken(Endpoint? sender, Endpoint receiver)
    {
        if (Grew(receiver, NamespaceRole.Underlay, ReversePathFilter) > 0 && receiver.ArrivedBy is { } link
            && receiver.FiltersReversePath(NamespaceRole.Underlay, sender?.Settings?.Remote ?? receiver.UnderlaySource, receiver.ArrivedFrom, link))
        {
            return At(PathCause.RpFilterStrict, receiver, ReversePath(receiver, NamespaceRole.Underlay, link));
        }

        if (ChecksumCounters.Any(c => Grew(receiver, NamespaceRole.Underlay, c) > 0))
        {
            return At(PathCause.ChecksumMismatch, receiver, Nothing(
                $"Geneve packets arrive with a wrong UDP checksum, or with none where one is needed, {receiver.At(NamespaceRole.Underlay)}.", ("Counter", "InCsumErrors")));
        }

        // Where the far end cannot be seen, its address in the answers is all there is to go by.
        if (sender is null && receiver.ArrivedFrom is { } source && !source.Equals(receiver.Settings?.Remote))
        {
            return At(PathCause.RemoteMismatch, receiver, Finding.Of(
                $"Answers come from {source}, and tunnel '{receiver.Tunnel!.Name}' {receiver.At()} takes them from its remote {receiver.Settings?.Remote} only.",
                receiver.Cmdlet("Set-GeneveTunnel", (null, receiver.Tunnel.Name), ("Remote", source)), ("Source", source), ("Remote", receiver.Settings?.Remote)));
        }

        if (sender is not null && ErrorCheck(receiver) is { } told)
            return (told, []);
        return At(PathCause.UnderlayFirewallIn, receiver, Finding.Of(
            $"Geneve packets arrive {receiver.At(NamespaceRole.Underlay)} and do not come out of tunnel '{receiver.Tunnel!.Name}': a firewall drops UDP to port {receiver.Settings!.Port} on the way in (PREROUTING or INPUT).",
            OpenPort(receiver, receiver.Settings.Port),
            ("Tunnel", receiver.Tunnel.Name), ("Port", receiver.Settings.Port)));
    }

    private static Remedy OpenPort(Endpoint receiver, int port) =>
        AcceptUdp(receiver, receiver.UnderlaySource?.AddressFamily == AddressFamily.InterNetworkV6, "INPUT", port);

    private static Remedy AcceptUdp(Endpoint side, bool isV6, string chain, int port) => side.Program(
        NamespaceRole.Underlay, Iptables(isV6), ("-I", chain), ("-p", "udp"), ("--dport", port), ("-j", "ACCEPT"));

    private static string Iptables(bool isV6) => isV6 ? "ip6tables" : "iptables";

    /// <summary>A request arrived and no answer left.</summary>
    private (PathCheck, IReadOnlyList<PossibleCause>) ExplainSilence(Endpoint side, ProbeMessage reply)
    {
        if (Grew(side, NamespaceRole.Inner, ReversePathFilter) > 0 && side.In is { } link && side.FiltersReversePath(NamespaceRole.Inner, side.Inner, side.OtherInner, link))
            return At(PathCause.RpFilterStrict, side, ReversePath(side, NamespaceRole.Inner, link));
        if (reply is ProbeMessage.NearIsAnswered or ProbeMessage.FarIsAnswered)
        {
            var station = side.Station;
            return At(PathCause.NeighborFailed, side, Finding.Of(
                $"The question who has {side.Other!.IntoNextHop ?? side.Inner} arrives on '{station?.Name}' {side.At(NamespaceRole.Inner)} and is not answered: {(station?.NoArp == true ? "ARP is switched off for the link" : "arptables, nftables (family arp) or tc may drop it")}.",
                station?.NoArp == true
                    ? side.Program(
                        side.IsSwitched ? NamespaceRole.Inner : NamespaceRole.Tunnel,
                        "ip", (null, "link"), (null, "set"), (null, station.Name), (null, "arp"), (null, "on"))
                    : null,
                ("Link", station?.Name), ("NoArp", station?.NoArp)));
        }

        if (OverlayChecks.EchoIgnored(side) is { } ignored)
            return At(PathCause.EchoIgnored, side, ignored with { IsSuspicion = false });
        if (sightings.FirstOrDefault(s => s.Message == reply && s.IsFar == (side.End == PathEnd.Far) && s.Direction == PacketDirection.Out) is { } astray)
        {
            return At(PathCause.AsymmetricTunnel, side, Nothing(
                $"The answer leaves by '{astray.Interface}' {side.At(NamespaceRole.Inner)} and not by {side.OverlayName}.", ("Link", astray.Interface)));
        }

        // It may be that it asks for our MAC address first, and is not answered.
        if (sightings.Any(static s => s.Message == ProbeMessage.FarAsks) && Follow(side, side.Other, ProbeMessage.FarAsks) is { } lost and not Point.None)
            return Explain(side, side.Other, ProbeMessage.FarAsks, lost);
        if (sightings.Any(static s => s.Message == ProbeMessage.FarAsks) && !sightings.Any(static s => s.Message == ProbeMessage.FarIsAnswered))
            return ExplainSilence(side.Other!, ProbeMessage.FarIsAnswered);
        if (sightings.FirstOrDefault(static s => s.Message == ProbeMessage.InnerError) is { } error)
        {
            return At(PathCause.InnerUnreachable, side, Nothing(
                $"{error.Reporter} reports \"{error.Error}\" about the echo requests.", ("Reporter", error.Reporter), ("Error", error.Error)));
        }

        return At(PathCause.InnerFirewall, side, FirewallFinding(side, $"echo requests arrive on '{side.In?.Name}' and are not answered", "INPUT"));
    }

    /// <summary>All that can be said without the far end: how far it came, and what remains possible.</summary>
    private (PathCheck, IReadOnlyList<PossibleCause>) ExplainFarSilence(ProbeMessage message)
    {
        var isAsking = message is ProbeMessage.NearAsks or ProbeMessage.NearIsAnswered;
        PathCause[] possible = isAsking
            ? [
                PathCause.FarTunnelMissing, PathCause.TunnelDown, PathCause.VniMismatch, PathCause.PortMismatch, PathCause.RemoteMismatch,
                PathCause.TunnelHeldElsewhere, PathCause.ChecksumMismatch, PathCause.UnderlayFirewallIn, PathCause.UnderlayFirewallOut, PathCause.UnderlayLost, PathCause.UnderlayNoRoute,
                PathCause.RpFilterStrict, PathCause.NoReturnRoute, PathCause.RouteAtBridgePort, PathCause.AddressMissing, PathCause.ArpIgnored,
                PathCause.BridgeDown, PathCause.TunnelNotPort, PathCause.PortNotForwarding, PathCause.NeighborFailed,
            ]
            : [
                PathCause.NoReturnRoute, PathCause.AsymmetricTunnel, PathCause.RpFilterStrict, PathCause.InnerFirewall, PathCause.EchoIgnored,
                PathCause.BridgeNetfilterDrop, PathCause.ForwardingOff, PathCause.StaticNeighborWrongMac, PathCause.AddressMissing,
            ];
        return (
            Check(PathCause.FarEndSilent, near, Nothing(
                isAsking
                    ? $"The question who has {near.NextHop} leaves '{near.UnderlayLink?.Name}' {near.At(NamespaceRole.Underlay)} as Geneve to {near.Settings?.Remote} port {near.Settings?.Port}, and nothing comes back. The cause is at the far end or on the way there."
                    : $"Echo requests leave '{near.UnderlayLink?.Name}' {near.At(NamespaceRole.Underlay)} as Geneve to {near.Settings?.Remote} port {near.Settings?.Port}, and no reply comes back{(sightings.Any(static s => s.Message == ProbeMessage.NearIsAnswered) ? ", though questions for the MAC address are answered: the tunnel itself works" : "")}.",
                ("Remote", near.Settings?.Remote), ("Port", near.Settings?.Port), ("Vni", near.Settings?.Vni))),
            Possible(possible));
    }

    private PossibleCause[] Possible(PathCause[] causes)
    {
        var test = Remedy.Of("Get-GeneveTunnel", ("Remote", near.UnderlaySource)) with
        {
            PipedTo = Remedy.Of("Test-GenevePath", ("Destination", near.Inner)),
        };
        return Array.ConvertAll(causes, cause => new PossibleCause(cause, test));
    }

    private static long Grew(Endpoint side, NamespaceRole role, string counter) => side.After[role].Growth(side.State[role], counter);

    private static Finding ReversePath(Endpoint side, NamespaceRole role, LinkState link) => Finding.Of(
        $"The kernel dropped the packets by reverse-path filtering {side.At(role)}: they came in by '{link.Name}', and it would send answers by another link.",
        UnderlayChecks.LoosenReversePath(side, role, link),
        ("Counter", ReversePathFilter), ("Growth", Grew(side, role, ReversePathFilter)), ("Link", link.Name));

    private static Finding FirewallFinding(Endpoint side, string what, string chain)
    {
        var isV6 = side.OtherInner?.AddressFamily == AddressFamily.InterNetworkV6;
        var role = chain == "FORWARD" ? NamespaceRole.Tunnel : NamespaceRole.Inner;
        return Finding.Of(
            $"A firewall drops the inner packets {side.At(role)}: {what}.",
            side.Program(role, Iptables(isV6), ("-I", chain), ("-p", isV6 ? "ipv6-icmp" : "icmp"), ("-j", "ACCEPT")),
            ("Chain", chain));
    }

    private static string Ttl(TunnelState tunnel) => tunnel.TtlInherit ? "inherited from the inner packet" : tunnel.Ttl.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Name(ProbeMessage message) => message switch
    {
        ProbeMessage.EchoRequest => "echo requests",
        ProbeMessage.EchoReply => "echo replies",
        ProbeMessage.NearAsks or ProbeMessage.FarAsks => "questions for a MAC address",
        _ => "answers with a MAC address",
    };

    private static Finding Nothing(string sentence, params ReadOnlySpan<(string Name, object? Value)> evidence) => Finding.Of(sentence, [], evidence);

    private static PathCheck Check(PathCause cause, Endpoint side, Finding finding) => PathChecks.ToCheck(cause, side.End, finding);

    private static (PathCheck, IReadOnlyList<PossibleCause>) At(PathCause cause, Endpoint side, Finding finding) => (Check(cause, side, finding), []);
}
