using System.Text;

namespace GeneveNet.Packets.Inner;

/// <summary>Writes frames as tcpdump does.</summary>
internal static class FrameText
{
    // Indexed by Layer, in tcpdump's words.
    private static readonly string[] LayerNames = ["", "ether", "sll", "vlan", "arp", "ip", "icmp", "tcp", "udp"];

    // Indexed by LayerFault.
    private static readonly string[] FaultTexts = ["", "", "", "bad version", "bad header length", "bad length", "too many headers"];

    public static string Of(DecodedFrame frame)
    {
        var text = new StringBuilder();
        Append(text, frame);
        return text.ToString();
    }

    public static void Append(StringBuilder text, DecodedFrame frame)
    {
        AppendVlans(text, frame);
        AppendNetwork(text, frame);
        AppendFault(text, frame);
    }

    /// <summary>"IP 10.0.0.250.13206 > 10.0.0.251.6081: ": what precedes the UDP payload.</summary>
    public static void AppendUdpEndpoints(StringBuilder text, DecodedFrame frame) =>
        AppendEndpoints(text, frame.IP!, frame.Udp!.SourcePort, frame.Udp.DestinationPort);

    /// <summary>"vlan 100, p 0, " for each tag.</summary>
    public static void AppendVlans(StringBuilder text, DecodedFrame frame)
    {
        var vlans = frame.Vlans;
        for (var i = 0; i < vlans.Count; i++)
            text.Append(vlans[i]).Append(", ");
    }

    private static void AppendNetwork(StringBuilder text, DecodedFrame frame)
    {
        if (frame.Arp is not null)
            text.Append(frame.Arp);
        else if (frame.IP is not null)
            AppendIP(text, frame, frame.IP);
        else if (frame.Fault == LayerFault.None)
            AppendOther(text, frame);
        else if (frame.EtherType >= EtherTypes.Smallest)
            text.Append(EtherTypes.NameOf(frame.EtherType));
    }

    private static void AppendIP(StringBuilder text, DecodedFrame frame, IPHeader ip)
    {
        switch (frame)
        {
            case { Geneve: { } geneve }:
                AppendUdpEndpoints(text, frame);
                GeneveText.AppendHeader(text, geneve);
                break;
            case { Udp: { } udp }:
                AppendUdpEndpoints(text, frame);
                text.Append("UDP, length ").Append(udp.PayloadLength);
                break;
            case { Tcp: { } tcp }:
                AppendEndpoints(text, ip, tcp.SourcePort, tcp.DestinationPort);
                text.Append(tcp);
                break;
            case { Icmp: { } icmp }:
                AppendEndpoints(text, ip);
                text.Append(icmp);
                break;
            default:
                AppendEndpoints(text, ip);
                text.Append($"proto {ip.ProtocolName} ({ip.Protocol}), ");
                if (ip.IsFragment)
                    text.Append($"fragment at {ip.FragmentOffset}, ");
                text.Append("length ").Append(ip.PayloadLength);
                break;
        }
    }

    private static void AppendEndpoints(StringBuilder text, IPHeader ip, int sourcePort = -1, int destinationPort = -1)
    {
        text.Append(ip.Version == 6 ? "IP6 " : "IP ").Append(ip.SourceValue);
        if (sourcePort >= 0)
            text.Append('.').Append(sourcePort);
        text.Append(" > ").Append(ip.DestinationValue);
        if (destinationPort >= 0)
            text.Append('.').Append(destinationPort);
        text.Append(": ");
    }

    private static void AppendOther(StringBuilder text, DecodedFrame frame)
    {
        if (frame.EtherType < EtherTypes.Smallest)
            text.Append("802.3, length ").Append(frame.EtherType);
        else
            text.Append($"{EtherTypes.NameOf(frame.EtherType)} (0x{frame.EtherType:x4}), length {frame.Length}");
    }

    private static void AppendFault(StringBuilder text, DecodedFrame frame)
    {
        if (frame.Fault == LayerFault.None)
            return;
        if (text.Length > 0)
            text.Append(' ');
        var layer = LayerNames[(int)frame.FaultLayer];
        text.Append(frame.Fault is LayerFault.Cut or LayerFault.TooShort ? $"[|{layer}]" : $"[{layer}: {FaultTexts[(int)frame.Fault]}]");
    }
}
