using System.Buffers.Binary;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.TrafficControl;

/// <summary>Reads what delays and drops packets of a namespace's links. Changes nothing.</summary>
internal static class TrafficControlReader
{
    private const string Netem = "netem", ClsAct = "clsact", Ingress = "ingress";

    /// <summary>The disciplines and filters of all links; empty where the kernel has none.</summary>
    /// <param name="client">Where.</param>
    public static TrafficControlState Read(RtnetlinkClient client)
    {
        List<QdiscState> qdiscs = [];
        foreach (var message in Dump(client, RtmType.GetQdisc, new TrafficControlMessage(), "list queueing disciplines"))
            qdiscs.Add(ToQdisc(message));
        List<FilterState> filters = [];
        foreach (var qdisc in qdiscs)
        {
            foreach (var parent in PlacesOfFilters(qdisc))
            {
                var query = new TrafficControlMessage { Index = qdisc.LinkIndex, Parent = parent };
                foreach (var message in Dump(client, RtmType.GetFilter, query, "list traffic filters"))
                {
                    // Before the filters of a priority comes one message about that priority.
                    if (message.Options is not null)
                        filters.Add(ToFilter(message, parent));
                }
            }
        }

        return new TrafficControlState { Qdiscs = qdiscs, Filters = filters };
    }

    /// <summary>Packets that passed.</summary>
    internal static long PacketsOf(TrafficStatistics? statistics) =>
        (long)(statistics?.Packets ?? statistics?.Passed.GetValueOrDefault().Packets ?? 0);

    /// <summary>Packets dropped.</summary>
    internal static long DropsOf(TrafficStatistics? statistics) => statistics?.Queue.GetValueOrDefault().Drops ?? 0;

    private static uint[] PlacesOfFilters(QdiscState qdisc) => qdisc.Kind switch
    {
        ClsAct => [TrafficHandle.IngressFilters, TrafficHandle.EgressFilters],
        Ingress => [TrafficHandle.IngressFilters],
        _ when qdisc.Handle != 0 && FilterKinds.CanHaveFilters(qdisc.Kind) => [qdisc.Handle],
        _ => [],
    };

    private static List<TrafficControlMessage> Dump(RtnetlinkClient client, ushort type, TrafficControlMessage query, string summary)
    {
        try
        {
            return client.Dump<TrafficControlMessage>(new NetlinkRequest<TrafficControlMessage>(type, NetlinkFlags.None, query, summary));
        }
        catch (NetlinkException refusal) when (refusal.Errno is Errno.NotSupported or Errno.NoDevice or Errno.Invalid or Errno.NoEntry)
        {
            // The kernel is built without traffic control, or link or discipline have gone meanwhile.
            return [];
        }
    }

    private static QdiscState ToQdisc(TrafficControlMessage message) => new()
    {
        LinkIndex = message.Index,
        Kind = message.Kind ?? "",
        Handle = message.Handle,
        Parent = message.Parent,
        Packets = PacketsOf(message.Statistics),
        Drops = DropsOf(message.Statistics),
        Netem = message.Kind == Netem ? NetemSettings.Read(message.Options) : null,
    };

    private static FilterState ToFilter(TrafficControlMessage message, uint parent) => new()
    {
        LinkIndex = message.Index,
        Hook = parent switch
        {
            TrafficHandle.IngressFilters => TrafficHook.Ingress,
            TrafficHandle.EgressFilters => TrafficHook.Egress,
            _ => TrafficHook.Queue,
        },
        Parent = parent,
        Protocol = BinaryPrimitives.ReverseEndianness((ushort)message.Info),
        Priority = (int)(message.Info >> 16),
        Handle = message.Handle,
        Chain = message.Chain.GetValueOrDefault(),
        Kind = message.Kind ?? "",
        Actions = FilterKinds.ActionsOf(message),
    };
}
