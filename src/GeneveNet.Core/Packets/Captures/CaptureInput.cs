using System.Buffers;
using System.IO.Compression;
using GeneveNet.Native;

namespace GeneveNet.Packets.Captures;

/// <summary>
/// Looks ahead into a stream. The buffer grows only when it is full of bytes that are there: no length that a file
/// claims makes it larger.
/// </summary>
internal sealed class CaptureInput : IDisposable
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private readonly Stream _source;
    private readonly bool _leaveOpen;
    private readonly string _task;
    private Stream _stream;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(CaptureLimits.BufferLength);
    private int _start, _end;
    private bool _hasEnded;

    /// <summary>Starts where the stream stands.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="leaveOpen">Whether it is used further.</param>
    /// <param name="task">What is done, as a phrase that continues "Cannot …".</param>
    public CaptureInput(Stream source, bool leaveOpen, string task) =>
        (_source, _stream, _leaveOpen, _task) = (source, source, leaveOpen, task);

    /// <summary>Ends waits for bytes.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>How many bytes were taken.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the record or block begins that is being read.</summary>
    public long RecordOffset { get; private set; }

    /// <summary>Whether the stream ended inside of a record or block.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Notes that a record or block begins here: this is where the stream may end.</summary>
    public void BeginRecord() => RecordOffset = Offset;

    /// <summary>Looks through gzip (RFC 1952), if that is what the stream is.</summary>
    public void Decompress()
    {
        if (!TryPeek(GzipMagic.Length, out var magic) || !magic.SequenceEqual(GzipMagic))
            return;

        var compressed = new ReplayStream(_buffer.AsSpan(_start, _end - _start).ToArray(), _source);
        _stream = new GZipStream(compressed, CompressionMode.Decompress);
        (_start, _end, _hasEnded) = (0, 0, false);
    }

    /// <summary>Looks at the next bytes without taking them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bytes">The bytes; fewer where the stream ends before.</param>
    /// <returns>Whether all of them are there.</returns>
    public bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        while (_end - _start < count && Fill(count))
            continue;

        bytes = _buffer.AsSpan(_start, Math.Min(count, _end - _start));
        return bytes.Length == count || NoteEnd();
    }

    /// <summary>Takes bytes that were looked at.</summary>
    public void Advance(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Takes bytes without looking at them: by seeking where the stream can.</summary>
    /// <returns>False where the stream ends before.</returns>
    public bool TrySkip(long count)
    {
        while (true)
        {
            var there = (int)Math.Min(count, _end - _start);
            Advance(there);
            count -= there;
            if (count == 0)
                return true;
            if (_stream.CanSeek && count > CaptureLimits.BufferLength && _stream.Length - _stream.Position >= count)
            {
                _stream.Seek(count, SeekOrigin.Current);
                Offset += count;
                return true;
            }

            if (!Fill(1))
                return NoteEnd();
        }
    }

    public void Dispose()
    {
        if (_stream != _source)
            _stream.Dispose();
        if (!_leaveOpen)
            _source.Dispose();
        GiveBack(_buffer);
        _buffer = [];
        (_start, _end, _hasEnded) = (0, 0, true);
    }

    private bool NoteEnd()
    {
        IsCutOff |= Offset + _end - _start > RecordOffset;
        return false;
    }

    /// <summary>Reads what comes next, at least a byte, and makes room for it.</summary>
    private bool Fill(int wanted)
    {
        Cancellation.ThrowIfCancellationRequested();
        if (_hasEnded)
            return false;

        if (_start > 0 && (_start == _end || _start + wanted > _buffer.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Grow();
        }

        var count = ReadSome();
        _hasEnded = count == 0;
        _end += count;
        return count > 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
        GiveBack(_buffer);
        (_buffer, _start, _end) = (larger, 0, _end - _start);
    }

    private int ReadSome()
    {
        try
        {
            // A file answers at once. A pipe may never do so: then the wait must end with the cancellation.
            return _source.CanSeek || !Cancellation.CanBeCanceled ? _stream.Read(_buffer.AsSpan(_end)) : WaitForSome();
        }
        catch (InvalidDataException e) when (_stream != _source)
        {
            throw new CaptureFormatException(Offset + _end - _start, $"What follows is not valid gzip data. {e.Message}", e);
        }
        catch (Exception e) when (SystemCalls.ErrnoOf(e) is var errno and not 0)
        {
            throw NetworkException.FromErrno(_task, errno);
        }
    }

    private int WaitForSome()
    {
        var reading = _stream.ReadAsync(_buffer.AsMemory(_end), Cancellation).AsTask();
        try
        {
            return reading.WaitAsync(Cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!reading.IsCompleted)
        {
            // The read may still write into the buffer some day: it is the reader's no longer.
            _buffer = [];
            (_start, _end, _hasEnded) = (0, 0, true);
            throw;
        }
    }

    private static void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

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
