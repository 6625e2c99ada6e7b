using System.Management.Automation;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// Names: text, or objects themselves (`Set-Link $link`). These are no wildcards, and a link knows where it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// The parameter that a lone argument is for where what this one names comes by the pipeline: `$link | Move-LinkToNamespace PLACE`.
    /// </summary>
    public string? PipedBefore { get; init; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
            return null;
        if (Arguments.UnwrapList(inputData) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        return Arguments.Unwrap(inputData) switch
        {
            Link link => LinkReference.Encode(link),
            BridgePort port => LinkReference.Encode(port.Link),
            // The argument may be for the other parameter, and a name may lead to another namespace by then.
            NetworkNamespace place when PipedBefore is not null => NamespaceIdentity.TextOf(place.Inode),
            // Its text is not the name where that cannot be shown.
            NetworkNamespace { Name: { } name } when !VisibleText.IsPlain(name) => name,
            _ => inputData,
        };
    }
}
