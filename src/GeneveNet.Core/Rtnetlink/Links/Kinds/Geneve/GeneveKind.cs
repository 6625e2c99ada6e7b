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

    /// <remarks>The socket of a tunnel is opened when it is set up; another one on its port is in the way then.</remarks>
    public override NetworkException ExplainUp(NetlinkException refusal, RtnetlinkClient client, Link link)
    {
        if (refusal.Errno != Errno.AddressInUse)
            return refusal;
        var port = ((GeneveTunnel)link).Port;
        var advice = GenevePort.FindHolder(client, port) ?? "something that cannot be found in this network namespace";
        return new NetworkException(
            FailureKind.Busy,
            refusal.WithAdvice($"UDP port {port} is held by {advice}: end that, or give the tunnel another port.").Message,
            refusal.Errno,
            refusal)
        { Id = "PortInUse" };
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
        var faultOfRemote = remote is null ? null : FindFaultOfRemote(remote);
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
            (faultOfRemote is not null, $"The remote {remote} {faultOfRemote}."),
            (isMixed, "Local and remote must both be IPv4 or both be IPv6."),
            (settings.FlowLabel > 0xfffff, "A flow label has 20 bits: 0 to 1048575."),
            (settings.FlowLabel > 0 && overIPv4, "A flow label exists in IPv6 only, and the remote is IPv4."),
            (settings.UdpChecksum == true && overIPv6,
                "Over IPv6 the checksum is on unless told otherwise: use the zero-checksum settings for IPv6 instead."),
            (settings.UdpZeroChecksum6Tx == true && overIPv4, "A zero-checksum setting is for IPv6, and the remote is IPv4."),
            (settings.Ttl > 0 && settings.TtlInherit == true, "The TTL is either a number or inherited, not both."),
            // The kernel cannot turn it off there, and passes it over without a word.
            (settings.UdpZeroChecksum6Rx == false && overIPv4,
                "Over IPv4 zero checksums for IPv6 are always accepted: leave that setting out, or turn it on."),
        ];
        return Array.Find(rules, rule => rule.IsBroken).Rule;
    }

    /// <summary>Fails when an address can be no remote; the kernel takes most of these, and nothing ever arrives.</summary>
    /// <param name="remote">The address.</param>
    /// <exception cref="NetworkException">It is not the address of one host that packets can be sent to.</exception>
    public static void CheckRemote(IPAddress remote)
    {
        if (FindFaultOfRemote(remote) is { } fault)
            throw new NetworkException(FailureKind.InvalidArgument, $"The remote {remote} {fault}.") { Id = "InvalidTunnelSettings" };
    }

    private static string? FindFaultOfRemote(IPAddress remote)
    {
        var first = remote.AddressFamily == AddressFamily.InterNetwork ? remote.GetAddressBytes()[0] : (byte?)null;
        return remote switch
        {
            { IsIPv6Multicast: true } => MulticastFault,
            _ when (first & 0xf0) == 0xe0 => MulticastFault,
            { IsIPv6LinkLocal: true } => "is a link-local address, which a tunnel cannot reach",
            { IsIPv4MappedToIPv6: true } => $"is an IPv4 address written as IPv6: give {remote.MapToIPv4()}",
            // RFC 1122, section 3.2.1.3: 0.0.0.0/8 is "this network", never a destination.
            _ when first == 0 || IPAddress.IPv6Any.Equals(remote) || IPAddress.Broadcast.Equals(remote) => "is not the address of a host",
            _ => null,
        };
    }

    private const string MulticastFault = "is a multicast address: a Geneve tunnel leads to one endpoint";
}
