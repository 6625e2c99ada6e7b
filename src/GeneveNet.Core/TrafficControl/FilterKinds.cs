using System.Runtime.InteropServices;
using GeneveNet.Netlink;

namespace GeneveNet.TrafficControl;

/// <summary>Where the kinds of filters keep their actions, and the actions their verdict (include/uapi/linux/pkt_cls.h, tc_act/).</summary>
internal static class FilterKinds
{
    private const int IndexSize = sizeof(uint);

    private static readonly NestedListKind<ActionMessage> ActionList = new(ActionMessage.Table);

    /// <summary>The disciplines that filters can hang on.</summary>
    private static readonly HashSet<string> TakingFilters =
    [
        "prio", "htb", "hfsc", "drr", "qfq", "ets", "multiq", "cbq", "dsmark", "atm", "fq_codel", "sfq", "sfb", "cake", "choke",
    ];

    /// <summary>Numbers of the attribute with the list of actions (TCA_…_ACT), and of a single policer's (TCA_…_POLICE).</summary>
    private static readonly Dictionary<string, (ushort Actions, ushort Policer)> Attributes = new()
    {
        ["matchall"] = (2, 0),
        ["u32"] = (7, 6),
        ["flower"] = (3, 0),
        ["bpf"] = (1, 2),
        ["basic"] = (3, 4),
        ["fw"] = (4, 2),
        ["cgroup"] = (1, 2),
        ["flow"] = (9, 10),
        ["route"] = (6, 5),
    };

    /// <summary>
    /// Number of the attribute that holds an action's parameters, and where in it the verdict is: behind index and capabilities
    /// (tc_gen), for a policer behind its index.
    /// </summary>
    private static readonly Dictionary<string, (ushort Attribute, int Offset)> Parameters = new()
    {
        ["police"] = (1, IndexSize),
        ["csum"] = (1, 2 * IndexSize),
        ["ct"] = (1, 2 * IndexSize),
        ["connmark"] = (1, 2 * IndexSize),
    };

    private static readonly (ushort Attribute, int Offset) UsualParameters = (2, 2 * IndexSize);

    /// <summary>Whether filters can hang on a discipline at a link's root.</summary>
    /// <param name="kind">Its kind.</param>
    public static bool CanHaveFilters(string kind) => TakingFilters.Contains(kind);

    /// <summary>The actions of a filter.</summary>
    /// <param name="filter">The filter.</param>
    public static IReadOnlyList<FilterActionState> ActionsOf(TrafficControlMessage filter)
    {
        if (filter.Options is not { } options || !Attributes.TryGetValue(filter.Kind ?? "", out var numbers))
            return [];
        List<FilterActionState> actions = [];
        var reader = new AttributeReader(options);
        while (reader.MoveNext())
        {
            if (reader.Type == numbers.Actions)
            {
                foreach (var action in ActionList.Read(reader.Payload))
                    actions.Add(ToState(action));
            }
            else if (reader.Type == numbers.Policer && numbers.Policer != 0)
            {
                // Its settings stand without the frame that actions have, and its counters beside those of the filter.
                actions.Add(new FilterActionState
                {
                    Kind = "police",
                    Verdict = VerdictOf("police", reader.Payload),
                    Packets = filter.OldStatistics.GetValueOrDefault().Packets,
                    Drops = filter.OldStatistics.GetValueOrDefault().Drops,
                });
            }
        }

        return actions;
    }

    private static FilterActionState ToState(ActionMessage action) => new()
    {
        Kind = action.Kind ?? "",
        Verdict = action.Options is null ? FilterVerdict.Unspecified : VerdictOf(action.Kind ?? "", action.Options),
        Packets = TrafficControlReader.PacketsOf(action.Statistics),
        Drops = TrafficControlReader.DropsOf(action.Statistics),
    };

    private static FilterVerdict VerdictOf(string kind, ReadOnlySpan<byte> options)
    {
        var (attribute, offset) = Parameters.GetValueOrDefault(kind, UsualParameters);
        var reader = new AttributeReader(options);
        while (reader.MoveNext())
        {
            if (reader.Type == attribute && reader.Payload.Length >= offset + sizeof(int))
                return (FilterVerdict)MemoryMarshal.Read<int>(reader.Payload[offset..]);
        }

        return FilterVerdict.Unspecified;
    }
}
