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
            // Its text is not the name where that cannot be shown.
            NetworkNamespace { Name: { } name } when !VisibleText.IsPlain(name) => name,
            _ => inputData,
        };
    }
}
