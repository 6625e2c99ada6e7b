using System.Globalization;
using GeneveNet.Benchmarks.SideBySide;

namespace GeneveNet.Benchmarks;

/// <summary>What is measured, from the command line: "--name value" pairs, "--full", and "--engine WORD... --".</summary>
internal sealed record Settings
{
    private static readonly string[] AllParts = ["race", "prompt", "packets", "leaks", "micro"];

    // Geneve links need a kernel that has them.
    private static readonly Kind[] UsualKinds = [Kind.Neighbor, Kind.Fdb, Kind.Address, Kind.Route, Kind.Veth, Kind.Vxlan];

    /// <summary>The words that start PowerShell: pwsh, or dotnet and the path of pwsh.dll.</summary>
    public required string[] Engine { get; init; }
    /// <summary>The module's manifest.</summary>
    public required string Module { get; init; }
    /// <summary>Folder for figures and programs.</summary>
    public required string Output { get; init; }
    /// <summary>Up to 50,000 objects and many rounds, for half an hour, instead of ten minutes.</summary>
    public bool Full { get; init; }
    /// <summary>What is measured.</summary>
    public string[] Parts { get; init; } = AllParts;
    /// <summary>Which kinds of object.</summary>
    public Kind[] Kinds { get; init; } = UsualKinds;
    /// <summary>How many objects; null for what suits a kind.</summary>
    public int[]? Counts { get; init; }
    /// <summary>Most rounds of one kind at one number.</summary>
    public int Rounds { get; init; } = 20;
    /// <summary>Time after which no further round begins.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Only this by Core, for some seconds, for a profiler to look at: "neighbor,replace,10000".</summary>
    public string? Loop { get; init; }

    public bool Has(string part) => Parts.Contains(part);

    /// <summary>
    /// How many of a kind: links take the kernel long, and addresses of one link the longer the more there are.
    /// </summary>
    public int[] CountsOf(Kind kind) => Counts ?? (kind, Full) switch
    {
        ( >= Kind.Veth, false) => [100, 500],
        ( >= Kind.Veth, true) => [100, 1_000, 5_000],
        (Kind.Address, false) => [100, 1_000],
        (Kind.Address, true) => [100, 1_000, 10_000],
        (_, false) => [100, 1_000, 10_000],
        _ => [100, 1_000, 10_000, 50_000],
    };

    public static Settings Parse(string[] args)
    {
        var full = args.Contains("--full");
        var (begin, end) = (Array.IndexOf(args, "--engine"), Array.IndexOf(args, "--"));
        var engine = args[(begin + 1)..end];
        var pairs = args[..begin].Concat(args[(end + 1)..]).Where(a => a != "--full").ToArray();
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < pairs.Length; i += 2)
            given[pairs[i].TrimStart('-')] = pairs[i + 1];
        return new Settings
        {
            Engine = engine,
            Module = given["module"],
            Output = Path.Combine(given["output"], given.GetValueOrDefault("into", "")),
            Full = full,
            Loop = given.GetValueOrDefault("loop"),
            Parts = given.TryGetValue("parts", out var parts) ? parts.Split(',') : AllParts,
            Kinds = given.TryGetValue("kinds", out var kinds) ? [.. kinds.Split(',').Select(k => Enum.Parse<Kind>(k, ignoreCase: true))] : UsualKinds,
            Counts = given.TryGetValue("counts", out var counts) ? [.. counts.Split(',').Select(Number)] : null,
            Rounds = given.TryGetValue("rounds", out var rounds) ? Number(rounds) : full ? 60 : 40,
            Budget = TimeSpan.FromSeconds(given.TryGetValue("budget", out var budget) ? Number(budget) : full ? 60 : 10),
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
