using System.Net;
using System.Net.Sockets;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink;

/// <summary>Address families by the kernel's numbers, which are not .NET's.</summary>
internal static class Family
{
    public const byte Unspecified = 0, IPv4 = 2, Bridge = 7, IPv6 = 10;

    public static byte Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6 : IPv4;

    /// <summary>Both versions where none is chosen.</summary>
    public static byte Of(IPVersion? version) => version switch { IPVersion.IPv4 => IPv4, IPVersion.IPv6 => IPv6, _ => Unspecified };

    /// <summary>The address of all zeros, which stands for "any" in routes.</summary>
    public static IPAddress AnyOf(byte family) => family == IPv6 ? IPAddress.IPv6Any : IPAddress.Any;
}
