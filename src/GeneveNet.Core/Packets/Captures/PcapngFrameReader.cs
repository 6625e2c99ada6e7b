using System.Diagnostics.CodeAnalysis;

namespace GeneveNet.Packets.Captures;

/// <summary>
/// Reads pcapng: sections of blocks (draft-ietf-opsawg-pcapng). Blocks that hold no frames and describe no interface are
/// skipped, however long; so is what the Section Length field says, which only helps to skip sections.
/// </summary>
internal sealed class PcapngFrameReader : IFrameReader
{
    private const int EnhancedPacketFields = 20, PacketFields = 20, SimplePacketFields = 4, SectionHeaderFields = 16;
    private const int MinSectionHeaderLength = PcapngFormat.MinBlockLength + SectionHeaderFields;

    private readonly CaptureInput _input;
    private readonly List<PcapngInterface> _interfaces = [];
    private ByteOrder _order;

    /// <summary>Reads the first Section Header Block.</summary>
    public PcapngFrameReader(CaptureInput input)
    {
        _input = input;
        if (!TryReadHeader(out _, out var length) || !TryStartSection(length))
            throw new CaptureFormatException(0, "The stream ends inside of the first Section Header Block.");
    }

    public CapturedFrame? Read()
    {
        while (TryReadHeader(out var type, out var length))
        {
            switch (type)
            {
                case PcapngBlockType.SectionHeader:
                    if (!TryStartSection(length))
                        return null;
                    break;
                case PcapngBlockType.InterfaceDescription:
                    if (!TryPeekBlock("Interface Description Block", length, out var description))
                        return null;
                    AddInterface(description);
                    _input.Advance((int)length);
                    break;
                case PcapngBlockType.EnhancedPacket:
                    return TryPeekBlock("Enhanced Packet Block", length, out var enhanced) ? Take(length, ReadEnhanced(enhanced)) : null;
                case PcapngBlockType.Packet:
                    return TryPeekBlock("Packet Block", length, out var packet) ? Take(length, ReadPacket(packet)) : null;
                case PcapngBlockType.SimplePacket:
                    return TryPeekBlock("Simple Packet Block", length, out var simple) ? Take(length, ReadSimple(simple)) : null;
                default:
                    if (!TrySkipRest(0, length))
                        return null;
                    break;
            }
        }

        return null;
    }

    /// <summary>Looks at type and length of the next block; in front of a section also at its byte order.</summary>
    private bool TryReadHeader(out PcapngBlockType type, out uint length)
    {
        (type, length) = (default, 0);
        if (!_input.TryPeek(PcapngFormat.MinBlockLength, out var header))
            return false;

        type = (PcapngBlockType)_order.UInt32(header);
        if (type == PcapngBlockType.SectionHeader)
            _order = OrderOf(header[PcapngFormat.BlockHeaderLength..]);
        length = _order.UInt32(header[4..]);
        if (length < PcapngFormat.MinBlockLength || length % 4 != 0)
            throw new CaptureFormatException(
                _input.Offset,
                $"A block of type 0x{(uint)type:x8} says it has {length} bytes; it must be a multiple of 4 and at least {PcapngFormat.MinBlockLength}.");
        return true;
    }

    private ByteOrder OrderOf(ReadOnlySpan<byte> magic)
    {
        foreach (var order in (ReadOnlySpan<ByteOrder>)[new(isBigEndian: false), new(isBigEndian: true)])
            if (order.UInt32(magic) == PcapngFormat.ByteOrderMagic)
                return order;
        throw new CaptureFormatException(
            _input.Offset, $"The Byte-Order Magic of the Section Header Block is {Convert.ToHexStringLower(magic[..4])}, in neither order 1a2b3c4d.");
    }

    /// <summary>Starts a section. Its options, however many, say nothing of the frames.</summary>
    private bool TryStartSection(uint length)
    {
        if (length < MinSectionHeaderLength)
            throw new CaptureFormatException(_input.Offset, $"A Section Header Block takes {MinSectionHeaderLength} bytes, this one says it has {length}.");
        if (!_input.TryPeek(PcapngFormat.BlockHeaderLength + SectionHeaderFields, out var header))
            return false;

        var (major, minor) = (_order.UInt16(header[12..]), _order.UInt16(header[14..]));
        if (major != 1 || minor is not (0 or 2))
            throw new CaptureFormatException(_input.Offset, $"The pcapng version is {major}.{minor}; only 1.0 and, which is the same, 1.2 are known.");
        _interfaces.Clear();
        return TrySkipRest(header.Length, length);
    }

    private bool TryPeekBlock(string name, uint length, out PcapngBlock block)
    {
        block = default;
        if (length > CaptureLimits.BlockLength)
            throw new CaptureFormatException(_input.Offset, $"The {name} says it has {length} bytes; at most {CaptureLimits.BlockLength} are read.");
        if (!_input.TryPeek((int)length, out var bytes))
            return false;

        CheckTrailer(bytes[^PcapngFormat.BlockTrailerLength..], length, _input.Offset);
        block = new PcapngBlock(name, bytes, _order, _input.Offset);
        return true;
    }

    /// <summary>Takes a block that was looked at up to <paramref name="done"/>, and compares the lengths at its ends.</summary>
    private bool TrySkipRest(int done, uint length)
    {
        var offset = _input.Offset;
        _input.Advance(done);
        // All but the trailer can be there and nothing behind: that is cut off, too. So the last byte is left to the peek.
        if (!_input.TrySkip(length - done - PcapngFormat.BlockTrailerLength - 1) || !_input.TryPeek(PcapngFormat.BlockTrailerLength + 1, out var end))
            return false;

        CheckTrailer(end[1..], length, offset);
        _input.Advance(end.Length);
        return true;
    }

    private void CheckTrailer(ReadOnlySpan<byte> trailer, uint length, long offset)
    {
        var again = _order.UInt32(trailer);
        if (again != length)
            throw new CaptureFormatException(offset, $"A block says it has {length} bytes at its start and {again} at its end.");
    }

    private void AddInterface(PcapngBlock block)
    {
        if (_interfaces.Count == CaptureLimits.Interfaces)
            throw new CaptureFormatException(block.Offset, $"A section describes more than {CaptureLimits.Interfaces} interfaces.");
        _interfaces.Add(new PcapngInterface(block));
    }

    private CapturedFrame Take(uint length, CapturedFrame frame)
    {
        _input.Advance((int)length);
        return frame;
    }

    private CapturedFrame ReadEnhanced(PcapngBlock block) =>
        ReadFrame(block.WithFields(EnhancedPacketFields), block.UInt32(0), EnhancedPacketFields);

    /// <summary>Reads the obsolete Packet Block: as the enhanced one, but for a count of drops beside a shorter interface.</summary>
    private CapturedFrame ReadPacket(PcapngBlock block) =>
        ReadFrame(block.WithFields(PacketFields), block.UInt16(0), PacketFields);

    private CapturedFrame ReadFrame(PcapngBlock block, uint interfaceId, int fields)
    {
        var seenBy = Interface(interfaceId, block.Offset);
        var captured = FrameLengths.CheckCaptured(block.UInt32(12), block.Offset);
        return new CapturedFrame
        {
            TimestampNanoseconds = seenBy.ToNanoseconds(block.Timestamp(4), block.Offset),
            LinkType = seenBy.LinkType,
            OriginalLength = FrameLengths.CheckOriginal(block.UInt32(16), captured, block.Offset),
            Interface = seenBy.Name,
            Direction = DirectionOf(block, fields, captured, out var data),
            Data = data,
        };
    }

    /// <summary>Reads the Simple Packet Block: no time, the first interface, and as much as that keeps of a frame.</summary>
    private CapturedFrame ReadSimple(PcapngBlock block)
    {
        var seenBy = Interface(0, block.WithFields(SimplePacketFields).Offset);
        var original = block.UInt32(0);
        var captured = FrameLengths.CheckCaptured(seenBy.SnapLength == 0 ? original : Math.Min(original, seenBy.SnapLength), block.Offset);
        return new CapturedFrame
        {
            LinkType = seenBy.LinkType,
            OriginalLength = FrameLengths.CheckOriginal(original, captured, block.Offset),
            Interface = seenBy.Name,
            Data = block.Data(SimplePacketFields, captured),
        };
    }

    private PcapngInterface Interface(uint id, long offset) => id < (uint)_interfaces.Count
        ? _interfaces[(int)id]
        : throw new CaptureFormatException(offset, $"A frame names interface {id}; the section has described {_interfaces.Count} so far.");
}
