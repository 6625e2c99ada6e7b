using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace GeneveNet.Host.Commands;

/// <summary>An input object with the values it is sorted or grouped by.</summary>
internal sealed record KeyedObject(PSObject Input, object?[] Keys)
{
    /// <summary>Without properties the object is its own key.</summary>
    public static KeyedObject From(Cmdlet command, PSObject input, IReadOnlyList<PropertyArgument> properties) =>
        new(input, properties.Count == 0 ? [input] : [.. properties.Select(property => Evaluate(command, input, property))]);

    private static object? Evaluate(Cmdlet command, PSObject input, PropertyArgument property)
    {
        List<PSPropertyExpressionResult> results = property.Expression.GetValues(input, expand: false, eatExceptions: true);
        if (results is not [var result, ..])
            return ValueComparer.Missing;

        if (result.Exception is not null)
            command.WriteError(new ErrorRecord(result.Exception, "ExpressionEvaluation", ErrorCategory.InvalidResult, input));
        return result.Result;
    }
}

/// <summary>Compares key by key, each in its own direction.</summary>
internal sealed class KeyComparer(IReadOnlyList<bool> descending, bool caseSensitive) : IComparer<KeyedObject>
{
    private readonly ValueComparer _values = new(caseSensitive);

    public int Compare(KeyedObject? x, KeyedObject? y)
    {
        for (int i = 0; i < x!.Keys.Length && i < y!.Keys.Length; i++)
        {
            int order = _values.Compare(x.Keys[i], y.Keys[i]);
            if (order != 0)
                return descending[i] ? -order : order;
        }

        return 0;
    }
}
