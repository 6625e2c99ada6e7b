using System.Net;
using CsCheck;
using GeneveNet.Namespaces;
using GeneveNet.Paths;
using GeneveNet.Rendering;

namespace GeneveNet.Tests.Paths;

/// <summary>The lines of a verdict: they fit 80 columns, and what is pasted from them is the command.</summary>
public sealed class PathReportTests
{
    private const int Columns = 79;

    [Theory]
    [InlineData("Set-Link geneve0 -Up", 40, "Set-Link geneve0 -Up")]
    [InlineData("Add-Route 10.0.0.250 eth0 -Force", 24, "Add-Route 10.0.0.250 `|  eth0 -Force")]
    // A whole command ends its line; what is in quotes stays together, however long.
    [InlineData("Get-Link a; Get-Link b", 40, "Get-Link a;|Get-Link b")]
    [InlineData("Set-Link 'a b c d e f g h' -Up", 12, "Set-Link `|  'a b c d e f g h' `|  -Up")]
    [InlineData("Set-Link 'it''s; a b' -Up", 14, "Set-Link `|  'it''s; a b' `|  -Up")]
    [InlineData("Set-Link \"a 'b `\" c\" -Up", 14, "Set-Link `|  \"a 'b `\" c\" `|  -Up")]
    [InlineData("Set-Link 'a`' -Up 'b c'", 14, "Set-Link `|  'a`' -Up `|  'b c'")]
    public void A_command_is_broken_where_the_shell_lets_it_go_on(string command, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', CommandLines.Break(command, width)));

    [Fact]
    public void Lines_are_the_command_again_when_they_are_read_as_the_shell_does()
    {
        // Names of all sorts, as remedies quote them.
        var name = Gen.Char.AlphaNumeric.Array[1, 30].Select(static c => new string(c));
        string[] words = ["a b", "it's; x", "\"", "`", "'", "$(x) y", "\u001b[2J z", "a ' \" ` b;", "\u2018 q\u2019", "x;"];
        var odd = Gen.Int[0, words.Length - 1].Select(number => words[number]);
        var remedy = Gen.Select(name, Gen.OneOf(name, odd), Gen.OneOf(name, odd), Gen.Bool, static (verb, first, second, isProgram) =>
            Remedy.Of("Set-" + verb, (null, first), ("Link", second), ("Up", true)) with
            {
                IsProgram = isProgram,
                Namespace = second,
            });
        Gen.Select(remedy.List[1, 4], Gen.Int[10, 80]).Sample((remedies, width) =>
        {
            var command = RemedyText.Of(remedies)!;
            var lines = CommandLines.Break(command, width).ToList();
            Assert.Equal(command, Join(lines));
            Assert.All(lines, line => Assert.True(line.Length <= width || Words(line) == 1, line));
        });
    }

    [Fact]
    public void A_title_that_is_too_long_goes_on_in_the_next_line()
    {
        var plain = Verdict("geneve0");
        Assert.Equal("geneve0, VNI 1000 to 10.0.0.250:6081: FAILED, Unexplained (near end)", Title(plain).Single());
        var along = Title(Verdict("geneve0") with { RemoteValue = IPAddress.Parse("2001:db8:1234:5678:9abc:def0:1234:5678") });
        Assert.Equal(
            ["geneve0, VNI 1000 to [2001:db8:1234:5678:9abc:def0:1234:5678]:6081:", "  FAILED, Unexplained (near end)"], along);
        Assert.Equal(
            "geneve0, VNI 1000 to 10.0.0.250:6081: PASSED",
            Title(plain with { Passed = true, Mode = PathTestMode.Probes }).Single());
    }

    [Fact]
    public void A_line_is_longer_than_a_screen_only_for_a_word_that_is()
    {
        var sentence = string.Join(' ', Enumerable.Range(1, 60).Select(static n => $"word{n}"));
        const string remedy = "Add-Route 2001:db8:1234:5678:9abc:def0:1234:5678 geneve0 -Namespace a-long-name; Set-Link geneve0 -Up";
        var verdict = Verdict("geneve0") with { Sentence = sentence, Remedy = remedy, RemedyHost = "hostb", Notes = [sentence] };
        var lines = PathReport.Of(verdict);
        Assert.All(lines, static line => Assert.True(line.Text.Length <= Columns, line.Text));
        Assert.Contains(lines, static line => line is { Part: PathReportPart.Text, Text: "  Remedy on hostb:" });
        var commands = lines.Where(static line => line.Part == PathReportPart.Command).Select(static line => line.Text[2..]).ToList();
        Assert.Equal(remedy, Join(commands));
        // A short one stands behind its label.
        Assert.Contains(
            PathReport.Of(verdict with { Remedy = "Set-Link geneve0 -Up" }),
            static line => line is { Part: PathReportPart.Command, Text: "  Remedy on hostb: Set-Link geneve0 -Up" });
    }

    /// <summary>What PowerShell reads: a backtick at the end of a line joins the next to it, and blanks in between are one.</summary>
    private static string Join(IReadOnlyList<string> lines)
    {
        var text = "";
        foreach (var line in lines)
        {
            var isContinued = text.EndsWith(" `", StringComparison.Ordinal);
            // Any other line must end with a whole command.
            Assert.True(text.Length == 0 || isContinued || text.EndsWith(';'), text);
            text = isContinued ? $"{text[..^2]} {line.TrimStart()}" : text.Length == 0 ? line : $"{text} {line}";
        }

        return text;
    }

    private static int Words(string line) => CommandLines.Break(line.Trim(' ', '`'), 1).Count();

    private static IEnumerable<string> Title(PathVerdict verdict) =>
        PathReport.Of(verdict).Where(static line => line.Part == PathReportPart.Title).Select(static line => line.Text);

    private static PathVerdict Verdict(string name) => new()
    {
        Name = name,
        Namespace = NetworkNamespace.Current,
        Vni = 1000,
        RemoteValue = IPAddress.Parse("10.0.0.250"),
        Port = 6081,
        Cause = PathCause.Unexplained,
        End = PathEnd.Near,
    };
}
