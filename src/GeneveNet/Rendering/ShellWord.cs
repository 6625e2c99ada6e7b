using System.Globalization;
using System.Text;

namespace GeneveNet.Rendering;

/// <summary>
/// Texts as arguments on a command line, which PowerShell reads back as what they are. The kernel allows a link to be called `a;b`,
/// `$(c)` or an escape sequence, and whoever rules a container names its links.
/// </summary>
internal static class ShellWord
{
    /// <summary>A text as an argument: as it is, in single quotes, or in double ones where it has characters that cannot be seen.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isPlain">Whether a character beside the usual ones needs no quotes.</param>
    public static string Of(string text, Func<char, bool>? isPlain = null) =>
        IsBare(text, isPlain) ? text
        : VisibleText.IsPlain(text) ? InSingleQuotes(text)
        : InDoubleQuotes(text);

    /// <summary>Whether PowerShell takes a character for a single quote: the typographic ones, too.</summary>
    private static bool IsSingleQuote(char letter) => letter is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b';

    /// <summary>Whether PowerShell takes a character for a double quote.</summary>
    private static bool IsDoubleQuote(char letter) => letter is '"' or '\u201c' or '\u201d' or '\u201e';

    private static bool IsBare(string text, Func<char, bool>? isPlain) =>
        // A dash in front would make it a parameter.
        text.Length > 0 && text[0] != '-' && !IsLikeNumber(text) && text.All(letter => IsPlain(letter) || isPlain?.Invoke(letter) == true);

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '/';

    /// <summary>Whether a word may be a number ("10", "1kb", ".5", "0x1f"); an address is none, whatever its kind.</summary>
    private static bool IsLikeNumber(string text)
    {
        var beginsLikeOne = char.IsAsciiDigit(text[0]) || text[0] == '.';
        return beginsLikeOne && text.AsSpan().IndexOfAny(':', '/') < 0 && text.AsSpan().Count('.') < 2;
    }

    private static string InSingleQuotes(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var letter in text)
        {
            if (IsSingleQuote(letter))
                quoted.Append(letter);
            quoted.Append(letter);
        }

        return quoted.Append('\'').ToString();
    }

    private static string InDoubleQuotes(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var i = 0; i < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, i, out var letter);
            var length = isWhole ? letter.Utf16SequenceLength : 1;
            if (!isWhole || VisibleText.IsHidden(letter))
                quoted.Append(CultureInfo.InvariantCulture, $"`u{{{(isWhole ? letter.Value : text[i]):x}}}");
            else if (text[i] is '$' or '`' || IsDoubleQuote(text[i]))
                quoted.Append('`').Append(text[i]);
            else
                quoted.Append(text, i, length);
            i += length;
        }

        return quoted.Append('"').ToString();
    }
}
