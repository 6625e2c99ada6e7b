using GeneveNet.Benchmarks;
using GeneveNet.Benchmarks.Micro;
using GeneveNet.Benchmarks.Moments;
using GeneveNet.Benchmarks.Packets;
using GeneveNet.Benchmarks.SideBySide;

// Started by `./build.ps1 Bench` in mount and network namespaces of its own; see README.md.
var settings = Settings.Parse(args);
Directory.CreateDirectory(settings.Output);
Place.Prepare();
if (settings.Loop is { } loop)
    return Loop.Run(loop);

var sources = Path.Combine(AppContext.BaseDirectory, "Peers");
var peers = new Peers(sources, settings.Output, settings.Engine, settings.Module);
peers.Build();
var notes = new Notes(Path.Combine(settings.Output, "moments.md"));

if (settings.Has("race"))
    RunRace();
if (settings.Has("prompt"))
{
    notes.Add(new Prompt(sources, settings.Output, settings.Engine, settings.Module).Run(settings.Full ? 15 : 5));
    using var floor = peers.StartFloor();
    notes.Add(Prompt.Namespaces(floor, settings.Full ? 200 : 30));
}

if (settings.Has("verdict"))
    notes.Add(new Prompt(sources, settings.Output, settings.Engine, settings.Module).Verdicts());
if (settings.Has("packets"))
    notes.Add(new PacketRace(settings.Output).Run(settings.Full ? 15 : 6));
if (settings.Has("leaks"))
    notes.Add(Leaks.Run());
if (settings.Has("micro"))
    MicroBenchmarks.Run(settings.Output);
return 0;

void RunRace()
{
    var contestants = peers.Start();
    try
    {
        var report = new Report([.. contestants.Select(c => c.Name)], ["Core", "cmdlets"]);
        var race = new Race(contestants);
        Console.WriteLine(report.Head);
        foreach (var kind in settings.Kinds)
        {
            foreach (var count in settings.CountsOf(kind))
                report.Add(race.Run(kind, count, settings.Rounds, settings.Budget));
        }

        report.Save(settings.Output);
    }
    finally
    {
        foreach (var contestant in contestants)
            contestant.Dispose();
    }
}
