using System.Globalization;
using System.Text;
using GeneveNet.Paths;

namespace GeneveNet.Rendering;

/// <summary>
/// Writes remedies as a line to be pasted into PowerShell. Names in it are quoted where PowerShell would read them as more than a
/// word: the kernel allows a link to be called `a;b` or `$(c)`, and whoever rules a container names its links.
/// </summary>
internal static class RemedyText
{
    // A setting of something that exists is on, off or left alone, and takes $true or $false; these are switches everywhere.
    private static readonly HashSet<string> Switches = ["Up", "Down", "Force", "PassThru"];

    /// <summary>A verdict with its remedies in words, too.</summary>
    public static PathVerdict Complete(PathVerdict verdict) => verdict with
    {
        Remedy = Of(verdict.Remedies),
        Checks = [.. verdict.Checks.Select(static check => check with { Remedy = Of(check.Remedies) })],
        PossibleCauses = [.. verdict.PossibleCauses.Select(static cause => cause with { Command = Of(cause.Test) })],
    };

    /// <summary>The commands as one line; null for none.</summary>
    public static string? Of(IReadOnlyList<Remedy> remedies) => remedies.Count == 0 ? null : string.Join("; ", remedies.Select(Of));

    /// <summary>A command as a line.</summary>
    public static string Of(Remedy remedy)
    {
        var line = new StringBuilder(remedy.Command);
        foreach (var argument in remedy.Arguments)
            line.Append(' ').Append(Of(argument, remedy));
        var place = PlaceOf(remedy);
        if (place is not null && remedy.IsProgram)
            line.Insert(0, $"Invoke-NamespaceCommand {place} {{ ").Append(" }");
        else if (place is not null)
            line.Append(' ').Append(place);
        return remedy.PipedTo is null ? line.ToString() : $"{line} | {Of(remedy.PipedTo)}";
    }

    private static string? PlaceOf(Remedy remedy) =>
        remedy.Container is not null ? $"-Container {Quote(remedy.Container)}"
        : remedy.Namespace is not null ? $"-Namespace {Quote(remedy.Namespace)}"
        : null;

    private static string Of(RemedyArgument argument, Remedy remedy)
    {
        if (argument.Name is null)
            return Of(argument.Value, remedy.IsProgram);
        var name = remedy.IsProgram ? argument.Name : $"-{argument.Name}";
        return argument.Value switch
        {
            bool value when TakesValue(remedy.Command, argument.Name) => $"{name} {(value ? "$true" : "$false")}",
            true => name,
            false => $"{name}:$false",
            var value => $"{name} {Of(value, remedy.IsProgram)}",
        };
    }

    private static bool TakesValue(string cmdlet, string parameter) =>
        cmdlet.StartsWith("Set-", StringComparison.Ordinal) && !Switches.Contains(parameter);

    private static string Of(object value, bool isProgram) => value switch
    {
        string word => Quote(word, isProgram),
        IEnumerable<string> words => string.Join(", ", words.Select(static word => Quote(word))),
        // A number or an address needs no quotes.
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    /// <summary>A word as PowerShell reads it back: as it is, or in single quotes.</summary>
    private static string Quote(string word, bool isProgram = false)
    {
        // A dash in front would make it a parameter.
        if (word.Length > 0 && word[0] != '-' && word.All(c => IsPlain(c) || (isProgram && c == '=')))
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

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '/';
}
