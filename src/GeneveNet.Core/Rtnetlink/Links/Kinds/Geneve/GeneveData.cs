using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>The settings of a Geneve tunnel (IFLA_GENEVE_*, include/uapi/linux/if_link.h).</summary>
public sealed class GeneveData() : LinkKindData<GeneveData>(Table)
{
    // They are in no release yet whose number is known here.
    private const string Later = "a release after 6.18";

    internal static readonly AttributeTable<GeneveData> Table = new(
        Value<GeneveData, uint>(1, "IFLA_GENEVE_ID", U32, d => d.Vni, (d, v) => d.Vni = v),
        Object<GeneveData, IPAddress>(2, "IFLA_GENEVE_REMOTE", Ip, d => Only(d.Remote, AddressFamily.InterNetwork), (d, v) => d.Remote = v),
        Value<GeneveData, byte>(3, "IFLA_GENEVE_TTL", U8, d => d.Ttl, (d, v) => d.Ttl = v),
        Value<GeneveData, byte>(4, "IFLA_GENEVE_TOS", U8, d => d.Tos, (d, v) => d.Tos = v),
        Value<GeneveData, ushort>(5, "IFLA_GENEVE_PORT", U16Be, d => d.Port, (d, v) => d.Port = v, "4.3"),
        Value<GeneveData, bool>(6, "IFLA_GENEVE_COLLECT_METADATA", Flag, d => d.External, (d, v) => d.External = v, "4.3"),
        Object<GeneveData, IPAddress>(7, "IFLA_GENEVE_REMOTE6", Ip,
            d => Only(d.Remote, AddressFamily.InterNetworkV6), (d, v) => d.Remote = v, "4.4"),
        Value<GeneveData, bool>(8, "IFLA_GENEVE_UDP_CSUM", Bool, d => d.UdpChecksum, (d, v) => d.UdpChecksum = v, "4.5"),
        Value<GeneveData, bool>(9, "IFLA_GENEVE_UDP_ZERO_CSUM6_TX", Bool,
            d => d.UdpZeroChecksum6Tx, (d, v) => d.UdpZeroChecksum6Tx = v, "4.5"),
        Value<GeneveData, bool>(10, "IFLA_GENEVE_UDP_ZERO_CSUM6_RX", Bool,
            d => d.UdpZeroChecksum6Rx, (d, v) => d.UdpZeroChecksum6Rx = v, "4.5"),
        Value<GeneveData, uint>(11, "IFLA_GENEVE_LABEL", U32Be, d => d.FlowLabel, (d, v) => d.FlowLabel = v, "4.6"),
        Value<GeneveData, bool>(12, "IFLA_GENEVE_TTL_INHERIT", Bool, d => d.TtlInherit, (d, v) => d.TtlInherit = v, "4.20"),
        Value<GeneveData, DontFragmentMode>(13, "IFLA_GENEVE_DF", new PlainKind<DontFragmentMode>(),
            d => d.DontFragment, (d, v) => d.DontFragment = v, "4.20"),
        Value<GeneveData, bool>(14, "IFLA_GENEVE_INNER_PROTO_INHERIT", Flag,
            d => d.InnerProtocolInherit, (d, v) => d.InnerProtocolInherit = v, "5.18"),
        Value<GeneveData, PortRange>(15, "IFLA_GENEVE_PORT_RANGE", new PortRangeKind(),
            d => d.SourcePorts, (d, v) => d.SourcePorts = v, "6.15"),
        Value<GeneveData, bool>(16, "IFLA_GENEVE_GRO_HINT", Flag, d => d.GroHint, (d, v) => d.GroHint = v, Later),
        Object<GeneveData, IPAddress>(17, "IFLA_GENEVE_LOCAL", Ip,
            d => Only(d.Local, AddressFamily.InterNetwork), (d, v) => d.Local = v, Later),
        Object<GeneveData, IPAddress>(18, "IFLA_GENEVE_LOCAL6", Ip,
            d => Only(d.Local, AddressFamily.InterNetworkV6), (d, v) => d.Local = v, Later));

    /// <summary>Leaves out what a tunnel that was read says, and a new one is without being told.</summary>
    /// <param name="isRead">Whether a setting was read; others are meant.</param>
    internal void DropDefaults(Func<string, bool> isRead)
    {
        var overIPv6 = Remote?.AddressFamily == AddressFamily.InterNetworkV6;
        Ttl = isRead(nameof(Ttl)) && (Ttl == 0 || TtlInherit == true) ? null : Ttl;
        Tos = isRead(nameof(Tos)) && Tos == 0 ? null : Tos;
        FlowLabel = isRead(nameof(FlowLabel)) && FlowLabel == 0 ? null : FlowLabel;
        DontFragment = isRead(nameof(DontFragment)) && DontFragment == DontFragmentMode.Unset ? null : DontFragment;
        TtlInherit = On(nameof(TtlInherit), TtlInherit);
        External = On(nameof(External), External);
        InnerProtocolInherit = On(nameof(InnerProtocolInherit), InnerProtocolInherit);
        GroHint = On(nameof(GroHint), GroHint);
        // Each version has checksum settings of its own, and a model shows them all.
        UdpChecksum = overIPv6 && isRead(nameof(UdpChecksum)) ? null : On(nameof(UdpChecksum), UdpChecksum);
        UdpZeroChecksum6Tx = !overIPv6 && isRead(nameof(UdpZeroChecksum6Tx)) ? null : On(nameof(UdpZeroChecksum6Tx), UdpZeroChecksum6Tx);
        UdpZeroChecksum6Rx = !overIPv6 && isRead(nameof(UdpZeroChecksum6Rx)) ? null : On(nameof(UdpZeroChecksum6Rx), UdpZeroChecksum6Rx);
        if (External == true && isRead(nameof(Vni)))
            (Vni, Remote) = (null, null);

        bool? On(string name, bool? value) => value == false && isRead(name) ? null : value;
    }

    /// <summary>
    /// Says a TTL that is a number by the number alone: beside "do not inherit", which rows have as well, the kernel passes it over.
    /// </summary>
    internal void SayTtlOnce()
    {
        if (Ttl is not null && TtlInherit == false)
            TtlInherit = null;
    }

    /// <summary>Virtual network identifier, 24 bit (RFC 8926, section 3.4).</summary>
    public uint? Vni { get; set; }
    /// <summary>Unicast underlay address of the far tunnel endpoint, IPv4 or IPv6.</summary>
    public IPAddress? Remote { get; set; }
    /// <summary>Underlay address this end sends from and listens on.</summary>
    public IPAddress? Local { get; set; }
    /// <summary>Outer TTL or hop limit; 0 leaves it to the system's default.</summary>
    public byte? Ttl { get; set; }
    /// <summary>Outer type of service or traffic class; 1 inherits it from the inner packet.</summary>
    public byte? Tos { get; set; }
    /// <summary>UDP destination port.</summary>
    public ushort? Port { get; set; }
    /// <summary>External mode: VNI and remote come with each packet (collect metadata).</summary>
    public bool? External { get; set; }
    /// <summary>Whether outer UDP checksums are computed over IPv4.</summary>
    public bool? UdpChecksum { get; set; }
    /// <summary>Whether outer UDP checksums are left zero over IPv6 when sending.</summary>
    public bool? UdpZeroChecksum6Tx { get; set; }
    /// <summary>Whether zero outer UDP checksums are accepted over IPv6.</summary>
    public bool? UdpZeroChecksum6Rx { get; set; }
    /// <summary>Outer IPv6 flow label, 20 bit.</summary>
    public uint? FlowLabel { get; set; }
    /// <summary>Whether the outer TTL is taken from the inner packet.</summary>
    public bool? TtlInherit { get; set; }
    /// <summary>How the outer IPv4 header's don't-fragment bit is set.</summary>
    public DontFragmentMode? DontFragment { get; set; }
    /// <summary>Whether inner IP packets travel without an Ethernet header (layer-3 mode).</summary>
    public bool? InnerProtocolInherit { get; set; }
    /// <summary>UDP source ports the flow hash chooses from.</summary>
    public PortRange? SourcePorts { get; set; }
    /// <summary>Whether a hint for receive offload is sent as an option.</summary>
    public bool? GroHint { get; set; }

    /// <summary>
    /// These settings as they were read, fit to be sent: the kernel reports some that contradict each other in a request.
    /// </summary>
    internal GeneveData Resend()
    {
        var copy = (GeneveData)MemberwiseClone();
        // A TTL beside "inherit", even beside "do not inherit", is passed over.
        copy.Ttl = TtlInherit == true ? null : Ttl;
        copy.TtlInherit = TtlInherit == true ? true : null;
        // A label, even zero, is refused over IPv4 by some kernels.
        copy.FlowLabel = FlowLabel is 0 ? null : FlowLabel;
        return copy;
    }

    /// <summary>
    /// What a kernel can change while the tunnel exists (geneve_changelink): all of it, since one setting can undo another.
    /// </summary>
    internal override LinkKindData Revert(LinkKindData before)
    {
        var all = ((GeneveData)before).Resend();
        return new GeneveData
        {
            Remote = all.Remote,
            Ttl = all.Ttl,
            TtlInherit = all.TtlInherit,
            Tos = all.Tos,
            FlowLabel = all.FlowLabel,
            DontFragment = all.DontFragment,
        };
    }

    private static IPAddress? Only(IPAddress? address, AddressFamily family) => address?.AddressFamily == family ? address : null;

    private sealed class PortRangeKind : AttributeKind<PortRange>
    {
        public override PortRange Read(ReadOnlySpan<byte> payload) =>
            new(U16Be.Read(Need(payload, 4)), U16Be.Read(payload[2..]));

        public override void Write(ref NetlinkWriter writer, PortRange value)
        {
            U16Be.Write(ref writer, value.Low);
            U16Be.Write(ref writer, value.High);
        }
    }
}

/// <summary>How the don't-fragment bit of the outer IPv4 header is set (enum ifla_geneve_df).</summary>
public enum DontFragmentMode : byte
{
    /// <summary>Not set: the outer packet may be fragmented.</summary>
    Unset = 0,
    /// <summary>Set on every packet.</summary>
    Set = 1,
    /// <summary>As in the inner packet, when that is IPv4.</summary>
    Inherit = 2,
}

/// <summary>A range of UDP ports, both ends included.</summary>
/// <param name="Low">Lowest port.</param>
/// <param name="High">Highest port.</param>
public readonly record struct PortRange(ushort Low, ushort High)
{
    /// <summary>Reads "LOW-HIGH".</summary>
    /// <param name="text">Two ports with a hyphen between.</param>
    /// <exception cref="FormatException">It is not a range of ports.</exception>
    public static PortRange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ports = Array.ConvertAll(text.Split('-'), PortOf);
        return ports is [{ } low and > 0, { } high] && low <= high
            ? new PortRange(low, high)
            : throw new FormatException(
                $"'{VisibleText.Of(text)}' is not a range of ports. Write it as LOW-HIGH, for example 40000-41000.");

        static ushort? PortOf(string part) =>
            ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }

    /// <summary>"LOW-HIGH".</summary>
    public override string ToString() => $"{Low}-{High}";
}
