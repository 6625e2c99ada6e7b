using System.Buffers.Binary;
using System.Text;

namespace GeneveNet.Packets.Captures;

/// <summary>
/// Writes pcapng, little-endian: one section, an Interface Description Block before the first frame of each interface and
/// link type, and an Enhanced Packet Block for each frame.
/// </summary>
internal sealed class PcapngFrameWriter : IFrameWriter
{
    private const byte NanosecondResolution = 9;
    private const int SectionFields = 16, InterfaceFields = 8, PacketFields = 20;
    private const int OptionHeaderLength = 4, FlagsOptionLength = OptionHeaderLength + sizeof(uint);

    private readonly CaptureOutput _output;
    private readonly Dictionary<(string Name, LinkType LinkType), uint> _interfaces = [];

    /// <summary>Writes the Section Header Block.</summary>
    public PcapngFrameWriter(CaptureOutput output)
    {
        _output = output;
        var application = "GeneveNet"u8;
        var length = PcapngFormat.MinBlockLength + SectionFields + OptionLength(application) + OptionHeaderLength;
        var fields = BeginBlock(PcapngBlockType.SectionHeader, length, SectionFields);
        BinaryPrimitives.WriteUInt32LittleEndian(fields, PcapngFormat.ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[4..], PcapngFormat.MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[6..], PcapngFormat.MinorVersion);
        BinaryPrimitives.WriteInt64LittleEndian(fields[8..], -1); // Section Length: not said
        WriteOption(PcapngOption.Application, application);
        EndBlock(length, hasOptions: true);
    }

    public void Write(CapturedFrame frame)
    {
        if (frame.TimestampNanoseconds < 0)
            throw CaptureWriter.Refuse("CaptureTimeOutOfRange", $"A pcapng file holds frames since 1970, not of {frame.Timestamp:u}.");

        var interfaceId = InterfaceOf(frame);
        var data = frame.Data.Span;
        var padding = PcapngFormat.Align(data.Length) - data.Length;
        var hasFlags = frame.Direction != PacketDirection.Unknown;
        var length = PcapngFormat.MinBlockLength + PacketFields + data.Length + padding;
        if (hasFlags)
            length += FlagsOptionLength + OptionHeaderLength;

        var fields = BeginBlock(PcapngBlockType.EnhancedPacket, length, PacketFields);
        BinaryPrimitives.WriteUInt32LittleEndian(fields, interfaceId);
        BinaryPrimitives.WriteUInt32LittleEndian(fields[4..], (uint)(frame.TimestampNanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(fields[8..], (uint)frame.TimestampNanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(fields[12..], data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(fields[16..], Math.Max(frame.OriginalLength, data.Length));
        _output.Append(data);
        _output.Append(padding).Clear();
        if (hasFlags)
            WriteOption(PcapngOption.PacketFlags, [frame.Direction == PacketDirection.In ? (byte)1 : (byte)2, 0, 0, 0]);
        EndBlock(length, hasFlags);
    }

    public void Complete() { }

    /// <summary>The number of the frame's interface, which is described first where it is new.</summary>
    private uint InterfaceOf(CapturedFrame frame)
    {
        var key = (frame.Interface ?? "", frame.LinkType);
        if (_interfaces.TryGetValue(key, out var id))
            return id;

        var name = Encoding.UTF8.GetBytes(key.Item1);
        if (name.Length > CaptureLimits.InterfaceNameLength || name.AsSpan().Contains((byte)0))
            throw CaptureWriter.Refuse(
                "CaptureInterfaceName",
                $"An interface's name has at most {CaptureLimits.InterfaceNameLength} bytes and no NUL: not so \"{key.Item1}\".");
        if (_interfaces.Count == CaptureLimits.Interfaces)
            throw CaptureWriter.Refuse(
                "CaptureInterfacesTooMany", $"A pcapng file is given at most {CaptureLimits.Interfaces} interfaces.");

        Describe(name, frame.LinkType);
        id = (uint)_interfaces.Count;
        _interfaces.Add(key, id);
        return id;
    }

    private void Describe(ReadOnlySpan<byte> name, LinkType linkType)
    {
        ReadOnlySpan<byte> resolution = [NanosecondResolution];
        var length = PcapngFormat.MinBlockLength + InterfaceFields + OptionLength(resolution) + OptionHeaderLength;
        if (!name.IsEmpty)
            length += OptionLength(name);

        var fields = BeginBlock(PcapngBlockType.InterfaceDescription, length, InterfaceFields);
        BinaryPrimitives.WriteUInt16LittleEndian(fields, (ushort)linkType);
        BinaryPrimitives.WriteUInt16LittleEndian(fields[2..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(fields[4..], CaptureLimits.FrameLength);
        if (!name.IsEmpty)
            WriteOption(PcapngOption.InterfaceName, name);
        WriteOption(PcapngOption.TimestampResolution, resolution);
        EndBlock(length, hasOptions: true);
    }

    private Span<byte> BeginBlock(PcapngBlockType type, int length, int fields)
    {
        var start = _output.Append(PcapngFormat.BlockHeaderLength + fields);
        BinaryPrimitives.WriteUInt32LittleEndian(start, (uint)type);
        BinaryPrimitives.WriteInt32LittleEndian(start[4..], length);
        return start[PcapngFormat.BlockHeaderLength..];
    }

    private void EndBlock(int length, bool hasOptions)
    {
        if (hasOptions)
            WriteOption(PcapngOption.End, []);
        BinaryPrimitives.WriteInt32LittleEndian(_output.Append(PcapngFormat.BlockTrailerLength), length);
    }

    private static int OptionLength(ReadOnlySpan<byte> value) => OptionHeaderLength + PcapngFormat.Align(value.Length);

    private void WriteOption(ushort type, ReadOnlySpan<byte> value)
    {
        var option = _output.Append(OptionLength(value));
        BinaryPrimitives.WriteUInt16LittleEndian(option, type);
        BinaryPrimitives.WriteUInt16LittleEndian(option[2..], (ushort)value.Length);
        value.CopyTo(option[OptionHeaderLength..]);
        option[(OptionHeaderLength + value.Length)..].Clear();
    }
}
