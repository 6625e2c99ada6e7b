namespace GeneveNet.Rtnetlink.Routes;

/// <summary>What a route does with a packet (RTN_*, include/uapi/linux/rtnetlink.h).</summary>
public enum RouteType : byte
{
    /// <summary>Unspecified.</summary>
    Unspecified = 0,
    /// <summary>Sends it to the next hop.</summary>
    Unicast = 1,
    /// <summary>Takes it in.</summary>
    Local = 2,
    /// <summary>Takes it in as a broadcast, sends it as one.</summary>
    Broadcast = 3,
    /// <summary>Takes it in as a broadcast, sends it as unicast.</summary>
    Anycast = 4,
    /// <summary>Multicast.</summary>
    Multicast = 5,
    /// <summary>Drops it without a word.</summary>
    Blackhole = 6,
    /// <summary>Drops it: host unreachable.</summary>
    Unreachable = 7,
    /// <summary>Drops it: prohibited.</summary>
    Prohibit = 8,
    /// <summary>Looks on in another table.</summary>
    Throw = 9,
    /// <summary>Translates the address.</summary>
    Nat = 10,
}

/// <summary>Who set a route (RTPROT_*, include/uapi/linux/rtnetlink.h). Other numbers are routing daemons'.</summary>
public enum RouteProtocol : byte
{
    /// <summary>Not said.</summary>
    Unspecified = 0,
    /// <summary>An ICMP redirect.</summary>
    Redirect = 1,
    /// <summary>The kernel.</summary>
    Kernel = 2,
    /// <summary>At boot; what `ip route add` sets.</summary>
    Boot = 3,
    /// <summary>The administrator.</summary>
    Static = 4,
    /// <summary>A router advertisement.</summary>
    RouterAdvertisement = 9,
    /// <summary>DHCP.</summary>
    Dhcp = 16,
    /// <summary>BGP.</summary>
    Bgp = 186,
    /// <summary>OSPF.</summary>
    Ospf = 188,
}

/// <summary>Flags of a route or next hop (RTNH_F_*, RTM_F_*; include/uapi/linux/rtnetlink.h).</summary>
[Flags]
public enum RouteFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>The next hop is dead.</summary>
    Dead = 1,
    /// <summary>The gateway is reached by way of others.</summary>
    Pervasive = 2,
    /// <summary>The gateway is taken to be on the link, though no route says so.</summary>
    OnLink = 4,
    /// <summary>Offloaded to hardware.</summary>
    Offload = 8,
    /// <summary>The link has no carrier.</summary>
    LinkDown = 16,
    /// <summary>The kernel copied the route for one destination.</summary>
    Cloned = 0x200,
    /// <summary>In a question: the answer is to name the table it comes from (IPv4).</summary>
    LookupTable = 0x1000,
    /// <summary>In an answer: the packet is for this host (RTCF_LOCAL, include/uapi/linux/in_route.h).</summary>
    Local = 0x80000000,
}

/// <summary>The routing tables the kernel names (RT_TABLE_*).</summary>
public static class RouteTable
{
    /// <summary>The table everything not said otherwise goes to.</summary>
    public const uint Main = 254;
    /// <summary>The kernel's own table of local and broadcast addresses.</summary>
    public const uint Local = 255;
    /// <summary>A table for late decisions.</summary>
    public const uint Default = 253;

    /// <summary>"main", "local", "default", or the number.</summary>
    /// <param name="table">The table's number.</param>
    public static string NameOf(uint table) => table switch
    {
        Main => "main",
        Local => "local",
        Default => "default",
        _ => table.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The number of "main", "local", "default", or of a number from 1.</summary>
    /// <param name="text">Name or number.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static uint Parse(string text) => text?.ToLowerInvariant() switch
    {
        "main" => Main,
        "local" => Local,
        "default" => Default,
        _ => uint.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) && number > 0
            ? number
            : throw new FormatException($"'{VisibleText.Of(text)}' is not a routing table. Write main, local, default or a number from 1."),
    };
}
