using GeneveNet.DropMonitor;
using GeneveNet.Namespaces;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Packets;
using GeneveNet.Paths.Probes;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites;

/// <summary>
/// Has the kernel say what becomes of a probe: which rule of nftables it meets, and with which reason it is dropped. Both take a change
/// of the kernel's state, which ends with this.
/// </summary>
internal sealed class DeepWatch : IDisposable
{
    private readonly ProbeIdentity _probe;
    private readonly CancellationToken _cancellation;
    private readonly List<(NetworkNamespace Place, NftTrace Trace)> _traces = [];
    private readonly List<string> _notes = [];
    private DropMonitorSession? _drops;

    private DeepWatch(ProbeIdentity probe, CancellationToken cancellation) => (_probe, _cancellation) = (probe, cancellation);

    /// <summary>Starts it. What cannot be had is in the notes of the report.</summary>
    /// <param name="places">The namespaces that the probe passes.</param>
    /// <param name="probe">The probe.</param>
    /// <param name="cancellation">Ends it.</param>
    public static DeepWatch Start(IReadOnlyList<NetworkNamespace> places, ProbeIdentity probe, CancellationToken cancellation)
    {
        var watch = new DeepWatch(probe, cancellation);
        try
        {
            foreach (var place in places)
                watch.Trace(place);
            if (probe.Depth == WatchDepth.Kernel)
                watch.Monitor();
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>What the kernel said; no sightings.</returns>
    public WatchReport Stop()
    {
        var drops = ReadDrops(_drops?.Stop());
        List<TraceSighting> traces = [];
        foreach (var (place, trace) in _traces)
        {
            try
            {
                traces.AddRange(ReadTrace(place, trace.Stop()));
            }
            catch (NetworkException failure)
            {
                _notes.Add($"The probe was not followed through nftables. {failure.Message}");
            }
        }

        return new WatchReport { Drops = drops, Traces = traces, Notes = _notes };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _drops?.Dispose();
        foreach (var (_, trace) in _traces)
            trace.Dispose();
    }

    private void Trace(NetworkNamespace place)
    {
        try
        {
            // Where there is no rule none can be met, and the kernel need not load nftables.
            if (NftRulesetReader.Read(place, _cancellation).Chains.Count == 0)
                return;
            var links = new RtnetlinkClient(place, _cancellation).GetLinks();
            _traces.Add((place, NftTrace.Start(
                place,
                new NftTraceTarget
                {
                    Outer = Pair(_probe.NearUnderlay, _probe.FarUnderlay),
                    Port = _probe.Port,
                    Inner = Pair(_probe.Source, _probe.Destination),
                    EchoId = _probe.EchoId,
                    Devices = [.. links.Where(static link => link.IsUp && !link.IsLoopback).Select(static link => link.Name)],
                },
                _cancellation)));
        }
        catch (NetworkException failure)
        {
            _notes.Add($"The probe was not followed through nftables. {failure.Message}");
        }
    }

    private static NftAddressPair? Pair(System.Net.IPAddress? one, System.Net.IPAddress? other) =>
        one is null || other is null || one.AddressFamily != other.AddressFamily ? null : new NftAddressPair(one, other);

    private void Monitor()
    {
        var start = DropMonitorSession.TryStart(_cancellation);
        _drops = start.Session;
        if (start.Session is null)
            _notes.Add($"The kernel was not asked what it drops. {start.Text}");
    }

    private List<DropSighting> ReadDrops(DropReport? report)
    {
        List<DropSighting> drops = [];
        if (report is null)
            return drops;
        var reader = new SightingReader(_probe, "");
        foreach (var alert in report.Alerts)
        {
            if (reader.Read(alert.ToFrame()) is { } packet)
                drops.Add(new DropSighting(packet, alert.Reason, alert.Symbol));
        }

        if (report.Lost > 0)
            _notes.Add($"The kernel dropped {report.Lost} packets more than it told of.");
        return drops;
    }

    private IEnumerable<TraceSighting> ReadTrace(NetworkNamespace place, NftTraceReport report)
    {
        var id = NetworkStateReader.IdOf(place);
        foreach (var drop in report.Drops.Concat(FindTranslations(place, report)))
        {
            var where = drop.Where;
            var text = where.RuleHandle is { } handle
                ? NftRuleText.Find(place, where.Family, where.Table, where.Chain, handle, _cancellation)
                : null;
            yield return new TraceSighting(id, drop, text);
        }
    }

    /// <summary>Rules that send packets of the probe elsewhere: nothing is dropped there, and nothing arrives.</summary>
    private IEnumerable<NftTraceDrop> FindTranslations(NetworkNamespace place, NftTraceReport report)
    {
        var met = report.Events.Where(static one => one is { IsOwn: false, RuleHandle: not null, Packet: not null }).ToList();
        if (met.Count == 0)
            return [];
        var rules = NftRulesetReader.Read(place, _cancellation).Rules
            .Where(static rule => rule.Verdict is NftVerdict.Dnat or NftVerdict.Redirect or NftVerdict.NoTrack)
            .Select(static rule => (rule.Family, rule.Table, rule.Chain, rule.Handle)).ToHashSet();
        return from one in met
               where rules.Contains((one.Family, one.Table, one.Chain, one.RuleHandle!.Value))
               group one by (one.Family, one.Table, one.Chain, one.RuleHandle, one.Packet) into same
               select new NftTraceDrop(same.First(), same.Count());
    }
}
