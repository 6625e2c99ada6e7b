using System.Net;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>Two addresses that packets go between, in either direction.</summary>
/// <param name="One">One.</param>
/// <param name="Other">The other, of the same family.</param>
internal sealed record NftAddressPair(IPAddress One, IPAddress Other);

/// <summary>The packets that a trace follows: those of a probe and no others.</summary>
internal sealed record NftTraceTarget
{
    /// <summary>The underlay's addresses; null where encapsulated packets are not followed.</summary>
    public NftAddressPair? Outer { get; init; }

    /// <summary>UDP port that encapsulated packets are sent to.</summary>
    public int Port { get; init; }

    /// <summary>The addresses in the tunnel; null where inner packets are not followed.</summary>
    public NftAddressPair? Inner { get; init; }

    /// <summary>Identifier of the echo requests and replies; null for all ICMP between the addresses.</summary>
    public ushort? EchoId { get; init; }

    /// <summary>Names of the links at which packets are followed as they come in and leave (family netdev).</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];
}

/// <summary>Which packet of a probe.</summary>
internal enum NftTracePacket
{
    /// <summary>The encapsulated one.</summary>
    Outer,
    /// <summary>The one in the tunnel.</summary>
    Inner,
    /// <summary>A question for a MAC address, or its answer (ARP, neighbor discovery), of underlay or tunnel.</summary>
    Neighbor,
}
