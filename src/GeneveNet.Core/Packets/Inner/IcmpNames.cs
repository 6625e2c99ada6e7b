namespace GeneveNet.Packets.Inner;

/// <summary>What the types and codes of ICMP and ICMPv6 mean, worded as tcpdump does (registries of IANA).</summary>
internal static class IcmpNames
{
    public const byte EchoReply = 0, Unreachable = 3, Redirect = 5, EchoRequest = 8, TimeExceeded = 11, ParameterProblem = 12;

    public const byte FragmentationNeeded = 4; // code of Unreachable

    public const byte UnreachableV6 = 1, PacketTooBig = 2, TimeExceededV6 = 3, ParameterProblemV6 = 4, EchoRequestV6 = 128,
        EchoReplyV6 = 129, NeighborSolicitation = 135, NeighborAdvertisement = 136, RedirectV6 = 137;

    public static string Of(bool isV6, byte type, byte code) => isV6 ? OfV6(type, code) : OfV4(type, code);

    /// <summary>Whether the message reports an error and repeats the beginning of the packet.</summary>
    public static bool IsError(bool isV6, byte type) =>
        isV6 ? type < EchoRequestV6 : type is Unreachable or Redirect or TimeExceeded or ParameterProblem;

    public static bool IsEcho(bool isV6, byte type) => isV6 ? type is EchoRequestV6 or EchoReplyV6 : type is EchoRequest or EchoReply;

    private static string OfV4(byte type, byte code) => (type, code) switch
    {
        (EchoReply, _) => "echo reply",
        (Unreachable, 0) => "net unreachable",
        (Unreachable, 1) => "host unreachable",
        (Unreachable, 2) => "protocol unreachable",
        (Unreachable, 3) => "port unreachable",
        (Unreachable, FragmentationNeeded) => "unreachable - need to frag",
        (Unreachable, 5) => "source route failed",
        (Unreachable, 6) => "net unreachable - unknown",
        (Unreachable, 7) => "host unreachable - unknown",
        (Unreachable, 9) => "net unreachable - admin prohibited",
        (Unreachable, 10) => "host unreachable - admin prohibited",
        (Unreachable, 13) => "host unreachable - admin prohibited filter",
        (Unreachable, _) => "unreachable",
        (4, _) => "source quench",
        (Redirect, _) => "redirect",
        (EchoRequest, _) => "echo request",
        (9, _) => "router advertisement",
        (10, _) => "router solicitation",
        (TimeExceeded, 0) => "time exceeded in-transit",
        (TimeExceeded, 1) => "ip reassembly time exceeded",
        (TimeExceeded, _) => "time exceeded",
        (ParameterProblem, _) => "parameter problem",
        (13, _) => "time stamp query",
        (14, _) => "time stamp reply",
        _ => "type " + type.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string OfV6(byte type, byte code) => (type, code) switch
    {
        (UnreachableV6, 0) => "unreachable route",
        (UnreachableV6, 1) => "unreachable prohibited",
        (UnreachableV6, 3) => "unreachable address",
        (UnreachableV6, 4) => "unreachable port",
        (UnreachableV6, _) => "unreachable",
        (PacketTooBig, _) => "packet too big",
        (TimeExceededV6, 0) => "time exceeded in-transit",
        (TimeExceededV6, 1) => "ip reassembly time exceeded",
        (TimeExceededV6, _) => "time exceeded",
        (ParameterProblemV6, _) => "parameter problem",
        (EchoRequestV6, _) => "echo request",
        (EchoReplyV6, _) => "echo reply",
        (130, _) => "multicast listener query",
        (131, _) => "multicast listener report",
        (132, _) => "multicast listener done",
        (133, _) => "router solicitation",
        (134, _) => "router advertisement",
        (NeighborSolicitation, _) => "neighbor solicitation",
        (NeighborAdvertisement, _) => "neighbor advertisement",
        (RedirectV6, _) => "redirect",
        (143, _) => "multicast listener report v2",
        _ => "type " + type.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
