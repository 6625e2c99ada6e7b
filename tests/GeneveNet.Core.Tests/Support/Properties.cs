using System.Collections;
using System.Net;
using System.Reflection;

namespace GeneveNet.Tests.Support;

/// <summary>Writes an object with all of its properties as text, so that two of them can be compared.</summary>
internal static class Properties
{
    public static string Show(object? value) => value switch
    {
        null => "null",
        string or IPAddress or MacAddress or Enum => $"\"{value}\"",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable all => $"[{string.Join(", ", all.Cast<object?>().Select(Show))}]",
        _ when value.GetType() is var type && (type.IsPrimitive || IsTuple(type)) => IsTuple(type) ? ShowFields(value) : value.ToString()!,
        _ => ShowProperties(value),
    };

    private static bool IsTuple(Type type) => type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal);

    private static string ShowFields(object value) =>
        $"({string.Join(", ", value.GetType().GetFields().Select(field => Show(field.GetValue(value))))})";

    private static string ShowProperties(object value)
    {
        var properties = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return $"{value.GetType().Name} {{ {string.Join(", ", properties.Select(p => $"{p.Name} = {Show(p.GetValue(value))}"))} }}";
    }
}
