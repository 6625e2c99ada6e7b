using GeneveNet.Netlink;
using static GeneveNet.Netlink.AttributeKinds;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>A table of nftables as the kernel speaks of it (NFTA_TABLE_*, include/uapi/linux/netfilter/nf_tables.h).</summary>
internal sealed class NftTableMessage : NftMessage, INetlinkMessage<NftTableMessage>
{
    /// <summary>NFT_TABLE_F_DORMANT: its chains look at nothing.</summary>
    public const uint Dormant = 1;
    /// <summary>NFT_TABLE_F_OWNER: it ends with the socket that made it, and nobody else can change it.</summary>
    public const uint Owned = 2;

    internal static readonly AttributeTable<NftTableMessage> Table = new(
        Object<NftTableMessage, string>(1, "NFTA_TABLE_NAME", Text, m => m.Name, (m, v) => m.Name = v),
        Value<NftTableMessage, uint>(2, "NFTA_TABLE_FLAGS", U32Be, m => m.Flags, (m, v) => m.Flags = v),
        Value<NftTableMessage, ulong>(4, "NFTA_TABLE_HANDLE", U64Be, m => m.Handle, (m, v) => m.Handle = v));

    /// <summary>Name.</summary>
    public string? Name { get; set; }
    /// <summary>Flags.</summary>
    public uint? Flags { get; set; }
    /// <summary>Number that the kernel gave it.</summary>
    public ulong? Handle { get; set; }

    /// <inheritdoc/>
    public static NftTableMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NftTableMessage();
        Table.Read(ReadHeader(body, message), message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        WriteHeader(ref writer);
        Table.Write(ref writer, this);
    }
}
