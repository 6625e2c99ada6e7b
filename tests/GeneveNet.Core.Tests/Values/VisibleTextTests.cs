namespace GeneveNet.Tests.Values;

/// <summary>Texts of others, as they are shown.</summary>
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("geneve0", "geneve0")]
    [InlineData("a b\\u001b", "a b\\u001b")]
    [InlineData("Brücke-\u6f22\U0001f600", "Brücke-\u6f22\U0001f600")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("a\r\n\tb", "a\\r\\n\\tb")]
    [InlineData("\u0000\u0007\u007f\u0085\u009b", "\\u0000\\u0007\\u007f\\u0085\\u009b")]
    [InlineData("a\u202eb\u2066c\u200fd", "a\\u202eb\\u2066c\\u200fd")]
    [InlineData("\u2028\u2029\u00ad\u200b\ufeff", "\\u2028\\u2029\\u00ad\\u200b\\ufeff")]
    [InlineData("\U000e0041", "\\udb40\\udc41")]
    public void Characters_that_cannot_be_seen_are_escaped(string? text, string shown)
    {
        Assert.Equal(shown, VisibleText.Of(text));
        Assert.Equal(shown, VisibleText.Of(shown));
        Assert.Equal(text is null || text == shown, VisibleText.IsPlain(text ?? ""));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_escaped()
    {
        Assert.Equal(@"a\ud83d", VisibleText.Of("a" + '\ud83d'));
        Assert.Equal(@"\ude00b\ud83d\ud83d", VisibleText.Of('\ude00' + "b" + '\ud83d' + '\ud83d'));
    }

    [Fact]
    public void A_plain_text_is_not_copied()
    {
        var text = new string('x', 15);
        Assert.Same(text, VisibleText.Of(text));
    }

    [Fact]
    public void Of_each_is_each_for_itself() => Assert.Equal(["a", @"\n"], VisibleText.OfEach(["a", "\n"]));

    [Fact]
    public void Every_failure_has_a_message_that_can_be_shown()
    {
        const string Text = "link 'a\nb'", Shown = @"link 'a\nb'";
        Assert.Equal(Shown, new NetworkException(Text).Message);
        Assert.Equal(Shown, new NetworkException(Text, new IOException()).Message);
        Assert.Equal(Shown, new NetworkException(FailureKind.Busy, Text).Message);
        Assert.Equal(Shown, new SettingNotSupportedException(Text).Message);
    }
}
