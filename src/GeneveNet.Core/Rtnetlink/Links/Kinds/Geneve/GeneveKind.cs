using System.Net;
using System.Net.Sockets;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Geneve tunnels.</summary>
internal sealed class GeneveKind() : LinkKind<GeneveData>(LinkKinds.Geneve, GeneveData.Table)
{
    public override Link ToLink(LinkMessage message, NetworkNamespace source, string? master, IReadOnlyList<string> ports) =>
        new GeneveTunnel(message, source) { Master = master };

    /// <remarks>The kernel takes some of these without a word, such as a tunnel without a remote that can never send.</remarks>
    public override void Validate(LinkKindData settings) => Check((GeneveData)settings);

    /// <summary>Fails when settings contradict each other.</summary>
    /// <param name="settings">The settings of a tunnel to be created.</param>
    /// <exception cref="NetworkException">The first rule that is broken.</exception>
    public static void Check(GeneveData settings)
    {
        var broken = FindBrokenRule(settings);
        if (broken is not null)
            throw new NetworkException(FailureKind.InvalidArgument, broken) { Id = "InvalidTunnelSettings" };
    }

    public override NetworkException Explain(NetlinkException refusal, RtnetlinkClient client, LinkKindData? settings)
    {
        // With EPERM and a text the kernel means a neighbour on the port, not a privilege.
        var isBusy = refusal.Errno == Errno.Busy || (refusal.Errno == Errno.NotPermitted && refusal.ExtendedAck.Message is not null);
        if (!isBusy)
            return refusal;
        var advice = GeneveHolders.Describe(client, (GeneveData)settings!);
        return new NetworkException(FailureKind.Busy, refusal.WithAdvice(advice).Message, refusal.Errno, refusal) { Id = "TunnelBusy" };
    }

    public override bool CanCoexist(Link other, LinkKindData? settings) =>
        other is GeneveTunnel tunnel && !GeneveHolders.IsInTheWay(tunnel, (GeneveData)settings!);

    public override RtnetlinkClient FindHome(RtnetlinkClient client, Link link) => GeneveHolders.FindUnderlay(client, (GeneveTunnel)link);

    public override LinkKindData? Resend(LinkKindData? settings) => (settings as GeneveData)?.Resend();

    private static string? FindBrokenRule(GeneveData settings)
    {
        var (local, remote) = (settings.Local, settings.Remote);
        var external = settings.External == true;
        var overIPv6 = remote?.AddressFamily == AddressFamily.InterNetworkV6;
        var overIPv4 = !external && !overIPv6;
        var isAnyAddress = IPAddress.Any.Equals(remote) || IPAddress.IPv6Any.Equals(remote);
        var isMixed = local is not null && remote is not null && local.AddressFamily != remote.AddressFamily;
        (bool IsBroken, string Rule)[] rules =
        [
            (external && settings.Vni is not null,
                "An external tunnel takes the VNI from each packet: leave the VNI out, or do not make it external."),
            (external && remote is not null,
                "An external tunnel takes the remote from each packet: leave the remote out, or do not make it external."),
            (!external && settings.Vni is null, "A tunnel needs a VNI, unless it is external."),
            (!external && remote is null,
                "A tunnel needs a remote, the underlay address of the far endpoint, unless it is external."),
            (settings.Vni > GeneveProtocol.MaxVni, $"A VNI has 24 bits: 0 to {GeneveProtocol.MaxVni} (RFC 8926, section 3.4)."),
            (settings.Port == 0, "The UDP port goes from 1 to 65535."),
            (remote is not null && IsMulticast(remote),
                $"The remote {remote} is a multicast address: a Geneve tunnel leads to one endpoint."),
            (isAnyAddress, $"The remote {remote} is not the address of a host."),
            (remote?.IsIPv6LinkLocal == true, $"The remote {remote} is a link-local address, which a tunnel cannot reach."),
            (isMixed, "Local and remote must both be IPv4 or both be IPv6."),
            (settings.FlowLabel > 0xfffff, "A flow label has 20 bits: 0 to 1048575."),
            (settings.FlowLabel > 0 && overIPv4, "A flow label exists in IPv6 only, and the remote is IPv4."),
            (settings.UdpChecksum is not null && overIPv6,
                "Over IPv6 the checksum is on unless told otherwise: use the zero-checksum settings for IPv6 instead."),
            (settings.UdpZeroChecksum6Tx is not null && overIPv4, "A zero-checksum setting is for IPv6, and the remote is IPv4."),
            // The kernel cannot turn it off there, and passes it over without a word.
            (settings.UdpZeroChecksum6Rx == false && overIPv4,
                "Over IPv4 zero checksums for IPv6 are always accepted: leave that setting out, or turn it on."),
            (settings.Ttl is not null && settings.TtlInherit == true, "The TTL is either a number or inherited, not both."),
        ];
        return Array.Find(rules, rule => rule.IsBroken).Rule;
    }

    private static bool IsMulticast(IPAddress address) =>
        address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xf0) == 0xe0);
}
