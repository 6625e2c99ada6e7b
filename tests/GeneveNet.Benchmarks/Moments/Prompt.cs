using System.Diagnostics;
using System.Globalization;
using GeneveNet.Benchmarks.SideBySide;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Benchmarks.Moments;

/// <summary>What somebody at a prompt waits for, and namespaces.</summary>
/// <param name="peers">The folder of the scripts.</param>
/// <param name="output">Where the empty module is put.</param>
/// <param name="engine">The words that start PowerShell.</param>
/// <param name="module">The module's manifest.</param>
internal sealed class Prompt(string peers, string output, string[] engine, string module)
{
    /// <summary>Starts the engine again and again, with and without the module, and gives lines for people.</summary>
    public IEnumerable<string> Run(int rounds)
    {
        var empty = Path.Combine(output, "Empty", "Empty.psd1");
        Directory.CreateDirectory(Path.GetDirectoryName(empty)!);
        File.WriteAllText(Path.ChangeExtension(empty, "psm1"), "");
        File.WriteAllText(empty, "@{ ModuleVersion = '1.0'; RootModule = 'Empty.psm1'; FunctionsToExport = @(); CmdletsToExport = @(); AliasesToExport = @() }");
        Dictionary<string, List<double>> times = [];
        for (var round = 0; round < rounds; round++)
        {
            Sample(times, "Prompt.ps1", empty, "-Empty");
            Sample(times, "Prompt.ps1", module);
        }

        foreach (var list in times.Values)
            list.Sort();
        foreach (var (name, list) in times)
        {
            if (!name.EndsWith("-ip", StringComparison.Ordinal))
                yield return times.TryGetValue(name + "-ip", out var ip)
                    ? string.Create(CultureInfo.InvariantCulture, $"| {name}, warm | {list[0]:0.00} ms | ip started once {ip[0]:0.00} ms | ratio {list[0] / ip[0]:0.00} |")
                    : string.Create(CultureInfo.InvariantCulture, $"| {name} | {list[0]:0} ms (median {list[list.Count / 2]:0} ms) | | |");
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"| import above an empty module | {times["import"][0] - times["import-empty"][0]:0} ms (medians {times["import"][rounds / 2] - times["import-empty"][rounds / 2]:0} ms) | | |");
    }

    /// <summary>A namespace created, entered to list its links, and removed: ours, `ip`, and the floor.</summary>
    public static IEnumerable<string> Namespaces(WorkerContestant floor, int rounds)
    {
        var (ours, ip, c) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            c = Math.Min(c, floor.Ask("namespace cycle 1").Time?.TotalMicroseconds ?? double.MaxValue);
            var start = Stopwatch.GetTimestamp();
            var made = NamedNamespaces.Create("bench");
            _ = new RtnetlinkClient(made).GetLinks();
            NamedNamespaces.Remove("bench");
            ours = Math.Min(ours, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            start = Stopwatch.GetTimestamp();
            foreach (var line in (string[])["netns add bench", "-n bench link", "netns del bench"])
                ToolContestant.Measure("ip", line.Split(' '));
            ip = Math.Min(ip, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"| namespace created, its links listed, removed | Core {ours:0} µs | C floor {c:0} µs | ip (3 starts) {ip:0} µs | Core / floor {ours / c:0.00}, Core / ip {ours / ip:0.00} |");
    }

    /// <summary>The verdict of Test-GenevePath; needs a kernel with geneve.</summary>
    public IEnumerable<string> Verdicts()
    {
        Dictionary<string, List<double>> times = [];
        Sample(times, "Verdict.ps1", module);
        foreach (var (name, list) in times)
        {
            list.Sort();
            yield return string.Create(CultureInfo.InvariantCulture, $"| {name} | {list[0]:0.0} ms (median {list[list.Count / 2]:0.0} ms) | | |");
        }
    }

    private void Sample(Dictionary<string, List<double>> times, string script, string what, params string[] more)
    {
        var start = new ProcessStartInfo(
            engine[0], [.. engine[1..], "-NoProfile", "-NonInteractive", "-File", Path.Combine(peers, script), "-Module", what, .. more])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (!times.TryGetValue(words[0], out var list))
                times[words[0]] = list = [];
            list.Add(double.Parse(words[1], CultureInfo.InvariantCulture));
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{script} ended with {process.ExitCode}.");
    }
}
