using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Rtnetlink.Addresses;

/// <summary>What the kernel can be asked about the addresses of links.</summary>
internal static class AddressOperations
{
    /// <summary>Addresses, in the kernel's order.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those of this link; null for all.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IReadOnlyList<LinkAddress> GetAddresses(this RtnetlinkClient client, Link? link = null, IPVersion? version = null) =>
        Listing(client, link, version).Get();

    /// <summary>The same addresses as <see cref="GetAddresses"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Only those of this link; null for all.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IEnumerable<LinkAddress> StreamAddresses(this RtnetlinkClient client, Link? link = null, IPVersion? version = null) =>
        Listing(client, link, version).Stream();

    private static Listing<AddressMessage, LinkAddress> Listing(RtnetlinkClient client, Link? link, IPVersion? version)
    {
        var names = LinkNames.Of(client, link);
        var query = new AddressMessage { Family = Family.Of(version), Index = link?.Index ?? 0 };
        return new(client, Choose, new NetlinkRequest<AddressMessage>(RtmType.GetAddress, NetlinkFlags.None, query, "list addresses"));

        // Kernels before 5.0 do not filter by link.
        LinkAddress? Choose(AddressMessage message) => link is null || message.Index == link.Index
            ? new LinkAddress(message, names.Find(message.Index) ?? "", client.Namespace)
            : null;
    }

    /// <summary>Gives a link an address.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">The link.</param>
    /// <param name="address">The address with its prefix length.</param>
    /// <param name="peer">The far address of a point-to-point link, or null; the prefix length is then the far side's.</param>
    /// <param name="replace">Whether an equal one is replaced instead of refused.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void AddAddress(
        this RtnetlinkClient client, Link link, CidrAddress address, IPAddress? peer = null, bool replace = false)
    {
        try
        {
            client.Execute(AddRequest(link, address, peer, replace));
        }
        catch (NetlinkException refusal)
        {
            throw Explain(refusal, client, link, address);
        }
    }

    /// <summary>Says better why the kernel refused an address.</summary>
    /// <param name="refusal">What the kernel said.</param>
    /// <param name="client">Where.</param>
    /// <param name="link">The link.</param>
    /// <param name="address">The address.</param>
    internal static NetworkException Explain(NetlinkException refusal, RtnetlinkClient client, Link link, CidrAddress address)
    {
        // inet6_addr_add says EACCES for it, which is no matter of privileges: those are EPERM.
        if (refusal.Errno != Errno.AccessDenied || !address.IsIPv6)
            return refusal;
        return new NetworkException(
            FailureKind.NotSupported,
            $"Cannot add address {address} to link '{link.Name}' in network namespace '{client.Namespace}': IPv6 is disabled on it. "
            + $"Set net.ipv6.conf.{link.Name}.disable_ipv6 to 0 there.",
            refusal.Errno,
            refusal)
        { Id = "IPv6Disabled" };
    }

    /// <summary>A request that gives a link an address, to be sent with others: see <see cref="RtnetlinkClient.ExecuteBatch"/>.</summary>
    /// <param name="link">The link.</param>
    /// <param name="address">The address with its prefix length.</param>
    /// <param name="peer">The far address of a point-to-point link, or null; the prefix length is then the far side's.</param>
    /// <param name="replace">Whether an equal one is replaced instead of refused.</param>
    public static NetlinkRequest AddRequest(Link link, CidrAddress address, IPAddress? peer = null, bool replace = false)
    {
        var message = new AddressMessage
        {
            Family = Family.Of(address.AddressValue),
            PrefixLength = (byte)address.PrefixLength,
            Scope = IPAddress.IsLoopback(address.AddressValue) ? Scope.Host : Scope.Global,
            Index = link.Index,
            Local = address.AddressValue,
            Address = peer ?? address.AddressValue,
        };
        return new NetlinkRequest<AddressMessage>(
            RtmType.NewAddress,
            NetlinkFlags.Create | (replace ? NetlinkFlags.Replace : NetlinkFlags.Exclusive),
            message,
            $"add address {address} to link '{link.Name}'");
    }

    /// <summary>Takes an address away.</summary>
    /// <param name="client">Where.</param>
    /// <param name="address">The address, as it was read.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void RemoveAddress(this RtnetlinkClient client, LinkAddress address)
    {
        client.Execute(RemoveRequest(address));
    }

    /// <summary>A request that takes an address away, to be sent with others.</summary>
    /// <param name="address">The address, as it was read.</param>
    public static NetlinkRequest RemoveRequest(LinkAddress address)
    {
        return new NetlinkRequest<AddressMessage>(
            RtmType.DeleteAddress, NetlinkFlags.None, address.ToRequest(), $"remove address {address} from link '{address.Link}'");
    }
}
