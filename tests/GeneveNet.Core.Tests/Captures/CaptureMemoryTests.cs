using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>However large a capture is, reading and writing it takes the memory of a frame.</summary>
public sealed class CaptureMemoryTests
{
    private const int FrameLength = 1000, Frames = 260_000;

    // A frame, and the head of the array that it keeps its bytes in.
    private const int AllocatedPerFrame = FrameLength + 120;

    private static readonly CapturedFrame Frame = new()
    {
        TimestampNanoseconds = 1_700_000_000_123_456_789,
        Data = new byte[FrameLength],
        OriginalLength = 1500,
    };

    public static TheoryData<CaptureFormat> Formats => [CaptureFormat.Pcap, CaptureFormat.Pcapng];

    [Theory]
    [MemberData(nameof(Formats))]
    public void AQuarterOfAGigabyte_IsReadFrameByFrame(CaptureFormat format)
    {
        var start = CaptureFile.Write(format, Frame);
        var piece = CaptureFile.Write(format, Frame, Frame)[start.Length..];
        using var stream = new HollowStream(start, piece, Frames - 1);
        Read(stream, 1); // What is made once for all.

        var (allocated, frames, peak) = Read(stream, int.MaxValue);
        Assert.True(stream.BytesRead > 250_000_000);
        Assert.Equal(Frames, frames);
        Assert.InRange(allocated, 0, (long)Frames * AllocatedPerFrame);
        Assert.InRange(peak, 0, 64 * 1024 * 1024); // other tests run beside this one
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AQuarterOfAGigabyte_IsWrittenWithoutAnything(CaptureFormat format)
    {
        using var writer = CaptureWriter.Create(Stream.Null, format);
        writer.Write(Frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Frames; i++)
            writer.Write(Frame);
        // The runtime may make a thing or two of its own, once; a single byte for each frame would be far more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Frames / 100);
    }

    private static (long Allocated, int Frames, long Peak) Read(HollowStream stream, int most)
    {
        stream.Rewind();
        using var reader = CaptureReader.Open(stream, leaveOpen: true);
        var (before, live) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalMemory(forceFullCollection: true));
        var (frames, peak) = (0, 0L);
        while (frames < most && reader.TryRead(out _))
            if (++frames % 50_000 == 0)
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - live);
        return (GC.GetAllocatedBytesForCurrentThread() - before, frames, peak);
    }
}
