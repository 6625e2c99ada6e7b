using System.Text.RegularExpressions;
using GeneveNet.Paths;

namespace GeneveNet.Tests.Paths;

/// <summary>docs/diagnosis.md has a line and a paragraph for each cause, and for nothing else.</summary>
public sealed partial class DiagnosisDocumentTests
{
    private static readonly string Text = Read();

    [Fact]
    public void Every_cause_has_a_heading_and_every_heading_is_a_cause() =>
        Assert.Equal(Causes, Heading().Matches(Text).Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_cause_has_a_line_in_the_table_that_leads_to_it() =>
        Assert.Equal(
            Causes.Select(static c => $"{c} {c.ToLowerInvariant()}"),
            Line().Matches(Text).Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_paragraph_says_something() =>
        Assert.All(Text.Split("\n### ")[1..], static part => Assert.True(part.Length > 150, part));

    private static IEnumerable<string> Causes =>
        Enum.GetNames<PathCause>().Where(static c => c != nameof(PathCause.None)).Order(StringComparer.Ordinal);

    private static string Read()
    {
        using var stream = typeof(DiagnosisDocumentTests).Assembly.GetManifestResourceStream("docs/diagnosis.md")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return text[text.IndexOf("\n## The causes\n", StringComparison.Ordinal)..];
    }

    [GeneratedRegex(@"^### (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| \[(\w+)\]\(#(\w+)\) \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
