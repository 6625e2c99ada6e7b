using GeneveNet.Namespaces;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Bridges.</summary>
internal sealed class BridgeKind() : LinkKind<BridgeData>(LinkKinds.Bridge, BridgeData.Table)
{
    public override bool NeedsAllLinks => true;

    public override Link ToLink(LinkMessage message, NetworkNamespace source, string? master, IReadOnlyList<string> ports) =>
        new Bridge(message, source) { Master = master, Ports = ports };
}
