using System.Diagnostics;
using System.Management.Automation;
using GeneveNet.Namespaces;

namespace GeneveNet.Binding;

/// <summary>Takes a namespace as people have it at hand: a name, a process id, a path, a process, or an object that is in one.</summary>
internal sealed class NamespaceArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return Resolve(inputData, engineIntrinsics);
        }
        catch (NetworkException failure)
        {
            throw new ArgumentTransformationMetadataException(ErrorRecords.From(failure, inputData).ToString(), failure);
        }
    }

    /// <summary>The namespace that a value stands for; null for null.</summary>
    /// <param name="given">The value.</param>
    /// <param name="engine">Knows the shell's location; null for the process's.</param>
    /// <exception cref="NetworkException">There is none.</exception>
    public static NetworkNamespace? Resolve(object? given, EngineIntrinsics? engine)
    {
        var value = given is PSObject wrapped ? wrapped.BaseObject : given;
        return value switch
        {
            null => null,
            NetworkNamespace known => known,
            int process => NetworkNamespace.FromProcess(process),
            long process and > 0 and <= int.MaxValue => NetworkNamespace.FromProcess((int)process),
            Process process => NetworkNamespace.FromProcess(process.Id),
            Rtnetlink.Links.Link link => link.Namespace,
            string text when text.Contains('/', StringComparison.Ordinal) =>
                NetworkNamespace.FromPath(Path.GetFullPath(text, CurrentFolder(engine))),
            string text => NetworkNamespace.Resolve(text),
            _ => throw new ArgumentTransformationMetadataException(
                $"'{value}' is not a network namespace. Give a name, a process id or a path."),
        };
    }

    // The shell's location, which is not the process's working directory.
    private static string CurrentFolder(EngineIntrinsics? engine) =>
        engine?.SessionState.Path.CurrentFileSystemLocation.ProviderPath ?? Environment.CurrentDirectory;
}
