using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GeneveNet.Packets;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths;

/// <summary>
/// Tests a path and says why it does not work. It reads the state of both ends, asks the kernel's own routing, sends a few
/// probes, and watches them on every interface. It changes nothing.
/// </summary>
/// <param name="near">The end the probes start from.</param>
/// <param name="far">The other end; null where it cannot be seen from here.</param>
/// <param name="location">Where the near end is.</param>
/// <param name="options">How to test.</param>
/// <param name="progress">Is told what is done, as a phrase, and how much of it is done, in percent; or null.</param>
/// <param name="cancellation">Ends every wait at once.</param>
public sealed class PathTester(
    IEndpointSite near,
    IEndpointSite? far,
    LocalLocation location,
    PathOptions options,
    Action<string, int>? progress = null,
    CancellationToken cancellation = default)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TentativeWait = TimeSpan.FromMilliseconds(250);
    private const int TentativeAttempts = 12;
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(60);

    /// <summary>Both ends, before anything was sent.</summary>
    private sealed record Ends(Endpoint Near, Endpoint? Far, IReadOnlyList<string> Notes)
    {
        /// <summary>The size of a packet that fills the near end's MTU.</summary>
        public int FullSize => Math.Min(Near.Out?.Mtu ?? int.MaxValue, Near.OutLink?.Mtu ?? 0);
    }

    /// <summary>What the probes found: what became of them, where they were seen, and the largest packet that passed.</summary>
    private sealed record Findings(IReadOnlyList<EchoResult> Echoes, IReadOnlyList<Sighting> Sightings, int? OverlayMtu)
    {
        public static Findings None { get; } = new([], [], null);

        public int Received { get; } = Echoes.Count(static e => e.RoundTrip is not null);
    }

    /// <summary>What is concluded: the first cause, or null, and every check.</summary>
    private sealed record Conclusion(PathCheck? Cause, List<PathCheck> Checks)
    {
        public IReadOnlyList<PossibleCause> Possible { get; init; } = [];
        public bool IsMtuTooLarge { get; init; }
        public string? Note { get; init; }
    }

    /// <summary>Tests the path.</summary>
    /// <exception cref="NetworkException">There is no such tunnel, or it is external, or its namespace cannot be entered.</exception>
    public PathVerdict Test()
    {
        var clock = Stopwatch.StartNew();
        var ends = Prepare();
        Findings? findings = null;
        try
        {
            if (!options.IsStatic && ends.Near.OtherInner is not null)
                findings = Watch(ends, prober => Probe(ends, prober));
        }
        catch (NetworkException refusal) when (refusal.Kind == FailureKind.PermissionDenied)
        {
            ends = ends with { Notes = [.. ends.Notes, $"No probe was sent, kernel state alone was looked at. {refusal.Message}"] };
        }

        progress?.Invoke("Drawing conclusions", 90);
        if (findings is not null)
            Refresh(ends, findings.Sightings);
        return Judge(ends, findings, clock);
    }

    /// <summary>Sends one question for a MAC address and one echo request, and tells where they were seen.</summary>
    /// <returns>The verdict, with the sightings of the probe, and what the ends looked like.</returns>
    /// <exception cref="NetworkException">As for <see cref="Test"/>; or CAP_NET_RAW is missing.</exception>
    public PathTrace Trace()
    {
        var clock = Stopwatch.StartNew();
        var ends = Prepare();
        if (ends.Near.OtherInner is null)
            throw NoDestination(ends.Near);
        var findings = Watch(ends, prober => (Echo(ends.Near, prober, 1), null));
        Refresh(ends, findings.Sightings);
        return new PathTrace(Judge(ends, findings, clock), ends.Near.After, ends.Far?.After);
    }

    private static NetworkException NoDestination(Endpoint near) => new(
        FailureKind.InvalidArgument,
        $"Nothing tells which inner address is behind tunnel '{near.Tunnel!.Name}': name the destination.")
    { Id = "DestinationUnknown" };

    /// <summary>Reads both ends and asks the questions that need no probe.</summary>
    private Ends Prepare()
    {
        var ends = Read();
        // IPv6 does not use an address before it knows that nobody else has it; a path that was just made is not accused for it.
        for (var attempt = 0; attempt < TentativeAttempts && (IsTentative(ends.Near) || IsTentative(ends.Far)); attempt++)
        {
            progress?.Invoke("Waiting for duplicate address detection", 20);
            cancellation.WaitHandle.WaitOne(TentativeWait);
            cancellation.ThrowIfCancellationRequested();
            ends = Read();
        }

        return ends;
    }

    private static bool IsTentative(Endpoint? side) => side?.State.Inner.AddressOf(side.Inner) is { IsTentative: true, IsDuplicate: false };

    private Ends Read()
    {
        progress?.Invoke("Reading kernel state", 10);
        List<string> notes = [];
        var here = new Endpoint(PathEnd.Near, near.Read(null), near.Ask);
        RequirePath(here);
        if (here.State.IsUnderlayGuessed)
        {
            notes.Add($"Several namespaces can be the underlay of '{here.Tunnel!.Name}'; {here.State.Underlay} is taken for it. "
                + "Name the underlay's namespace to choose another.");
        }

        Endpoint? there = null;
        if (far is not null)
            here.Other = there = new Endpoint(PathEnd.Far, far.Read(Hint(here)), far.Ask) { Other = here };

        var destination = options.Destination ?? PathPlanner.FindDestination(here, there);
        here.Resolve(options.Source, destination);
        there?.Resolve(destination, here.Inner);
        if (destination is null)
            notes.Add($"{NoDestination(here).Message} Only the underlay was looked at.");
        return new Ends(here, there, notes);
    }

    private void RequirePath(Endpoint here)
    {
        if (here.Tunnel is not { } link)
        {
            throw new NetworkException(
                FailureKind.NotFound, $"There is no link named '{location.TunnelName}' {here.At()}.") { Id = "LinkNotFound" };
        }

        if (here.Settings is not { } tunnel)
        {
            throw new NetworkException(
                FailureKind.InvalidArgument, $"Link '{link.Name}' is not a Geneve tunnel; its kind is '{link.Kind}'.") { Id = "NotATunnel" };
        }

        if (tunnel.External)
        {
            throw new NetworkException(
                FailureKind.InvalidArgument,
                $"Tunnel '{link.Name}' is external: each packet brings its own remote and VNI, so it has no path of its own to test.")
            { Id = "ExternalTunnel" };
        }
    }

    private static EndHint Hint(Endpoint here) => new(here.Settings!.Vni, here.Settings.Port, here.Settings.Remote, here.UnderlaySource);

    /// <summary>Reads both ends again, to see what the probes left in counters and tables.</summary>
    private void Refresh(Ends ends, IReadOnlyList<Sighting> sightings)
    {
        var (here, there, _) = ends;
        here.After = near.Read(null, withFirewall: BridgeChecks.PassesFirewall(here));
        here.AnsweredMac = AnsweredMacs(here, sightings) is [var one] ? one : null;
        SetArrival(here, sightings, ProbeMessage.NearIsAnswered, ProbeMessage.EchoReply, ProbeMessage.FarAsks);
        if (far is null || there is null)
            return;
        there.After = far.Read(Hint(here), withFirewall: BridgeChecks.PassesFirewall(there));
        there.AnsweredMac = sightings
            .FirstOrDefault(static s => s is { Message: ProbeMessage.FarIsAnswered, IsFar: true, AnsweredMac: not null })?.AnsweredMac;
        SetArrival(there, sightings, ProbeMessage.NearAsks, ProbeMessage.EchoRequest, ProbeMessage.FarIsAnswered);
    }

    /// <summary>A packet is seen at each link it comes up by (a VLAN's, a bond's); the last is the one the kernel routes by.</summary>
    private static void SetArrival(Endpoint side, IReadOnlyList<Sighting> sightings, params ReadOnlySpan<ProbeMessage> messages)
    {
        for (var i = sightings.Count - 1; i >= 0 && side.ArrivedFrom is null; i--)
        {
            var seen = sightings[i];
            var isArrival = seen is { IsEncapsulated: true, Direction: PacketDirection.In };
            var isHere = seen.IsFar == (side.End == PathEnd.Far) && seen.Place == side.State.Underlay.Id;
            if (!isArrival || !isHere || !messages.Contains(seen.Message))
                continue;
            side.ArrivedFrom = seen.OuterSource;
            side.ArrivedBy = side.State.Underlay.LinkOf(seen.Interface);
        }
    }

    /// <summary>Sends echo requests, and where any come back, tries the MTU.</summary>
    private (IReadOnlyList<EchoResult> Echoes, int? OverlayMtu) Probe(Ends ends, EchoProber prober)
    {
        var echoes = Echo(ends.Near, prober, options.Count);
        if (echoes.Any(static e => e.RoundTrip is not null))
            return (echoes, ProbeMtu(ends, prober, echoes, options.Size));
        if (options.Size <= PathOptions.DefaultSize || echoes.Any(static e => e.SendErrno != 0))
            return (echoes, null);
        var small = prober.Run(2, PathOptions.DefaultSize, Interval, options.Timeout, cancellation);
        var areOnlyLargeLost = small.Any(static e => e.RoundTrip is not null);
        return (echoes, areOnlyLargeLost ? ProbeMtu(ends, prober, small, PathOptions.DefaultSize) : null);
    }

    private Findings Watch(Ends ends, Func<EchoProber, (IReadOnlyList<EchoResult> Echoes, int? OverlayMtu)> probe)
    {
        var (here, tunnel, target) = (ends.Near, ends.Near.Settings!, ends.Near.OtherInner!);
        var identity = new ProbeIdentity(
            here.Inner ?? IPAddress.Any, target, here.IntoNextHop ?? target, (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue),
            tunnel.Port, tunnel.Vni, here.UnderlaySource, tunnel.Remote);
        List<Sighting> seen = [];
        IReadOnlyList<EchoResult> echoes;
        int? overlayMtu;
        try
        {
            near.Watch(identity);
            far?.Watch(identity);
            using var prober = new EchoProber(location.InnerPlace, options.Source, identity.Destination, identity.EchoId);
            (echoes, overlayMtu) = probe(prober);
        }
        finally
        {
            seen.AddRange(near.StopWatching());
            foreach (var one in far?.StopWatching() ?? [])
                seen.Add(one with { IsFar = true });
        }

        seen.Sort(static (a, b) => a.Nanoseconds.CompareTo(b.Nanoseconds));
        return new Findings(echoes, seen, overlayMtu);
    }

    private IReadOnlyList<EchoResult> Echo(Endpoint here, EchoProber prober, int count)
    {
        progress?.Invoke($"Sending {count} echo requests to {here.OtherInner}", 40);
        AskForMac(here);
        return prober.Run(count, options.Size, Interval, options.Timeout, cancellation);
    }

    /// <summary>
    /// Where the kernel knows the MAC address already, or has just given up on it, it would not ask; the question is asked all the
    /// same, since the answer tells whether the address is right, and whether one station alone has it.
    /// </summary>
    private void AskForMac(Endpoint here)
    {
        if (here.Out is not { Leaves: true } || here.OutLink is not { Works: true, NoArp: false, Mac: { } mac } link)
            return;
        if (here.Inner is not { } source || here.NextHop is not { } hop || hop.AddressFamily != source.AddressFamily)
            return;
        if (here.State.Inner.NeighborOf(link.Index, hop) is null)
            return;
        NeighborProbe.Send(location.InnerPlace, link.Index, mac, source, hop);
        cancellation.WaitHandle.WaitOne(AnswerPatience);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Sends one packet of the full MTU; where it is lost, finds the largest that is not. Lost with a message that tells the right
    /// size is how path MTU discovery works; lost without one is a black hole.
    /// </summary>
    private int? ProbeMtu(Ends ends, EchoProber prober, IReadOnlyList<EchoResult> passed, int works)
    {
        var tooLarge = ends.FullSize;
        if (tooLarge <= works)
            return null;
        progress?.Invoke($"Sending a packet of {tooLarge} bytes", 70);
        var slowest = passed.Max(static e => e.RoundTrip?.TotalMilliseconds ?? 0);
        var patience = TimeSpan.FromMilliseconds(Math.Min(Math.Max(4 * slowest, 150), options.Timeout.TotalMilliseconds));
        if (Passes(tooLarge))
            return tooLarge;
        while (tooLarge - works > 1)
        {
            var half = (works + tooLarge) / 2;
            if (Passes(half))
                works = half;
            else
                tooLarge = half;
        }

        return works;

        // A lost packet may be lost by chance, so each size has a second try.
        bool Passes(int size) => prober.Run(1, size, patience, patience, cancellation)[0].RoundTrip is not null
            || prober.Run(1, size, patience, patience, cancellation)[0].RoundTrip is not null;
    }

    private PathVerdict Judge(Ends ends, Findings? findings, Stopwatch clock)
    {
        var (here, there, notes) = ends;
        var conclusion = Conclude(ends, findings);
        var (cause, checks) = conclusion;
        var (echoes, sightings, overlayMtu) = findings ?? Findings.None;
        var times = echoes.Where(static e => e.RoundTrip is not null).Select(static e => e.RoundTrip!.Value).ToList();
        var tunnel = here.Settings!;
        return new PathVerdict
        {
            Name = here.Tunnel!.Name,
            Namespace = location.Tunnel,
            Vni = tunnel.Vni,
            Remote = tunnel.Remote,
            Port = tunnel.Port,
            Source = here.Inner,
            Destination = here.OtherInner,
            Passed = cause is null,
            Mode = findings is null ? PathTestMode.State : PathTestMode.Probes,
            Cause = cause?.Cause ?? PathCause.None,
            End = cause?.End,
            Sentence = cause?.Sentence ?? "",
            Evidence = cause?.Evidence ?? new Dictionary<string, object?>(),
            Remedies = cause?.Remedies ?? [],
            RemedyHost = cause?.End == PathEnd.Far ? there?.State.Tunnel.Host : null,
            PossibleCauses = conclusion.Possible,
            Checks = checks,
            Notes = conclusion.Note is null ? notes : [.. notes, conclusion.Note],
            Sent = echoes.Count,
            Received = times.Count,
            RttMin = times.Count == 0 ? null : times.Min(),
            RttAvg = times.Count == 0 ? null : TimeSpan.FromTicks((long)times.Average(static t => t.Ticks)),
            RttMax = times.Count == 0 ? null : times.Max(),
            OverlayMtu = overlayMtu,
            UnderlayMtu = conclusion.IsMtuTooLarge ? overlayMtu + tunnel.Overhead : here.UnderlayRoute?.Mtu ?? here.UnderlayLink?.Mtu,
            Sightings = sightings,
            Duration = clock.Elapsed,
        };
    }

    private Conclusion Conclude(Ends ends, Findings? findings)
    {
        var (here, there, _) = ends;
        var checks = PathChecks.Run(here, there);
        var failed = checks.Find(static c => c.Status == CheckStatus.Failed);
        if (findings is null)
            return new Conclusion(failed, checks);
        var (echoes, sightings, overlayMtu) = findings;
        if (findings.Received == 0 && overlayMtu is null)
        {
            if ((failed ?? DuplicateCheck(here, sightings)) is { } known)
                return new Conclusion(known, checks);
            var (cause, possible) = new PathLocalizer(here, there, sightings, echoes).Locate();
            return new Conclusion(cause, With(checks, cause)) { Possible = possible };
        }

        if (!PassedTunnel(here, sightings))
        {
            // An answer that came another way says nothing good of the tunnel.
            var cause = failed ?? Unexplained(
                $"{here.OtherInner} answers, but requests and replies do not both pass tunnel '{here.Tunnel!.Name}' {here.At()}.");
            return new Conclusion(cause, With(checks, cause));
        }

        return ConcludeAnswered(ends, findings, checks);
    }

    /// <summary>What works is not accused: it can break the path, and did not. What is left is who answers, and how much passes.</summary>
    private Conclusion ConcludeAnswered(Ends ends, Findings findings, List<PathCheck> checks)
    {
        var suspected = checks.ConvertAll(static c => c.Status == CheckStatus.Failed ? c with { Status = CheckStatus.Suspected } : c);
        var (tooLarge, note) = JudgeMtu(ends, findings);
        var cause = DuplicateCheck(ends.Near, findings.Sightings) ?? tooLarge;
        if (findings.Received == 0)
        {
            cause ??= Unexplained(
                $"All {findings.Echoes.Count} packets of {options.Size} bytes were lost, and later ones pass: "
                + "packets are lost now and then.");
        }

        var all = cause is null ? suspected : With(suspected, cause);
        return new Conclusion(cause, all) { IsMtuTooLarge = tooLarge is not null, Note = note };
    }

    private static PathCheck Unexplained(string sentence) =>
        PathChecks.ToCheck(PathCause.Unexplained, PathEnd.Near, Finding.Of(sentence, []));

    private static bool PassedTunnel(Endpoint here, IReadOnlyList<Sighting> sightings)
    {
        return Saw(ProbeMessage.EchoRequest, PacketDirection.Out) && Saw(ProbeMessage.EchoReply, PacketDirection.In);

        bool Saw(ProbeMessage message, PacketDirection direction) => sightings.Any(
            s => s.Message == message && s.Direction == direction && IsAtTunnel(s));

        bool IsAtTunnel(Sighting seen) =>
            !seen.IsFar && seen.Place == here.State.Tunnel.Id && seen.Interface == here.Tunnel!.Name;
    }

    /// <summary>Two stations that answer for one address make a path work by chance.</summary>
    private static PathCheck? DuplicateCheck(Endpoint here, IReadOnlyList<Sighting> sightings)
    {
        var macs = AnsweredMacs(here, sightings);
        return macs.Count < 2 ? null : PathChecks.ToCheck(PathCause.DuplicateInnerAddress, PathEnd.Far, Finding.Of(
            $"{macs.Count} stations answer for the inner address {here.NextHop}: {string.Join(" and ", macs)}. "
            + "Which of them gets the packets is a matter of chance.",
            [],
            ("Address", here.NextHop), ("Macs", macs)));
    }

    private static List<MacAddress> AnsweredMacs(Endpoint here, IReadOnlyList<Sighting> sightings)
    {
        List<MacAddress> macs = [];
        foreach (var seen in sightings)
        {
            if (seen is not { Message: ProbeMessage.NearIsAnswered, IsFar: false, IsEncapsulated: false, AnsweredMac: { } mac })
                continue;
            var isThere = seen.Place == here.State.Inner.Id && seen.Interface == here.OutLink?.Name;
            if (isThere && seen.Direction == PacketDirection.In && !macs.Contains(mac))
                macs.Add(mac);
        }

        return macs;
    }

    /// <returns>The check, where packets of the MTU vanish; a note, where senders are told that they are too large.</returns>
    private static (PathCheck? TooLarge, string? Note) JudgeMtu(Ends ends, Findings findings)
    {
        var full = ends.FullSize;
        if (findings.OverlayMtu is not { } mtu || mtu >= full)
            return (null, null);
        var isTold = findings.Sightings.Any(static s => s.ErrorMtu is not null);
        var link = ends.Near.OutLink!.Name;
        // Whoever asked for a size wants to know whether that passes.
        if (isTold && findings.Received > 0)
        {
            return (null, $"Packets of more than {mtu} bytes do not pass, and the senders are told so (path MTU discovery). "
                + $"An MTU of {mtu} on '{link}' saves them the detour.");
        }

        var overhead = ends.Near.Settings!.Overhead;
        return (PathChecks.ToCheck(PathCause.MtuTooLarge, PathEnd.Near, Finding.Of(
            $"Packets of up to {mtu} bytes pass; larger ones, which the MTU of '{link}' ({full}) allows, "
            + $"{(isTold ? "are reported as too large" : "vanish without a message")}: "
            + $"with {overhead} bytes of encapsulation the underlay carries {mtu + overhead}.",
            ends.Near.Cmdlet(NamespaceRole.Inner, "Set-Link", (null, link), ("Mtu", mtu)),
            ("OverlayMtu", mtu), ("LinkMtu", full), ("UnderlayMtu", mtu + overhead), ("Overhead", overhead))), null);
    }

    /// <summary>The checks with another, in the place of that of the same cause and end where there is one.</summary>
    private static List<PathCheck> With(List<PathCheck> checks, PathCheck check)
    {
        var place = checks.FindIndex(c => c.Cause == check.Cause && c.End == check.End);
        return place < 0 ? [.. checks, check] : [.. checks[..place], check, .. checks[(place + 1)..]];
    }
}
