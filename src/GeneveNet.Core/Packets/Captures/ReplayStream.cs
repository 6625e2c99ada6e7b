namespace GeneveNet.Packets.Captures;

/// <summary>Hands out again what was looked at, then the rest of the stream that it came from; leaves that open.</summary>
/// <param name="lookedAt">What was read already.</param>
/// <param name="rest">What follows.</param>
internal sealed class ReplayStream(byte[] lookedAt, Stream rest) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) =>
        _position < lookedAt.Length ? Replay(buffer) : rest.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _position < lookedAt.Length ? new(Replay(buffer.Span)) : rest.ReadAsync(buffer, cancellationToken);

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Replay(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, lookedAt.Length - _position);
        lookedAt.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
