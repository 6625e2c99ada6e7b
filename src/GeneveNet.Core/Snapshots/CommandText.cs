using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace GeneveNet.Snapshots;

/// <summary>
/// A command line that is put together to be pasted: names in it are quoted where PowerShell would read them as more than a word.
/// The kernel allows a link to be called `a;b` or `$(c)`, and whoever rules a container names its links.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct CommandText
{
    private readonly StringBuilder _text;

    public CommandText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>A name.</summary>
    public void AppendFormatted(string? name) => _text.Append(name is null ? "" : Quote(name));

    /// <summary>A number or an address, which needs no quotes.</summary>
    public void AppendFormatted<T>(T value) => _text.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => _text.ToString();

    /// <summary>A word as PowerShell reads it back: as it is, or in single quotes.</summary>
    public static string Quote(string word)
    {
        // A dash in front would make it a parameter.
        if (word.Length > 0 && word[0] != '-' && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/'))
            return word;
        var quoted = new StringBuilder("'");
        foreach (var letter in word)
        {
            // PowerShell takes the typographic quotes for plain ones.
            if (letter is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b')
                quoted.Append(letter);
            quoted.Append(letter);
        }

        return quoted.Append('\'').ToString();
    }
}
