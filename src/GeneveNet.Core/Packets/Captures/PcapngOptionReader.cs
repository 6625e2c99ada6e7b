namespace GeneveNet.Packets.Captures;

/// <summary>Walks the options of a block: u16 type, u16 length, value, padding to 4 (section "Options").</summary>
/// <param name="block">What the format calls the block, for error texts.</param>
/// <param name="options">The bytes up to the end of the block's body.</param>
/// <param name="order">The byte order of the section.</param>
/// <param name="offset">Where the block begins.</param>
internal ref struct PcapngOptionReader(string block, ReadOnlySpan<byte> options, ByteOrder order, long offset)
{
    private const int HeaderLength = 4;

    private ReadOnlySpan<byte> _rest = options;

    /// <summary>Number of the current option.</summary>
    public ushort Type { get; private set; }

    /// <summary>Its value, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Steps to the next option.</summary>
    /// <returns>False at opt_endofopt or, as that need not be there, at the end of the block.</returns>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderLength)
            return false;

        Type = order.UInt16(_rest);
        if (Type == PcapngOption.End)
            return false;

        var length = order.UInt16(_rest[2..]);
        _rest = _rest[HeaderLength..];
        if (length > _rest.Length)
            throw new CaptureFormatException(offset, $"Option {Type} of the {block} says it has {length} bytes, {_rest.Length} are left.");

        Value = _rest[..length];
        _rest = _rest[Math.Min(PcapngFormat.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The current value as a number of 8 bits.</summary>
    public readonly byte Byte() => WithLength(1)[0];

    /// <summary>The current value as a number of 32 bits.</summary>
    public readonly uint UInt32() => order.UInt32(WithLength(4));

    /// <summary>The current value as a signed number of 64 bits.</summary>
    public readonly long Int64() => order.Int64(WithLength(8));

    private readonly ReadOnlySpan<byte> WithLength(int length) => Value.Length == length
        ? Value
        : throw new CaptureFormatException(offset, $"Option {Type} of the {block} has {length} bytes, not {Value.Length}.");
}
