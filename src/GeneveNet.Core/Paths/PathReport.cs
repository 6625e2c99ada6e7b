using System.Globalization;
using System.Net;

namespace GeneveNet.Paths;

/// <summary>What a line of a report is, for those who show it in colour.</summary>
public enum PathReportPart
{
    /// <summary>The tunnel and how its path is.</summary>
    Title,
    /// <summary>A finding or a figure.</summary>
    Text,
    /// <summary>A command line to be pasted.</summary>
    Command,
    /// <summary>Something that can break the path, and did not.</summary>
    Warning,
}

/// <summary>A line of a report.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Text">Its text.</param>
public sealed record PathReportLine(PathReportPart Part, string Text)
{
    /// <summary>Its text, as it can be shown.</summary>
    public string Text { get; } = VisibleText.Of(Text);
}

/// <summary>A verdict as people read it at a prompt: a few lines of 80 columns, in which only commands may be longer.</summary>
public static class PathReport
{
    private const int Width = 79;
    private const string Indent = "  ";

    /// <summary>The lines.</summary>
    /// <param name="verdict">The verdict.</param>
    public static IReadOnlyList<PathReportLine> Of(PathVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        List<PathReportLine> lines = [];
        foreach (var line in Title(verdict))
            lines.Add(new(PathReportPart.Title, line));
        if (verdict.DestinationValue is not null)
            Add(PathReportPart.Text, Figures(verdict));
        if (!verdict.Passed)
            Add(PathReportPart.Text, verdict.Sentence);
        if (verdict.Remedy is not null)
        {
            var host = verdict.RemedyHost is null ? "" : $" on {verdict.RemedyHost}";
            AddCommand($"Remedy{host}: ", verdict.Remedy);
        }

        if (verdict.PossibleCauses is [var first, ..])
        {
            Add(PathReportPart.Text, $"Possible: {string.Join(", ", verdict.PossibleCauses)}");
            AddCommand("At the far end: ", first.Command);
        }

        foreach (var warning in verdict.Warnings)
            Add(PathReportPart.Warning, $"Warning: {warning.Sentence}");
        foreach (var note in verdict.Notes)
            Add(PathReportPart.Text, $"Note: {note}");
        return lines;

        // A command is pasted: where it is too long for its line it stands alone, and goes on as the shell lets it.
        void AddCommand(string label, string command)
        {
            if (Indent.Length + label.Length + command.Length <= Width)
            {
                lines.Add(new(PathReportPart.Command, $"{Indent}{label}{command}"));
                return;
            }

            lines.Add(new(PathReportPart.Text, Indent + label.TrimEnd()));
            foreach (var line in CommandLines.Break(command, Width - Indent.Length))
                lines.Add(new(PathReportPart.Command, Indent + line));
        }

        void Add(PathReportPart part, string text)
        {
            foreach (var line in Wrap(text))
                lines.Add(new(part, Indent + line));
        }
    }

    private static IEnumerable<string> Title(PathVerdict verdict)
    {
        var place = verdict.Namespace.DisplayName;
        var name = place.Length == 0 ? verdict.Name : $"{verdict.Name} in {place}";
        var remote = new IPEndPoint(verdict.RemoteValue ?? IPAddress.Any, verdict.Port);
        var (subject, outcome) = ($"{name}, VNI {verdict.Vni} to {remote}:", Outcome(verdict));
        return subject.Length + 1 + outcome.Length <= Width ? [$"{subject} {outcome}"] : [subject, Indent + outcome];
    }

    private static string Outcome(PathVerdict verdict) =>
        verdict.Passed ? verdict.Mode == PathTestMode.State ? "PASSED (kernel state only)" : "PASSED"
        : $"FAILED, {verdict.Cause} ({verdict.End?.ToString().ToLowerInvariant()} end)";

    private static string Figures(PathVerdict verdict)
    {
        var text = $"{verdict.SourceValue} > {verdict.DestinationValue}";
        if (verdict.Sent > 0)
            text += $", {verdict.Received} of {verdict.Sent} replies";
        if (verdict is { RttMin: { } min, RttAvg: { } mean, RttMax: { } max })
            text += $", rtt {Milliseconds(min)}/{Milliseconds(mean)}/{Milliseconds(max)} ms";
        return verdict.OverlayMtu is null ? text : $"{text}, MTU {verdict.OverlayMtu} (underlay {verdict.UnderlayMtu})";
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.##", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Wrap(string text)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Indent.Length + line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = Indent + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
