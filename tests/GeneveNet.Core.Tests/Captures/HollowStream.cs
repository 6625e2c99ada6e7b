namespace GeneveNet.Tests.Captures;

/// <summary>A stream of any length in no memory: a start, zeros, an end; or a start and one piece again and again.</summary>
internal sealed class HollowStream : Stream
{
    private readonly byte[] _start, _piece, _end;
    private readonly long _filling;
    private long _position;

    /// <summary>Makes one with zeros in the middle.</summary>
    public HollowStream(byte[] start, long zeros, byte[] end, bool canSeek)
        : this(start, new byte[4096], zeros, end, canSeek) { }

    /// <summary>Makes one with a piece again and again in the middle.</summary>
    public HollowStream(byte[] start, byte[] piece, int times)
        : this(start, piece, (long)piece.Length * times, [], canSeek: false) { }

    private HollowStream(byte[] start, byte[] piece, long filling, byte[] end, bool canSeek) =>
        (_start, _piece, _filling, _end, CanSeek) = (start, piece, filling, end, canSeek);

    public long BytesRead { get; private set; }

    public void Rewind() => (_position, BytesRead) = (0, 0);

    /// <summary>Told of <see cref="BytesRead"/> after each read.</summary>
    public Action<long>? OnRead { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek { get; }

    public override bool CanWrite => false;

    public override long Length => CanSeek ? Total : throw new NotSupportedException();

    public override long Position
    {
        get => CanSeek ? _position : throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private long Total => _start.Length + _filling + _end.Length;

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length && _position < Total)
        {
            var from = Rest();
            var count = Math.Min(from.Length, buffer.Length - total);
            from[..count].CopyTo(buffer[total..]);
            _position += count;
            total += count;
        }

        BytesRead += total;
        OnRead?.Invoke(BytesRead);
        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) =>
        CanSeek && origin == SeekOrigin.Current ? _position += offset : throw new NotSupportedException();

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlySpan<byte> Rest()
    {
        if (_position < _start.Length)
            return _start.AsSpan((int)_position);
        var filled = _position - _start.Length;
        if (filled >= _filling)
            return _end.AsSpan((int)(filled - _filling));
        var rest = _piece.AsSpan((int)(filled % _piece.Length));
        return rest[..(int)Math.Min(rest.Length, _filling - filled)];
    }
}
