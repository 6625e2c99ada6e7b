using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Which tunnel holds the place that another one wants: its UDP port, and on that its VNI and remote.</summary>
internal static class GeneveHolders
{
    /// <summary>Says which tunnel holds the place, and what to do.</summary>
    /// <param name="client">Where the place is.</param>
    /// <param name="wanted">The settings that were refused.</param>
    public static string Describe(RtnetlinkClient client, GeneveData wanted)
    {
        if (FindHolder(client, wanted) is { } holder)
            return Describe(client, holder, wanted);
        return $"Another tunnel on UDP port {wanted.Port ?? GeneveProtocol.DefaultPort} holds it; it was moved to a network namespace"
            + " that has no name. Choose another port or VNI, or remove that tunnel.";
    }

    /// <summary>
    /// The kernel lets a tunnel take the remote of one with the same VNI and port, and then only one of the two receives.
    /// </summary>
    /// <param name="client">Where the tunnel is.</param>
    /// <param name="tunnel">The tunnel, as it was read.</param>
    /// <param name="settings">What is to be otherwise.</param>
    /// <exception cref="NetworkException">There is such a tunnel.</exception>
    public static void RefuseTaken(RtnetlinkClient client, GeneveTunnel tunnel, GeneveData settings)
    {
        if (settings.Remote is null || settings.Remote.Equals(tunnel.RemoteValue))
            return;
        var wanted = new GeneveData { Vni = tunnel.Vni, Remote = settings.Remote, Port = (ushort)tunnel.Port };
        foreach (var link in client.GetLinks(LinkKinds.Geneve))
        {
            if (link is GeneveTunnel other && other.Index != tunnel.Index && IsInTheWay(other, wanted))
            {
                var holder = Describe(client, other, wanted);
                throw new NetworkException(FailureKind.Busy, $"Cannot change geneve link '{tunnel.Name}'. {holder}") { Id = "TunnelBusy" };
            }
        }
    }

    /// <summary>Where a tunnel has its underlay, which stays where it was created.</summary>
    /// <param name="client">Where the tunnel is.</param>
    /// <param name="tunnel">The tunnel.</param>
    /// <exception cref="NetworkException">It was moved, and from where cannot be found out.</exception>
    public static RtnetlinkClient FindUnderlay(RtnetlinkClient client, GeneveTunnel tunnel)
    {
        using var stage = ScratchNamespace.TryCreate();
        // Whoever may not create a namespace cannot have moved a tunnel into one.
        if (stage is null || IsTaken(client, tunnel, stage.Namespace))
            return client;
        var places = NamedNamespaces.List().Where(place => !place.Equals(client.Namespace)).Select(client.In);
        RtnetlinkClient[] holders = [.. places.Where(there => IsTaken(there, tunnel, stage.Namespace))];
        if (holders.Length == 1)
            return holders[0];
        throw new NetworkException(
            FailureKind.NotSupported,
            $"Tunnel '{tunnel.Name}' was created in another network namespace, where it keeps its underlay, and "
            + (holders.Length == 0
                ? "that has no name"
                : $"it may be any of {string.Join(", ", holders.Select(there => $"'{there.Namespace}'"))}")
            + ". It is not replaced: if the new one failed, it could not be put back. Remove it first.")
        { Id = "NotReplaceable" };
    }

    /// <summary>
    /// Whether the place of a tunnel on an underlay is taken: 6.1 does not say where an underlay is, but refuses a second tunnel there.
    /// </summary>
    private static bool IsTaken(RtnetlinkClient underlay, GeneveTunnel tunnel, NetworkNamespace stage)
    {
        try
        {
            using var file = stage.Open();
            var (uncancelled, name) = (underlay.WithoutCancellation(), LinkOperations.PassingName());
            uncancelled.CreateLink(new LinkMessage
            {
                Name = name,
                NamespaceDescriptor = file.Number,
                Info = new LinkInfo { Kind = LinkKinds.Geneve, Data = ((GeneveData)tunnel.Message.Info!.Data!).Resend() },
            });
            var there = uncancelled.In(stage);
            there.RemoveLink(there.GetLink(name));
            return false;
        }
        catch (NetlinkException e) when (e.Errno is Errno.Busy or Errno.NotPermitted)
        {
            return true;
        }
        catch (NetworkException)
        {
            // It vanished, or may not be entered.
            return false;
        }
    }

    private static string Describe(RtnetlinkClient client, GeneveTunnel holder, GeneveData wanted)
    {
        var port = wanted.Port ?? GeneveProtocol.DefaultPort;
        var isHere = holder.Namespace.Equals(client.Namespace);
        return $"Tunnel '{holder.Name}'{(isHere ? "" : $" in {holder.Namespace.Kind} '{holder.Namespace}'")} holds "
            + (holder.External ? $"UDP port {port} for itself, being external" : $"VNI {holder.Vni} to {holder.Remote} on UDP port {port}")
            + (isHere ? "" : ": a tunnel that is moved keeps its place where it came from")
            + ". Use that one, remove it, or choose another port.";
    }

    /// <summary>
    /// Finds the tunnel that stands in the way: here, or where it was moved to. Kernels that do not say where a tunnel's
    /// underlay is (6.1 does not) leave a doubt when tunnels of several namespaces fit; one that is known to be it goes first.
    /// </summary>
    private static GeneveTunnel? FindHolder(RtnetlinkClient client, GeneveData wanted)
    {
        List<NetworkNamespace> places = [client.Namespace];
        foreach (var other in NamedNamespaces.List().Concat(ContainerLookup.ListRunning()))
        {
            if (!places.Contains(other))
                places.Add(other);
        }

        GeneveTunnel? possible = null;
        foreach (var place in places)
        {
            try
            {
                var there = client.In(place);
                var isHere = place.Equals(client.Namespace);
                // Listing its tunnels makes the kernel number their underlays, so the number is asked for afterwards.
                var links = there.GetLinks(LinkKinds.Geneve);
                var underlay = isHere || links.Count == 0 ? null : there.GetNamespaceId(client.Namespace);
                foreach (var link in links)
                {
                    if (link is not GeneveTunnel tunnel || !IsInTheWay(tunnel, wanted))
                        continue;
                    if (isHere ? tunnel.ParentNamespaceId is null : underlay is not null && tunnel.ParentNamespaceId == underlay)
                        return tunnel;
                    if (tunnel.ParentNamespaceId is null)
                        possible ??= tunnel;
                }
            }
            catch (NetworkException)
            {
                // A namespace that vanished or may not be entered cannot be searched; the holder is then told without its name.
            }
        }

        return possible;
    }

    /// <summary>Whether a tunnel and one of such settings cannot be on one underlay.</summary>
    public static bool IsInTheWay(GeneveTunnel tunnel, GeneveData wanted) =>
        tunnel.Port == (wanted.Port ?? GeneveProtocol.DefaultPort)
        && (tunnel.External || wanted.External == true || (tunnel.Vni == wanted.Vni && Equals(tunnel.RemoteValue, wanted.Remote)));
}
