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
    public string Sentence { get; init; } = "";
    /// <summary>What it was seen by, as data.</summary>
    public IReadOnlyDictionary<string, object?> Evidence { get; init; } = new Dictionary<string, object?>();
    /// <summary>A command line that mends it; null where there is none.</summary>
    public string? Remedy { get; init; }

    /// <summary>"Failed NoReturnRoute (Far): …".</summary>
    public override string ToString() => $"{Status} {Cause} ({End}){(Sentence.Length == 0 ? "" : ": ")}{Sentence}";
}

/// <summary>What a check found.</summary>
/// <param name="Sentence">What is wrong, in one sentence.</param>
/// <param name="Remedy">A command line that mends it, or null.</param>
/// <param name="Evidence">What it was seen by.</param>
/// <param name="IsSuspicion">Whether it only can break the path.</param>
internal sealed record Finding(string Sentence, string? Remedy, IReadOnlyDictionary<string, object?> Evidence, bool IsSuspicion = false)
{
    public static Finding Of(string sentence, string? remedy, params ReadOnlySpan<(string Name, object? Value)> evidence)
    {
        var table = new Dictionary<string, object?>(evidence.Length);
        foreach (var (name, value) in evidence)
            table[name] = value;
        return new Finding(sentence, remedy, table);
    }

    public Finding AsSuspicion(bool isSuspicion = true) => this with { IsSuspicion = isSuspicion };
}
