using System.Diagnostics;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>Builds the peers' programs and starts all contestants.</summary>
/// <param name="sources">The folder Peers beside this program.</param>
/// <param name="output">Where programs are built.</param>
/// <param name="engine">The words that start PowerShell, which runs cmdlets.</param>
/// <param name="module">The module's manifest.</param>
internal sealed class Peers(string sources, string output, string[] engine, string module)
{
    /// <summary>Name of the floor, with which all are compared.</summary>
    public const string Floor = "C floor";

    /// <summary>Builds what is to be built.</summary>
    public void Build()
    {
        foreach (var program in (string[])["floor", "decode", "flood"])
            Start("gcc", null, "-O2", "-pthread", "-o", Path.Combine(output, program), Path.Combine(sources, program + ".c"));
        // Debian's Go libraries are laid out for a search path, without modules.
        Start(
            "go",
            new() { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOCACHE"] = Path.Combine(output, "go"), ["GOFLAGS"] = "" },
            "build", "-o", Path.Combine(output, "netlink"), Path.Combine(sources, "Go", "main.go"));
    }

    /// <summary>Starts the floor alone.</summary>
    public WorkerContestant StartFloor() => new(Floor, Path.Combine(output, "floor"));

    /// <summary>Starts them: the floor first, then ours, then the others.</summary>
    public Contestant[] Start() =>
    [
        StartFloor(),
        new CoreContestant { CompilesAsItRuns = true },
        new WorkerContestant(
            "cmdlets", engine[0], [.. engine[1..], "-NoProfile", "-NonInteractive", "-File", Path.Combine(sources, "Cmdlets.ps1"), "-Module", module])
        {
            CompilesAsItRuns = true,
        },
        new WorkerContestant("Go netlink", Path.Combine(output, "netlink")),
        new ToolContestant(json: false),
        new ToolContestant(json: true),
        new WorkerContestant("pyroute2", "/usr/bin/python3", Path.Combine(sources, "pyroute.py")) { Most = 1000, MostRounds = 4 },
    ];

    private static void Start(string program, Dictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
