using GeneveNet.Namespaces;

namespace GeneveNet.Packets.Live;

/// <summary>Where to capture, and what.</summary>
/// <param name="Place">The network namespace.</param>
/// <param name="Filter">Which packets of its interfaces.</param>
public sealed record CaptureSource(NetworkNamespace Place, CaptureFilter Filter)
{
    /// <summary>Names of interfaces by index. Others are asked for when their first packet comes, if they are still there then.</summary>
    public IReadOnlyDictionary<int, string> Names { get; init; } = new Dictionary<int, string>();
}
