using System.Text;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>What hangs on a link, would be lost with it, and could not be put back.</summary>
internal static class LinkObstacles
{
    private const int TrafficSize = 20, NextHopSize = 8, RouteSize = 12, GroupSize = 8; // struct tcmsg, nhmsg, rtmsg, br_port_msg
    private const ushort GetQdisc = 38, GetGroups = 86, GetNextHop = 106; // RTM_GET*

    /// <summary>Fails when there is such a thing; nothing was changed then.</summary>
    /// <param name="client">Where the link is.</param>
    /// <param name="link">The link.</param>
    /// <param name="raw">The link as the kernel described it.</param>
    /// <exception cref="NetworkException">Names all that is in the way.</exception>
    public static void Refuse(RtnetlinkClient client, Link link, RawMessage raw)
    {
        List<string> found = [
            .. OfMaster(client, link), .. Links(client, link), .. Programs(raw), .. Qdiscs(client, link),
            .. NextHops(client, link), .. MultipathRoutes(client, link), .. Groups(client, link)];
        if (found.Count == 0)
            return;
        throw new NetworkException(
            FailureKind.NotSupported,
            $"Link '{link.Name}' is not replaced: if the new one failed, this could not be put back: {string.Join(", ", found)}. "
            + "Remove that, or the link, first.")
        { Id = "NotReplaceable" };
    }

    private static IEnumerable<string> OfMaster(RtnetlinkClient client, Link link)
    {
        if (link.MasterIndex != 0 && client.FindLink(link.MasterIndex) is { } master && master.Kind is not (LinkKinds.Bridge or "vrf"))
            yield return $"its place in '{master.Name}', a link of kind '{master.Kind}'";
    }

    private static IEnumerable<string> Links(RtnetlinkClient client, Link link) =>
        from other in client.ReadLinks(null, counters: false)
        where other.ParentIndex == link.Index && other.ParentNamespaceId is null && other.Kind != LinkKinds.Veth
        select $"link '{other.Name}', which is on top of it";

    private static IEnumerable<string> Programs(RawMessage raw)
    {
        const ushort Xdp = 43, Attached = 2; // IFLA_XDP, IFLA_XDP_ATTACHED
        if (raw.Find(LinkMemory.FixedSize, Xdp, Attached) is [not 0, ..])
            yield return "its XDP program";
    }

    private static IEnumerable<string> Qdiscs(RtnetlinkClient client, Link link)
    {
        const ushort Kind = 1; // TCA_KIND
        // The kernel's own has no handle.
        return from qdisc in List(client, GetQdisc, new byte[TrafficSize])
               where qdisc.Number(4) == link.Index && qdisc.Number(8) != 0
               select $"its queueing discipline '{Encoding.UTF8.GetString(qdisc.Find(TrafficSize, Kind) ?? []).TrimEnd('\0')}'";
    }

    private static IEnumerable<string> NextHops(RtnetlinkClient client, Link link)
    {
        const ushort Id = 1, Output = 5; // NHA_ID, NHA_OIF
        return from hop in List(client, GetNextHop, new byte[NextHopSize])
               where hop.Find(NextHopSize, Output) is { } output && BitConverter.ToInt32(output) == link.Index
               select $"next hop {BitConverter.ToUInt32(hop.Find(NextHopSize, Id) ?? new byte[4])}";
    }

    private static IEnumerable<string> MultipathRoutes(RtnetlinkClient client, Link link)
    {
        const ushort Destination = 1, Multipath = 9; // RTA_DST, RTA_MULTIPATH
        return from route in List(client, RtmType.GetRoute, new byte[RouteSize])
               where route.Find(RouteSize, Multipath) is { } hops && Leads(hops, link.Index)
               select $"the multipath route to {Word(route.Find(RouteSize, Destination), route.Bytes[1])}";

        static string Word(byte[]? destination, byte length) =>
            destination is null ? "everywhere" : $"{new System.Net.IPAddress(destination)}/{length}";

        // struct rtnexthop: u16 length, u8 flags, u8 hops, s32 index.
        static bool Leads(byte[] hops, int index)
        {
            for (var at = 0; at + 8 <= hops.Length; at += Math.Max(8, NetlinkHeader.Align(BitConverter.ToUInt16(hops, at))))
            {
                if (BitConverter.ToInt32(hops, at + 4) == index)
                    return true;
            }

            return false;
        }
    }

    private static IEnumerable<string> Groups(RtnetlinkClient client, Link link)
    {
        const ushort Table = 1, Permanent = 1; // MDBA_MDB, MDB_PERMANENT
        var count = (from table in link.MasterIndex == 0 ? [] : List(client, GetGroups, [Family.Bridge, .. new byte[GroupSize - 1]])
                     from entries in RawMessage.AttributesIn(table.Find(GroupSize, Table))
                     from entry in RawMessage.AttributesIn(entries.Payload)
                     where BitConverter.ToInt32(entry.Payload) == link.Index && entry.Payload[4] == Permanent
                     select entry).Count();
        if (count > 0)
            yield return $"{count} permanent multicast group{(count == 1 ? "" : "s")} of it as a bridge port";
    }

    private static List<RawMessage> List(RtnetlinkClient client, ushort type, byte[] query)
    {
        try
        {
            var request = new NetlinkRequest<RawMessage>(type, NetlinkFlags.None, new RawMessage(query), "look at what hangs on a link");
            return client.Dump<RawMessage>(request);
        }
        catch (NetlinkException e) when (e.Errno is Errno.NotSupported or Errno.Invalid)
        {
            // A kernel built without such things has none.
            return [];
        }
    }
}
