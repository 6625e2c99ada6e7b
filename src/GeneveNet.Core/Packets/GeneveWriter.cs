using System.Buffers.Binary;

namespace GeneveNet.Packets;

/// <summary>Writes a Geneve header and its options into a span (RFC 8926, sections 3.4 and 3.5).</summary>
/// <remarks>
/// After every call the header is a whole one: Opt Len and the C bit follow the options, and all reserved bits are zero. The payload
/// is appended by the caller after <see cref="Length"/>.
/// </remarks>
public ref struct GeneveWriter
{
    private readonly Span<byte> _buffer;

    /// <summary>Writes the fixed header.</summary>
    /// <param name="buffer">Where; 8 bytes, and what the options need.</param>
    /// <param name="vni">Virtual network identifier, below 2^24.</param>
    /// <param name="protocolType">What is carried, as an EtherType.</param>
    /// <param name="isOam">The O bit: a control message.</param>
    /// <exception cref="NetworkException">The VNI is too large or the buffer too short
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public GeneveWriter(Span<byte> buffer, uint vni, ushort protocolType = EtherTypes.Ethernet, bool isOam = false)
    {
        if (vni > GeneveProtocol.MaxVni)
            throw Invalid($"VNI {vni} is too large: it has 24 bits, so {GeneveProtocol.MaxVni} is the largest.");
        _buffer = buffer;
        var header = Take(GeneveHeader.FixedSize);
        header[0] = GeneveHeader.SupportedVersion << 6;
        header[1] = isOam ? GeneveHeader.OamBit : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], protocolType);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], vni << 8);
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Appends an option.</summary>
    /// <param name="id">Its class and type.</param>
    /// <param name="data">A multiple of 4 bytes, at most 124.</param>
    /// <exception cref="NetworkException">The data is not a multiple of 4 or is too long, the options together are longer than 252 bytes,
    /// or the buffer is too short (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public void AddOption(GeneveOptionId id, ReadOnlySpan<byte> data)
    {
        CheckOptionData(data.Length);
        var size = GeneveOption.HeaderSize + data.Length;
        var optionsLength = Length - GeneveHeader.FixedSize + size;
        if (optionsLength > GeneveHeader.MaxOptionsLength)
            throw Invalid(
                $"The options take {optionsLength} bytes with their headers of 4 each; {GeneveHeader.MaxOptionsLength} is the maximum.");
        var option = Take(size);
        BinaryPrimitives.WriteUInt16BigEndian(option, id.Class);
        option[2] = id.Type;
        option[3] = (byte)(data.Length / 4);
        data.CopyTo(option[GeneveOption.HeaderSize..]);

        _buffer[0] = (byte)((GeneveHeader.SupportedVersion << 6) | (optionsLength / 4));
        if (id.IsCritical)
            _buffer[1] |= GeneveHeader.CriticalBit;
    }

    internal static void CheckOptionData(int length)
    {
        if (length > GeneveOption.MaxDataLength)
            throw Invalid($"The data of a Geneve option has {length} bytes; {GeneveOption.MaxDataLength} is the maximum.");
        if (length % 4 != 0)
            throw Invalid($"The data of a Geneve option has {length} bytes; it must be a multiple of 4.");
    }

    internal static NetworkException Invalid(string message) => new(FailureKind.InvalidArgument, message);

    private Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count)
            throw Invalid($"The buffer has {_buffer.Length} bytes; the Geneve header needs {Length + count}.");
        var span = _buffer.Slice(Length, count);
        Length += count;
        return span;
    }
}
