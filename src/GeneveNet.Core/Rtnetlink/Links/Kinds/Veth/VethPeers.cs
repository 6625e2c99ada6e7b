using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Which two links are a veth pair.</summary>
internal static class VethPeers
{
    /// <summary>The other end of a veth, when it has a certain name and is in a certain namespace; else null.</summary>
    /// <param name="client">Where the first end is.</param>
    /// <param name="first">The first end.</param>
    /// <param name="name">Name of the other end.</param>
    /// <param name="place">Where the other end is; null for the same namespace.</param>
    public static Link? FindVethPeer(this RtnetlinkClient client, Link first, string name, NetworkNamespace? place = null)
    {
        var there = place is null ? client : client.In(place);
        if (first.Kind != LinkKinds.Veth || there.FindLink(name) is not { } second || second.Kind != LinkKinds.Veth)
            return null;
        // Each end knows the other by index, and by a number for the other's namespace.
        var isNear = there.Namespace.Equals(client.Namespace);
        var isPair = first.ParentIndex == second.Index && second.ParentIndex == first.Index
            && (isNear ? first.ParentNamespaceId is null : first.ParentNamespaceId == client.GetNamespaceId(there.Namespace));
        return isPair ? second : null;
    }
}
