using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>What the kernel can be asked about veth pairs.</summary>
public static class VethOperations
{
    /// <summary>Removes a pair and makes a new one. When that fails, the old pair is made again as it was.</summary>
    /// <param name="client">Where the first end is.</param>
    /// <param name="first">The first end of the pair that goes.</param>
    /// <param name="second">Its other end.</param>
    /// <param name="create">Makes the new pair, or leaves nothing.</param>
    /// <exception cref="NetworkException">Why there is no new pair.</exception>
    public static void ReplaceVethPair(this RtnetlinkClient client, Link first, Link second, Action create)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(create);
        var near = LinkMemory.Of(client, first);
        var far = LinkMemory.Of(client.In(second.Namespace), second);
        client.RemoveLink(first);
        try
        {
            create();
        }
        catch
        {
            near.Restore(patient =>
            {
                var (made, peer) = patient.CreateVethPair(
                    near.ToMessage(null), far.ToMessage(null), second.Namespace.Equals(client.Namespace) ? null : second.Namespace);
                far.Restore(_ => peer);
                return made;
            });
            throw;
        }
    }

    /// <summary>The other end of a veth, when it has a certain name and is in a certain namespace; else null.</summary>
    /// <param name="client">Where the first end is.</param>
    /// <param name="first">The first end.</param>
    /// <param name="name">Name of the other end.</param>
    /// <param name="place">Where the other end is; null for the same namespace.</param>
    public static Link? FindVethPeer(this RtnetlinkClient client, Link first, string name, NetworkNamespace? place = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(first);
        var there = place is null ? client : client.In(place);
        if (first.Kind != LinkKinds.Veth || there.FindLink(name) is not { } second || second.Kind != LinkKinds.Veth)
            return null;
        // Each end knows the other by index, and by a number for the other's namespace.
        var isNear = there.Namespace.Equals(client.Namespace);
        var isPair = first.ParentIndex == second.Index && second.ParentIndex == first.Index
            && (isNear ? first.ParentNamespaceId is null : first.ParentNamespaceId == client.GetNamespaceId(there.Namespace));
        return isPair ? second : null;
    }

    /// <summary>Creates two links that are a cable to each other.</summary>
    /// <param name="client">Where the first end is.</param>
    /// <param name="first">Name, and where wanted MTU and MAC address, of the first end.</param>
    /// <param name="second">The same of the second end.</param>
    /// <param name="secondNamespace">Where the second end is; null for the same namespace.</param>
    /// <returns>Both ends, as they are.</returns>
    /// <exception cref="NetworkException">The kernel refused, or the namespace has vanished.</exception>
    public static (Link First, Link Second) CreateVethPair(
        this RtnetlinkClient client, LinkMessage first, LinkMessage second, NetworkNamespace? secondNamespace = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        using FileDescriptor? target = secondNamespace?.Open();
        second.NamespaceDescriptor = target?.Number;
        first.Info = new LinkInfo { Kind = LinkKinds.Veth, Data = new VethData { Peer = second } };
        client.CreateLink(first);

        var patient = client.WithoutCancellation();
        var made = patient.GetLink(first.Name!);
        try
        {
            return (made, (secondNamespace is null ? patient : patient.In(secondNamespace)).GetLink(second.Name!));
        }
        catch
        {
            patient.RemoveLink(made);
            throw;
        }
    }
}
