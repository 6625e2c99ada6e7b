using System.Management.Automation;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// Names of links and namespaces: text, or on the command line the objects themselves. Other objects from the pipeline are not made into
/// text, which would be taken for a name.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
            return null;
        if (Arguments.UnwrapList(inputData) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string => value,
            Link link when link.Namespace.Equals(NetworkNamespace.Current) => WildcardPattern.Escape(link.Name),
            Link link => throw Refused($"Link '{link.Name}' is in network namespace '{link.Namespace}': pipe it, or give its name and -Namespace."),
            NetworkNamespace { Name: { } name } => WildcardPattern.Escape(name),
            IConvertible => inputData,
            _ => throw Refused($"'{value}' is not a name."),
        };
    }

    // With this cause the engine goes on to look for a property of the object.
    private static ArgumentTransformationMetadataException Refused(string message) => new(message, new PSInvalidCastException(message));
}
