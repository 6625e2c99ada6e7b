using GeneveNet.Rtnetlink.Client;
using GeneveNet.Sockets;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Who has the UDP port that a tunnel needs to be set up.</summary>
internal static class GenevePort
{
    private const string Vxlan = "vxlan";
    private const ushort VxlanPort = 15; // IFLA_VXLAN_PORT, include/uapi/linux/if_link.h

    /// <summary>The holder in words; null where nobody is found that could keep a tunnel from the port.</summary>
    /// <param name="client">Where the port is.</param>
    /// <param name="port">The port.</param>
    public static string? FindHolder(RtnetlinkClient client, int port)
    {
        var holder = client.GetLinks(Vxlan).FirstOrDefault(other => other.IsUp && other.OtherKindData?.FindPort(VxlanPort) == port);
        return holder is not null ? $"vxlan link '{holder.Name}'" : UdpPortHolders.Describe(client.Namespace, port);
    }
}
