using System.Diagnostics;
using System.Globalization;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>
/// A program that stays, reads one line for each piece of work ("KIND VERB COUNT") and answers with "ok NANOSECONDS OBJECTS" or
/// "no REASON". It times itself, so that neither its start nor the talk with it counts.
/// </summary>
internal sealed class WorkerContestant : Contestant
{
    private readonly Process _process;

    public WorkerContestant(string name, string program, params string[] arguments) : base(name)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
    }

    public override Outcome Run(Work work) => Ask(work.ToString());

    /// <summary>Has a line done.</summary>
    public Outcome Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{Name}' ended without a word.");
        var words = answer.Split(' ', 3);
        return words[0] == "ok"
            ? new Outcome(TimeSpan.FromMicroseconds(long.Parse(words[1], CultureInfo.InvariantCulture) / 1e3), int.Parse(words[2], CultureInfo.InvariantCulture))
            : new Outcome(null, Reason: answer);
    }

    public override void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
        base.Dispose();
    }
}
