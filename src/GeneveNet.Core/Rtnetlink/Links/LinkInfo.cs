using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links.Kinds;
using static GeneveNet.Netlink.Attributes;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>The kind of a link and what belongs to the kind (IFLA_INFO_*, include/uapi/linux/if_link.h).</summary>
public sealed class LinkInfo
{
    internal static readonly AttributeTable<LinkInfo> Table = new(
        Object<LinkInfo, string>(1, "IFLA_INFO_KIND", AttributeKinds.Text, i => i.Kind, (i, v) => i.Kind = v),
        new KindDataAttribute(),
        Object<LinkInfo, string>(4, "IFLA_INFO_SLAVE_KIND", AttributeKinds.Text, i => i.PortKind, (i, v) => i.PortKind = v),
        new PortDataAttribute());

    /// <summary>Kind: "geneve", "veth", "bridge" …</summary>
    public string? Kind { get; set; }

    /// <summary>What belongs to the kind.</summary>
    public LinkKindData? Data { get; set; }

    /// <summary>Kind of the master the link is a port of: "bridge" …</summary>
    public string? PortKind { get; set; }

    /// <summary>What it is as a port of a bridge, where the master is one.</summary>
    public BridgePortData? PortData { get; set; }

    /// <summary>The kind stands before its data in every message, so the data can be read by the kind's own table.</summary>
    private sealed class KindDataAttribute() : AttributeSpec<LinkInfo>(2, "IFLA_INFO_DATA", nameof(Data), null)
    {
        internal override void Read(ReadOnlySpan<byte> payload, LinkInfo into) => into.Data = LinkKinds.Of(into.Kind).ReadData(payload);

        internal override void Write(ref NetlinkWriter writer, LinkInfo from)
        {
            if (from.Data is null)
                return;
            var start = writer.BeginAttribute(Type, Name, nested: true);
            from.Data.Write(ref writer);
            writer.EndAttribute(start);
        }

        internal override void Compare(LinkInfo asked, LinkInfo got, ref List<Difference>? differences)
        {
            if (asked.Data?.Compare(got.Data) is { Count: > 0 } found)
                (differences ??= []).AddRange(found);
        }

        internal override void Revert(LinkInfo asked, LinkInfo before, LinkInfo into) =>
            into.Data = asked.Data is not null && before.Data is not null ? asked.Data.Revert(before.Data) : null;
    }

    /// <summary>Ports of a bridge have a table; those of other masters are not looked into.</summary>
    private sealed class PortDataAttribute() : AttributeSpec<LinkInfo>(5, "IFLA_INFO_SLAVE_DATA", nameof(PortData), null)
    {
        internal override void Read(ReadOnlySpan<byte> payload, LinkInfo into)
        {
            if (into.PortKind != LinkKinds.Bridge)
                return;
            into.PortData = new BridgePortData();
            BridgePortData.Table.Read(payload, into.PortData);
        }

        internal override void Write(ref NetlinkWriter writer, LinkInfo from)
        {
            if (from.PortData is null)
                return;
            var start = writer.BeginAttribute(Type, Name, nested: true);
            BridgePortData.Table.Write(ref writer, from.PortData);
            writer.EndAttribute(start);
        }

        internal override void Compare(LinkInfo asked, LinkInfo got, ref List<Difference>? differences)
        {
            if (asked.PortData is null)
                return;
            if (BridgePortData.Table.Compare(asked.PortData, got.PortData ?? new BridgePortData()) is { Count: > 0 } found)
                (differences ??= []).AddRange(found);
        }

        internal override void Revert(LinkInfo asked, LinkInfo before, LinkInfo into)
        {
            if (asked.PortData is null || before.PortData is null)
                return;
            into.PortData = new BridgePortData();
            BridgePortData.Table.Revert(asked.PortData, before.PortData, into.PortData);
        }
    }
}
