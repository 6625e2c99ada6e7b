using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;

namespace GeneveNet.Binding;

/// <summary>
/// Takes namespaces as people have them at hand: a name, a wildcard, a process id, a path, a process, or an object that is in one.
/// </summary>
internal sealed class NamespaceArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether a wildcard chooses all that match; else exactly one namespace is meant.</summary>
    public bool Several { get; init; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            if (!Several)
                return Resolve(inputData, engineIntrinsics);
            var given = inputData is null ? [] : Arguments.UnwrapList(inputData)?.Cast<object?>() ?? [inputData];
            List<NetworkNamespace> found = [];
            var isSaid = false;
            foreach (var one in given.Where(one => !IsNothing(one)))
            {
                isSaid = true;
                found.AddRange(ResolveAll(one, engineIntrinsics));
            }

            // Nothing said is the namespace of the session; a wildcard that matches none is none.
            return isSaid ? found.ToArray() : null;
        }
        catch (NetworkException failure)
        {
            throw new ArgumentTransformationMetadataException(ErrorRecords.From(failure, inputData).ToString(), failure);
        }
    }

    /// <summary>The namespace that a value stands for; null for nothing: null, or an empty cell of a table.</summary>
    /// <param name="given">The value.</param>
    /// <param name="engine">Knows the shell's location; null for the process's.</param>
    /// <param name="literal">Whether the value is said by an object, whose text is never an escaped name.</param>
    /// <exception cref="NetworkException">There is none.</exception>
    public static NetworkNamespace? Resolve(object? given, EngineIntrinsics? engine, bool literal = false)
    {
        if (IsNothing(given))
            return null;
        var value = Arguments.Unwrap(given);
        return value switch
        {
            NetworkNamespace known => known,
            // A name of digits goes before a process id, typed with quotes or without.
            int or long => NetworkNamespace.Resolve(Convert.ToString(value, CultureInfo.InvariantCulture)!),
            Process process => NetworkNamespace.FromProcess(process.Id),
            FileInfo file => NetworkNamespace.FromPath(file.FullName),
            string text when text.Contains('/', StringComparison.Ordinal) =>
                NetworkNamespace.FromPath(FullPath(text, engine)),
            string text => FromText(literal ? text : NamePattern.Unescape(text)),
            _ => OfObject(PSObject.AsPSObject(given)) ?? throw new ArgumentTransformationMetadataException(
                $"'{VisibleText.Of($"{value}")}' is not a network namespace. Give a name, a process id or a path."),
        };
    }

    private static IEnumerable<NetworkNamespace> ResolveAll(object? given, EngineIntrinsics? engine)
    {
        var text = Arguments.Unwrap(given) as string;
        if (text is null || text.Contains('/', StringComparison.Ordinal) || NamespaceIdentity.TryParse(text) is not null
            || NamePattern.Find(text) is not { } pattern)
            return [Resolve(given, engine)!];
        return NamedNamespaces.List().Concat(ContainerLookup.ListRunning()).Where(one => pattern.IsMatch(one.DisplayName));
    }

    private static bool IsNothing(object? given) =>
        Arguments.Unwrap(given) is null or string { Length: 0 };

    /// <summary>The namespace that an object is in, or stands for; null when it does not say.</summary>
    /// <param name="value">The object.</param>
    /// <exception cref="NetworkException">The namespace is gone, or on another host.</exception>
    public static NetworkNamespace? OfObject(PSObject value) =>
        ForeignObject.IsOne(value)
            ? ForeignObject.FindNamespace(value)
            : value.BaseObject as NetworkNamespace ?? value.Properties["Namespace"]?.Value as NetworkNamespace;

    /// <summary>A name, a process id, or what a container's namespace is called where it has no name of its own.</summary>
    private static NetworkNamespace FromText(string text)
    {
        try
        {
            return NetworkNamespace.Resolve(text);
        }
        catch (NetworkException failure) when (failure.Id == "NamespaceNotFound" && FindContainer(text) is { } found)
        {
            return found;
        }
    }

    // By its name alone: the beginning of an id is what a mistyped name could be as well.
    private static NetworkNamespace? FindContainer(string name) =>
        ContainerLookup.ListRunning().FirstOrDefault(one => one.DisplayName == name);

    // From the shell's location, which is not the process's working directory.
    private static string FullPath(string path, EngineIntrinsics? engine)
    {
        var folder = engine?.SessionState.Path.CurrentFileSystemLocation.ProviderPath ?? Environment.CurrentDirectory;
        return path.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentTransformationMetadataException("A path cannot have a NUL in it.")
            : Path.GetFullPath(path, folder);
    }
}
