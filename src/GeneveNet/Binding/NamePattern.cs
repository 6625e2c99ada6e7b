using System.Management.Automation;
using System.Text;

namespace GeneveNet.Binding;

/// <summary>What a typed name means: a name, an escaped one, or a wildcard.</summary>
internal static class NamePattern
{
    /// <summary>Whether a text means something else typed than as it stands.</summary>
    /// <param name="text">The text.</param>
    public static bool IsSpecial(string text) =>
        WildcardPattern.ContainsWildcardCharacters(text) || text.Contains('`', StringComparison.Ordinal);

    /// <summary>The wildcard that a text is; null when it is a name.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="options">How it compares; names are exact.</param>
    public static WildcardPattern? Find(string text, WildcardOptions options = WildcardOptions.None)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(text))
            return null;
        var pattern = WildcardPattern.Get(text, options);
        try
        {
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException)
        {
            // "x[y" is no wildcard, and the kernel allows a link of that name.
            return null;
        }
    }

    /// <summary>The name that a text is which is not a wildcard: `` `* `` is an asterisk.</summary>
    /// <param name="text">What was typed.</param>
    public static string Unescape(string text) => text.Contains('`', StringComparison.Ordinal) ? WildcardPattern.Unescape(text) : text;

    /// <summary>A name as it is typed where wildcards are read, so that it means itself: `` g`* ``.</summary>
    /// <param name="name">The name.</param>
    public static string Escape(string name)
    {
        if (!IsSpecial(name))
            return name;
        var typed = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (letter is '*' or '?' or '[' or ']' or '`')
                typed.Append('`');
            typed.Append(letter);
        }

        return typed.ToString();
    }
}
