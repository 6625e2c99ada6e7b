using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>What the kernel can be asked about bridges and their ports.</summary>
internal static class BridgeOperations
{
    /// <summary>The bridge of a name.</summary>
    /// <param name="client">Where.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="NetworkException">There is none, or the link is of another kind.</exception>
    public static Bridge GetBridge(this RtnetlinkClient client, string name)
    {
        var link = client.GetLink(name);
        if (link is not Bridge)
            throw NotABridge(name, link);

        // Its ports are known only from a look at all links.
        foreach (var one in client.GetLinks(LinkKinds.Bridge))
        {
            if (one.Index == link.Index)
                return (Bridge)one;
        }

        return (Bridge)link;
    }

    /// <summary>What is wrong when a bridge is needed and a link is none.</summary>
    /// <param name="name">What the link was called.</param>
    /// <param name="link">The link.</param>
    internal static NetworkException NotABridge(string name, Link link) => new(
        FailureKind.InvalidArgument, $"Link '{name}' is not a bridge; its kind is '{link.Kind}'.") { Id = "NotABridge" };

    /// <summary>Takes a port off its bridge; the link itself stays.</summary>
    /// <param name="client">Where.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void RemoveBridgePort(this RtnetlinkClient client, BridgePort port)
    {
        client.ChangeLink(new LinkMessage { Index = port.Index, MasterIndex = 0 }, $"take port '{port.Name}' off bridge '{port.Bridge}'");
    }
}
