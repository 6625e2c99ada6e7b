using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>The figures as a table for people and as JSON for programs.</summary>
/// <param name="names">The contestants, the floor first, in the order of the columns.</param>
/// <param name="ours">Which of them are ours.</param>
internal sealed class Report(IReadOnlyList<string> names, IReadOnlyList<string> ours)
{
    private readonly List<object> _json = [];
    private readonly StringBuilder _text = new();

    /// <summary>Nanoseconds as people read them.</summary>
    public static string Show(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => nanoseconds.ToString("0", CultureInfo.InvariantCulture) + " ns",
        < 10_000 => (nanoseconds / 1e3).ToString("0.00", CultureInfo.InvariantCulture) + " µs",
        < 1_000_000 => (nanoseconds / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " µs",
        _ => (nanoseconds / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " ms",
    };

    /// <summary>Adds the rows of a heat.</summary>
    public void Add(Heat heat)
    {
        foreach (var ((verb, name), reason) in heat.Reasons)
        {
            if (!reason.Contains("not done", StringComparison.Ordinal))
                Console.WriteLine($"({name}, {Work.Name(heat.Kind)} {Work.Name(verb)}: {reason})");
        }

        foreach (var verb in Enum.GetValues<Verb>())
        {
            if (!names.Any(n => heat.Times(verb, n).Count > 0))
                continue;
            var row = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"| {Work.Name(heat.Kind)} {Work.Name(verb)} | {heat.Count} |"));
            foreach (var name in names)
                row.Append(' ').Append(heat.Times(verb, name) is { Count: > 0 } t ? $"{Show(t[0])} ({Show(Median(t))})" : "–").Append(" |");
            foreach (var our in ours)
            {
                foreach (var peer in names)
                {
                    if (!ours.Contains(peer))
                        row.Append(' ').Append(Ratio(heat, verb, our, peer) is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "–").Append(" |");
                }
            }

            _text.AppendLine(row.ToString());
            Console.WriteLine(row);
            _json.Add(new
            {
                work = $"{Work.Name(heat.Kind)} {Work.Name(verb)}",
                count = heat.Count,
                nanosecondsPerObject = names.Where(n => heat.Times(verb, n).Count > 0).ToDictionary(
                    n => n, n => new { min = heat.Times(verb, n)[0], median = Median(heat.Times(verb, n)), rounds = heat.Times(verb, n).Count }),
            });
        }
    }

    /// <summary>The head of the table.</summary>
    public string Head
    {
        get
        {
            var columns = new List<string> { "per object, min (median)", "N" };
            columns.AddRange(names);
            foreach (var our in ours)
                columns.AddRange(names.Where(n => !ours.Contains(n)).Select(n => $"{our} / {n}"));
            return $"| {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Count))}";
        }
    }

    /// <summary>Writes table and figures into a folder.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "side-by-side.md"), Head + "\n" + _text);
        File.WriteAllText(Path.Combine(folder, "side-by-side.json"), JsonSerializer.Serialize(_json, JsonSerializerOptions.Web));
    }

    /// <summary>Ratio of the minimums.</summary>
    private static double? Ratio(Heat heat, Verb verb, string our, string peer) =>
        heat.Times(verb, our) is { Count: > 0 } a && heat.Times(verb, peer) is { Count: > 0 } b ? a[0] / b[0] : null;

    private static double Median(IReadOnlyList<double> sorted) => sorted[sorted.Count / 2];
}
