using System.Management.Automation;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>Names of links: text, or links themselves (`Set-Link $link`), which are no wildcards and know where they are.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NameArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
            return null;
        if (Arguments.UnwrapList(inputData) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        return (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is Link link ? LinkReference.Encode(link) : inputData;
    }
}
