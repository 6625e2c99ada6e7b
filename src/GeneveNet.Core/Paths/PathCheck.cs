namespace GeneveNet.Paths;

/// <summary>How a check ended.</summary>
public enum CheckStatus
{
    /// <summary>Nothing is wrong there.</summary>
    Passed,
    /// <summary>Something is wrong there.</summary>
    Failed,
    /// <summary>Something is there that can break the path, and was not seen to.</summary>
    Suspected,
    /// <summary>It could not be looked at.</summary>
    Skipped,
}

/// <summary>The outcome of one check at one end of a path.</summary>
public sealed record PathCheck
{
    /// <summary>The cause it looks for.</summary>
    public required PathCause Cause { get; init; }
    /// <summary>At which end.</summary>
    public PathEnd End { get; init; }
    /// <summary>How it ended.</summary>
    public CheckStatus Status { get; init; }
    /// <summary>What is wrong, in one sentence; for a check that was skipped, why. Empty for one that passed.</summary>
    public string Sentence { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>What it was seen by, as data.</summary>
    public IReadOnlyDictionary<string, object?> Evidence { get; init; } = new Dictionary<string, object?>();
    /// <summary>The commands that fix it, in order; none where there are none.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];
    /// <summary>These as a line to be pasted; null where there are none, and before they were put in words.</summary>
    public string? Remedy { get; init; }

    /// <summary>"Failed NoReturnRoute (Far): …".</summary>
    public override string ToString() => $"{Status} {Cause} ({End}){(Sentence.Length == 0 ? "" : ": ")}{Sentence}";
}
