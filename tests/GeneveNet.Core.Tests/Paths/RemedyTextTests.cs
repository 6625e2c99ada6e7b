using System.Net;
using GeneveNet.Paths;
using GeneveNet.Rendering;

namespace GeneveNet.Tests.Paths;

/// <summary>Remedies as lines that PowerShell reads back as what they were.</summary>
public sealed class RemedyTextTests
{
    [Theory]
    [InlineData("geneve0", "geneve0")]
    [InlineData("br0.10", "br0.10")]
    [InlineData("a;b", "'a;b'")]
    [InlineData("a=b", "'a=b'")]
    [InlineData("", "''")]
    [InlineData("-x", "'-x'")] // A dash in front would make it a parameter.
    [InlineData("it's", "'it''s'")]
    [InlineData("\u2018a\u2019\u201a\u201b", "'\u2018\u2018a\u2019\u2019\u201a\u201a\u201b\u201b'")] // PowerShell takes them for quotes.
    [InlineData("10", "'10'")] // A number would be a process.
    [InlineData("1kb", "'1kb'")]
    [InlineData(".5", "'.5'")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("a\u001b[2J", "\"a`u{1b}[2J\"")] // What cannot be seen is written, and read back.
    [InlineData("$(a)\u201cb\u202e", "\"`$(a)`\u201cb`u{202e}\"")]
    public void Names_are_quoted_where_PowerShell_would_read_more_than_a_word(string name, string text)
    {
        Assert.Equal($"Set-Link {text} -Up", RemedyText.Of(Remedy.Of("Set-Link", (null, name), ("Up", true))));
        Assert.EndsWith($" -Namespace {text}", RemedyText.Of(Remedy.Of("Get-Link") with { Namespace = name }), StringComparison.Ordinal);
        Assert.EndsWith($" -Container {text}", RemedyText.Of(Remedy.Of("Get-Link") with { Container = name }), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_written_by_what_they_are()
    {
        var remedy = Remedy.Of(
            "New-GeneveTunnel", (null, "g0"), ("Remote", IPAddress.Parse("fd00::1")), ("Port", 7777), ("Local", null),
            ("Address", (string[])["10.0.0.1/24", "fd11::1/64"]), ("TtlInherit", false), ("Up", true));
        Assert.Equal(
            "New-GeneveTunnel g0 -Remote fd00::1 -Port 7777 -Address 10.0.0.1/24, fd11::1/64 -TtlInherit:$false -Up",
            RemedyText.Of(remedy));
    }

    [Fact]
    public void A_program_keeps_its_options_and_is_run_in_its_place()
    {
        var cmdlet = Remedy.Of("sysctl", ("-w", "net/ipv4/conf/eth0/rp_filter=2"), (null, "net/ipv4/conf/a;b/rp_filter=2"));
        var remedy = cmdlet with { IsProgram = true };
        const string line = "sysctl -w net/ipv4/conf/eth0/rp_filter=2 'net/ipv4/conf/a;b/rp_filter=2'";
        Assert.Equal(line, RemedyText.Of(remedy));
        Assert.Equal($"Invoke-NamespaceCommand -Namespace b {{ {line} }}", RemedyText.Of(remedy with { Namespace = "b" }));
        Assert.Equal($"Invoke-NamespaceCommand -Container c {{ {line} }}", RemedyText.Of(remedy with { Container = "c" }));
    }

    [Fact]
    public void Each_word_is_escaped_as_its_parameter_reads_it()
    {
        List<(string, string?, int, string)> asked = [];
        string Escape(string command, string? parameter, int position, string word)
        {
            asked.Add((command, parameter, position, word));
            return word + "!";
        }

        var remedy = Remedy.Of(
            "Set-StaticNeighbor", (null, IPAddress.Loopback), (null, "m"), ("Up", true), (null, "l"), ("Link", "x")) with
        { Namespace = "n" };
        Assert.Equal("Set-StaticNeighbor 127.0.0.1 'm!' -Up 'l!' -Link 'x!' -Namespace 'n!'", RemedyText.Of(remedy, Escape));
        Assert.Equal(
            [("Set-StaticNeighbor", null, 1, "m"), ("Set-StaticNeighbor", null, 2, "l"),
             ("Set-StaticNeighbor", "Link", 0, "x"), ("Set-StaticNeighbor", "Namespace", 0, "n")],
            asked);
        asked.Clear();
        Assert.Equal(
            "Invoke-NamespaceCommand -Namespace 'n!' { sysctl x }",
            RemedyText.Of(Remedy.Of("sysctl", (null, "x")) with { IsProgram = true, Namespace = "n" }, Escape));
        Assert.Equal([("Invoke-NamespaceCommand", "Namespace", 0, "n")], asked);
    }

    [Fact]
    public void Several_commands_are_one_line_and_none_is_none()
    {
        var (first, second) = (Remedy.Of("Get-Link", (null, "a")), Remedy.Of("Get-Link", (null, "b")));
        Assert.Equal("Get-Link a; Get-Link b", RemedyText.Of([first, second]));
        Assert.Equal("Get-Link a | Get-Link b", RemedyText.Of(first with { PipedTo = second }));
        Assert.Null(RemedyText.Of([]));
    }
}
