using System.Text;

namespace GeneveNet.Packets.Captures;

/// <summary>What an Interface Description Block says.</summary>
internal sealed class PcapngInterface
{
    /// <summary>Bytes of the fields before the options.</summary>
    public const int FieldsLength = 8;

    private const int DefaultResolution = 6;
    private const int PowerOfTwo = 0x80;

    // 64 bits hold no more digits than 10^20 has.
    private const int MaxDigits = 20;
    private const int NanosecondDigits = 9;
    private readonly byte _resolution = DefaultResolution;
    private readonly long _offsetSeconds;

    public PcapngInterface(PcapngBlock block)
    {
        LinkType = CaptureFields.LinkTypeOf(block.UInt16(0));
        SnapLength = block.UInt32(4);
        var options = block.Options(FieldsLength);
        while (options.MoveNext())
        {
            switch (options.Type)
            {
                case PcapngOption.InterfaceName:
                    Name ??= ReadName(options.Value, block.Offset);
                    break;
                case PcapngOption.TimestampResolution:
                    _resolution = options.Byte();
                    break;
                case PcapngOption.TimestampOffset:
                    _offsetSeconds = options.Int64();
                    break;
            }
        }
    }

    public LinkType LinkType { get; }

    /// <summary>Bytes kept of each frame; 0 for all.</summary>
    public uint SnapLength { get; }

    public string? Name { get; }

    /// <summary>Turns a timestamp, in the unit of this interface, into nanoseconds since 1970.</summary>
    /// <param name="units">The timestamp.</param>
    /// <param name="offset">Where the block begins, for error texts.</param>
    public long ToNanoseconds(ulong units, long offset)
    {
        var nanoseconds = ToNanoseconds(units) + ((Int128)_offsetSeconds * CaptureFields.NanosecondsPerSecond);
        return nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
            ? (long)nanoseconds
            : throw new CaptureFormatException(
                offset,
                $"The timestamp {units} (if_tsresol 0x{_resolution:x2}, if_tsoffset {_offsetSeconds}) is not of the years 1677 to 2262.");
    }

    // 94 bits at most: 64 of the timestamp and 30 of the factor.
    private Int128 ToNanoseconds(ulong units) => (_resolution & PowerOfTwo) != 0
        ? (Int128)units * CaptureFields.NanosecondsPerSecond >> (_resolution & ~PowerOfTwo)
        : _resolution <= NanosecondDigits
            ? units * (Int128)PowerOfTen(NanosecondDigits - _resolution)
            : _resolution - NanosecondDigits < MaxDigits ? units / PowerOfTen(_resolution - NanosecondDigits) : 0;

    private static ulong PowerOfTen(int exponent)
    {
        var power = 1UL;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }

    private static string? ReadName(ReadOnlySpan<byte> bytes, long offset)
    {
        var end = bytes.IndexOf((byte)0);
        if (end >= 0)
            bytes = bytes[..end];
        if (bytes.Length > CaptureLimits.InterfaceNameLength)
            throw new CaptureFormatException(
                offset, $"An interface's name has {bytes.Length} bytes; at most {CaptureLimits.InterfaceNameLength} are read.");
        return bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes);
    }
}
