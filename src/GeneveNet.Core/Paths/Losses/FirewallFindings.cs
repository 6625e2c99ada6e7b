using System.Net.Sockets;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;

namespace GeneveNet.Paths.Losses;

/// <summary>What to say and do where a firewall must be what drops packets.</summary>
internal static class FirewallFindings
{
    /// <summary>Inner packets are dropped.</summary>
    /// <param name="side">The end.</param>
    /// <param name="what">What was seen of it, as a clause.</param>
    /// <param name="chain">The chain that must let them pass.</param>
    public static Finding Inner(Endpoint side, string what, string chain)
    {
        var isV6 = side.OtherInner?.AddressFamily == AddressFamily.InterNetworkV6;
        var role = chain == "FORWARD" ? NamespaceRole.Tunnel : NamespaceRole.Inner;
        return Finding.Of(
            $"A firewall drops the inner packets {side.At(role)}: {what}.",
            side.Program(role, Iptables(isV6), ("-I", chain), ("-p", isV6 ? "ipv6-icmp" : "icmp"), ("-j", "ACCEPT")),
            ("Chain", chain));
    }

    /// <summary>Lets the UDP packets of the other end in.</summary>
    public static Remedy OpenPort(Endpoint receiver, int port) =>
        AcceptUdp(receiver, receiver.UnderlaySource?.AddressFamily == AddressFamily.InterNetworkV6, "INPUT", port);

    /// <summary>Lets UDP packets to a port pass a chain of the underlay.</summary>
    public static Remedy AcceptUdp(Endpoint side, bool isV6, string chain, int port) => side.Program(
        NamespaceRole.Underlay, Iptables(isV6), ("-I", chain), ("-p", "udp"), ("--dport", port), ("-j", "ACCEPT"));

    private static string Iptables(bool isV6) => isV6 ? "ip6tables" : "iptables";
}
