using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using GeneveNet.Namespaces;
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
/// <param name="places">The places of the near end.</param>
/// <param name="options">How to test.</param>
/// <param name="progress">Is told what is done, as a phrase, and how much of it is done, in percent; or null.</param>
/// <param name="cancellation">Ends every wait at once.</param>
public sealed class PathTester(
    IPathSite near, IPathSite? far, LocalPlaces places, PathOptions options, Action<string, int>? progress = null, CancellationToken cancellation = default)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TentativeWait = TimeSpan.FromMilliseconds(250);
    private const int TentativeAttempts = 12;
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(60);

    private readonly List<string> _notes = [];
    private readonly List<EchoResult> _echoes = [];
    private PathSide _near = null!; // Set by the first step of every test.
    private PathSide? _far;
    private List<Sighting> _sightings = [];
    private int? _overlayMtu;
    private PathCheck? _mtuCheck;

    /// <summary>Tests the path.</summary>
    /// <exception cref="NetworkException">There is no such tunnel, or it is external, or its namespace cannot be entered.</exception>
    public PathVerdict Test()
    {
        var clock = Stopwatch.StartNew();
        Prepare();
        var probed = !options.IsStatic && Probe();
        progress?.Invoke("Drawing conclusions", 90);
        if (probed)
            Refresh();
        return Judge(probed, clock);
    }

    /// <summary>Sends one question for a MAC address and one echo request, and tells where they were seen.</summary>
    /// <returns>The verdict, with the sightings of the probe.</returns>
    /// <exception cref="NetworkException">As for <see cref="Test"/>; or CAP_NET_RAW is missing.</exception>
    public PathVerdict Trace()
    {
        var clock = Stopwatch.StartNew();
        Prepare();
        if (_near.OtherInner is null)
            throw NoDestination();
        Watch(prober => _echoes.AddRange(Echo(prober, 1)));
        Refresh();
        return Judge(probed: true, clock);
    }

    /// <summary>What the near end looked like; null before a test.</summary>
    public EndState? NearState => _near?.After;

    /// <summary>What the far end looked like; null where it cannot be seen.</summary>
    public EndState? FarState => _far?.After;

    private NetworkException NoDestination() => new(
        FailureKind.InvalidArgument,
        $"Nothing tells which inner address is behind tunnel '{_near.Tunnel!.Name}': name the destination.")
    { Id = "DestinationUnknown" };

    /// <summary>Reads both ends and asks the questions that need no probe.</summary>
    private void Prepare()
    {
        Read();
        // IPv6 does not use an address before it knows that nobody else has it; a path that was just made is not accused for it.
        for (var attempt = 0; attempt < TentativeAttempts && (IsTentative(_near) || IsTentative(_far)); attempt++)
        {
            progress?.Invoke("Waiting for duplicate address detection", 20);
            cancellation.WaitHandle.WaitOne(TentativeWait);
            cancellation.ThrowIfCancellationRequested();
            Read();
        }
    }

    private static bool IsTentative(PathSide? side) => side?.State.Inner.AddressOf(side.Inner) is { IsTentative: true, IsDuplicate: false };

    private void Read()
    {
        _notes.Clear();
        progress?.Invoke("Reading kernel state", 10);
        var state = near.Read(null);
        _near = new PathSide(PathEnd.Near, state, near.Ask);
        if (_near.Tunnel is null)
            throw new NetworkException(FailureKind.NotFound, $"There is no link named '{places.TunnelName}' {_near.At()}.") { Id = "LinkNotFound" };
        if (_near.Settings is not { } tunnel)
            throw new NetworkException(FailureKind.InvalidArgument, $"Link '{_near.Tunnel.Name}' is no Geneve tunnel; its kind is '{_near.Tunnel.Kind}'.") { Id = "NotATunnel" };
        if (tunnel.External)
            throw new NetworkException(FailureKind.InvalidArgument, $"Tunnel '{_near.Tunnel.Name}' is external: each packet brings its own remote and VNI, so it has no path of its own to test.") { Id = "ExternalTunnel" };
        if (state.IsUnderlayGuessed)
            _notes.Add($"Several namespaces can be the underlay of '{_near.Tunnel.Name}'; {state.Underlay} is taken for it. Name the underlay's namespace to choose another.");
        ReadFar(tunnel);

        var destination = options.Destination ?? PathPlanner.FindDestination(_near, _far);
        _near.Resolve(options.Source, destination);
        _far?.Resolve(destination, _near.Inner);
        if (destination is null)
            _notes.Add($"{NoDestination().Message} Only the underlay was looked at.");
    }

    private void ReadFar(TunnelState tunnel)
    {
        if (far is null)
            return;
        _far = new PathSide(PathEnd.Far, far.Read(Hint(tunnel)), far.Ask) { Other = _near };
        _near.Other = _far;
    }

    private EndHint Hint(TunnelState tunnel) => new(tunnel.Vni, tunnel.Port, tunnel.Remote, _near.UnderlaySource);

    /// <summary>Reads both ends again, to see what the probes left in counters and tables.</summary>
    private void Refresh()
    {
        _near.After = near.Read(null, withFirewall: BridgeChecks.PassesFirewall(_near));
        if (far is not null && _far is not null)
            _far.After = far.Read(Hint(_near.Settings!), withFirewall: BridgeChecks.PassesFirewall(_far));
        _near.AnsweredMac = AnsweredMacs() is [var one] ? one : null;
        SetArrival(_near, ProbeMessage.NearIsAnswered, ProbeMessage.EchoReply, ProbeMessage.FarAsks);
        SetArrival(_far, ProbeMessage.NearAsks, ProbeMessage.EchoRequest, ProbeMessage.FarIsAnswered);
        if (_far is not null)
            _far.AnsweredMac = _sightings.FirstOrDefault(static s => s is { Message: ProbeMessage.FarIsAnswered, IsFar: true, AnsweredMac: not null })?.AnsweredMac;
    }

    /// <summary>A packet is seen at each link it comes up by (a VLAN's, a bond's); the last is the one the kernel routes by.</summary>
    private void SetArrival(PathSide? side, params ReadOnlySpan<ProbeMessage> messages)
    {
        for (var i = _sightings.Count - 1; i >= 0 && side is { ArrivedFrom: null }; i--)
        {
            var seen = _sightings[i];
            if (seen is not { IsEncapsulated: true, Direction: Packets.PacketDirection.In } || seen.IsFar != (side.End == PathEnd.Far)
                || seen.Place != side.State.Underlay.Id || !messages.Contains(seen.Message))
            {
                continue;
            }

            side.ArrivedFrom = seen.OuterSource;
            side.ArrivedBy = side.State.Underlay.LinkOf(seen.Interface);
        }
    }

    /// <returns>Whether probes could be sent.</returns>
    private bool Probe()
    {
        if (_near.OtherInner is null)
            return false;
        try
        {
            Watch(prober =>
            {
                _echoes.AddRange(Echo(prober, options.Count));
                if (_echoes.Exists(static e => e.RoundTrip is not null))
                    ProbeMtu(prober, _echoes, options.Size);
                else if (options.Size > PathOptions.DefaultSize && _echoes.TrueForAll(static e => e.SendErrno == 0) && prober.Run(2, PathOptions.DefaultSize, Interval, options.Timeout, cancellation) is var small && small.Any(static e => e.RoundTrip is not null))
                    ProbeMtu(prober, small, PathOptions.DefaultSize); // Only the large ones are lost.
            });
            return true;
        }
        catch (NetworkException refusal) when (refusal.Kind == FailureKind.PermissionDenied)
        {
            _notes.Add($"No probe was sent, kernel state alone was looked at. {refusal.Message}");
            return false;
        }
    }

    private void Watch(Action<EchoProber> probe)
    {
        var identity = new ProbeIdentity(
            _near.Inner ?? IPAddress.Any, _near.OtherInner!, _near.IntoNextHop ?? _near.OtherInner!, (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue),
            _near.Settings!.Port, _near.Settings.Vni, _near.UnderlaySource, _near.Settings.Remote);
        List<Sighting> seen = [];
        try
        {
            near.Watch(identity);
            far?.Watch(identity);
            using var prober = new EchoProber(places.InnerPlace, options.Source, identity.Destination, identity.EchoId);
            probe(prober);
        }
        finally
        {
            seen.AddRange(near.StopWatching());
            foreach (var one in far?.StopWatching() ?? [])
                seen.Add(one with { IsFar = true });
        }

        seen.Sort(static (a, b) => a.Nanoseconds.CompareTo(b.Nanoseconds));
        _sightings = seen;
    }

    private IReadOnlyList<EchoResult> Echo(EchoProber prober, int count)
    {
        progress?.Invoke($"Sending {count} echo requests to {_near.OtherInner}", 40);
        AskForMac();
        return prober.Run(count, options.Size, Interval, options.Timeout, cancellation);
    }

    /// <summary>
    /// Where the kernel knows the MAC address already, or has just given up on it, it would not ask; the question is asked all the
    /// same, since the answer tells whether the address is right, and whether one station alone has it.
    /// </summary>
    private void AskForMac()
    {
        if (_near.Out is not { Leaves: true } || _near.OutLink is not { Works: true, NoArp: false, Mac: { } mac } link || _near.Inner is not { } source
            || _near.NextHop is not { } hop || hop.AddressFamily != source.AddressFamily || _near.State.Inner.NeighborOf(link.Index, hop) is null)
        {
            return;
        }

        NeighborProbe.Send(places.InnerPlace, link.Index, mac, source, hop);
        cancellation.WaitHandle.WaitOne(AnswerPatience);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Sends one packet of the full MTU; where it is lost, finds the largest that is not. Lost with a message that tells the right
    /// size is how path MTU discovery works; lost without one is a black hole.
    /// </summary>
    private void ProbeMtu(EchoProber prober, IReadOnlyList<EchoResult> passed, int works)
    {
        var full = Math.Min(_near.Out?.Mtu ?? int.MaxValue, _near.OutLink?.Mtu ?? 0);
        if (full <= works)
            return;
        progress?.Invoke($"Sending a packet of {full} bytes", 70);
        var patience = TimeSpan.FromMilliseconds(Math.Min(Math.Max(4 * passed.Max(static e => e.RoundTrip?.TotalMilliseconds ?? 0), 150), options.Timeout.TotalMilliseconds));
        var tooLarge = full;
        if (Passes(full))
        {
            _overlayMtu = full;
            return;
        }

        while (tooLarge - works > 1)
        {
            var half = (works + tooLarge) / 2;
            if (Passes(half))
                works = half;
            else
                tooLarge = half;
        }

        _overlayMtu = works;

        // A lost packet may be lost by chance, so each size has a second try.
        bool Passes(int size) => prober.Run(1, size, patience, patience, cancellation)[0].RoundTrip is not null
            || prober.Run(1, size, patience, patience, cancellation)[0].RoundTrip is not null;
    }

    private PathVerdict Judge(bool probed, Stopwatch clock)
    {
        var checks = PathChecks.Run(_near, _far);
        IReadOnlyList<PossibleCause> possible = [];
        var received = _echoes.Count(static e => e.RoundTrip is not null);
        PathCheck? cause = null;
        if (!probed)
        {
            cause = checks.Find(static c => c.Status == CheckStatus.Failed);
        }
        else if (received == 0 && _overlayMtu is null)
        {
            cause = checks.Find(static c => c.Status == CheckStatus.Failed) ?? DuplicateCheck();
            if (cause is null)
            {
                (cause, possible) = new PathLocalizer(_near, _far, _sightings, _echoes).Locate();
                Put(checks, cause);
            }
        }
        else if (!PassedTunnel())
        {
            // An answer that came another way says nothing good of the tunnel.
            cause = checks.Find(static c => c.Status == CheckStatus.Failed) ?? PathChecks.ToCheck(PathCause.Unexplained, PathEnd.Near, Finding.Of(
                $"{_near.OtherInner} answers, but requests and replies do not both pass tunnel '{_near.Tunnel!.Name}' {_near.At()}.", []));
            Put(checks, cause);
        }
        else
        {
            // What works is not accused: it can break the path, and did not.
            for (var i = 0; i < checks.Count; i++)
            {
                if (checks[i].Status == CheckStatus.Failed)
                    checks[i] = checks[i] with { Status = CheckStatus.Suspected };
            }

            JudgeMtu(received > 0);
            cause = DuplicateCheck() ?? _mtuCheck ?? (received > 0 ? null : PathChecks.ToCheck(PathCause.Unexplained, PathEnd.Near, Finding.Of(
                $"All {_echoes.Count} packets of {options.Size} bytes were lost, and later ones pass: packets are lost now and then.", [])));
            if (cause is not null)
                Put(checks, cause);
        }

        var times = _echoes.Where(static e => e.RoundTrip is not null).Select(static e => e.RoundTrip!.Value).ToList();
        return new PathVerdict
        {
            Name = _near.Tunnel!.Name,
            Namespace = places.Tunnel,
            Vni = _near.Settings!.Vni,
            Remote = _near.Settings.Remote,
            Port = _near.Settings.Port,
            Source = _near.Inner,
            Destination = _near.OtherInner,
            Passed = cause is null,
            Mode = probed ? PathTestMode.Probes : PathTestMode.State,
            Cause = cause?.Cause ?? PathCause.None,
            End = cause?.End,
            Sentence = cause?.Sentence ?? "",
            Evidence = cause?.Evidence ?? new Dictionary<string, object?>(),
            Remedies = cause?.Remedies ?? [],
            RemedyHost = cause?.End == PathEnd.Far ? _far?.State.Tunnel.Host : null,
            PossibleCauses = possible,
            Checks = checks,
            Notes = _notes,
            Sent = _echoes.Count,
            Received = received,
            RttMin = times.Count == 0 ? null : times.Min(),
            RttAvg = times.Count == 0 ? null : TimeSpan.FromTicks((long)times.Average(static t => t.Ticks)),
            RttMax = times.Count == 0 ? null : times.Max(),
            OverlayMtu = _overlayMtu,
            UnderlayMtu = _mtuCheck?.Status == CheckStatus.Failed ? _overlayMtu + _near.Settings.Overhead : _near.UnderlayRoute?.Mtu ?? _near.UnderlayLink?.Mtu,
            Sightings = _sightings,
            Duration = clock.Elapsed,
        };
    }

    private bool PassedTunnel() => Saw(ProbeMessage.EchoRequest, Packets.PacketDirection.Out) && Saw(ProbeMessage.EchoReply, Packets.PacketDirection.In);

    private bool Saw(ProbeMessage message, Packets.PacketDirection direction) => _sightings.Any(s =>
        s.Message == message && s.Direction == direction && !s.IsFar && s.Place == _near.State.Tunnel.Id && s.Interface == _near.Tunnel!.Name);

    /// <summary>Two stations that answer for one address make a path work by chance.</summary>
    private PathCheck? DuplicateCheck()
    {
        var macs = AnsweredMacs();
        return macs.Count < 2 ? null : PathChecks.ToCheck(PathCause.DuplicateInnerAddress, PathEnd.Far, Finding.Of(
            $"{macs.Count} stations answer for the inner address {_near.NextHop}: {string.Join(" and ", macs)}. Which of them gets the packets is a matter of chance.",
            [],
            ("Address", _near.NextHop), ("Macs", macs)));
    }

    private List<MacAddress> AnsweredMacs()
    {
        List<MacAddress> macs = [];
        foreach (var seen in _sightings)
        {
            if (seen is { Message: ProbeMessage.NearIsAnswered, IsFar: false, IsEncapsulated: false, AnsweredMac: { } mac } && seen.Place == _near.State.Inner.Id
                && seen.Interface == _near.OutLink?.Name && seen.Direction == Packets.PacketDirection.In && !macs.Contains(mac))
            {
                macs.Add(mac);
            }
        }

        return macs;
    }

    private void JudgeMtu(bool isReceived)
    {
        var full = Math.Min(_near.Out?.Mtu ?? int.MaxValue, _near.OutLink?.Mtu ?? 0);
        if (_overlayMtu is not { } mtu || mtu >= full)
            return;
        var told = _sightings.Any(static s => s.ErrorMtu is not null);
        var link = _near.OutLink!.Name;
        // Whoever asked for a size wants to know whether that passes.
        _mtuCheck = told && isReceived ? null : PathChecks.ToCheck(PathCause.MtuTooLarge, PathEnd.Near, Finding.Of(
            $"Packets of up to {mtu} bytes pass; larger ones, which the MTU of '{link}' ({full}) allows, {(told ? "are reported as too large" : "vanish without a message")}: with {_near.Settings!.Overhead} bytes of encapsulation the underlay carries {mtu + _near.Settings.Overhead}.",
            _near.Cmdlet(PathRoom.Inner, "Set-Link", (null, link), ("Mtu", mtu)),
            ("OverlayMtu", mtu), ("LinkMtu", full), ("UnderlayMtu", mtu + _near.Settings.Overhead), ("Overhead", _near.Settings.Overhead)));
        if (told && isReceived)
            _notes.Add($"Packets of more than {mtu} bytes do not pass, and the senders are told so (path MTU discovery). An MTU of {mtu} on '{link}' saves them the detour.");
    }

    private static void Put(List<PathCheck> checks, PathCheck check)
    {
        var place = checks.FindIndex(c => c.Cause == check.Cause && c.End == check.End);
        if (place < 0)
            checks.Add(check);
        else
            checks[place] = check;
    }
}
