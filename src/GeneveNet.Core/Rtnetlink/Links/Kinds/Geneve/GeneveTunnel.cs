using System.Net;
using System.Net.Sockets;
using GeneveNet.Namespaces;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>A Geneve tunnel (RFC 8926): a link whose packets travel in UDP to a remote endpoint.</summary>
public sealed class GeneveTunnel : Link
{
    internal GeneveTunnel(LinkMessage message, NetworkNamespace source) : base(message, source) { }

    private GeneveData Data => Message.Info?.Data as GeneveData ?? new GeneveData();

    /// <summary>Virtual network identifier; null in external mode.</summary>
    public uint? Vni => External ? null : Data.Vni;

    /// <summary>Underlay address of the far endpoint; null in external mode.</summary>
    public string? Remote => RemoteValue?.ToString();

    internal IPAddress? RemoteValue => Data.Remote;

    /// <summary>Underlay address of this end where one was set (newer kernels), or null.</summary>
    public string? Local => LocalValue?.ToString();

    internal IPAddress? LocalValue => Data.Local;

    /// <summary>UDP destination port, which is also the port it listens on.</summary>
    public int Port => Data.Port ?? GeneveProtocol.DefaultPort;

    /// <summary>Whether VNI and remote come with each packet (collect metadata).</summary>
    public bool External => Data.External.GetValueOrDefault();

    /// <summary>Outer TTL or hop limit; 0 leaves it to the system's default.</summary>
    public int Ttl => Data.Ttl.GetValueOrDefault();

    /// <summary>Whether the outer TTL is taken from the inner packet.</summary>
    public bool TtlInherit => Data.TtlInherit.GetValueOrDefault();

    /// <summary>Outer type of service; 1 inherits it from the inner packet.</summary>
    public int Tos => Data.Tos.GetValueOrDefault();

    /// <summary>How the outer don't-fragment bit is set.</summary>
    public DontFragmentMode DontFragment => Data.DontFragment.GetValueOrDefault();

    /// <summary>Outer IPv6 flow label.</summary>
    public int FlowLabel => (int)Data.FlowLabel.GetValueOrDefault();

    /// <summary>Whether outer UDP checksums are sent: over IPv4 off by default, over IPv6 on.</summary>
    public bool UdpChecksum => Data.UdpChecksum ?? !(Data.UdpZeroChecksum6Tx ?? true);

    /// <summary>Whether outer UDP checksums are left zero over IPv6 when sending.</summary>
    public bool UdpZeroChecksum6Tx => Data.UdpZeroChecksum6Tx.GetValueOrDefault();

    /// <summary>Whether zero outer UDP checksums are accepted over IPv6.</summary>
    public bool UdpZeroChecksum6Rx => Data.UdpZeroChecksum6Rx.GetValueOrDefault();

    /// <summary>Whether inner IP packets travel without an Ethernet header (layer-3 mode).</summary>
    public bool InnerProtocolInherit => Data.InnerProtocolInherit.GetValueOrDefault();

    /// <summary>UDP source ports the flow hash chooses from; null where the kernel has the choice.</summary>
    public PortRange? SourcePorts => Data.SourcePorts;

    /// <summary>Whether a hint for receive offload is sent as an option.</summary>
    public bool GroHint => Data.GroHint.GetValueOrDefault();

    /// <summary>
    /// Bytes that encapsulation adds to an inner layer-3 packet without options: inner Ethernet 14, Geneve 8, UDP 8,
    /// outer IPv4 20 or IPv6 40. The overlay MTU plus this must fit into the underlay's MTU.
    /// </summary>
    public int Overhead => (InnerProtocolInherit ? 0 : 14) + 8 + 8 + (RemoteValue?.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20);
}
