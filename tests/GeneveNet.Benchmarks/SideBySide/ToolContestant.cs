using System.Diagnostics;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>`ip -batch` and `bridge -batch`: one process for all objects, its start included, the lines written beforehand.</summary>
/// <param name="json">Whether dumps are asked for as JSON. What is printed is read and thrown away: whatever parses it comes on top.</param>
internal sealed class ToolContestant(bool json) : Contestant(json ? "ip -j" : "ip -batch")
{
    public override bool OnlyReads => json;

    public override Outcome Run(Work work)
    {
        if (work.Verb == Verb.Dump)
            return Measure(work.Kind == Kind.Fdb ? "bridge" : "ip", [.. json ? (string[])["-j"] : [], .. ListArguments(work.Kind)]);
        if (work is { Kind: >= Kind.Veth, Verb: Verb.Replace })
            return new Outcome(null, Reason: "not done with links");

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, Enumerable.Range(0, work.Count).Select(i => Line(work, i)));
            return Measure(work.Kind == Kind.Fdb ? "bridge" : "ip", ["-batch", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a program from its start to its end.</summary>
    internal static Outcome Measure(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var before = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        Span<byte> buffer = stackalloc byte[64 * 1024];
        var output = process.StandardOutput.BaseStream;
        while (output.Read(buffer) > 0)
        {
        }

        process.WaitForExit();
        var took = Stopwatch.GetElapsedTime(before);
        return process.ExitCode == 0 ? new Outcome(took) : new Outcome(null, Reason: $"exit status {process.ExitCode}");
    }

    private static string[] ListArguments(Kind kind) => kind switch
    {
        Kind.Neighbor => ["neigh", "show", "dev", "bench0"],
        Kind.Fdb => ["fdb", "show", "br", "br0"],
        Kind.Address => ["-4", "addr", "show", "dev", "bench0"],
        Kind.Route => ["-4", "route", "show"],
        _ => ["-d", "link", "show"],
    };

    private static string Line(Work work, int i)
    {
        var add = work.Verb != Verb.Delete;
        var word = Work.Name(work.Verb);
        return work.Kind switch
        {
            Kind.Neighbor => add
                ? $"neigh {word} {Objects.Host(10, i)} lladdr {Objects.Station(i)} dev bench0 nud permanent"
                : $"neigh del {Objects.Host(10, i)} dev bench0",
            Kind.Fdb => $"fdb {word} {Objects.Station(i)} dev port0 master{(add ? " static" : "")}",
            Kind.Address => $"addr {word} {Objects.Host(12, i)}/32 dev bench0",
            Kind.Route => $"route {word} {Objects.Host(11, i)}/32 dev bench0",
            _ when add => $"link add {LinkNames.Of(work.Kind, i)} type {Settings(work.Kind, i)}",
            _ => $"link del {LinkNames.Of(work.Kind, i)}",
        };
    }

    private static string Settings(Kind kind, int i) => kind switch
    {
        Kind.Veth => FormattableString.Invariant($"veth peer name w{i}"),
        Kind.Vxlan => FormattableString.Invariant($"vxlan id {i + 1} remote 192.0.2.1 dstport 4789"),
        _ => FormattableString.Invariant($"geneve id {i + 1} remote 192.0.2.1"),
    };
}
