using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;

namespace GeneveNet.Binding;

/// <summary>What the parameters of our cmdlets are called and read.</summary>
internal static class CmdletParameters
{
    private static readonly Lazy<Dictionary<string, Type>> Types = new(static () => typeof(CmdletParameters).Assembly.GetTypes()
        .Select(static type => (Type: type, Cmdlet: type.GetCustomAttribute<CmdletAttribute>()))
        .Where(static one => one.Cmdlet is not null)
        .ToDictionary(
            static one => $"{one.Cmdlet!.VerbName}-{one.Cmdlet.NounName}", static one => one.Type, StringComparer.OrdinalIgnoreCase));

    private static readonly ConcurrentDictionary<PropertyInfo, string[]> Names = [];

    /// <summary>A name as a parameter takes it: one that reads wildcards wants those of the name escaped.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="parameter">The parameter; null for one that is known by its position.</param>
    /// <param name="position">That position; 0 is the first.</param>
    /// <param name="name">The name.</param>
    public static string Escape(string command, string? parameter, int position, string name)
    {
        if (!NamePattern.IsSpecial(name) || !Types.Value.TryGetValue(command, out var type))
            return name;
        var property = type.GetProperties().FirstOrDefault(
            one => parameter is null ? IsAt(one, position) : one.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase));
        return property is not null && ReadsWildcards(property) ? NamePattern.Escape(name) : name;
    }

    /// <summary>The names of a parameter: its own, and then its aliases.</summary>
    /// <param name="property">The parameter.</param>
    public static string[] NamesOf(PropertyInfo property) => Names.GetOrAdd(
        property, static one => [one.Name, .. one.GetCustomAttribute<AliasAttribute>()?.AliasNames ?? []]);

    private static bool IsAt(PropertyInfo property, int position) =>
        property.GetCustomAttributes<ParameterAttribute>().Any(one => one.Position == position);

    // A namespace may be typed with an escaped name, also where only one is meant.
    private static bool ReadsWildcards(PropertyInfo property) =>
        property.IsDefined(typeof(SupportsWildcardsAttribute)) || property.IsDefined(typeof(NamespaceArgumentAttribute));
}
