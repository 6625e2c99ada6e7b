using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// A link as the value of a parameter that takes names: its name and the namespace it is in, as one text. No name has the character that
/// is between the two.
/// </summary>
internal static class LinkReference
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = [];

    private const char Separator = '\0';

    /// <summary>The text for a link.</summary>
    public static string Encode(Link link) => string.Create(CultureInfo.InvariantCulture, $"{link.Name}{Separator}{link.Namespace.Inode}");

    /// <summary>The parameters of a cmdlet that take one name and were given a link.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    public static IReadOnlyList<(PropertyInfo Parameter, string Text)> FindIn(Cmdlet cmdlet)
    {
        List<(PropertyInfo, string)>? found = null;
        foreach (var parameter in Known.GetOrAdd(cmdlet.GetType(), Find))
        {
            if (parameter.GetValue(cmdlet) is string text && text.Contains(Separator, StringComparison.Ordinal))
                (found ??= []).Add((parameter, text));
        }

        return found ?? (IReadOnlyList<(PropertyInfo, string)>)[];

        static PropertyInfo[] Find(Type type) =>
            [.. type.GetProperties().Where(one => one.PropertyType == typeof(string) && one.IsDefined(typeof(NameArgumentAttribute)))];
    }

    /// <summary>The name that a text says, be it such a text or a name.</summary>
    /// <param name="text">The value of the parameter.</param>
    /// <param name="place">Where the cmdlet works.</param>
    /// <exception cref="NetworkException">The link is in another namespace.</exception>
    public static string NameIn(string text, NetworkNamespace place) => Decode(text, place) ?? text;

    /// <summary>The name alone, as the target of an error.</summary>
    /// <param name="text">The value of the parameter.</param>
    public static string TargetOf(string text) => text.Split(Separator)[0];

    /// <summary>The name in such a text; null for any other.</summary>
    /// <param name="text">The value of the parameter.</param>
    /// <param name="place">Where the cmdlet works.</param>
    /// <exception cref="NetworkException">The link is in another namespace.</exception>
    public static string? Decode(string text, NetworkNamespace place)
    {
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var name = text[..end];
        if (text.AsSpan(end + 1).SequenceEqual(place.Inode.ToString(CultureInfo.InvariantCulture)))
            return name;
        throw new NetworkException(
            FailureKind.InvalidArgument,
            $"Link '{name}' is not in network namespace '{place}': pipe it, or use -Namespace to say where it is.")
        { Id = "LinkElsewhere" };
    }
}
