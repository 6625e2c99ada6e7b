using System.Net;
using System.Security.Cryptography;
using GeneveNet.Namespaces;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;

namespace GeneveNet.Paths.Testing;

/// <summary>Sends probes from the near end, while both ends watch for them.</summary>
/// <param name="near">The site of the end they start from.</param>
/// <param name="far">That of the other end; null where it cannot be seen.</param>
/// <param name="place">The namespace they are sent from.</param>
/// <param name="ends">Both ends.</param>
/// <param name="options">How to test.</param>
/// <param name="progress">Is told what is done; or null.</param>
/// <param name="cancellation">Ends every wait at once.</param>
internal sealed class PathProber(
    IEndpointSite near,
    IEndpointSite? far,
    NetworkNamespace place,
    PathEnds ends,
    PathOptions options,
    Action<string, int>? progress,
    CancellationToken cancellation)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(60);

    // To tell a path that loses some from one that loses all, and a size that does not fit from bad luck.
    private const int SampleCount = 10;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SamplePatience = TimeSpan.FromMilliseconds(150);

    /// <summary>What came of the echo requests.</summary>
    private sealed record Outcome(IReadOnlyList<EchoResult> Echoes, int? OverlayMtu, IReadOnlyList<EchoResult> Sample);

    /// <summary>Sends echo requests; where some are lost, more of them; where all come back, tries the MTU.</summary>
    public ProbeFindings Probe() => Watch(prober =>
    {
        var echoes = Echo(prober, options.Count);
        if (echoes.Any(static e => e.SendErrno != 0))
            return new Outcome(echoes, null, []);
        if (AreAllAnswered(echoes))
            return ProbeMtu(prober, echoes, options.Size);
        var sample = Sample(prober, echoes);
        // Whoever asks for a size wants to know how much fits, where that is too large.
        var areOnlyLargeLost = options.Size > PathOptions.DefaultSize && !IsAnyAnswered(echoes) && AreAllAnswered(sample);
        return areOnlyLargeLost
            ? ProbeMtu(prober, sample, PathOptions.DefaultSize) with { Echoes = echoes }
            : new Outcome(echoes, null, sample);
    });

    /// <summary>Sends one echo request.</summary>
    public ProbeFindings ProbeOnce() => Watch(prober => new Outcome(Echo(prober, 1), null, []));

    private static bool IsAnyAnswered(IReadOnlyList<EchoResult> echoes) => echoes.Any(static e => e.RoundTrip is not null);

    private static bool AreAllAnswered(IReadOnlyList<EchoResult> echoes) => echoes.All(static e => e.RoundTrip is not null);

    private IReadOnlyList<EchoResult> Sample(EchoProber prober, IReadOnlyList<EchoResult> before)
    {
        progress?.Invoke($"Sending {SampleCount} more echo requests", 60);
        return prober.Run(SampleCount, PathOptions.DefaultSize, SampleInterval, PatienceAfter(before), cancellation);
    }

    /// <summary>How long to wait for an answer, by how long others took.</summary>
    private TimeSpan PatienceAfter(IReadOnlyList<EchoResult> before)
    {
        var slowest = before.Max(static e => e.RoundTrip?.TotalMilliseconds ?? 0);
        var patience = Math.Max(4 * slowest, SamplePatience.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Min(patience, options.Timeout.TotalMilliseconds));
    }

    private ProbeFindings Watch(Func<EchoProber, Outcome> probe)
    {
        var (here, tunnel, target) = (ends.Near, ends.Near.Settings!, ends.Near.OtherInner!);
        var identity = new ProbeIdentity(
            here.Inner ?? IPAddress.Any, target, here.IntoNextHop ?? target, (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue),
            tunnel.Port, tunnel.Vni, here.UnderlaySource, tunnel.Remote,
            options.IsDeep ? WatchDepth.Kernel : WatchDepth.Interfaces);
        var (nearSaw, farSaw) = (new WatchReport(), new WatchReport());
        Outcome outcome;
        try
        {
            near.Watch(identity);
            // One host has one drop monitor, which sees the packets of all its namespaces.
            far?.Watch(far.IsElsewhere || !options.IsDeep ? identity : identity with { Depth = WatchDepth.Rules });
            using var prober = new EchoProber(
                place, InZone(options.Source), InZone(identity.Destination)!, identity.EchoId, ends.Near.Vrf?.Name);
            outcome = probe(prober);
        }
        finally
        {
            nearSaw = near.StopWatching();
            farSaw = far?.StopWatching().AsFar() ?? farSaw;
        }

        return new ProbeFindings(outcome.Echoes, nearSaw.With(farSaw), outcome.OverlayMtu, outcome.Sample);
    }

    /// <summary>A link-local address with the link it counts on.</summary>
    private IPAddress? InZone(IPAddress? address) => address is { IsIPv6LinkLocal: true } && ends.Near.OutLink is { } link
        ? new IPAddress(address.GetAddressBytes(), link.Index)
        : address;

    private IReadOnlyList<EchoResult> Echo(EchoProber prober, int count)
    {
        progress?.Invoke($"Sending {count} echo requests to {ends.Near.OtherInner}", 40);
        AskForMac(ends.Near);
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
        NeighborProbe.Send(place, link.Index, mac, source, hop);
        cancellation.WaitHandle.WaitOne(AnswerPatience);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Sends one packet of the full MTU; where it is lost, finds the largest that is not. Lost with a message that tells the right
    /// size is how path MTU discovery works; lost without one is a black hole. A path that loses small packets too says nothing
    /// of sizes.
    /// </summary>
    private Outcome ProbeMtu(EchoProber prober, IReadOnlyList<EchoResult> passed, int works)
    {
        var full = ends.FullSize;
        if (full <= works)
            return new Outcome(passed, null, []);
        progress?.Invoke($"Sending a packet of {full} bytes", 70);
        var patience = PatienceAfter(passed);
        if (Passes(full))
            return new Outcome(passed, full, []);
        var sample = Sample(prober, passed);
        if (!AreAllAnswered(sample))
            return new Outcome(passed, null, sample);
        var tooLarge = full;
        while (tooLarge - works > 1)
        {
            var half = (works + tooLarge) / 2;
            if (Passes(half))
                works = half;
            else
                tooLarge = half;
        }

        return new Outcome(passed, works, sample);

        // A lost packet may be lost by chance, so each size has a second try.
        bool Passes(int size) => IsAnyAnswered(prober.Run(1, size, patience, patience, cancellation))
            || IsAnyAnswered(prober.Run(1, size, patience, patience, cancellation));
    }
}
