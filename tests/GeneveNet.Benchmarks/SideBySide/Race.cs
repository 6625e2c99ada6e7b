namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>Lets all contestants do the same in turn, many times, so that what disturbs the machine disturbs all alike.</summary>
/// <param name="contestants">Who; the first is the one all others are compared with, and counts the objects.</param>
internal sealed class Race(IReadOnlyList<Contestant> contestants)
{
    // Removing a link takes the kernel long, so they are removed one by one only where there are few; and those of the warm-up never.
    private const int LeastDeletes = 50, MostDeletes = 100, WarmLinks = 2 * Heat.Others;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly HashSet<Kind> _warm = [];

    /// <summary>Runs one kind at one number of objects: add, replace, dump, delete, by each contestant, in each round.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">The number.</param>
    /// <param name="rounds">The number of rounds; each begins with another contestant.</param>
    /// <param name="budget">After this time no further round begins.</param>
    public Heat Run(Kind kind, int count, int rounds, TimeSpan budget)
    {
        var heat = new Heat(kind, count);
        var before = Count(kind);
        Warm(kind, before);
        var start = DateTime.UtcNow;
        for (var round = 0; round < rounds && (round < 3 || DateTime.UtcNow - start < budget); round++)
        {
            for (var turn = 0; turn < contestants.Count; turn++)
            {
                var contestant = contestants[(turn + round) % contestants.Count];
                if (count > contestant.Most || round >= contestant.MostRounds)
                    continue;
                Cycle(contestant, heat, before);
            }
        }

        return heat;
    }

    /// <summary>
    /// Whatever compiles itself as it runs has done so before the first heat of a kind: .NET takes hundreds of calls and some seconds
    /// until its code is as fast as it gets.
    /// </summary>
    private void Warm(Kind kind, int before)
    {
        if (!_warm.Add(kind))
            return;
        var heat = new Heat(kind, kind < Kind.Veth ? 100 : WarmLinks);
        foreach (var contestant in contestants.Where(c => !c.OnlyReads))
        {
            var until = DateTime.UtcNow + (contestant.CompilesAsItRuns ? WarmUp : WarmUp / 10);
            while (DateTime.UtcNow < until)
                Cycle(contestant, heat, before);
        }
    }

    private void Cycle(Contestant contestant, Heat heat, int before)
    {
        if (contestant.OnlyReads || !Do(contestant, heat, Verb.Add))
            contestants[0].Run(new Work(heat.Kind, Verb.Add, heat.Count)); // so that there is something to read
        else if (heat.IsFirst(contestant.Name))
            heat.Check(contestant.Name, Count(heat.Kind) - before);
        if (!contestant.OnlyReads)
            Do(contestant, heat, Verb.Replace);
        Do(contestant, heat, Verb.Dump);
        if (!contestant.OnlyReads && (heat.Kind < Kind.Veth || heat.Count is >= LeastDeletes and <= MostDeletes))
            Do(contestant, heat, Verb.Delete);

        var left = Count(heat.Kind) - before;
        if (left > Heat.Others)
            Clear(heat, before);
    }

    private static bool Do(Contestant contestant, Heat heat, Verb verb)
    {
        var outcome = contestant.Run(new Work(heat.Kind, verb, heat.Count));
        heat.Add(verb, contestant.Name, outcome);
        return outcome.Time is not null;
    }

    /// <summary>Removes what somebody left. Removing links one by one takes the kernel 16 ms each; the floor removes them all at once.</summary>
    private void Clear(Heat heat, int before)
    {
        var outcome = contestants[0].Run(new Work(heat.Kind, heat.Kind < Kind.Veth ? Verb.Delete : Verb.Clear, heat.Count));
        var left = Count(heat.Kind) - before;
        if (left > Heat.Others)
            throw new InvalidOperationException($"{left} objects of kind {heat.Kind} cannot be removed: {outcome.Reason}");
    }

    private int Count(Kind kind) => contestants[0].Run(new Work(kind, Verb.Dump, 0)).Objects;
}

/// <summary>The times of one kind at one number of objects.</summary>
/// <param name="kind">The kind.</param>
/// <param name="count">The number.</param>
internal sealed class Heat(Kind kind, int count)
{
    /// <summary>Objects that come and go by themselves, such as neighbors for IPv6 multicast; far fewer than are worked on.</summary>
    public const int Others = 20;

    private readonly Dictionary<(Verb, string), List<double>> _times = [];
    private readonly HashSet<string> _checked = [];

    /// <summary>The kind.</summary>
    public Kind Kind { get; } = kind;

    /// <summary>The number.</summary>
    public int Count { get; } = count;

    /// <summary>Why something was not done.</summary>
    public Dictionary<(Verb Verb, string Name), string> Reasons { get; } = [];

    /// <summary>The times of one contestant in nanoseconds per object, sorted.</summary>
    public IReadOnlyList<double> Times(Verb verb, string name) => _times.TryGetValue((verb, name), out var times) ? times : [];

    public void Add(Verb verb, string name, Outcome outcome)
    {
        if (outcome.Time is not { } time)
        {
            Reasons[(verb, name)] = outcome.Reason ?? "";
            return;
        }

        if (!_times.TryGetValue((verb, name), out var times))
            _times[(verb, name)] = times = [];
        times.Add(time.TotalNanoseconds / Count);
        times.Sort();
    }

    public bool IsFirst(string name) => _checked.Add(name);

    /// <summary>Makes sure that the work was done, so that no time is that of a failure.</summary>
    public void Check(string name, int made)
    {
        var wanted = Kind == Kind.Veth ? 2 * Count : Count;
        if (Math.Abs(made - wanted) > Others)
            throw new InvalidOperationException($"{name} made {made} objects of kind {Kind} instead of {wanted}.");
    }
}
