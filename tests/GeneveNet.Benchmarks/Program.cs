using System.Globalization;
using GeneveNet.Benchmarks.SideBySide;

// Started by `./build.ps1 Bench` in mount and network namespaces of its own; see README.md.
var settings = Settings.Parse(args);
Directory.CreateDirectory(settings.Output);
Place.Prepare();
if (settings.Loop is { } loop)
    return Loop.Run(loop);

var peers = new Peers(Path.Combine(AppContext.BaseDirectory, "Peers"), settings.Output, settings.Engine, settings.Module);
peers.Build();

var contestants = peers.Start();
var report = new Report([.. contestants.Select(c => c.Name)], ["Core", "cmdlets"]);
var race = new Race(contestants);
Console.WriteLine(report.Head);
foreach (var kind in settings.Kinds)
{
    foreach (var count in settings.Counts)
        report.Add(race.Run(kind, count, settings.Rounds, settings.Budget));
}

report.Save(settings.Output);
foreach (var contestant in contestants)
    contestant.Dispose();
return 0;

/// <summary>What is measured, from the command line.</summary>
internal sealed record Settings
{
    public required string Engine { get; init; }
    public required string Module { get; init; }
    public required string Output { get; init; }
    public Kind[] Kinds { get; init; } = [Kind.Neighbor, Kind.Fdb, Kind.Address, Kind.Route, Kind.Veth, Kind.Vxlan];
    public int[] Counts { get; init; } = [100, 1000, 10000];
    public int Rounds { get; init; } = 20;
    /// <summary>Only this by Core, for some seconds, for a profiler to look at: "neighbor,replace,10000".</summary>
    public string? Loop { get; init; }
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(12);

    public static Settings Parse(string[] args)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < args.Length; i += 2)
            given[args[i].TrimStart('-')] = args[i + 1];
        var settings = new Settings { Engine = given["engine"], Module = given["module"], Output = given["output"] };
        if (given.TryGetValue("kinds", out var kinds))
            settings = settings with { Kinds = [.. kinds.Split(',').Select(k => Enum.Parse<Kind>(k, ignoreCase: true))] };
        if (given.TryGetValue("counts", out var counts))
            settings = settings with { Counts = [.. counts.Split(',').Select(c => int.Parse(c, CultureInfo.InvariantCulture))] };
        if (given.TryGetValue("rounds", out var rounds))
            settings = settings with { Rounds = int.Parse(rounds, CultureInfo.InvariantCulture) };
        if (given.TryGetValue("budget", out var budget))
            settings = settings with { Budget = TimeSpan.FromSeconds(double.Parse(budget, CultureInfo.InvariantCulture)) };
        return settings with { Loop = given.GetValueOrDefault("loop") };
    }
}
