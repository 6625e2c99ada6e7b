using System.Globalization;
using System.Text;

namespace GeneveNet;

/// <summary>
/// Texts of others as they can be shown: names of links, aliases and capture files have any characters, also those that move a cursor,
/// begin a line or turn the direction of writing.
/// </summary>
/// <remarks>
/// Such characters are shown as JSON writes them, as in `ip -j`: "\u001b". That names each of them, which pictures of characters do
/// not (there are none for U+202E), and is the same after a second time, so that a text may pass several doors. A backslash stays
/// one for that reason: what is shown is for reading, and the property has the text itself.
/// </remarks>
public static class VisibleText
{
    /// <summary>A text without characters that cannot be seen.</summary>
    /// <param name="text">The text; null is an empty one.</param>
    public static string Of(string? text)
    {
        // Almost every text is plain ASCII, which a processor sees at a glance.
        if (text is null || text.AsSpan().IndexOfAnyExceptInRange(' ', '~') is var first && first < 0)
            return text ?? "";
        var shown = new StringBuilder(text.Length + 8).Append(text, 0, first);
        for (var i = first; i < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, i, out var letter);
            var length = isWhole ? letter.Utf16SequenceLength : 1;
            if (isWhole && !IsHidden(letter))
                shown.Append(text, i, length);
            else
                Escape(shown, text.AsSpan(i, length));
            i += length;
        }

        return shown.ToString();
    }

    /// <summary>Several texts, each for itself.</summary>
    /// <param name="texts">The texts; null is none.</param>
    public static IReadOnlyList<string> OfEach(IEnumerable<string>? texts) => [.. (texts ?? []).Select(Of)];

    /// <summary>Whether a text can be shown as it is.</summary>
    internal static bool IsPlain(string text) => ReferenceEquals(Of(text), text) || Of(text) == text;

    /// <summary>Whether a character does something instead of being seen: controls, formats, separators of lines.</summary>
    internal static bool IsHidden(Rune letter) => Rune.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void Escape(StringBuilder shown, ReadOnlySpan<char> units)
    {
        foreach (var unit in units)
        {
            _ = unit switch
            {
                '\n' => shown.Append(@"\n"),
                '\r' => shown.Append(@"\r"),
                '\t' => shown.Append(@"\t"),
                _ => shown.Append(CultureInfo.InvariantCulture, $@"\u{(int)unit:x4}"),
            };
        }
    }
}
