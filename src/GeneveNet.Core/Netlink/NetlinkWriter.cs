using System.Buffers;
using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>Writes netlink messages and attributes into a pooled buffer that grows as needed.</summary>
/// <remarks>
/// Several messages may follow each other: the kernel takes them all from one datagram. Pass it by reference and
/// dispose it once.
/// </remarks>
public ref struct NetlinkWriter
{
    private const ushort NestedFlag = 0x8000;

    private byte[] _buffer;

    /// <summary>Rents a buffer.</summary>
    /// <param name="capacity">Bytes expected; more are found when needed.</param>
    public NetlinkWriter(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>
    /// Where set, every attribute notes its offset and name here: this is how the offset in an extended
    /// acknowledgement becomes the name of the offending attribute, without a cost on the usual path.
    /// </summary>
    internal List<(int Offset, string Name)>? Trace { get; init; }

    /// <summary>Appends zeroed bytes, for a fixed structure.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The bytes to fill; valid until the next write.</returns>
    public Span<byte> Append(int count)
    {
        if (_buffer.Length - Length < count)
            Grow(count);
        var span = _buffer.AsSpan(Length, count);
        span.Clear();
        Length += count;
        return span;
    }

    /// <summary>Appends a structure in host byte order.</summary>
    /// <typeparam name="T">An unmanaged structure laid out as the kernel's.</typeparam>
    /// <param name="value">The structure.</param>
    public void Append<T>(in T value) where T : unmanaged =>
        MemoryMarshal.Write(Append(System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), value);

    /// <summary>Starts a message.</summary>
    /// <param name="type">Message type.</param>
    /// <param name="flags">Header flags.</param>
    /// <param name="sequence">Sequence number, by which the answer is known.</param>
    /// <returns>The mark for <see cref="EndMessage"/>.</returns>
    public int BeginMessage(ushort type, NetlinkFlags flags, uint sequence)
    {
        var start = Length;
        var header = Append(NetlinkHeader.Size);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)flags);
        MemoryMarshal.Write(header[8..], sequence);
        return start;
    }

    /// <summary>Ends the message and writes its length.</summary>
    /// <param name="start">The mark of <see cref="BeginMessage"/>.</param>
    public void EndMessage(int start)
    {
        MemoryMarshal.Write(_buffer.AsSpan(start), Length - start);
        Pad();
    }

    /// <summary>Starts an attribute.</summary>
    /// <param name="type">Attribute number.</param>
    /// <param name="name">Its name in the kernel's headers, for error texts.</param>
    /// <param name="nested">Whether attributes follow inside (sets NLA_F_NESTED).</param>
    /// <returns>The mark for <see cref="EndAttribute"/>.</returns>
    public int BeginAttribute(ushort type, string name, bool nested = false)
    {
        var start = Length;
        Trace?.Add((start, name));
        var header = Append(AttributeReader.HeaderSize);
        MemoryMarshal.Write(header[2..], nested ? (ushort)(type | NestedFlag) : type);
        return start;
    }

    /// <summary>Ends the attribute and writes its length.</summary>
    /// <param name="start">The mark of <see cref="BeginAttribute"/>.</param>
    /// <exception cref="NetlinkFormatException">It is longer than the 65535 bytes an attribute can say.</exception>
    public void EndAttribute(int start) => PatchLength(start);

    /// <summary>Writes the 16-bit length of what was written since, at its start, and pads.</summary>
    internal void PatchLength(int start)
    {
        var length = Length - start;
        if (length > ushort.MaxValue)
            throw new NetlinkFormatException($"A netlink attribute can have at most {ushort.MaxValue} bytes, not {length}.");
        MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)length);
        Pad();
    }

    /// <summary>Drops what was written, to start over in the same buffer.</summary>
    public void Clear() => Length = 0;

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        Length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Pad() => Append(NetlinkHeader.Align(Length) - Length);

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + count));
        Written.CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
