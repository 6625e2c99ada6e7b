using GeneveNet.Netfilter.Nftables;

namespace GeneveNet.Paths.Probes;

/// <summary>A message of a probe that the kernel dropped.</summary>
/// <param name="Packet">The message; its namespace and interface are not known.</param>
/// <param name="Reason">Why, in the kernel's word.</param>
/// <param name="Symbol">The kernel's function.</param>
internal sealed record DropSighting(Sighting Packet, string Reason, string Symbol);

/// <summary>A rule or a policy of nftables that dropped messages of a probe, or changed where they go.</summary>
/// <param name="Place">The namespace: "net:[4026531840]".</param>
/// <param name="Drop">What it was.</param>
/// <param name="Text">The rule as nft writes it; null where that is not known.</param>
internal sealed record TraceSighting(string Place, NftTraceDrop Drop, string? Text);

/// <summary>What was seen of a probe.</summary>
internal sealed record WatchReport
{
    /// <summary>Its messages at interfaces, in order.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];
    /// <summary>Those that the kernel told to have dropped.</summary>
    public IReadOnlyList<DropSighting> Drops { get; init; } = [];
    /// <summary>The rules that ended their way.</summary>
    public IReadOnlyList<TraceSighting> Traces { get; init; } = [];
    /// <summary>What could not be watched, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The same, as seen from the other end.</summary>
    public WatchReport AsFar() => this with { Sightings = [.. Sightings.Select(static one => one with { IsFar = true })] };

    /// <summary>Both together, in order.</summary>
    public WatchReport With(WatchReport other)
    {
        List<Sighting> seen = [.. Sightings, .. other.Sightings];
        seen.Sort(static (a, b) => a.Nanoseconds.CompareTo(b.Nanoseconds));
        return new WatchReport
        {
            Sightings = seen,
            Drops = [.. Drops, .. other.Drops],
            Traces = [.. Traces, .. other.Traces],
            Notes = [.. Notes.Union(other.Notes)],
        };
    }
}
