using System.Text;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>Writes Geneve packets as tcpdump does.</summary>
internal static class GeneveText
{
    public static string Of(GenevePacket packet)
    {
        var text = new StringBuilder();
        if (packet.Outer is { IP: not null, Udp: not null } outer)
        {
            FrameText.AppendVlans(text, outer);
            FrameText.AppendUdpEndpoints(text, outer);
        }

        AppendHeader(text, packet);
        return text.ToString();
    }

    /// <summary>"Geneve, Flags [none], vni 0x3e8, proto TEB (0x6558), options [8 bytes]: " and what it carries.</summary>
    public static void AppendHeader(StringBuilder text, GenevePacket packet)
    {
        text.Append("Geneve");
        if (packet.Vni is { } vni)
        {
            text.Append($", Flags [{FlagText(packet)}], vni 0x{vni:x}");
            if (packet.Reserved2 != 0)
                text.Append($", rsvd 0x{packet.Reserved2:x}");
            text.Append($", proto {packet.ProtocolName} (0x{packet.ProtocolType:x4})");
            if (packet.OptionsLength > 0)
                text.Append($", options [{packet.OptionsLength} bytes]");
        }
        else if (packet.Fault == GeneveFault.None)
        {
            text.Append(" [|geneve]");
        }

        if (packet.ShouldDrop)
            text.Append($" [must be dropped: {packet.Fault}]");
        if (packet.Inner is { } inner)
            FrameText.Append(text.Append(": "), inner);
    }

    /// <summary>O, C, and R1 to R6 for the reserved bits after them.</summary>
    private static string FlagText(GenevePacket packet)
    {
        var text = $"{(packet.IsOam == true ? "O" : "")}{(packet.HasCriticalOptions == true ? "C" : "")}";
        for (var bit = 1; bit <= 6; bit++)
        {
            if ((packet.Reserved & (0x40 >> bit)) is > 0)
                text += $"R{bit}";
        }

        return text.Length == 0 ? "none" : text;
    }
}
