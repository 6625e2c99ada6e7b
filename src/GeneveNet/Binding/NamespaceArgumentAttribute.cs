using System.Diagnostics;
using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;

namespace GeneveNet.Binding;

/// <summary>
/// Takes namespaces as people have them at hand: a name, a wildcard, a process id, a path, a process, or an object that is in one.
/// </summary>
/// <remarks>
/// One that does not exist is no reason to end the command, which may be about others as well: an object stands in its place, of which
/// nothing but the error is ever used (<see cref="ErrorOf"/>).
/// </remarks>
internal sealed class NamespaceArgumentAttribute : ArgumentTransformationAttribute
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = [];
    private static readonly ConditionalWeakTable<NetworkNamespace, Missing> MissingOnes = [];

    private sealed record Missing(NetworkException Failure, object? Given);

    /// <summary>Whether a wildcard chooses all that match; else exactly one namespace is meant.</summary>
    public bool Several { get; init; }

    /// <summary>Why there is nothing of what was given for a namespace; null for one that was found.</summary>
    /// <param name="place">The value of a parameter.</param>
    public static ErrorRecord? ErrorOf(NetworkNamespace? place) =>
        place is not null && MissingOnes.TryGetValue(place, out var missing) ? ErrorRecords.From(missing.Failure, missing.Given) : null;

    /// <summary>
    /// What is wrong with the namespaces of a cmdlet: one that does not exist, or nothing at all where something was typed, which may be
    /// a variable that is not set, and must not mean another namespace than the one that was to be in it.
    /// </summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="isTyped">Whether a parameter was typed.</param>
    public static ErrorRecord? FindFault(Cmdlet cmdlet, Func<string, bool> isTyped)
    {
        foreach (var property in Known.GetOrAdd(cmdlet.GetType(), Find))
        {
            var value = property.GetValue(cmdlet);
            if (value is null && isTyped(property.Name))
            {
                var message = $"-{property.Name} names no network namespace: it is empty, or a variable that is not set. " +
                    "Leave the parameter out if none is meant.";
                return ErrorRecords.From(new NetworkException(FailureKind.InvalidArgument, message), property.Name);
            }

            if (ErrorOf(value as NetworkNamespace) is { } missing)
                return missing;
        }

        return null;

        static PropertyInfo[] Find(Type type) =>
            [.. type.GetProperties().Where(static one => one.IsDefined(typeof(NamespaceArgumentAttribute)))];
    }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            if (!Several)
                return IsNothing(inputData) ? null : Find(inputData, () => [Resolve(inputData, engineIntrinsics)!])[0];
            var given = inputData is null ? [] : Arguments.UnwrapList(inputData)?.Cast<object?>() ?? [inputData];
            List<NetworkNamespace> found = [];
            var isSaid = false;
            foreach (var one in given.Where(one => !IsNothing(one)))
            {
                isSaid = true;
                found.AddRange(Find(one, () => ResolveAll(one, engineIntrinsics)));
            }

            // Nothing said is the namespace of the session; a wildcard that matches none is none.
            return isSaid ? found.ToArray() : null;
        }
        catch (NetworkException failure)
        {
            throw new ArgumentTransformationMetadataException(ErrorRecords.From(failure, inputData).ToString(), failure);
        }
    }

    private NetworkNamespace[] Find(object? given, Func<IEnumerable<NetworkNamespace>> resolve)
    {
        try
        {
            return [.. resolve()];
        }
        catch (NetworkException failure) when (failure.Kind != FailureKind.InvalidArgument)
        {
            var missing = (NetworkNamespace)RuntimeHelpers.GetUninitializedObject(typeof(NetworkNamespace));
            MissingOnes.Add(missing, new Missing(Several ? failure : WithoutWildcard(failure, given), Arguments.Unwrap(given)));
            return [missing];
        }
    }

    private static NetworkException WithoutWildcard(NetworkException failure, object? given) =>
        Arguments.Unwrap(given) is string text && NamePattern.Find(text) is not null
            ? new NetworkException(failure.Kind, $"{failure.Message} A single one is meant here, and a wildcard is not read.")
            { Id = failure.Id }
            : failure;

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
