using System.Net;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Neighbors;

/// <summary>
/// A neighbor, or with family AF_BRIDGE an entry of a forwarding database, as the kernel speaks of it: struct ndmsg and
/// the NDA_* attributes (include/uapi/linux/neighbour.h).
/// </summary>
public sealed class NeighborMessage : INetlinkMessage<NeighborMessage>
{
    internal static readonly AttributeTable<NeighborMessage> Table = new(
        Object<NeighborMessage, IPAddress>(1, "NDA_DST", Ip, m => m.Destination, (m, v) => m.Destination = v),
        Object<NeighborMessage, MacAddress>(2, "NDA_LLADDR", Mac, m => m.LinkLayerAddress, (m, v) => m.LinkLayerAddress = v),
        Value<NeighborMessage, NeighborAges>(3, "NDA_CACHEINFO", new GrowingKind<NeighborAges>(), m => m.Ages, (m, v) => m.Ages = v),
        Value<NeighborMessage, ushort>(5, "NDA_VLAN", U16, m => m.Vlan, (m, v) => m.Vlan = v),
        Value<NeighborMessage, ushort>(6, "NDA_PORT", U16Be, m => m.Port, (m, v) => m.Port = v),
        Value<NeighborMessage, uint>(7, "NDA_VNI", U32, m => m.Vni, (m, v) => m.Vni = v),
        Value<NeighborMessage, int>(8, "NDA_IFINDEX", S32, m => m.FilterIndex, (m, v) => m.FilterIndex = v),
        Value<NeighborMessage, int>(9, "NDA_MASTER", S32, m => m.MasterIndex, (m, v) => m.MasterIndex = v),
        Value<NeighborMessage, byte>(12, "NDA_PROTOCOL", U8, m => m.Protocol, (m, v) => m.Protocol = v, "5.1"));

    /// <summary>Address family: 2 IPv4, 10 IPv6, 7 for a forwarding database.</summary>
    public byte Family { get; set; }
    /// <summary>Index of the link.</summary>
    public int Index { get; set; }
    /// <summary>State.</summary>
    public NeighborState State { get; set; }
    /// <summary>Flags.</summary>
    public NeighborFlags Flags { get; set; }
    /// <summary>Type (RTN_*).</summary>
    public byte Type { get; set; }
    /// <summary>The neighbor's IP address; in a forwarding database the remote it is behind.</summary>
    public IPAddress? Destination { get; set; }
    /// <summary>MAC address.</summary>
    public MacAddress? LinkLayerAddress { get; set; }
    /// <summary>Ages.</summary>
    public NeighborAges? Ages { get; set; }
    /// <summary>VLAN.</summary>
    public ushort? Vlan { get; set; }
    /// <summary>UDP port of the remote.</summary>
    public ushort? Port { get; set; }
    /// <summary>VNI at the remote.</summary>
    public uint? Vni { get; set; }
    /// <summary>
    /// In a question for neighbors: only those on the link of this index. In a forwarding database: the link towards the remote.
    /// </summary>
    public int? FilterIndex { get; set; }
    /// <summary>Index of the bridge.</summary>
    public int? MasterIndex { get; set; }
    /// <summary>Who set it (RTPROT_*).</summary>
    public byte? Protocol { get; set; }

    /// <inheritdoc/>
    public static NeighborMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new NeighborMessage
        {
            Family = header.Family,
            Index = header.Index,
            State = (NeighborState)header.State,
            Flags = (NeighborFlags)header.Flags,
            Type = header.Type,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header { Family = Family, Index = Index, State = (ushort)State, Flags = (byte)Flags, Type = Type });
        Table.Write(ref writer, this);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        private byte _padding1;
        private ushort _padding2;
        public int Index;
        public ushort State;
        public byte Flags;
        public byte Type;
    }
}

/// <summary>struct nda_cacheinfo: ages in hundredths of a second.</summary>
/// <param name="Confirmed">Since it was last confirmed.</param>
/// <param name="Used">Since it was last used.</param>
/// <param name="Updated">Since it last changed.</param>
/// <param name="References">References the kernel holds.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct NeighborAges(uint Confirmed, uint Used, uint Updated, uint References)
{
    internal static TimeSpan ToTimeSpan(uint centiseconds) => new(centiseconds * (TimeSpan.TicksPerSecond / 100));
}

/// <summary>State of a neighbor (NUD_*, include/uapi/linux/neighbour.h).</summary>
[Flags]
public enum NeighborState : ushort
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Asked for, not answered yet.</summary>
    Incomplete = 0x01,
    /// <summary>Confirmed of late.</summary>
    Reachable = 0x02,
    /// <summary>Known, not confirmed of late.</summary>
    Stale = 0x04,
    /// <summary>Used while stale; a question follows shortly.</summary>
    Delay = 0x08,
    /// <summary>Being asked again.</summary>
    Probe = 0x10,
    /// <summary>Did not answer.</summary>
    Failed = 0x20,
    /// <summary>Needs no asking; in a forwarding database: set by hand, does not move with the station's packets.</summary>
    NoArp = 0x40,
    /// <summary>Set by hand, stays; in a forwarding database: the bridge's own address.</summary>
    Permanent = 0x80,
}

/// <summary>Flags of a neighbor (NTF_*, include/uapi/linux/neighbour.h).</summary>
[Flags]
public enum NeighborFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>In use.</summary>
    Use = 0x01,
    /// <summary>In the link's own forwarding database.</summary>
    Self = 0x02,
    /// <summary>In the forwarding database of the bridge the link is a port of.</summary>
    Master = 0x04,
    /// <summary>Answered for by this host.</summary>
    Proxy = 0x08,
    /// <summary>Learned by a program.</summary>
    ExternallyLearned = 0x10,
    /// <summary>Offloaded to hardware.</summary>
    Offloaded = 0x20,
    /// <summary>Does not move to another port.</summary>
    Sticky = 0x40,
    /// <summary>A router (IPv6).</summary>
    Router = 0x80,
}
