using System.Buffers.Binary;

namespace GeneveNet.Packets.Inner;

/// <summary>The flags of a TCP header (RFC 9293, section 3.1).</summary>
[Flags]
public enum TcpFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>No more data.</summary>
    Fin = 1,
    /// <summary>Opens a connection.</summary>
    Syn = 2,
    /// <summary>Resets a connection.</summary>
    Rst = 4,
    /// <summary>Push.</summary>
    Psh = 8,
    /// <summary>The acknowledgment counts.</summary>
    Ack = 16,
    /// <summary>The urgent pointer counts.</summary>
    Urg = 32,
    /// <summary>Echo of congestion.</summary>
    Ece = 64,
    /// <summary>Congestion window reduced.</summary>
    Cwr = 128,
}

/// <summary>A TCP header (RFC 9293).</summary>
public sealed record TcpHeader
{
    private const int Size = 20;
    private const byte EndOfOptions = 0, NoOperation = 1, MaximumSegment = 2;

    // In the order and with the signs that tcpdump uses.
    private static readonly (TcpFlags Flag, char Sign)[] Signs =
    [
        (TcpFlags.Fin, 'F'), (TcpFlags.Syn, 'S'), (TcpFlags.Rst, 'R'), (TcpFlags.Psh, 'P'),
        (TcpFlags.Ack, '.'), (TcpFlags.Urg, 'U'), (TcpFlags.Ece, 'E'), (TcpFlags.Cwr, 'W'),
    ];

    /// <summary>Port of the sender.</summary>
    public ushort SourcePort { get; private init; }

    /// <summary>Port of the receiver.</summary>
    public ushort DestinationPort { get; private init; }

    /// <summary>Sequence number of the first byte.</summary>
    public uint Sequence { get; private init; }

    /// <summary>The sequence number expected next; counts with the flag Ack.</summary>
    public uint Acknowledgment { get; private init; }

    /// <summary>Flags.</summary>
    public TcpFlags Flags { get; private init; }

    /// <summary>Bytes the sender takes, not scaled.</summary>
    public ushort Window { get; private init; }

    /// <summary>Bytes of the header with its options.</summary>
    public int HeaderLength { get; private init; }

    /// <summary>Bytes after the header.</summary>
    public int PayloadLength { get; private init; }

    /// <summary>The largest segment that the sender accepts, in bytes, or null: a tunnel's MTU must suit it.</summary>
    public ushort? MaximumSegmentSize { get; private init; }

    /// <summary>As tcpdump -S writes it after the addresses, without the options.</summary>
    public override string ToString()
    {
        var isNumbered = PayloadLength > 0 || (Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0;
        var sequence = !isNumbered ? ""
            : PayloadLength > 0 ? $", seq {Sequence}:{unchecked(Sequence + (uint)PayloadLength)}"
            : $", seq {Sequence}";
        var acknowledgment = (Flags & TcpFlags.Ack) != 0 ? $", ack {Acknowledgment}" : "";
        return $"Flags [{FlagText()}]{sequence}{acknowledgment}, win {Window}, length {PayloadLength}";
    }

    internal static TcpHeader? Read(ref LayerCursor cursor)
    {
        if (!cursor.TryPeek(Size, Layer.Tcp, out var bytes))
            return null;
        var headerLength = (bytes[12] >> 4) * 4;
        if (headerLength < Size)
        {
            cursor.Fail(LayerFault.BadHeaderLength, Layer.Tcp);
            return null;
        }

        // The fixed part is worth telling even where the options are cut off.
        if (cursor.TryTake(headerLength, Layer.Tcp, out var whole))
            bytes = whole;
        return new TcpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            Flags = (TcpFlags)bytes[13],
            Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]),
            HeaderLength = headerLength,
            PayloadLength = whole.IsEmpty ? Math.Max(0, cursor.Left - headerLength) : cursor.Left,
            MaximumSegmentSize = FindMaximumSegmentSize(bytes[Size..]),
        };
    }

    private static ushort? FindMaximumSegmentSize(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
                return null;
            if (options[0] == MaximumSegment && options[1] == 4)
                return BinaryPrimitives.ReadUInt16BigEndian(options[2..]);
            options = options[options[1]..];
        }

        return null;
    }

    private string FlagText()
    {
        if (Flags == TcpFlags.None)
            return "none";
        Span<char> text = stackalloc char[8];
        var length = 0;
        foreach (var (flag, sign) in Signs)
        {
            if ((Flags & flag) != 0)
                text[length++] = sign;
        }

        return new string(text[..length]);
    }
}
