using System.Net;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>What is to carry a Geneve packet: IPv4 or IPv6 and UDP, with or without Ethernet.</summary>
public sealed record OuterSpecification
{
    /// <summary>Tunnel endpoint that sends.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>Tunnel endpoint it is sent to, of the same address family.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>
    /// UDP port it is sent from; the first of those for free use (RFC 8926, section 3.3, has it follow from the inner flow).
    /// </summary>
    public ushort SourcePort { get; init; } = 49152;

    /// <summary>UDP port it is sent to.</summary>
    public ushort DestinationPort { get; init; } = GeneveProtocol.DefaultPort;

    /// <summary>Whether the UDP checksum is computed; 0 is written otherwise.</summary>
    public bool HasChecksum { get; init; } = true;

    /// <summary>Time to live, or hop limit.</summary>
    public byte Ttl { get; init; } = 64;

    /// <summary>Type of service, or traffic class.</summary>
    public byte Tos { get; init; }

    /// <summary>Of IPv4: whether routers may not fragment it.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Of IPv4: identification.</summary>
    public ushort Identification { get; init; }

    /// <summary>Of IPv6: flow label, 20 bits.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>MAC address of the sender. With neither MAC address the bytes begin with the IP header.</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>MAC address of the receiver.</summary>
    public MacAddress? DestinationMac { get; init; }

    /// <summary>VLAN tags, the outermost first; only with MAC addresses.</summary>
    public IReadOnlyList<VlanTag> Vlans { get; init; } = [];
}
