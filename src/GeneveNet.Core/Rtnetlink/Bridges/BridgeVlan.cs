using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>A VLAN of a port, or of a bridge itself (struct bridge_vlan_info, include/uapi/linux/if_bridge.h).</summary>
/// <param name="LinkIndex">Index of the port, or of the bridge.</param>
/// <param name="Id">Number of the VLAN.</param>
/// <param name="IsPvid">Whether packets that come in without a tag belong to it.</param>
/// <param name="IsUntagged">Whether its packets go out without a tag.</param>
internal sealed record BridgeVlan(int LinkIndex, int Id, bool IsPvid, bool IsUntagged);

/// <summary>What the kernel can be asked about the VLANs of bridges.</summary>
internal static class BridgeVlanOperations
{
    private const int FixedSize = 16; // struct ifinfomsg
    private const ushort FamilyData = 26, ExtendedMask = 29, VlanInfo = 2; // IFLA_AF_SPEC, IFLA_EXT_MASK, IFLA_BRIDGE_VLAN_INFO
    private const uint WithVlans = 2; // RTEXT_FILTER_BRVLAN
    private const ushort Pvid = 1 << 1, Untagged = 1 << 2; // BRIDGE_VLAN_INFO_*

    /// <summary>The VLANs of all ports and bridges.</summary>
    /// <param name="client">Where.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static List<BridgeVlan> GetBridgeVlans(this RtnetlinkClient client)
    {
        List<BridgeVlan> vlans = [];
        foreach (var (index, payload) in client.GetRawBridgeVlans())
        {
            if (payload.Length < 4)
                continue;
            var (flags, id) = (MemoryMarshal.Read<ushort>(payload), MemoryMarshal.Read<ushort>(payload.AsSpan(2)));
            vlans.Add(new BridgeVlan(index, id, (flags & Pvid) != 0, (flags & Untagged) != 0));
        }

        return vlans;
    }

    /// <summary>The same as the kernel has them, so that they can be given back with all that nobody here knows.</summary>
    /// <param name="client">Where.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static List<(int LinkIndex, byte[] Payload)> GetRawBridgeVlans(this RtnetlinkClient client)
    {
        var query = RawMessage.Of([Family.Bridge, .. new byte[FixedSize - 1]], (ExtendedMask, BitConverter.GetBytes(WithVlans)));
        var request = new NetlinkRequest<RawMessage>(RtmType.GetLink, NetlinkFlags.None, query, "list VLANs of bridges");
        List<(int, byte[])> vlans = [];
        foreach (var link in client.Dump<RawMessage>(request))
        {
            if (link.Bytes.Length < FixedSize || link.Find(FixedSize, FamilyData) is not { } data)
                continue;
            foreach (var (type, payload) in RawMessage.AttributesIn(data))
            {
                if (type == VlanInfo)
                    vlans.Add((link.Number(4), payload));
            }
        }

        return vlans;
    }
}
