namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>How a piece of work went.</summary>
/// <param name="Time">What it took; null where it was not done.</param>
/// <param name="Objects">Number of objects read, where some were.</param>
/// <param name="Reason">Why it was not done.</param>
internal readonly record struct Outcome(TimeSpan? Time, int Objects = 0, string? Reason = null);

/// <summary>Somebody who can do the work.</summary>
internal abstract class Contestant(string name) : IDisposable
{
    /// <summary>Name in the table.</summary>
    public string Name { get; } = name;

    /// <summary>The most objects it is given, so that a slow one does not make the others wait.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>The most rounds it takes part in.</summary>
    public int MostRounds { get; init; } = int.MaxValue;

    /// <summary>Whether its code is compiled while it runs, and so becomes faster with time.</summary>
    public bool CompilesAsItRuns { get; init; }

    /// <summary>Whether it takes part in dumps only.</summary>
    public virtual bool OnlyReads => false;

    /// <summary>Does a piece of work and times it.</summary>
    public abstract Outcome Run(Work work);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
