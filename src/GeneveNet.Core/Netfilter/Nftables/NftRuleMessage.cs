using GeneveNet.Netlink;
using static GeneveNet.Netlink.AttributeKinds;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>A rule of nftables as the kernel speaks of it (NFTA_RULE_*).</summary>
internal sealed class NftRuleMessage : NftMessage, INetlinkMessage<NftRuleMessage>
{
    internal static readonly AttributeTable<NftRuleMessage> Attributes = new(
        Object<NftRuleMessage, string>(1, "NFTA_RULE_TABLE", Text, m => m.Table, (m, v) => m.Table = v),
        Object<NftRuleMessage, string>(2, "NFTA_RULE_CHAIN", Text, m => m.Chain, (m, v) => m.Chain = v),
        Value<NftRuleMessage, ulong>(3, "NFTA_RULE_HANDLE", U64Be, m => m.Handle, (m, v) => m.Handle = v),
        Object<NftRuleMessage, byte[]>(4, "NFTA_RULE_EXPRESSIONS", Bytes, m => m.Expressions, (m, v) => m.Expressions = v),
        Object<NftRuleMessage, byte[]>(7, "NFTA_RULE_USERDATA", Bytes, m => m.UserData, (m, v) => m.UserData = v));

    /// <summary>Table it is in.</summary>
    public string? Table { get; set; }
    /// <summary>Chain it is in.</summary>
    public string? Chain { get; set; }
    /// <summary>Number that the kernel gave it.</summary>
    public ulong? Handle { get; set; }
    /// <summary>What it asks and does, see <see cref="NftExpressions"/>.</summary>
    public byte[]? Expressions { get; set; }
    /// <summary>What the program that made it noted.</summary>
    public byte[]? UserData { get; set; }

    /// <inheritdoc/>
    public static NftRuleMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NftRuleMessage();
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
