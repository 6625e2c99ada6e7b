namespace GeneveNet.Packets.Captures;

/// <summary>A whole block of a pcapng file.</summary>
/// <param name="name">What the format calls it, for error texts.</param>
/// <param name="bytes">From its type up to the length at its end.</param>
/// <param name="order">The byte order of its section.</param>
/// <param name="offset">Where it begins.</param>
internal readonly ref struct PcapngBlock(string name, ReadOnlySpan<byte> bytes, ByteOrder order, long offset)
{
    private readonly ReadOnlySpan<byte> _body = bytes[PcapngFormat.BlockHeaderLength..^PcapngFormat.BlockTrailerLength];

    public long Offset { get; } = offset;

    public ushort UInt16(int at) => order.UInt16(_body[at..]);

    public uint UInt32(int at) => order.UInt32(_body[at..]);

    /// <summary>A timestamp: two numbers, the upper one first in either byte order.</summary>
    public ulong Timestamp(int at) => ((ulong)UInt32(at) << 32) | UInt32(at + 4);

    /// <summary>The bytes of a frame.</summary>
    public byte[] Data(int at, int length) => PcapngFormat.Align(length) <= _body.Length - at
        ? _body.Slice(at, length).ToArray()
        : throw new CaptureFormatException(
            Offset, $"The {name} says its frame has {length} bytes, which are padded to 4; its body has {_body.Length - at} left.");

    /// <summary>The options, which fill the rest of the body.</summary>
    public PcapngOptionReader Options(int at) => new(name, _body[at..], order, Offset);
}
