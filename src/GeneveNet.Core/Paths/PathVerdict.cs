using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Paths.Probes;

namespace GeneveNet.Paths;

/// <summary>What a verdict rests on.</summary>
public enum PathTestMode
{
    /// <summary>On kernel state alone; no packet was sent.</summary>
    State,
    /// <summary>On kernel state, and on probes that were sent and watched.</summary>
    Probes,
}

/// <summary>A cause that cannot be told apart from others without a look at the far end.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Test">What to run at the far end to find out.</param>
public sealed record PossibleCause(PathCause Cause, Remedy Test)
{
    /// <summary>That as a line to be pasted; empty before it was put in words.</summary>
    public string Command { get; init; } = "";

    /// <summary>The cause.</summary>
    public override string ToString() => Cause.ToString();
}

/// <summary>Whether a path works, and if not, why.</summary>
public sealed record PathVerdict
{
    /// <summary>Name of the tunnel.</summary>
    public required string Name { get; init; }
    /// <summary>The network namespace of the tunnel.</summary>
    public required NetworkNamespace Namespace { get; init; }
    /// <summary>VNI of the tunnel.</summary>
    public uint? Vni { get; init; }
    /// <summary>Underlay address of the far end.</summary>
    public string? Remote => RemoteValue?.ToString();
    internal IPAddress? RemoteValue { get; init; }
    /// <summary>UDP destination port of the tunnel.</summary>
    public int Port { get; init; }
    /// <summary>Inner address that was tested from; null where there is none.</summary>
    public string? Source => SourceValue?.ToString();
    internal IPAddress? SourceValue { get; init; }
    /// <summary>Inner address that was tested; null where none is known.</summary>
    public string? Destination => DestinationValue?.ToString();
    internal IPAddress? DestinationValue { get; init; }

    /// <summary>Whether the path works, as far as was tested.</summary>
    public bool Passed { get; init; }
    /// <summary>What the verdict rests on.</summary>
    public PathTestMode Mode { get; init; }
    /// <summary>The first cause; None for a path that works.</summary>
    public PathCause Cause { get; init; }
    /// <summary>The end where the cause is; null for none.</summary>
    public PathEnd? End { get; init; }
    /// <summary>What is wrong, in one sentence; empty for a path that works.</summary>
    public string Sentence { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>What the cause was seen by, as data.</summary>
    public IReadOnlyDictionary<string, object?> Evidence { get; init; } = new Dictionary<string, object?>();
    /// <summary>The commands that fix it, in order; none where there are none.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];
    /// <summary>These as a line to be pasted; null where there are none, and before they were put in words.</summary>
    public string? Remedy { get; init; }
    /// <summary>The host on which the remedy is to be run; null for this one.</summary>
    public string? RemedyHost { get; init; }
    /// <summary>Where the far end cannot be seen: the causes that remain, and what to run there.</summary>
    public IReadOnlyList<PossibleCause> PossibleCauses { get; init; } = [];
    /// <summary>Every check, in the order in which causes come before their consequences.</summary>
    public IReadOnlyList<PathCheck> Checks { get; init; } = [];
    /// <summary>What could not be tested, or was assumed, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init => field = VisibleText.OfEach(value); } = [];

    /// <summary>Whether a test that asks the kernel what it drops could say more.</summary>
    public bool CanBeDeeper { get; init; }

    /// <summary>Echo requests sent.</summary>
    public int Sent { get; init; }
    /// <summary>Replies received.</summary>
    public int Received { get; init; }
    /// <summary>Share of requests without a reply, in percent.</summary>
    public double LossPercent => Sent == 0 ? 0 : Math.Round(100.0 * (Sent - Received) / Sent, 1);
    /// <summary>Shortest round trip; null for none.</summary>
    public TimeSpan? RttMin { get; init; }
    /// <summary>Mean round trip; null for none.</summary>
    public TimeSpan? RttAvg { get; init; }
    /// <summary>Longest round trip; null for none.</summary>
    public TimeSpan? RttMax { get; init; }
    /// <summary>Largest inner IP packet that passed, in bytes; null where none was sent.</summary>
    public int? OverlayMtu { get; init; }
    /// <summary>MTU of the underlay's path as far as is known, in bytes; null for none.</summary>
    public int? UnderlayMtu { get; init; }
    /// <summary>How long the test took.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>Every message of the probe that any interface saw, in order.</summary>
    public IReadOnlyList<Sighting> Sightings { get; init; } = [];

    /// <summary>Checks that found something that can break the path, and did not.</summary>
    public IReadOnlyList<PathCheck> Warnings => [.. Checks.Where(c => c.Status == CheckStatus.Suspected)];

    /// <summary>One line: "geneve0: NoReturnRoute, …" or "geneve0: passed".</summary>
    public override string ToString() => VisibleText.Of(Passed ? $"{Name}: passed" : $"{Name}: {Cause}. {Sentence}");
}
