using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>Why a frame is not decoded as Geneve.</summary>
public enum NotGeneve : byte
{
    /// <summary>It is.</summary>
    None = 0,
    /// <summary>It carries no IP packet, or one too broken to read.</summary>
    NotIP,
    /// <summary>It is a later fragment of an IP packet: only the first has the ports.</summary>
    LaterFragment,
    /// <summary>The IP packet carries no UDP.</summary>
    NotUdp,
    /// <summary>The capture or the frame ends before the UDP header does.</summary>
    TooShort,
    /// <summary>UDP goes to another port.</summary>
    OtherPort,
}

/// <summary>Decodes Geneve packets (RFC 8926) from captured frames or from their bytes.</summary>
/// <remarks>
/// It holds no state and may be used from several threads. It reads any bytes whatever without an exception; what is wrong with
/// them is in the result. What it makes keeps the bytes it was given.
/// </remarks>
public sealed class GeneveDecoder
{
    /// <summary>The most Geneve headers inside a Geneve packet that can be asked for.</summary>
    public const int MaxNesting = 16;

    private readonly ushort[] _ports;
    private readonly int _nesting;

    /// <summary>Creates a decoder.</summary>
    /// <param name="ports">UDP destination ports of Geneve; null for 6081 alone.</param>
    /// <param name="understoodOptions">The critical options that the receiver in mind understands: packets with others are
    /// reported as to be
    /// dropped. Null for none, as a Linux tunnel that is not external.</param>
    /// <param name="nesting">How many Geneve headers inside a Geneve packet to look into as well: 0 to <see cref="MaxNesting"/>.</param>
    /// <exception cref="NetworkException">A port or the nesting is out of range (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public GeneveDecoder(IReadOnlyCollection<int>? ports = null, IReadOnlySet<GeneveOptionId>? understoodOptions = null, int nesting = 1)
    {
        _ports = ports is null ? [GeneveProtocol.DefaultPort] : [.. ports.Select(ToPort)];
        _nesting = nesting is >= 0 and <= MaxNesting
            ? nesting
            : throw GeneveWriter.Invalid($"Nesting {nesting} is out of range: it must be from 0 to {MaxNesting}.");
        UnderstoodOptions = understoodOptions;
    }

    /// <summary>Port 6081, no option understood.</summary>
    public static GeneveDecoder Default { get; } = new();

    /// <summary>The critical options that the receiver in mind understands, or null for none.</summary>
    public IReadOnlySet<GeneveOptionId>? UnderstoodOptions { get; }

    /// <summary>Decodes a captured frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>The packet, or null where the frame is not Geneve.</returns>
    public GenevePacket? Decode(CapturedFrame frame) => TryDecode(frame, out _);

    /// <summary>Decodes a captured frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="reason">Why it is not Geneve.</param>
    /// <returns>The packet, or null where the frame is not Geneve.</returns>
    public GenevePacket? TryDecode(CapturedFrame frame, out NotGeneve reason)
    {
        var decoded = DecodeFrame(frame);
        reason = decoded switch
        {
            { Geneve: not null } => NotGeneve.None,
            { IP: null } => NotGeneve.NotIP,
            { IP.FragmentOffset: > 0 } => NotGeneve.LaterFragment,
            { IP.Protocol: not IPProtocols.Udp } => NotGeneve.NotUdp,
            { Udp: null } => NotGeneve.TooShort,
            _ => NotGeneve.OtherPort,
        };
        return decoded.Geneve;
    }

    /// <summary>Decodes any frame to what people look at, be it Geneve or not: what an overlay's own interfaces see.</summary>
    /// <param name="frame">The frame.</param>
    public DecodedFrame DecodeFrame(CapturedFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return FrameDecoder.ReadFrame(this, frame, _nesting + 1);
    }

    /// <summary>Decodes bytes that begin with the Geneve header.</summary>
    /// <param name="packet">The UDP payload.</param>
    /// <param name="length">How many bytes it had on the wire, if more than are captured.</param>
    public GenevePacket DecodeGeneve(ReadOnlyMemory<byte> packet, int length = 0) =>
        new(this, packet, Math.Max(length, packet.Length), outer: null, _nesting);

    internal bool IsGenevePort(ushort port) => Array.IndexOf(_ports, port) >= 0;

    private static ushort ToPort(int port) =>
        port is > 0 and <= ushort.MaxValue
            ? (ushort)port
            : throw GeneveWriter.Invalid($"Port {port} is out of range: it must be from 1 to {ushort.MaxValue}.");
}
