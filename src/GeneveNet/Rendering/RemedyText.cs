using System.Globalization;
using System.Text;
using GeneveNet.Paths;

namespace GeneveNet.Rendering;

/// <summary>A word as a parameter takes it: one that reads wildcards wants those of a name escaped.</summary>
/// <param name="command">The cmdlet.</param>
/// <param name="parameter">The parameter; null for one that is known by its position.</param>
/// <param name="position">That position; 0 is the first.</param>
/// <param name="word">The word.</param>
internal delegate string WordEscape(string command, string? parameter, int position, string word);

/// <summary>Writes remedies as a line to be pasted into PowerShell.</summary>
internal static class RemedyText
{
    // A setting of something that exists is on, off or left alone, and takes $true or $false; these are switches everywhere.
    private static readonly HashSet<string> Switches = ["Up", "Down", "Force", "PassThru"];

    private const string RunsPrograms = "Invoke-NamespaceCommand";

    /// <summary>A verdict with its remedies in words, too.</summary>
    public static PathVerdict Complete(PathVerdict verdict, WordEscape escape) => verdict with
    {
        Notes = verdict.CanBeDeeper ? [.. verdict.Notes, "Use -Deep: then the kernel itself says what drops the packets."] : verdict.Notes,
        Remedy = Of(verdict.Remedies, escape),
        Checks = [.. verdict.Checks.Select(check => check with { Remedy = Of(check.Remedies, escape) })],
        PossibleCauses = [.. verdict.PossibleCauses.Select(cause => cause with { Command = Of(cause.Test, escape) })],
    };

    /// <summary>The commands as one line; null for none.</summary>
    /// <param name="remedies">The commands.</param>
    /// <param name="escape">Knows what the parameters of the cmdlets read; without it they read names.</param>
    public static string? Of(IReadOnlyList<Remedy> remedies, WordEscape? escape = null) =>
        remedies.Count == 0 ? null : string.Join("; ", remedies.Select(remedy => Of(remedy, escape)));

    /// <summary>A command as a line.</summary>
    /// <param name="remedy">The command.</param>
    /// <param name="escape">Knows what the parameters of the cmdlets read; without it they read names.</param>
    public static string Of(Remedy remedy, WordEscape? escape = null)
    {
        escape ??= static (_, _, _, word) => word;
        var line = new StringBuilder(remedy.Command);
        var position = 0;
        foreach (var argument in remedy.Arguments)
        {
            var place = argument.Name is null ? position++ : 0;
            line.Append(' ').Append(Of(argument, remedy, word => escape(remedy.Command, argument.Name, place, word)));
        }

        var where = PlaceOf(remedy, escape);
        if (where is not null && remedy.IsProgram)
            line.Insert(0, $"{RunsPrograms} {where} {{ ").Append(" }");
        else if (where is not null)
            line.Append(' ').Append(where);
        // What removes asks first, and a script cannot answer: whoever runs a remedy has decided.
        if (!remedy.IsProgram && remedy.Command.StartsWith("Remove-", StringComparison.Ordinal))
            line.Append(" -Confirm:$false");
        return remedy.PipedTo is null ? line.ToString() : $"{line} | {Of(remedy.PipedTo, escape)}";
    }

    private static string? PlaceOf(Remedy remedy, WordEscape escape)
    {
        return remedy.Container is not null ? Place("Container", remedy.Container)
            : remedy.Namespace is not null ? Place("Namespace", remedy.Namespace)
            : null;

        string Place(string parameter, string name) =>
            $"-{parameter} {ShellWord.Of(escape(remedy.IsProgram ? RunsPrograms : remedy.Command, parameter, 0, name))}";
    }

    private static string Of(RemedyArgument argument, Remedy remedy, Func<string, string> escape)
    {
        if (argument.Name is null)
            return Of(argument.TypedValue, remedy.IsProgram, escape);
        var name = remedy.IsProgram ? argument.Name : $"-{argument.Name}";
        return argument.TypedValue switch
        {
            bool value when TakesValue(remedy.Command, argument.Name) => $"{name} {(value ? "$true" : "$false")}",
            true => name,
            false => $"{name}:$false",
            var value => $"{name} {Of(value, remedy.IsProgram, escape)}",
        };
    }

    private static bool TakesValue(string cmdlet, string parameter) =>
        cmdlet.StartsWith("Set-", StringComparison.Ordinal) && !Switches.Contains(parameter);

    private static string Of(object value, bool isProgram, Func<string, string> escape) => value switch
    {
        string word when isProgram => ShellWord.Of(word, static letter => letter == '='),
        string word => ShellWord.Of(escape(word)),
        IEnumerable<string> words => string.Join(", ", words.Select(word => ShellWord.Of(escape(word)))),
        // A number or an address needs no quotes.
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
