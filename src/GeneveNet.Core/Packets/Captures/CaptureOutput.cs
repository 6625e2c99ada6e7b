using System.Buffers;

namespace GeneveNet.Packets.Captures;

/// <summary>Gathers what is written, so that a stream gets it in large pieces.</summary>
internal sealed class CaptureOutput(Stream stream, bool leaveOpen) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(CaptureLimits.BufferLength);
    private int _length;

    /// <summary>Appends bytes that are to be filled, all of them, before anything else is done.</summary>
    /// <param name="count">How many; far fewer than the buffer has.</param>
    public Span<byte> Append(int count)
    {
        if (_buffer.Length - _length < count)
            Drain();
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    /// <summary>Appends bytes; very many pass the buffer by.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _length < bytes.Length)
            Drain();
        if (bytes.Length > _buffer.Length)
            stream.Write(bytes);
        else
            bytes.CopyTo(Append(bytes.Length));
    }

    /// <summary>Hands everything to the stream, and that to where it leads.</summary>
    public void Flush()
    {
        Drain();
        stream.Flush();
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        if (!leaveOpen)
            stream.Dispose();
    }

    private void Drain()
    {
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
