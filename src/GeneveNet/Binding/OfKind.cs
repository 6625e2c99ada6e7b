using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Binding;

internal static class Tunnels
{
    /// <summary>The link as a tunnel, or an error that says what it is.</summary>
    public static GeneveTunnel Of(Link link) => link as GeneveTunnel ?? throw new NetworkException(
        FailureKind.InvalidArgument, $"Link '{link.Name}' is not a Geneve tunnel; its kind is '{link.Kind}'.") { Id = "NotATunnel" };
}

internal static class BridgePorts
{
    public static bool IsPort(Link link) => link.Message.Info?.PortKind == LinkKinds.Bridge;

    /// <summary>The link as a port, or an error that says it is none.</summary>
    public static BridgePort Of(Link link) => IsPort(link)
        ? new BridgePort(link)
        : throw new NetworkException(
            FailureKind.InvalidArgument, $"Link '{link.Name}' is not a port of a bridge.") { Id = "NotABridgePort" };
}
