using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>A link as the kernel speaks of it: struct ifinfomsg and the IFLA_* attributes (include/uapi/linux/if_link.h).</summary>
/// <remarks>In a request, what is null is not said; in an answer, the kernel did not say it.</remarks>
public sealed class LinkMessage : INetlinkMessage<LinkMessage>
{
    internal static readonly AttributeTable<LinkMessage> Table = new(
        Object<LinkMessage, MacAddress>(1, "IFLA_ADDRESS", Mac, m => m.LinkLayerAddress, (m, v) => m.LinkLayerAddress = v),
        Object<LinkMessage, MacAddress>(2, "IFLA_BROADCAST", Mac, m => m.Broadcast, (m, v) => m.Broadcast = v),
        Object<LinkMessage, string>(3, "IFLA_IFNAME", Text, m => m.Name, (m, v) => m.Name = v),
        Value<LinkMessage, uint>(4, "IFLA_MTU", U32, m => m.Mtu, (m, v) => m.Mtu = v),
        Value<LinkMessage, int>(5, "IFLA_LINK", S32, m => m.ParentIndex, (m, v) => m.ParentIndex = v),
        Object<LinkMessage, string>(6, "IFLA_QDISC", Text, m => m.QueueingDiscipline, (m, v) => m.QueueingDiscipline = v),
        Value<LinkMessage, int>(10, "IFLA_MASTER", LinkIndex, m => m.MasterIndex, (m, v) => m.MasterIndex = v),
        Value<LinkMessage, uint>(13, "IFLA_TXQLEN", U32, m => m.TxQueueLength, (m, v) => m.TxQueueLength = v),
        Value<LinkMessage, byte>(16, "IFLA_OPERSTATE", U8, m => m.OperationalState, (m, v) => m.OperationalState = v),
        Object<LinkMessage, LinkInfo>(18, "IFLA_LINKINFO", new NestedKind<LinkInfo>(LinkInfo.Table), m => m.Info, (m, v) => m.Info = v),
        Value<LinkMessage, uint>(19, "IFLA_NET_NS_PID", U32, m => m.NamespaceProcess, (m, v) => m.NamespaceProcess = v),
        Object<LinkMessage, string>(20, "IFLA_IFALIAS", BareText, m => m.Alias, (m, v) => m.Alias = v),
        Value<LinkMessage, LinkStatistics>(23, "IFLA_STATS64", new GrowingKind<LinkStatistics>(),
            m => m.Statistics, (m, v) => m.Statistics = v),
        Value<LinkMessage, uint>(27, "IFLA_GROUP", U32, m => m.Group, (m, v) => m.Group = v),
        Value<LinkMessage, int>(28, "IFLA_NET_NS_FD", S32, m => m.NamespaceDescriptor, (m, v) => m.NamespaceDescriptor = v),
        Value<LinkMessage, uint>(29, "IFLA_EXT_MASK", U32, m => m.ExtendedMask, (m, v) => m.ExtendedMask = v),
        Value<LinkMessage, byte>(33, "IFLA_CARRIER", U8, m => m.Carrier, (m, v) => m.Carrier = v),
        Value<LinkMessage, int>(37, "IFLA_LINK_NETNSID", S32, m => m.ParentNamespaceId, (m, v) => m.ParentNamespaceId = v),
        Value<LinkMessage, int>(46, "IFLA_TARGET_NETNSID", S32, m => m.TargetNamespaceId, (m, v) => m.TargetNamespaceId = v, "4.17"),
        Value<LinkMessage, int>(49, "IFLA_NEW_IFINDEX", S32, m => m.NewIndex, (m, v) => m.NewIndex = v, "5.0"),
        Value<LinkMessage, uint>(50, "IFLA_MIN_MTU", U32, m => m.MinMtu, (m, v) => m.MinMtu = v, "4.19"),
        Value<LinkMessage, uint>(51, "IFLA_MAX_MTU", U32, m => m.MaxMtu, (m, v) => m.MaxMtu = v, "4.19"),
        Object<LinkMessage, AlternativeNames>(52, "IFLA_PROP_LIST", new AlternativeNamesKind(),
            m => m.AlternativeNames, (m, v) => m.AlternativeNames = v, "5.5"),
        Object<LinkMessage, string>(53, "IFLA_ALT_IFNAME", Text, m => m.AlternativeName, (m, v) => m.AlternativeName = v, "5.5"),
        Object<LinkMessage, MacAddress>(54, "IFLA_PERM_ADDRESS", Mac, m => m.PermanentAddress, (m, v) => m.PermanentAddress = v, "5.6"));

    /// <summary>Address family of the request: 0, or AF_BRIDGE.</summary>
    public byte Family { get; set; }
    /// <summary>Hardware type (ARPHRD_*, include/uapi/linux/if_arp.h).</summary>
    public ushort HardwareType { get; set; }
    /// <summary>Interface index; 0 in a request that names the link.</summary>
    public int Index { get; set; }
    /// <summary>Flags.</summary>
    public LinkFlags Flags { get; set; }
    /// <summary>Which of <see cref="Flags"/> a request means to change.</summary>
    public LinkFlags ChangeMask { get; set; }
    /// <summary>MAC address.</summary>
    public MacAddress? LinkLayerAddress { get; set; }
    /// <summary>Broadcast MAC address.</summary>
    public MacAddress? Broadcast { get; set; }
    /// <summary>Interface name, 1 to 15 bytes.</summary>
    public string? Name { get; set; }
    /// <summary>MTU in bytes: the largest layer-3 packet.</summary>
    public uint? Mtu { get; set; }
    /// <summary>Index of the link below or, with veth, of the peer; in the namespace <see cref="ParentNamespaceId"/> tells.</summary>
    public int? ParentIndex { get; set; }
    /// <summary>Queueing discipline.</summary>
    public string? QueueingDiscipline { get; set; }
    /// <summary>Index of the bridge or bond the link is a port of; 0 for none.</summary>
    public int? MasterIndex { get; set; }
    /// <summary>Length of the transmit queue in packets.</summary>
    public uint? TxQueueLength { get; set; }
    /// <summary>Operational state, see <see cref="Links.OperationalState"/>.</summary>
    public byte? OperationalState { get; set; }
    /// <summary>Kind of link and what belongs to the kind.</summary>
    public LinkInfo? Info { get; set; }
    /// <summary>Request: a process in the namespace the link goes to.</summary>
    public uint? NamespaceProcess { get; set; }
    /// <summary>Alias: a free text, up to 255 bytes.</summary>
    public string? Alias { get; set; }
    /// <summary>Counters.</summary>
    public LinkStatistics? Statistics { get; set; }
    /// <summary>Group number.</summary>
    public uint? Group { get; set; }
    /// <summary>Request: descriptor of the namespace the link goes to.</summary>
    public int? NamespaceDescriptor { get; set; }
    /// <summary>Request: what else to report (RTEXT_FILTER_*, include/uapi/linux/rtnetlink.h).</summary>
    public uint? ExtendedMask { get; set; }
    /// <summary>Carrier: 1 when there is one.</summary>
    public byte? Carrier { get; set; }
    /// <summary>Id, in this namespace's numbering, of the namespace where its other side is (a tunnel's underlay, a veth's peer).</summary>
    public int? ParentNamespaceId { get; set; }
    /// <summary>Request: act in the namespace with this id.</summary>
    public int? TargetNamespaceId { get; set; }
    /// <summary>Request: the index to have in the namespace the link goes to.</summary>
    public int? NewIndex { get; set; }
    /// <summary>Smallest MTU in bytes; 0 for no limit.</summary>
    public uint? MinMtu { get; set; }
    /// <summary>Largest MTU in bytes; 0 for no limit.</summary>
    public uint? MaxMtu { get; set; }
    /// <summary>Request: the link is meant by this further name.</summary>
    public string? AlternativeName { get; set; }
    /// <summary>Further names.</summary>
    public AlternativeNames? AlternativeNames { get; set; }
    /// <summary>MAC address the hardware was made with.</summary>
    public MacAddress? PermanentAddress { get; set; }
    /// <summary>Request: attributes as a kernel reported them, to be sent again; nothing when read.</summary>
    internal IReadOnlyList<(ushort Type, byte[] Payload)> Further { get; set; } = [];

    /// <inheritdoc/>
    public static LinkMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new LinkMessage
        {
            Family = header.Family,
            HardwareType = header.HardwareType,
            Index = header.Index,
            Flags = (LinkFlags)header.Flags,
            ChangeMask = (LinkFlags)header.Change,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header
        {
            Family = Family,
            HardwareType = HardwareType,
            Index = Index,
            Flags = (uint)Flags,
            Change = (uint)ChangeMask,
        });
        Table.Write(ref writer, this);
        foreach (var (type, payload) in Further)
        {
            var start = writer.BeginAttribute(type, "an attribute as it was");
            payload.CopyTo(writer.Append(payload.Length));
            writer.EndAttribute(start);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        private byte _padding;
        public ushort HardwareType;
        public int Index;
        public uint Flags;
        public uint Change;
    }
}
