using System.Globalization;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>Does one thing by Core for some seconds, for a profiler to look at.</summary>
internal static class Loop
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public static int Run(string what)
    {
        var words = what.Split(',');
        var kind = Enum.Parse<Kind>(words[0], ignoreCase: true);
        var verb = Enum.Parse<Verb>(words[1], ignoreCase: true);
        var count = int.Parse(words[2], CultureInfo.InvariantCulture);
        using var core = new CoreContestant();
        var least = double.MaxValue;
        var allocated = 0L;
        for (var start = DateTime.UtcNow; DateTime.UtcNow - start < Duration;)
        {
            foreach (var step in verb is Verb.Add or Verb.Delete ? [Verb.Add, Verb.Delete] : (Verb[])[Verb.Add, verb, verb, verb, verb, verb, verb, verb, verb, Verb.Delete])
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var outcome = core.Run(new Work(kind, step, count));
                if (outcome.Time is not { } time)
                    throw new InvalidOperationException(outcome.Reason);
                if (step != verb)
                    continue;
                least = Math.Min(least, time.TotalNanoseconds / count);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {least:0} ns, {allocated / count} bytes an object, preparation included"));
        return 0;
    }
}
