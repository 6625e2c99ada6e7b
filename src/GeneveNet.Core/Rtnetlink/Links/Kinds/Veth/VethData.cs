using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>The other end of a veth pair, said when the pair is created (VETH_INFO_PEER, include/uapi/linux/veth.h).</summary>
public sealed class VethData() : LinkKindData<VethData>(Table)
{
    internal static readonly AttributeTable<VethData> Table = new(
        Object<VethData, LinkMessage>(1, "VETH_INFO_PEER", new PeerKind(), d => d.Peer, (d, v) => d.Peer = v));

    /// <summary>The peer as a link message of its own.</summary>
    public LinkMessage? Peer { get; set; }

    // The kernel does not report it.
    internal override IReadOnlyList<Difference> Compare(LinkKindData? got) => [];

    /// <summary>The attribute holds a whole link message, fixed part included.</summary>
    private sealed class PeerKind : AttributeKind<LinkMessage>
    {
        public override LinkMessage Read(ReadOnlySpan<byte> payload) => LinkMessage.Read(payload);

        public override void Write(ref NetlinkWriter writer, LinkMessage value) => value.Write(ref writer);
    }
}
