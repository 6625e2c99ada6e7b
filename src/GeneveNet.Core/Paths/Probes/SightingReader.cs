using System.Net;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Paths.Probes;

/// <summary>Tells which captured frames are messages of a probe.</summary>
/// <param name="probe">By which they are known.</param>
/// <param name="place">The namespace the frames come from.</param>
internal sealed class SightingReader(ProbeIdentity probe, string place)
{
    private const byte EchoRequest = 8, EchoReply = 0, EchoRequestV6 = 128, EchoReplyV6 = 129, Solicitation = 135, Advertisement = 136;

    private readonly GeneveDecoder _decoder = new([probe.Port]);

    /// <summary>The sighting a frame is, or null.</summary>
    public Sighting? Read(CapturedFrame captured)
    {
        var frame = _decoder.DecodeFrame(captured);
        if (IsUnderlayError(frame))
            return Make(captured, frame, null, ProbeMessage.UnderlayError);
        var geneve = frame.Geneve;
        if (geneve is not null && probe.Vni is { } vni && geneve.Vni != vni)
            return null;
        var inner = geneve is null ? frame : geneve.Inner;
        return inner is not null && Recognize(inner) is { } message ? Make(captured, inner, geneve, message) : null;
    }

    private ProbeMessage? Recognize(DecodedFrame frame) =>
        frame.Arp is { } arp ? RecognizeArp(arp) : frame is { Icmp: { } icmp, IP: { } ip } ? RecognizeIcmp(icmp, ip) : null;

    private ProbeMessage? RecognizeArp(ArpMessage arp) => arp.Operation switch
    {
        ArpOperation.Request when Is(arp.SenderIPValue, probe.Source) && IsFar(arp.TargetIPValue) => ProbeMessage.NearAsks,
        ArpOperation.Reply when Is(arp.TargetIPValue, probe.Source) && IsFar(arp.SenderIPValue) => ProbeMessage.NearIsAnswered,
        ArpOperation.Request when Is(arp.TargetIPValue, probe.Source) => ProbeMessage.FarAsks,
        ArpOperation.Reply when Is(arp.SenderIPValue, probe.Source) => ProbeMessage.FarIsAnswered,
        _ => null,
    };

    private ProbeMessage? RecognizeIcmp(IcmpMessage icmp, IPHeader ip)
    {
        if (icmp.About is { } about)
            return Is(about.SourceValue, probe.Source) && Is(about.DestinationValue, probe.Destination) ? ProbeMessage.InnerError : null;
        var isV6 = icmp.Version == 6;
        if (isV6 && icmp.Type is Solicitation or Advertisement)
        {
            var asks = icmp.Type == Solicitation;
            return Is(icmp.TargetValue, probe.Source) ? asks ? ProbeMessage.FarAsks : ProbeMessage.FarIsAnswered
                : IsFar(icmp.TargetValue) ? asks ? ProbeMessage.NearAsks : ProbeMessage.NearIsAnswered
                : null;
        }

        if (icmp.Identifier != probe.EchoId)
            return null;
        if (icmp.Type == (isV6 ? EchoRequestV6 : EchoRequest) && Is(ip.DestinationValue, probe.Destination))
            return ProbeMessage.EchoRequest;
        return icmp.Type == (isV6 ? EchoReplyV6 : EchoReply) && Is(ip.DestinationValue, probe.Source) ? ProbeMessage.EchoReply : null;
    }

    private bool IsUnderlayError(DecodedFrame frame) =>
        frame.Icmp?.About is { Protocol: 17 } about && probe.FarUnderlay is { } far
        && (Is(about.DestinationValue, far) || (Is(about.SourceValue, far) && Is(about.DestinationValue, probe.NearUnderlay)));

    private bool IsFar(IPAddress? address) => Is(address, probe.NextHop) || Is(address, probe.Destination);

    private static bool Is(IPAddress? address, IPAddress? other) => address is not null && address.Equals(other);

    private Sighting Make(CapturedFrame captured, DecodedFrame frame, GenevePacket? geneve, ProbeMessage message)
    {
        var isError = message is ProbeMessage.InnerError or ProbeMessage.UnderlayError;
        var isEcho = message is ProbeMessage.EchoRequest or ProbeMessage.EchoReply;
        var isAnswer = message is ProbeMessage.NearIsAnswered or ProbeMessage.FarIsAnswered;
        return new Sighting
        {
            Nanoseconds = captured.TimestampNanoseconds,
            Place = place,
            Interface = captured.Interface ?? "",
            Direction = captured.Direction,
            Message = message,
            Sequence = isEcho ? frame.Icmp!.Sequence.GetValueOrDefault() : 0,
            IsEncapsulated = geneve is not null,
            IsForOtherHost = captured.IsForOtherHost,
            IsFragment = geneve?.Outer?.IP?.IsFragment == true,
            Vni = geneve?.Vni,
            Outer = geneve is null ? "" : OuterOf(geneve),
            OuterSourceValue = geneve?.OuterSourceValue,
            SourceMacValue = frame.Ethernet?.SourceValue,
            DestinationMacValue = frame.Ethernet?.DestinationValue,
            AnsweredMacValue = isAnswer ? frame.Arp?.SenderMacValue ?? frame.Icmp?.LinkLayerAddressValue : null,
            ReporterValue = isError ? frame.IP!.SourceValue : null,
            Error = isError ? frame.Icmp!.Name : "",
            ErrorMtu = isError ? (int?)frame.Icmp!.Mtu : null,
            Summary = frame.Summary,
        };
    }

    private static string OuterOf(GenevePacket geneve) =>
        EndPoint(geneve.OuterSourceValue, geneve.OuterSourcePort) + " > "
        + EndPoint(geneve.OuterDestinationValue, geneve.OuterDestinationPort);

    private static string EndPoint(IPAddress? address, ushort? port) =>
        address is null ? "" : new IPEndPoint(address, port.GetValueOrDefault()).ToString();
}
