using System.Text.Json.Serialization;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>At what a traced packet was seen.</summary>
internal enum NftTracePoint
{
    /// <summary>At the end of a base chain: its policy decided.</summary>
    Policy = 1,
    /// <summary>At the end of a chain that others lead to, or of a base chain by a return.</summary>
    Return = 2,
    /// <summary>At a rule whose conditions it met.</summary>
    Rule = 3,
}

/// <summary>What happened to a packet of the probe at one rule or policy.</summary>
internal sealed record NftTraceEvent
{
    /// <summary>By which the events of a packet are known; used again for later packets.</summary>
    public uint Id { get; init; }
    /// <summary>Which packet; null for one that somebody else traces.</summary>
    public NftTracePacket? Packet { get; init; }
    /// <summary>Whether it is at our own table, which decides nothing.</summary>
    public bool IsOwn { get; init; }
    /// <summary>What packets the table is about.</summary>
    public NftFamily Family { get; init; }
    /// <summary>Table.</summary>
    public string Table { get; init; } = "";
    /// <summary>Chain.</summary>
    public string Chain { get; init; } = "";
    /// <summary>At what it was seen.</summary>
    public NftTracePoint Point { get; init; }
    /// <summary>Number of the rule; null at the end of a chain.</summary>
    public ulong? RuleHandle { get; init; }
    /// <summary>What was decided; a refusal (reject) is a drop here.</summary>
    public NftVerdict? Verdict { get; init; }
    /// <summary>The chain that a jump leads to.</summary>
    public string? TargetChain { get; init; }
    /// <summary>Index of the link that it came by; 0 where it is sent by this host.</summary>
    public int InputIndex { get; init; }
    /// <summary>Index of the link that it leaves by; 0 where that is not known yet.</summary>
    public int OutputIndex { get; init; }

    /// <summary>Whether a packet of the probe ended here.</summary>
    [JsonIgnore]
    public bool IsDrop => Packet is not null && !IsOwn && Verdict == NftVerdict.Drop && Point is NftTracePoint.Rule or NftTracePoint.Policy;
}

/// <summary>A rule or a policy that dropped packets of the probe.</summary>
/// <param name="Where">The first of these packets there.</param>
/// <param name="Packets">How many.</param>
internal sealed record NftTraceDrop(NftTraceEvent Where, int Packets);

/// <summary>What a trace has seen.</summary>
internal sealed record NftTraceReport
{
    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<NftTraceEvent> Events { get; init; } = [];

    /// <summary>Where packets of the probe were dropped, in the order of the first.</summary>
    public IReadOnlyList<NftTraceDrop> Drops { get; init; } = [];

    /// <summary>Whether events are missing: there were more than the kernel or this program keeps.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Makes a report of what the kernel told.</summary>
    /// <param name="messages">The messages, in order.</param>
    /// <param name="isOwn">Whether a table, by its name, is one of ours.</param>
    /// <param name="isIncomplete">Whether messages are missing.</param>
    public static NftTraceReport Of(IReadOnlyList<NftTraceMessage> messages, Predicate<string> isOwn, bool isIncomplete = false)
    {
        Dictionary<uint, NftTracePacket> packets = [];
        Dictionary<uint, (int Input, int Output)> links = [];
        List<NftTraceEvent> events = [];
        foreach (var message in messages)
        {
            var (id, table, chain) = (message.Id ?? 0, message.Table ?? "", message.Chain ?? "");
            var isOurs = isOwn(table);
            if (isOurs && NftTraceTable.PacketOf(chain) is { } marked)
                packets[id] = marked;
            // Links are said once for each hook, with what comes first there.
            if (message.InputIndex is not null || message.OutputIndex is not null)
                links[id] = (message.InputIndex ?? 0, message.OutputIndex ?? 0);
            var point = (NftTracePoint)(message.Type ?? 0);
            var code = point == NftTracePoint.Policy ? (int?)message.Policy : message.Verdict?.Code;
            var (input, output) = links.GetValueOrDefault(id);
            events.Add(new NftTraceEvent
            {
                Id = id,
                Packet = packets.TryGetValue(id, out var packet) ? packet : null,
                IsOwn = isOurs,
                Family = message.Family,
                Table = table,
                Chain = chain,
                Point = point,
                RuleHandle = message.RuleHandle,
                Verdict = code is { } number ? NftNumbers.VerdictOf(number) : null,
                TargetChain = message.Verdict?.Chain,
                InputIndex = input,
                OutputIndex = output,
            });
        }

        var drops = from one in events
                    where one.IsDrop
                    group one by (one.Family, one.Table, one.Chain, one.RuleHandle, one.Packet) into same
                    select new NftTraceDrop(same.First(), same.Count());
        return new NftTraceReport { Events = events, Drops = [.. drops], IsIncomplete = isIncomplete };
    }
}
