using GeneveNet.Netlink;
using static GeneveNet.Netlink.AttributeKinds;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>What happened to a traced packet at a rule or at the end of a chain (NFT_MSG_TRACE, NFTA_TRACE_*).</summary>
internal sealed class NftTraceMessage : NftMessage, INetlinkMessage<NftTraceMessage>
{
    internal static readonly AttributeTable<NftTraceMessage> Attributes = new(
        Object<NftTraceMessage, string>(1, "NFTA_TRACE_TABLE", Text, m => m.Table, (m, v) => m.Table = v),
        Object<NftTraceMessage, string>(2, "NFTA_TRACE_CHAIN", Text, m => m.Chain, (m, v) => m.Chain = v),
        Value<NftTraceMessage, ulong>(3, "NFTA_TRACE_RULE_HANDLE", U64Be, m => m.RuleHandle, (m, v) => m.RuleHandle = v),
        Value<NftTraceMessage, uint>(4, "NFTA_TRACE_TYPE", U32Be, m => m.Type, (m, v) => m.Type = v),
        Object<NftTraceMessage, NftVerdictMessage>(
            5, "NFTA_TRACE_VERDICT", NftVerdictMessage.Kind, m => m.Verdict, (m, v) => m.Verdict = v),
        Value<NftTraceMessage, uint>(6, "NFTA_TRACE_ID", U32Be, m => m.Id, (m, v) => m.Id = v),
        Value<NftTraceMessage, uint>(10, "NFTA_TRACE_IIF", U32Be, m => (uint?)m.InputIndex, (m, v) => m.InputIndex = (int)v),
        Value<NftTraceMessage, uint>(12, "NFTA_TRACE_OIF", U32Be, m => (uint?)m.OutputIndex, (m, v) => m.OutputIndex = (int)v),
        Value<NftTraceMessage, uint>(16, "NFTA_TRACE_POLICY", U32Be, m => m.Policy, (m, v) => m.Policy = v));

    /// <summary>Table.</summary>
    public string? Table { get; set; }
    /// <summary>Chain.</summary>
    public string? Chain { get; set; }
    /// <summary>Number of the rule; null at the end of a chain.</summary>
    public ulong? RuleHandle { get; set; }
    /// <summary>1 policy, 2 return, 3 rule.</summary>
    public uint? Type { get; set; }
    /// <summary>What was decided.</summary>
    public NftVerdictMessage? Verdict { get; set; }
    /// <summary>By which the events of a packet are known; used again for later packets.</summary>
    public uint? Id { get; set; }
    /// <summary>Index of the link that it came by; only with the first event of a hook.</summary>
    public int? InputIndex { get; set; }
    /// <summary>Index of the link that it leaves by; only with the first event of a hook.</summary>
    public int? OutputIndex { get; set; }
    /// <summary>The policy: 0 drop, 1 accept.</summary>
    public uint? Policy { get; set; }

    /// <inheritdoc/>
    public static NftTraceMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NftTraceMessage();
        Attributes.Read(ReadHeader(body, message), message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        WriteHeader(ref writer);
        Attributes.Write(ref writer, this);
    }
}

/// <summary>A verdict (NFTA_VERDICT_*).</summary>
internal sealed class NftVerdictMessage
{
    internal static readonly AttributeTable<NftVerdictMessage> Attributes = new(
        Value<NftVerdictMessage, uint>(1, "NFTA_VERDICT_CODE", U32Be, m => (uint?)m.Code, (m, v) => m.Code = (int)v),
        Object<NftVerdictMessage, string>(2, "NFTA_VERDICT_CHAIN", Text, m => m.Chain, (m, v) => m.Chain = v));

    internal static AttributeKind<NftVerdictMessage> Kind { get; } = new NestedKind<NftVerdictMessage>(Attributes);

    /// <summary>NF_* or NFT_*.</summary>
    public int? Code { get; set; }
    /// <summary>The chain that a jump leads to.</summary>
    public string? Chain { get; set; }
}
