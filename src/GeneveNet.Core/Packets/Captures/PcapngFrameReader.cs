namespace GeneveNet.Packets.Captures;

/// <summary>
/// Reads pcapng: sections of blocks (draft-ietf-opsawg-pcapng). Blocks that hold no frame and describe no interface are
/// skipped, however long. Section Length, which only helps to skip sections, is not looked at.
/// </summary>
internal sealed class PcapngFrameReader : IFrameReader
{
    private const int SectionFields = 16, PacketFields = 20, SimplePacketFields = 4;
    private const int MinSectionHeaderLength = PcapngFormat.MinBlockLength + SectionFields;

    private readonly CaptureInput _input;
    private readonly List<PcapngInterface> _interfaces = [];
    private ByteOrder _order;

    /// <summary>Reads the first Section Header Block.</summary>
    public PcapngFrameReader(CaptureInput input)
    {
        _input = input;
        if (!TryPeekHeader(out _, out var length) || !TryStartSection(length))
            throw new CaptureFormatException(0, "The stream ends inside of the first Section Header Block.");
    }

    /// <summary>Whether a file that begins so is of this format.</summary>
    public static bool Knows(ReadOnlySpan<byte> magic) => ByteOrder.Of(magic, (uint)PcapngBlockType.SectionHeader) is not null;

    public CapturedFrame? Read()
    {
        CapturedFrame? frame = null;
        while (frame is null && TryPeekHeader(out var type, out var length))
        {
            var isThere = type switch
            {
                PcapngBlockType.SectionHeader => TryStartSection(length),
                PcapngBlockType.InterfaceDescription => TryAddInterface(length),
                PcapngBlockType.EnhancedPacket => TryReadEnhanced(length, out frame),
                PcapngBlockType.Packet => TryReadObsolete(length, out frame),
                PcapngBlockType.SimplePacket => TryReadSimple(length, out frame),
                _ => TrySkip(length),
            };
            if (!isThere)
                break;
        }

        return frame;
    }

    /// <summary>Looks at type and length of the next block; in front of a section also at its byte order.</summary>
    private bool TryPeekHeader(out PcapngBlockType type, out uint length)
    {
        (type, length) = (default, 0);
        _input.BeginRecord();
        if (!_input.TryPeek(PcapngFormat.MinBlockLength, out var header))
            return false;

        type = (PcapngBlockType)_order.UInt32(header);
        if (type == PcapngBlockType.SectionHeader)
            _order = OrderOf(header[PcapngFormat.BlockHeaderLength..]);
        length = _order.UInt32(header[4..]);
        if (length < PcapngFormat.MinBlockLength || length % 4 != 0)
            throw new CaptureFormatException(
                _input.RecordOffset,
                $"A block of type 0x{(uint)type:x8} says it has {length} bytes: no multiple of 4 from {PcapngFormat.MinBlockLength} on.");
        return true;
    }

    private ByteOrder OrderOf(ReadOnlySpan<byte> magic) => ByteOrder.Of(magic, PcapngFormat.ByteOrderMagic)
        ?? throw new CaptureFormatException(
            _input.RecordOffset,
            $"The Byte-Order Magic of a section is {Convert.ToHexStringLower(magic)}, in neither order {PcapngFormat.ByteOrderMagic:x}.");

    /// <summary>Starts a section. Its options, however many, say nothing of the frames.</summary>
    private bool TryStartSection(uint length)
    {
        if (length < MinSectionHeaderLength)
            throw new CaptureFormatException(
                _input.RecordOffset, $"A Section Header Block takes {MinSectionHeaderLength} bytes, this one says it has {length}.");
        if (!_input.TryPeek(PcapngFormat.BlockHeaderLength + SectionFields, out var header))
            return false;

        var (major, minor) = (_order.UInt16(header[12..]), _order.UInt16(header[14..]));
        if (major != PcapngFormat.MajorVersion || minor is not (0 or 2))
            throw new CaptureFormatException(
                _input.RecordOffset, $"The pcapng version is {major}.{minor}; only 1.0 and 1.2, which is the same, are known.");
        _interfaces.Clear();
        return TrySkip(length);
    }

    private bool TryAddInterface(uint length)
    {
        if (!TryPeekBlock("Interface Description Block", PcapngInterface.FieldsLength, length, out var block))
            return false;
        if (_interfaces.Count == CaptureLimits.Interfaces)
            throw new CaptureFormatException(block.Offset, $"A section describes more than {CaptureLimits.Interfaces} interfaces.");

        _interfaces.Add(new PcapngInterface(block));
        _input.Advance((int)length);
        return true;
    }

    private bool TryReadEnhanced(uint length, out CapturedFrame? frame)
    {
        frame = null;
        if (!TryPeekBlock("Enhanced Packet Block", PacketFields, length, out var block))
            return false;
        frame = ReadFrame(block, block.UInt32(0));
        _input.Advance((int)length);
        return true;
    }

    /// <summary>Reads a Packet Block: as the enhanced one, but the interface has 16 bits and a count of drops the others.</summary>
    private bool TryReadObsolete(uint length, out CapturedFrame? frame)
    {
        frame = null;
        if (!TryPeekBlock("Packet Block", PacketFields, length, out var block))
            return false;
        frame = ReadFrame(block, block.UInt16(0));
        _input.Advance((int)length);
        return true;
    }

    /// <summary>Reads a Simple Packet Block: no time, the first interface, and as much of the frame as that keeps.</summary>
    private bool TryReadSimple(uint length, out CapturedFrame? frame)
    {
        frame = null;
        if (!TryPeekBlock("Simple Packet Block", SimplePacketFields, length, out var block))
            return false;

        var seenBy = InterfaceOf(0, block.Offset);
        var original = block.UInt32(0);
        var kept = seenBy.SnapLength == 0 ? original : Math.Min(original, seenBy.SnapLength);
        var captured = CaptureFields.CheckCaptured(kept, block.Offset);
        frame = new CapturedFrame
        {
            LinkType = seenBy.LinkType,
            Data = block.Data(SimplePacketFields, captured),
            OriginalLength = CaptureFields.CheckOriginal(original, captured, block.Offset),
            Interface = seenBy.Name,
        };
        _input.Advance((int)length);
        return true;
    }

    private CapturedFrame ReadFrame(PcapngBlock block, uint interfaceId)
    {
        var seenBy = InterfaceOf(interfaceId, block.Offset);
        var captured = CaptureFields.CheckCaptured(block.UInt32(12), block.Offset);
        return new CapturedFrame
        {
            TimestampNanoseconds = seenBy.ToNanoseconds(block.Timestamp(4), block.Offset),
            LinkType = seenBy.LinkType,
            Data = block.Data(PacketFields, captured),
            OriginalLength = CaptureFields.CheckOriginal(block.UInt32(16), captured, block.Offset),
            Interface = seenBy.Name,
            Direction = ReadDirection(block.Options(PacketFields + PcapngFormat.Align(captured))),
        };
    }

    private static PacketDirection ReadDirection(PcapngOptionReader options)
    {
        var direction = PacketDirection.Unknown;
        while (options.MoveNext())
            if (options.Type == PcapngOption.PacketFlags)
                direction = (options.UInt32() & PcapngOption.DirectionMask) switch
                {
                    1 => PacketDirection.In,
                    2 => PacketDirection.Out,
                    _ => PacketDirection.Unknown,
                };
        return direction;
    }

    private PcapngInterface InterfaceOf(uint id, long offset) => id < (uint)_interfaces.Count
        ? _interfaces[(int)id]
        : throw new CaptureFormatException(offset, $"A frame names interface {id}; the section has described {_interfaces.Count} so far.");

    private bool TryPeekBlock(string name, int fields, uint length, out PcapngBlock block)
    {
        block = default;
        var least = PcapngFormat.MinBlockLength + fields;
        if (length < least || length > CaptureLimits.BlockLength)
            throw new CaptureFormatException(
                _input.RecordOffset,
                $"The {name} says it has {length} bytes; it takes {least}, and at most {CaptureLimits.BlockLength} are read.");
        if (!_input.TryPeek((int)length, out var bytes))
            return false;

        CheckTrailer(bytes[^PcapngFormat.BlockTrailerLength..], length);
        block = new PcapngBlock(name, bytes, _order, _input.RecordOffset);
        return true;
    }

    private bool TrySkip(uint length)
    {
        if (!_input.TrySkip(length - PcapngFormat.BlockTrailerLength) || !_input.TryPeek(PcapngFormat.BlockTrailerLength, out var trailer))
            return false;

        CheckTrailer(trailer, length);
        _input.Advance(trailer.Length);
        return true;
    }

    private void CheckTrailer(ReadOnlySpan<byte> trailer, uint length)
    {
        var again = _order.UInt32(trailer);
        if (again != length)
            throw new CaptureFormatException(
                _input.RecordOffset, $"A block says it has {length} bytes at its start and {again} at its end.");
    }
}
