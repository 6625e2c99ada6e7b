using System.Buffers.Binary;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.DropMonitor;

/// <summary>Who dropped a packet.</summary>
internal enum DropOrigin
{
    /// <summary>The kernel.</summary>
    Software = 0,
    /// <summary>A network card or switch.</summary>
    Hardware = 1,
}

/// <summary>A packet that the kernel dropped, as plain data.</summary>
internal sealed record DropAlert
{
    private const int EthernetSize = 14, VlanTagSize = 4, MostTags = 2;

    /// <summary>Why, in the kernel's word: "NETFILTER_DROP"; "NOT_SPECIFIED" where it says nothing, empty before Linux 5.17.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The function of the kernel that dropped it, "nft_do_chain".</summary>
    public string Symbol { get; init; } = "";

    /// <summary>Index of the link it came in by, in the namespace of that link, which is not told; 0 for none.</summary>
    public int IncomingIndex { get; init; }

    /// <summary>When: nanoseconds since 1970-01-01 UTC.</summary>
    public long Nanoseconds { get; init; }

    /// <summary>EtherType as the kernel has it.</summary>
    public int Protocol { get; init; }

    /// <summary>Bytes it had.</summary>
    public int OriginalLength { get; init; }

    /// <summary>Who dropped it.</summary>
    public DropOrigin Origin { get; init; }

    /// <summary>The packet from its MAC header on, as much as was told.</summary>
    public byte[] Payload { get; init; } = [];

    /// <summary>What an alert of the kernel says.</summary>
    /// <param name="message">The alert.</param>
    public static DropAlert Of(DropMonitorMessage message) => new()
    {
        Reason = message.Reason ?? message.TrapName ?? "",
        Symbol = NameOf(message.Symbol ?? ""),
        IncomingIndex = (int)(message.InPort?.Index).GetValueOrDefault(),
        Nanoseconds = (long)message.Timestamp.GetValueOrDefault(),
        Protocol = message.Protocol.GetValueOrDefault(),
        OriginalLength = (int)message.OriginalLength.GetValueOrDefault(),
        Origin = (DropOrigin)message.Origin.GetValueOrDefault(),
        Payload = message.Payload ?? [],
    };

    /// <summary>
    /// Its headers: Ethernet with VLAN tags where it has them, network and transport, and what a Geneve packet has inside.
    /// </summary>
    /// <param name="decoder">Knows the ports of Geneve; null for 6081 alone.</param>
    public DecodedFrame ReadHeaders(GeneveDecoder? decoder = null) => (decoder ?? GeneveDecoder.Default).DecodeFrame(ToFrame());

    /// <summary>The packet as a capture would have it.</summary>
    public CapturedFrame ToFrame() => new()
    {
        TimestampNanoseconds = Nanoseconds,
        LinkType = IsBare ? LinkType.RawIP : LinkType.Ethernet,
        Data = Payload,
        OriginalLength = Math.Max(OriginalLength, Payload.Length),
    };

    /// <summary>"NETFILTER_DROP in nft_do_chain: IP 10.0.0.1 > 10.0.0.2: …".</summary>
    public override string ToString() => VisibleText.Of($"{Reason} in {Symbol}: {ReadHeaders().Summary}");

    /// <summary>
    /// Whether it begins with its network header, as on a link without Ethernet. The payload does not say: an Ethernet header is one
    /// that ends with the EtherType that the kernel has for the packet.
    /// </summary>
    private bool IsBare
    {
        get
        {
            if (Protocol is not (EtherTypes.IPv4 or EtherTypes.IPv6) || Payload.Length == 0)
                return false;
            for (var tags = 0; tags <= MostTags; tags++)
            {
                var end = EthernetSize + (tags * VlanTagSize);
                if (Payload.Length >= end && BinaryPrimitives.ReadUInt16BigEndian(Payload.AsSpan(end - sizeof(ushort))) == Protocol)
                    return false;
            }

            return Payload[0] >> 4 == (Protocol == EtherTypes.IPv6 ? 6 : 4);
        }
    }

    // "nft_do_chain+0x4a0/0x4c0 [nf_tables]"; the kernel cuts it at 40 bytes.
    private static string NameOf(string symbol)
    {
        var end = symbol.AsSpan().IndexOfAny('+', ' ');
        return end < 0 ? symbol : symbol[..end];
    }
}

/// <summary>What a session saw.</summary>
internal sealed record DropReport
{
    /// <summary>The packets dropped, in the order in which the kernel told.</summary>
    public IReadOnlyList<DropAlert> Alerts { get; init; } = [];

    /// <summary>How many more there were that the kernel did not tell, as far as it counts them.</summary>
    public long Lost { get; init; }
}
