using System.IO.Pipes;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>A cancellation ends a read at once: between frames, in a block without end, and while nothing comes from a pipe.</summary>
public sealed class CaptureCancellationTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    private static readonly CapturedFrame Frame = new() { Data = new byte[60], OriginalLength = 60 };

    [Fact]
    public void BetweenFrames()
    {
        using var cancel = new CancellationTokenSource();
        var bytes = CaptureFile.Write(CaptureFormat.Pcap, Frame, Frame, Frame);
        using var reader = CaptureReader.Open(new MemoryStream(bytes), cancellation: cancel.Token);
        var frames = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in reader.Frames(cancel.Token))
                if (++frames == 2)
                    cancel.Cancel();
        });
        Assert.Equal(2, frames);
        // Nothing was lost: who wants to can go on.
        Assert.True(reader.TryRead(out _, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void InsideOfAVeryLongBlock()
    {
        var file = new CaptureBytes(false).Section();
        byte[] start = [.. file.ToArray(), .. file.U32(99), .. file.U32(0xfffffffc)];
        using var cancel = new CancellationTokenSource();
        using var stream = new HollowStream(start, 0xfffffffc - 12L, [], canSeek: false)
        {
            OnRead = read =>
            {
                if (read > 1_000_000)
                    cancel.Cancel();
            },
        };
        using var reader = CaptureReader.Open(stream, cancellation: TestContext.Current.CancellationToken);
        Assert.Throws<OperationCanceledException>(() => reader.TryRead(out _, cancel.Token));
        Assert.InRange(stream.BytesRead, 1_000_000, 1_500_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhileAPipeIsSilent(bool isCompressed)
    {
        using var cancel = new CancellationTokenSource();
        var capture = CaptureFile.Write(CaptureFormat.Pcapng, Frame);
        using var pipe = new SilentStream(isCompressed ? CaptureFile.Compress(capture) : capture);
        using var reader = CaptureReader.Open(pipe, leaveOpen: true, cancel.Token);
        Assert.True(reader.TryRead(out _, cancel.Token));

        var waiting = Task.Run(() => reader.TryRead(out _, cancel.Token), TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(AtOnce, TestContext.Current.CancellationToken));
        Assert.False(reader.TryRead(out _, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task WhileAPipeIsSilentAboutItsHeader(int length)
    {
        using var cancel = new CancellationTokenSource(100);
        using var pipe = new SilentStream(CaptureFile.Write(CaptureFormat.Pcapng)[..length]);
        var waiting = Task.Run(() => CaptureReader.Open(pipe, leaveOpen: true, cancel.Token), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(AtOnce, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void FramesFromAPipe_ComeAsTheyAreWritten()
    {
        using var writing = new AnonymousPipeServerStream(PipeDirection.Out);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.In, writing.ClientSafePipeHandle);
        using var writer = CaptureWriter.Create(writing, CaptureFormat.Pcapng);
        writer.Flush();
        using var reader = CaptureReader.Open(pipe, cancellation: TestContext.Current.CancellationToken);
        for (var i = 1; i < 5; i++)
        {
            writer.Write(Frame with { TimestampNanoseconds = i });
            writer.Flush();
            Assert.True(reader.TryRead(out var frame, TestContext.Current.CancellationToken));
            Assert.Equal(i, frame.TimestampNanoseconds);
        }

        writer.Dispose();
        Assert.False(reader.TryRead(out _, TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// A stream that says nothing behind its first bytes, and whose reads hear no cancellation, as those of a named pipe.
    /// </summary>
    private sealed class SilentStream(byte[] first) : Stream
    {
        private readonly ManualResetEventSlim _isClosed = new();
        private bool _isSpent;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_isSpent || first.Length == 0)
            {
                _isClosed.Wait();
                return 0;
            }

            _isSpent = true;
            first.CopyTo(buffer);
            return first.Length;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Task.Run(() => Read(buffer.Span), CancellationToken.None));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _isClosed.Set();
            base.Dispose(disposing);
        }
    }
}
