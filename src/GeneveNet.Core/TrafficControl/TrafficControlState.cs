namespace GeneveNet.TrafficControl;

/// <summary>What delays, drops and redirects the packets of a namespace's links, as plain data with its counters.</summary>
internal sealed record TrafficControlState
{
    /// <summary>The queueing disciplines.</summary>
    public IReadOnlyList<QdiscState> Qdiscs { get; init; } = [];

    /// <summary>The filters, in the order in which the kernel has them.</summary>
    public IReadOnlyList<FilterState> Filters { get; init; } = [];

    /// <summary>What dropped packets since an earlier look at the same namespace, each packet counted once.</summary>
    /// <param name="earlier">The earlier look.</param>
    public IReadOnlyList<TrafficDrops> Growth(TrafficControlState earlier)
    {
        List<TrafficDrops> found = [];
        // A discipline counts what its filters drop, and what the disciplines below it drop: that is taken off again.
        Dictionary<(int Link, uint Major), long> below = [];
        foreach (var filter in Filters)
        {
            var before = earlier.Filters.FirstOrDefault(filter.IsSame);
            for (var i = 0; i < filter.Actions.Count; i++)
            {
                var action = filter.Actions[i];
                var old = before?.Actions.ElementAtOrDefault(i);
                var was = old?.Kind == action.Kind ? old.Drops : 0;
                if (action.Drops <= was)
                    continue;
                found.Add(new TrafficDrops { Filter = filter, Action = action, Packets = action.Drops - was });
                Count(filter.LinkIndex, filter.Parent, action.Drops - was);
            }
        }

        List<(QdiscState Qdisc, long Drops)> grown = [];
        foreach (var qdisc in Qdiscs)
        {
            var drops = qdisc.Drops - (earlier.Qdiscs.FirstOrDefault(qdisc.IsSame)?.Drops ?? 0);
            if (drops <= 0)
                continue;
            grown.Add((qdisc, drops));
            if (!qdisc.IsOutermost)
                Count(qdisc.LinkIndex, qdisc.Parent, drops);
        }

        foreach (var (qdisc, drops) in grown)
        {
            var own = drops - below.GetValueOrDefault((qdisc.LinkIndex, TrafficHandle.MajorOf(qdisc.Handle)));
            if (own > 0)
                found.Add(new TrafficDrops { Qdisc = qdisc, Packets = own });
        }

        return found;

        void Count(int link, uint parent, long drops)
        {
            var key = (link, TrafficHandle.MajorOf(parent));
            below[key] = below.GetValueOrDefault(key) + drops;
        }
    }
}

/// <summary>Numbers of disciplines and of the places they hang on (TC_H_*, include/uapi/linux/pkt_sched.h).</summary>
internal static class TrafficHandle
{
    /// <summary>The root of a link: what it sends.</summary>
    public const uint Root = 0xffffffff;
    /// <summary>Where clsact and ingress hang on a link.</summary>
    public const uint Ingress = 0xfffffff1;
    /// <summary>The filters of what comes in.</summary>
    public const uint IngressFilters = 0xfffffff2;
    /// <summary>The filters of what goes out, before the queue.</summary>
    public const uint EgressFilters = 0xfffffff3;

    /// <summary>The number of the discipline itself, without that of a class.</summary>
    /// <param name="handle">Handle or parent.</param>
    public static uint MajorOf(uint handle) => handle & 0xffff0000;

    /// <summary>As `tc` writes it: "1:", "1:10", "root".</summary>
    /// <param name="handle">Handle or parent.</param>
    public static string TextOf(uint handle) => handle switch
    {
        Root => "root",
        Ingress => "clsact",
        IngressFilters => "ingress",
        EgressFilters => "egress",
        _ => $"{handle >> 16:x}:{((handle & 0xffff) == 0 ? "" : $"{handle & 0xffff:x}")}",
    };
}

/// <summary>A queueing discipline.</summary>
internal sealed record QdiscState
{
    /// <summary>Index of its link.</summary>
    public int LinkIndex { get; init; }
    /// <summary>Kind: "netem", "clsact", "htb" …</summary>
    public string Kind { get; init; } = "";
    /// <summary>Its number; see <see cref="TrafficHandle"/>.</summary>
    public uint Handle { get; init; }
    /// <summary>What it hangs on.</summary>
    public uint Parent { get; init; }
    /// <summary>Packets that passed.</summary>
    public long Packets { get; init; }
    /// <summary>Packets dropped by it, its filters and the disciplines below it.</summary>
    public long Drops { get; init; }
    /// <summary>What it does to packets on purpose; null for another kind than netem.</summary>
    public NetemState? Netem { get; init; }

    /// <summary>Whether it hangs on the link itself.</summary>
    internal bool IsOutermost => Parent is TrafficHandle.Root or TrafficHandle.Ingress;

    /// <summary>Whether another look was at the same one.</summary>
    internal bool IsSame(QdiscState other) =>
        (other.LinkIndex, other.Handle, other.Parent, other.Kind) == (LinkIndex, Handle, Parent, Kind);

    /// <summary>As `tc` begins the line: "netem 8001: root".</summary>
    public override string ToString() =>
        $"{VisibleText.Of(Kind)} {TrafficHandle.TextOf(Handle)} {(IsOutermost ? "" : "parent ")}{TrafficHandle.TextOf(Parent)}";
}

/// <summary>What netem does to packets on purpose.</summary>
internal sealed record NetemState
{
    /// <summary>Share of packets lost, in percent.</summary>
    public double LossPercent { get; init; }
    /// <summary>Whether packets are lost by a model of their own (state, gemodel), which has no single share.</summary>
    public bool HasLossModel { get; init; }
    /// <summary>Share of packets sent twice, in percent.</summary>
    public double DuplicatePercent { get; init; }
    /// <summary>Share of packets with a bit changed, in percent.</summary>
    public double CorruptPercent { get; init; }
    /// <summary>Share of packets sent at once, and so before others, in percent.</summary>
    public double ReorderPercent { get; init; }
    /// <summary>Delay in milliseconds.</summary>
    public double DelayMilliseconds { get; init; }
    /// <summary>How much the delay varies, in milliseconds.</summary>
    public double JitterMilliseconds { get; init; }
    /// <summary>Packets that it holds at most.</summary>
    public long Limit { get; init; }
    /// <summary>Bytes per second that it lets pass; 0 for any number.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Whether packets get lost or changed by it.</summary>
    public bool Harms => LossPercent > 0 || HasLossModel || CorruptPercent > 0;
}

/// <summary>Where a filter sees packets.</summary>
internal enum TrafficHook
{
    /// <summary>In the queue of what a link sends.</summary>
    Queue,
    /// <summary>When they come in by a link.</summary>
    Ingress,
    /// <summary>When they go out by a link, before its queue.</summary>
    Egress,
}

/// <summary>What becomes of a packet after an action (TC_ACT_*, include/uapi/linux/pkt_cls.h).</summary>
internal enum FilterVerdict
{
    /// <summary>As the filter has it.</summary>
    Unspecified = -1,
    /// <summary>It passes.</summary>
    Ok = 0,
    /// <summary>It is filtered again.</summary>
    Reclassify = 1,
    /// <summary>It is dropped.</summary>
    Shot = 2,
    /// <summary>The next action has it.</summary>
    Pipe = 3,
    /// <summary>The action keeps it.</summary>
    Stolen = 4,
    /// <summary>It is queued elsewhere.</summary>
    Queued = 5,
    /// <summary>The action has it again.</summary>
    Repeat = 6,
    /// <summary>It goes to another link.</summary>
    Redirect = 7,
    /// <summary>It goes to the processor.</summary>
    Trap = 8,
}

/// <summary>A filter with its actions.</summary>
internal sealed record FilterState
{
    private const int AllProtocols = 3; // ETH_P_ALL

    /// <summary>Index of its link.</summary>
    public int LinkIndex { get; init; }
    /// <summary>Where it sees packets.</summary>
    public TrafficHook Hook { get; init; }
    /// <summary>What it hangs on.</summary>
    public uint Parent { get; init; }
    /// <summary>EtherType of its packets; 3 for all.</summary>
    public int Protocol { get; init; }
    /// <summary>Priority: of several the lowest comes first.</summary>
    public int Priority { get; init; }
    /// <summary>Its number among those of one priority.</summary>
    public uint Handle { get; init; }
    /// <summary>Its chain; 0 is the one where packets begin.</summary>
    public uint Chain { get; init; }
    /// <summary>Kind: "matchall", "u32", "flower", "bpf" …</summary>
    public string Kind { get; init; } = "";
    /// <summary>What it does, in order; empty where a program (bpf) decides by itself.</summary>
    public IReadOnlyList<FilterActionState> Actions { get; init; } = [];

    /// <summary>Whether another look was at the same one.</summary>
    internal bool IsSame(FilterState other) =>
        (other.LinkIndex, other.Parent, other.Chain, other.Priority, other.Protocol, other.Handle, other.Kind)
        == (LinkIndex, Parent, Chain, Priority, Protocol, Handle, Kind);

    /// <summary>As `tc filter del dev LINK` reads which one is meant: "ingress protocol all pref 49152 handle 0x1 matchall".</summary>
    public override string ToString()
    {
        var place = Hook == TrafficHook.Queue ? $"parent {TrafficHandle.TextOf(Parent)}" : TrafficHandle.TextOf(Parent);
        var chain = Chain == 0 ? "" : $" chain {Chain}";
        var number = Kind == "u32" ? $"{Handle >> 20:x}:{TextOf(Handle >> 12 & 0xff)}:{TextOf(Handle & 0xfff)}" : $"0x{Handle:x}";
        return $"{place} protocol {ProtocolText} pref {Priority}{chain} handle {number} {VisibleText.Of(Kind)}";
    }

    private string ProtocolText => Protocol switch
    {
        AllProtocols => "all",
        0x0800 => "ip",
        0x0806 => "arp",
        0x86dd => "ipv6",
        0x8100 => "802.1Q",
        0x88a8 => "802.1ad",
        _ => $"0x{Protocol:x4}",
    };

    private static string TextOf(uint part) => part == 0 ? "" : $"{part:x}";
}

/// <summary>An action of a filter.</summary>
internal sealed record FilterActionState
{
    /// <summary>Kind: "gact", "police", "mirred" …</summary>
    public string Kind { get; init; } = "";
    /// <summary>What becomes of a packet after it; for a policer, of one above its rate.</summary>
    public FilterVerdict Verdict { get; init; }
    /// <summary>Packets that it had.</summary>
    public long Packets { get; init; }
    /// <summary>Packets that it dropped.</summary>
    public long Drops { get; init; }
}

/// <summary>What dropped packets, and how many: a filter's action, or a discipline by itself.</summary>
internal sealed record TrafficDrops
{
    /// <summary>The filter; null where the discipline dropped them.</summary>
    public FilterState? Filter { get; init; }
    /// <summary>Its action.</summary>
    public FilterActionState? Action { get; init; }
    /// <summary>The discipline; null where a filter dropped them.</summary>
    public QdiscState? Qdisc { get; init; }
    /// <summary>How many.</summary>
    public long Packets { get; init; }

    /// <summary>Index of the link.</summary>
    internal int LinkIndex => Filter?.LinkIndex ?? Qdisc?.LinkIndex ?? 0;

    /// <summary>"3 by ingress protocol all pref 49152 handle 0x1 matchall".</summary>
    public override string ToString() => $"{Packets} by {(Filter is null ? Qdisc?.ToString() : Filter.ToString())}";
}
