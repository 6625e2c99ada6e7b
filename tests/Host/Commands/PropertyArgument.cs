using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace GeneveNet.Host.Commands;

/// <summary>
/// One element of a -Property argument: a name, possibly with wildcards, a script block, or a table that gives such an
/// expression a name. Keys may be shortened as everywhere in PowerShell (n, l, e).
/// </summary>
internal sealed record PropertyArgument(PSPropertyExpression Expression, string? Name, bool? Descending)
{
    public static List<PropertyArgument> ParseAll(Cmdlet command, IEnumerable<object?>? arguments) =>
        [.. (arguments ?? []).Select(argument => Parse(command, Base(argument)))];

    private static PropertyArgument Parse(Cmdlet command, object? argument)
    {
        if (argument is not IDictionary table)
            return new PropertyArgument(ToExpression(command, argument), null, null);

        PSPropertyExpression? expression = null;
        string? name = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            object? value = Base(entry.Value);
            switch (entry.Key.ToString())
            {
                case { Length: > 0 } key when Shortens(key, "Expression"):
                    expression = ToExpression(command, value);
                    break;
                case { Length: > 0 } key when Shortens(key, "Name") || Shortens(key, "Label"):
                    name = value?.ToString();
                    break;
                case { Length: > 0 } key when Shortens(key, "Descending"):
                    descending = LanguagePrimitives.IsTrue(value);
                    break;
                case { Length: > 0 } key when Shortens(key, "Ascending"):
                    descending = !LanguagePrimitives.IsTrue(value);
                    break;
                default:
                    throw Refuse(command, $"The {entry.Key} key is not valid.", "DictionaryKeyUnknown", table);
            }
        }

        return expression is null
            ? throw Refuse(command, "The Expression key is missing.", "DictionaryKeyMissing", table)
            : new PropertyArgument(expression, name, descending);
    }

    private static PSPropertyExpression ToExpression(Cmdlet command, object? value) => value switch
    {
        string { Length: > 0 } name => new PSPropertyExpression(name),
        ScriptBlock script => new PSPropertyExpression(script),
        PSPropertyExpression expression => expression,
        _ => throw Refuse(command, "A property must be a name, a script block or a hashtable.", "DictionaryKeyUnknownType", value),
    };

    private static PSInvalidOperationException Refuse(Cmdlet command, string message, string id, object? target)
    {
        command.ThrowTerminatingError(
            new ErrorRecord(new NotSupportedException(message), id, ErrorCategory.InvalidArgument, target));
        return new PSInvalidOperationException(message);
    }

    private static bool Shortens(string key, string name) => name.StartsWith(key, StringComparison.OrdinalIgnoreCase);

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
