using System.Globalization;
using GeneveNet.Namespaces;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Losses;
using GeneveNet.Paths.Sites;

namespace GeneveNet.Paths.Testing;

/// <summary>Concludes from the state of both ends and what the probes found whether a path works, and why not.</summary>
/// <param name="ends">Both ends.</param>
/// <param name="found">What the probes found; null where none was sent.</param>
/// <param name="options">How it was tested.</param>
internal sealed class PathJudge(PathEnds ends, ProbeFindings? found, PathOptions options)
{
    private const int HeavySample = 10, HeavyPercent = 25;

    private readonly Endpoint _near = ends.Near;
    private readonly ProbeFindings _findings = found ?? ProbeFindings.None;

    /// <summary>What is concluded: the first cause, or null, and every check.</summary>
    private sealed record Conclusion(PathCheck? Cause, IReadOnlyList<PathCheck> Checks)
    {
        public IReadOnlyList<PossibleCause> Possible { get; init; } = [];
        public bool IsMtuTooLarge { get; init; }
        public bool CanBeDeeper { get; init; }
        public string? Note { get; init; }
    }

    /// <summary>The verdict.</summary>
    /// <param name="place">The namespace of the near tunnel.</param>
    public PathVerdict Judge(NetworkNamespace place)
    {
        var conclusion = Conclude();
        var (cause, checks) = conclusion;
        var (tunnel, times) = (_near.Settings!, _findings.RoundTrips);
        return new PathVerdict
        {
            Name = _near.Tunnel!.Name,
            Namespace = place,
            Vni = tunnel.Vni,
            RemoteValue = tunnel.Remote,
            Port = tunnel.Port,
            SourceValue = _near.Inner,
            DestinationValue = _near.OtherInner,
            Passed = cause is null,
            Mode = found is null ? PathTestMode.State : PathTestMode.Probes,
            Cause = cause?.Cause ?? PathCause.None,
            End = cause?.End,
            Sentence = cause?.Sentence ?? "",
            Evidence = cause?.Evidence ?? new Dictionary<string, object?>(),
            Remedies = cause?.Remedies ?? [],
            RemedyHost = cause?.End == PathEnd.Far ? ends.Far?.State.Tunnel.Host : null,
            PossibleCauses = conclusion.Possible,
            Checks = checks,
            Notes = [.. ends.Notes, .. _findings.Seen.Notes, .. conclusion.Note is null ? Array.Empty<string>() : [conclusion.Note]],
            CanBeDeeper = conclusion.CanBeDeeper,
            Sent = _findings.Echoes.Count,
            Received = times.Count,
            RttMin = times.Count == 0 ? null : times.Min(),
            RttAvg = times.Count == 0 ? null : TimeSpan.FromTicks((long)times.Average(static t => t.Ticks)),
            RttMax = times.Count == 0 ? null : times.Max(),
            OverlayMtu = _findings.OverlayMtu,
            UnderlayMtu = conclusion.IsMtuTooLarge
                ? _findings.OverlayMtu + tunnel.Overhead
                : _near.UnderlayRoute?.Mtu ?? _near.UnderlayLink?.Mtu,
            Sightings = _findings.Sightings,
        };
    }

    private Conclusion Conclude()
    {
        var checks = PathChecks.Run(_near, ends.Far);
        var failed = checks.Find(static c => c.Status == CheckStatus.Failed);
        if (found is null)
            return new Conclusion(failed, checks);
        if (!found.IsAnswered)
        {
            if ((failed ?? TwinCheck(checks)) is { } known)
                return new Conclusion(known, checks);
            var lost = new PathLocalizer(_near, ends.Far, found.Seen, found.Echoes, options.IsDeep).Locate();
            return new Conclusion(lost.Check, With(checks, lost.Check)) { Possible = lost.Possible, CanBeDeeper = lost.CanBeDeeper };
        }

        if (found.PassedTunnel(_near))
            return ConcludeAnswered(checks);
        // An answer that came another way says nothing good of the tunnel.
        var cause = failed ?? Unexplained(
            $"{_near.OtherInner} answers, but requests and replies do not both pass tunnel '{_near.Tunnel!.Name}' {_near.At()}.");
        return new Conclusion(cause, With(checks, cause));
    }

    /// <summary>What works is not accused: it can break the path, and did not. What is left is who answers, and how much passes.</summary>
    private Conclusion ConcludeAnswered(List<PathCheck> checks)
    {
        var suspected = checks.ConvertAll(static c => c.Status == CheckStatus.Failed
            ? c with { Status = CheckStatus.Suspected, Sentence = $"Not in the way of these packets: {c.Sentence}", Remedies = [] }
            : c);
        var (tooLarge, note) = JudgeMtu();
        var loss = LossCheck();
        var cause = TwinCheck(checks) ?? tooLarge ?? (loss?.Status == CheckStatus.Failed ? loss : null);
        var all = (loss ?? cause) is { } more ? With(suspected, cause ?? more) : suspected;
        return new Conclusion(cause, all) { IsMtuTooLarge = tooLarge is not null, Note = note };
    }

    /// <summary>Any loss is told; heavy loss, seen in enough of a sample, makes a path useless.</summary>
    private PathCheck? LossCheck()
    {
        // Large ones may be lost for their size.
        var counted = options.Size > PathOptions.DefaultSize && found!.RoundTrips.Count == 0 ? [] : _findings.Echoes;
        var all = counted.Concat(_findings.Sample).ToList();
        var lost = all.Count(static e => e.RoundTrip is null);
        if (lost == 0)
            return null;
        var percent = Math.Round(100.0 * lost / all.Count);
        var isHeavy = all.Count >= HeavySample && percent >= HeavyPercent;
        var (side, culprit) = FindCulprit(lost);
        var why = culprit is null ? "packets are lost on the way, or their answers" : $"{culprit.What} {side.At()} {culprit.Verb}";
        return PathChecks.ToCheck(PathCause.PacketLoss, side.End, Finding.Of(
            string.Create(
                CultureInfo.InvariantCulture, $"{lost} of {all.Count} echo requests ({percent} %) were not answered: {why}."),
            culprit?.Remedies ?? [],
            [("Sent", all.Count), ("Lost", lost), ("LossPercent", percent), .. culprit?.Evidence ?? []]).AsSuspicion(!isHeavy));
    }

    /// <summary>What dropped some of the packets, at whichever end and point.</summary>
    private (Endpoint Side, Culprit? Culprit) FindCulprit(int lost)
    {
        var proofs = new DropProofs(_findings.Seen);
        foreach (var side in ((Endpoint?[])[_near, ends.Far]).OfType<Endpoint>())
        {
            // A request or its reply: the losses may be of both ways.
            foreach (var point in LossPoint.All(side, (lost + 1) / 2))
            {
                if (proofs.FindPartial(point) is { } culprit)
                    return (side, culprit);
            }
        }

        return (_near, null);
    }

    private static PathCheck Unexplained(string sentence) =>
        PathChecks.ToCheck(PathCause.Unexplained, PathEnd.Near, Finding.Of(sentence));

    /// <summary>Where the underlay is bridged into the overlay, the far end answers by both: two answers of one fault.</summary>
    private PathCheck? TwinCheck(List<PathCheck> checks)
    {
        if (DuplicateCheck() is not { } twins)
            return null;
        var bridged = checks.Find(static c => c.Cause == PathCause.UnderlayLinkIsPort && c.Status != CheckStatus.Passed);
        return bridged is null ? twins : bridged with { Status = CheckStatus.Failed };
    }

    /// <summary>Two stations that answer for one address make a path work by chance.</summary>
    private PathCheck? DuplicateCheck()
    {
        var macs = _findings.FindAnsweredMacs(_near);
        return macs.Count < 2 ? null : PathChecks.ToCheck(PathCause.DuplicateInnerAddress, PathEnd.Far, Finding.Of(
            $"{macs.Count} stations answer for the inner address {_near.NextHop}: {string.Join(" and ", macs)}. "
            + "Which of them gets the packets is a matter of chance.",
            ("Address", _near.NextHop), ("Macs", macs)));
    }

    /// <returns>The check, where packets of the MTU vanish; a note, where senders are told that they are too large.</returns>
    private (PathCheck? TooLarge, string? Note) JudgeMtu()
    {
        var full = ends.FullSize;
        if (_findings.OverlayMtu is not { } mtu || mtu >= full)
            return (null, null);
        var isTold = _findings.Sightings.Any(static s => s.ErrorMtu is not null);
        var link = _near.OutLink!.Name;
        // Whoever asked for a size wants to know whether that passes.
        if (isTold && _findings.RoundTrips.Count > 0)
        {
            return (null, $"Packets of more than {mtu} bytes do not pass, and the senders are told so (path MTU discovery). "
                + $"An MTU of {mtu} on '{link}' saves them the detour.");
        }

        var overhead = _near.Settings!.Overhead;
        return (PathChecks.ToCheck(PathCause.MtuTooLarge, PathEnd.Near, Finding.Of(
            $"Packets of up to {mtu} bytes pass; larger ones, which the MTU of '{link}' ({full}) allows, "
            + $"{(isTold ? "are reported as too large" : "vanish without a message")}: "
            + $"with {overhead} bytes of encapsulation the underlay carries {mtu + overhead}.",
            _near.Cmdlet(NamespaceRole.Inner, "Set-Link", (null, link), ("Mtu", mtu)),
            ("OverlayMtu", mtu), ("LinkMtu", full), ("UnderlayMtu", mtu + overhead), ("Overhead", overhead))), null);
    }

    /// <summary>The checks with another, in the place of that of the same cause and end where there is one.</summary>
    private static List<PathCheck> With(List<PathCheck> checks, PathCheck check)
    {
        var place = checks.FindIndex(c => c.Cause == check.Cause && c.End == check.End);
        return place < 0 ? [.. checks, check] : [.. checks[..place], check, .. checks[(place + 1)..]];
    }
}
