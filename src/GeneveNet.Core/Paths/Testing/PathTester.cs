using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Testing;

/// <summary>
/// Tests a path and says why it does not work. It reads the state of both ends, asks the kernel's own routing, sends a few
/// probes, and watches them on every interface. It changes nothing.
/// </summary>
/// <param name="near">The end the probes start from.</param>
/// <param name="far">The other end; null where it cannot be seen from here.</param>
/// <param name="location">Where the near end is.</param>
/// <param name="options">How to test.</param>
/// <param name="isFarInnerGiven">Whether the user said where inner traffic ends.</param>
/// <param name="progress">Is told what is done, as a phrase, and how much of it is done, in percent; or null.</param>
/// <param name="cancellation">Ends every wait at once.</param>
internal sealed class PathTester(
    IEndpointSite near,
    IEndpointSite? far,
    LocalLocation location,
    PathOptions options,
    bool isFarInnerGiven = false,
    Action<string, int>? progress = null,
    CancellationToken cancellation = default)
{
    private static readonly TimeSpan TentativeWait = TimeSpan.FromMilliseconds(250);
    private const int TentativeAttempts = 12;

    /// <summary>Tests the path.</summary>
    /// <exception cref="NetworkException">There is no such tunnel, or it is external, or its namespace cannot be entered.</exception>
    public PathVerdict Test()
    {
        var clock = Stopwatch.StartNew();
        var ends = Prepare();
        ProbeFindings? findings = null;
        try
        {
            if (!options.IsStatic && ends.Near.OtherInner is not null)
                findings = ProberOf(ends).Probe();
        }
        catch (NetworkException refusal) when (refusal.Kind == FailureKind.PermissionDenied)
        {
            ends = ends with { Notes = [.. ends.Notes, $"No probe was sent, kernel state alone was looked at. {refusal.Message}"] };
        }

        progress?.Invoke("Drawing conclusions", 90);
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
        var verdict = Judge(ends, ProberOf(ends).ProbeOnce(), clock);
        return new PathTrace(verdict, ends.Near.After, ends.Far?.After);
    }

    private PathProber ProberOf(PathEnds ends) => new(near, far, location.InnerPlace, ends, options, progress, cancellation);

    private PathVerdict Judge(PathEnds ends, ProbeFindings? findings, Stopwatch clock)
    {
        if (findings is not null)
            Refresh(ends, findings);
        var verdict = new PathJudge(ends, findings, options).Judge(location.Tunnel);
        return verdict with { Duration = clock.Elapsed };
    }

    private static NetworkException NoDestination(Endpoint near) => new(
        FailureKind.InvalidArgument,
        $"Nothing tells which inner address is behind tunnel '{near.Tunnel!.Name}': name the destination.")
    { Id = "DestinationUnknown" };

    /// <summary>Reads both ends and asks the questions that need no probe.</summary>
    private PathEnds Prepare()
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

    /// <summary>Whether an address is not yet in use, or the one that would be chosen is not.</summary>
    private static bool IsTentative(Endpoint? side)
    {
        if (side?.OtherInner?.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        var isChosen = side.State.Inner.AddressOf(side.Inner) is not null;
        return side.State.Inner.Addresses.Any(a => a is { IsTentative: true, IsDuplicate: false }
            && (isChosen ? a.Address.AddressValue.Equals(side.Inner) : a.LinkIndex == side.In?.Index));
    }

    private PathEnds Read()
    {
        progress?.Invoke("Reading kernel state", 10);
        List<string> notes = [];
        var here = new Endpoint(PathEnd.Near, near.Read(null, !options.IsStatic), near.Ask);
        RequirePath(here);
        if (here.State.IsUnderlayGuessed)
        {
            notes.Add($"Several namespaces can be the underlay of '{here.Tunnel!.Name}'; {here.State.Underlay} is taken for it. "
                + "Name the underlay's namespace to choose another.");
        }

        var destination = WithoutZone(options.Destination);
        var there = ReadFar(here, destination);
        destination ??= PathPlanner.FindDestination(here, there);
        here.Resolve(WithoutZone(options.Source), destination);
        there?.Resolve(destination, here.Inner);
        here.Stations = FindStations(here);
        if (there is { IsApart: true } && !isFarInnerGiven)
            notes.Add($"{destination} is in {there.State.Inner}: the path is followed into it.");
        if (there?.State.Holders is { Count: > 1 } holders)
            notes.Add($"Several have the inner address {destination}: {string.Join(" and ", holders.Select(static h => h.Place))}.");
        if (destination is null)
            notes.Add($"{NoDestination(here).Message} Only the underlay was looked at.");
        return new PathEnds(here, there, notes);
    }

    private Endpoint? ReadFar(Endpoint here, IPAddress? destination)
    {
        if (far is null)
            return null;
        var there = new Endpoint(PathEnd.Far, far.Read(Hint(here, destination), !options.IsStatic), far.Ask) { Other = here };
        here.Other = there;
        return there;
    }

    /// <summary>
    /// Where inner traffic may start, when nobody said and the tunnel's bridge has no address that it could start from.
    /// </summary>
    private IReadOnlyList<StationState> FindStations(Endpoint here)
    {
        if (here.OtherInner is not { } other || here.IsApart || here.Bridge is not { } bridge)
            return [];
        var isIPv6 = other.AddressFamily == AddressFamily.InterNetworkV6;
        var isOwn = here.Inner is { } source && here.State.Inner.AddressOf(source) is { } home && home.LinkIndex == here.In?.Index;
        var hasAddress = here.State.Inner.Addresses.Any(
            a => a.LinkIndex == bridge.Index && a.Address.IsIPv6 == isIPv6 && !a.Address.AddressValue.IsIPv6LinkLocal);
        return isOwn || hasAddress ? [] : near.FindStations(isIPv6);
    }

    private static IPAddress? WithoutZone(IPAddress? address) => address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }
        ? new IPAddress(address.GetAddressBytes())
        : address;

    private void RequirePath(Endpoint here)
    {
        if (here.Tunnel is not { } link)
            throw Refuse(FailureKind.NotFound, "LinkNotFound", $"There is no link named '{location.TunnelName}' {here.At()}.");
        if (here.Settings is not { } tunnel)
        {
            throw Refuse(
                FailureKind.InvalidArgument, "NotATunnel", $"Link '{link.Name}' is not a Geneve tunnel; its kind is '{link.Kind}'.");
        }

        if (tunnel.External)
        {
            throw Refuse(
                FailureKind.InvalidArgument, "ExternalTunnel",
                $"Tunnel '{link.Name}' is external: each packet brings its own remote and VNI, so it has no path of its own to test.");
        }

        static NetworkException Refuse(FailureKind kind, string id, string sentence) => new(kind, sentence) { Id = id };
    }

    private static EndHint Hint(Endpoint here, IPAddress? inner) =>
        new(here.Settings!.Vni, here.Settings.Port, here.Settings.Remote, here.UnderlaySource, inner, here.Inner);

    /// <summary>Reads both ends again, to see what the probes left in counters and tables.</summary>
    private void Refresh(PathEnds ends, ProbeFindings findings)
    {
        var (here, there, _) = ends;
        here.After = near.Read(null, withEvidence: true);
        here.AnsweredMac = findings.FindAnsweredMacs(here) is [var one] ? one : null;
        SetArrival(here, findings.FindArrival(here, ProbeMessage.NearIsAnswered, ProbeMessage.EchoReply, ProbeMessage.FarAsks));
        if (far is null || there is null)
            return;
        there.After = far.Read(Hint(here, here.OtherInner), withEvidence: true);
        there.AnsweredMac = findings.FindMacForFar();
        SetArrival(there, findings.FindArrival(there, ProbeMessage.NearAsks, ProbeMessage.EchoRequest, ProbeMessage.FarIsAnswered));
    }

    private static void SetArrival(Endpoint side, Sighting? seen) =>
        (side.ArrivedFrom, side.ArrivedBy) = (seen?.OuterSourceValue, seen is null ? null : side.State.Underlay.LinkOf(seen.Interface));
}
