using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>What the kernel can be asked about Geneve tunnels.</summary>
public static class GeneveOperations
{
    /// <summary>Fails when settings contradict each other or the protocol, before the kernel is asked.</summary>
    /// <remarks>The kernel takes some of these without a word, such as a tunnel without a remote that can never send.</remarks>
    /// <param name="settings">The settings of a tunnel to be created.</param>
    /// <exception cref="NetworkException">The first rule that is broken.</exception>
    public static void Validate(GeneveData settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var external = settings.External == true;
        var overIPv6 = settings.Remote?.AddressFamily == AddressFamily.InterNetworkV6;
        (bool IsBroken, string Rule)[] rules =
        [
            (external && settings.Vni is not null, "An external tunnel takes the VNI from each packet: leave the VNI out, or do not make it external."),
            (external && settings.Remote is not null, "An external tunnel takes the remote from each packet: leave the remote out, or do not make it external."),
            (!external && settings.Vni is null, "A tunnel needs a VNI, unless it is external."),
            (!external && settings.Remote is null, "A tunnel needs a remote, the underlay address of the far endpoint, unless it is external."),
            (settings.Vni > GeneveTunnel.MaxVni, $"A VNI has 24 bits: 0 to {GeneveTunnel.MaxVni} (RFC 8926, section 3.4)."),
            (settings.Port == 0, "The UDP port goes from 1 to 65535."),
            (settings.Remote is { } r && IsMulticast(r), $"The remote {settings.Remote} is a multicast address: a Geneve tunnel leads to one endpoint."),
            (settings.Remote is { } a && (a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any)), $"The remote {settings.Remote} is no host's address."),
            (settings.Remote?.IsIPv6LinkLocal == true, $"The remote {settings.Remote} is a link-local address, which a tunnel cannot reach."),
            (settings.Local is not null && settings.Remote is not null && settings.Local.AddressFamily != settings.Remote.AddressFamily, "Local and remote must both be IPv4 or both be IPv6."),
            (settings.FlowLabel > 0xfffff, "A flow label has 20 bits: 0 to 1048575."),
            (settings.FlowLabel > 0 && !external && !overIPv6, "A flow label exists in IPv6 only, and the remote is IPv4."),
            (settings.UdpChecksum is not null && overIPv6, "Over IPv6 the checksum is on unless told otherwise: use the zero-checksum settings for IPv6 instead."),
            (settings.UdpZeroChecksum6Tx is not null && !external && !overIPv6, "A zero-checksum setting is for IPv6, and the remote is IPv4."),
            (settings.UdpZeroChecksum6Rx is not null && !external && !overIPv6, "A zero-checksum setting is for IPv6, and the remote is IPv4."),
            (settings.Ttl is not null && settings.TtlInherit == true, "The TTL is either a number or inherited, not both."),
        ];
        foreach (var (isBroken, rule) in rules)
        {
            if (isBroken)
                throw new NetworkException(FailureKind.InvalidArgument, rule) { Id = "InvalidTunnelSettings" };
        }
    }

    /// <summary>Creates a tunnel and makes sure it is what was asked for; else nothing is left of it.</summary>
    /// <param name="client">Where the tunnel and its underlay are.</param>
    /// <param name="link">Name, and where wanted MTU, MAC address and alias.</param>
    /// <param name="settings">The tunnel's settings.</param>
    /// <exception cref="NetworkException">A rule is broken, the kernel refused, or it does not know a setting.</exception>
    public static GeneveTunnel CreateGeneveTunnel(this RtnetlinkClient client, LinkMessage link, GeneveData settings)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(link);
        Validate(settings);
        link.Info = new LinkInfo { Kind = LinkKinds.Geneve, Data = settings };
        try
        {
            client.CreateLink(link);
        }
        catch (NetlinkException e) when (e.Errno == Errno.Busy || (e.Errno == Errno.NotPermitted && e.ExtendedAck.Message is not null))
        {
            // With EPERM and a text the kernel means a neighbour on the port, not a privilege.
            throw new NetworkException(FailureKind.Busy, e.WithAdvice(DescribeHolders(client, settings)).Message, e.Errno, e) { Id = "TunnelBusy" };
        }

        // From here on there is something to undo, so the steps up to there are not to be cut short.
        var patient = client.WithoutCancellation();
        var created = (GeneveTunnel)patient.GetLink(link.Name!);
        if (link.Alias is not null)
            created = patient.GiveAlias(created, link.Alias);
        var ignored = FindIgnored(link, settings, created);
        if (ignored.Count == 0)
            return created;
        patient.RemoveLink(created);
        throw IgnoredSetting.Refusal($"create geneve link '{link.Name}'", ignored, "The tunnel was removed again.");
    }

    /// <summary>The kernel passes over an alias when it creates a link, so that takes a second request.</summary>
    private static GeneveTunnel GiveAlias(this RtnetlinkClient client, GeneveTunnel created, string alias)
    {
        try
        {
            client.ChangeLink(new LinkMessage { Index = created.Index, Alias = alias }, $"give geneve link '{created.Name}' its alias");
            return (GeneveTunnel)client.GetLink(created.Index);
        }
        catch
        {
            client.RemoveLink(created);
            throw;
        }
    }

    /// <summary>Changes a tunnel that exists. What the kernel does not take is put back as it was.</summary>
    /// <param name="client">Where the tunnel is.</param>
    /// <param name="tunnel">The tunnel, as it was read.</param>
    /// <param name="settings">What is to be otherwise.</param>
    /// <exception cref="NetworkException">The kernel refused, or it does not know a setting.</exception>
    public static void ChangeGeneveTunnel(this RtnetlinkClient client, GeneveTunnel tunnel, GeneveData settings)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(tunnel);
        RefuseTaken(client, tunnel, settings);
        // A new remote makes the kernel compute the MTU anew, unless one is said: nobody asked for another one.
        Send(settings);
        var changed = (GeneveTunnel)client.GetLink(tunnel.Index);
        var ignored = FindIgnored(new LinkMessage(), settings, changed);
        if (ignored.Count == 0)
            return;
        Send((GeneveData)tunnel.Message.Info!.Data!, onlyChangeable: true);
        throw IgnoredSetting.Refusal($"change geneve link '{tunnel.Name}'", ignored, "The tunnel was put back as it was.");

        void Send(GeneveData data, bool onlyChangeable = false) => client.ChangeLink(
            new LinkMessage
            {
                Index = tunnel.Index,
                Mtu = (uint)tunnel.Mtu,
                Info = new LinkInfo { Kind = LinkKinds.Geneve, Data = onlyChangeable ? Changeable(data) : data },
            },
            $"change geneve link '{tunnel.Name}'");
    }

    /// <summary>
    /// The kernel lets a tunnel take the remote of one with the same VNI and port, and then only one of the two receives.
    /// </summary>
    private static void RefuseTaken(RtnetlinkClient client, GeneveTunnel tunnel, GeneveData settings)
    {
        if (settings.Remote is null || settings.Remote.Equals(tunnel.Remote))
            return;
        var wanted = new GeneveData { Vni = tunnel.Vni, Remote = settings.Remote, Port = (ushort)tunnel.Port };
        foreach (var link in client.GetLinks(LinkKinds.Geneve))
        {
            if (link is GeneveTunnel other && other.Index != tunnel.Index && IsInTheWay(other, wanted))
                throw new NetworkException(FailureKind.Busy, $"Cannot change geneve link '{tunnel.Name}'. {DescribeHolder(client, other, wanted)}") { Id = "TunnelBusy" };
        }
    }

    /// <summary>Puts a new tunnel in the place of one that exists. When that fails, the old one is made again as it was.</summary>
    /// <remarks>Routes through the old tunnel are lost with it; the kernel keeps them by link.</remarks>
    /// <param name="client">Where the tunnel and its underlay are.</param>
    /// <param name="existing">The tunnel that goes.</param>
    /// <param name="link">Name, and where wanted MTU, MAC address and alias, of the new one.</param>
    /// <param name="settings">The new tunnel's settings.</param>
    /// <param name="complete">What else makes the new tunnel what was asked for; it removes the tunnel when it fails.</param>
    /// <exception cref="NetworkException">Why there is no new tunnel.</exception>
    public static Link ReplaceGeneveTunnel(
        this RtnetlinkClient client, GeneveTunnel existing, LinkMessage link, GeneveData settings, Func<GeneveTunnel, Link> complete)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(existing);
        ArgumentNullException.ThrowIfNull(complete);
        Validate(settings);
        var memory = LinkMemory.Of(client, existing);
        client.RemoveLink(existing);
        try
        {
            return complete(client.CreateGeneveTunnel(link, settings));
        }
        catch
        {
            memory.Restore(patient =>
            {
                patient.CreateLink(memory.ToMessage(new LinkInfo { Kind = LinkKinds.Geneve, Data = Resendable((GeneveData)existing.Message.Info!.Data!) }));
                return patient.GetLink(existing.Name);
            });
            throw;
        }
    }

    /// <summary>What of the settings a kernel can change while the tunnel exists (geneve_changelink).</summary>
    private static GeneveData Changeable(GeneveData data)
    {
        var all = Resendable(data);
        return new GeneveData { Remote = all.Remote, Ttl = all.Ttl, TtlInherit = all.TtlInherit, Tos = all.Tos, FlowLabel = all.FlowLabel, DontFragment = all.DontFragment };
    }

    /// <summary>Settings as they were read, fit to be sent: the kernel reports some that contradict each other in a request.</summary>
    private static GeneveData Resendable(GeneveData data)
    {
        var copy = data.Copy();
        // A TTL beside "inherit", even beside "do not inherit", is passed over.
        copy.Ttl = data.TtlInherit == true ? null : data.Ttl;
        copy.TtlInherit = data.TtlInherit == true ? true : null;
        // A label, even zero, is refused over IPv4 by some kernels.
        copy.FlowLabel = data.FlowLabel is 0 ? null : data.FlowLabel;
        return copy;
    }

    private static List<IgnoredSetting> FindIgnored(LinkMessage link, GeneveData settings, GeneveTunnel got)
    {
        List<IgnoredSetting> ignored = got.Message.Info?.Data is { } data ? [.. settings.FindIgnored(data)] : [];
        // Geneve trims an MTU that is too large without a word, down to what it can carry.
        if (link.Mtu is { } mtu && got.Mtu != mtu)
            ignored.Add(new IgnoredSetting("IFLA_MTU", null, mtu.ToString(CultureInfo.InvariantCulture), got.Mtu.ToString(CultureInfo.InvariantCulture)));
        if (link.Alias is { } alias && alias != (got.Alias ?? ""))
            ignored.Add(new IgnoredSetting("IFLA_IFALIAS", null, alias, got.Alias));
        if (link.LinkLayerAddress is { } mac && !mac.Equals(got.Message.LinkLayerAddress))
            ignored.Add(new IgnoredSetting("IFLA_ADDRESS", null, mac.ToString(), got.LinkLayerAddress?.ToString()));
        return ignored;
    }

    private static bool IsMulticast(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xf0) == 0xe0);

    private static string DescribeHolders(RtnetlinkClient client, GeneveData wanted) => FindHolder(client, wanted) is { } holder
        ? DescribeHolder(client, holder, wanted)
        : $"Another tunnel on UDP port {wanted.Port ?? GeneveTunnel.DefaultPort} holds it; it was moved to a network namespace that has no name. Choose another port or VNI, or remove that tunnel.";

    private static string DescribeHolder(RtnetlinkClient client, GeneveTunnel holder, GeneveData wanted)
    {
        var port = wanted.Port ?? GeneveTunnel.DefaultPort;
        var isHere = holder.Namespace.Equals(client.Namespace);
        return $"Tunnel '{holder.Name}'{(isHere ? "" : $" in network namespace '{holder.Namespace}'")} holds "
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
        foreach (var named in NamedNamespaces.List())
        {
            if (!places.Contains(named))
                places.Add(named);
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

    private static bool IsInTheWay(GeneveTunnel tunnel, GeneveData wanted) =>
        tunnel.Port == (wanted.Port ?? GeneveTunnel.DefaultPort)
        && (tunnel.External || wanted.External == true || (tunnel.Vni == wanted.Vni && Equals(tunnel.Remote, wanted.Remote)));
}
