namespace GeneveNet.Packets.Inner;

/// <summary>Numbers of the protocols over IP, with their names (registry of IANA).</summary>
internal static class IPProtocols
{
    public const byte HopByHop = 0, Icmp = 1, Tcp = 6, Udp = 17, Routing = 43, Fragment = 44, Authentication = 51, IcmpV6 = 58,
        DestinationOptions = 60, Mobility = 135, HostIdentity = 139, Shim6 = 140;

    public static string NameOf(byte number) => number switch
    {
        Icmp => "ICMP",
        2 => "IGMP",
        4 => "IPIP",
        Tcp => "TCP",
        Udp => "UDP",
        41 => "IPv6",
        47 => "GRE",
        50 => "ESP",
        Authentication => "AH",
        IcmpV6 => "ICMPv6",
        59 => "no next header",
        89 => "OSPF",
        103 => "PIM",
        112 => "VRRP",
        132 => "SCTP",
        136 => "UDPLite",
        _ => "unknown",
    };
}
