using System.IO.Compression;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>Reads and writes whole captures in memory.</summary>
internal static class CaptureFile
{
    /// <summary>All frames of a capture that is neither cut off nor malformed.</summary>
    public static List<CapturedFrame> Read(byte[] bytes)
    {
        var (frames, isCutOff) = ReadUpToCut(bytes);
        Assert.False(isCutOff);
        return frames;
    }

    /// <summary>All whole frames of a capture, and whether it is cut off.</summary>
    public static (List<CapturedFrame> Frames, bool IsCutOff) ReadUpToCut(byte[] bytes)
    {
        using var reader = CaptureReader.Open(new MemoryStream(bytes));
        List<CapturedFrame> frames = [.. reader.Frames()];
        Assert.False(reader.TryRead(out _));
        return (frames, reader.IsCutOff);
    }

    /// <summary>The rule that a malformed capture breaks, behind as many frames as are given.</summary>
    public static CaptureFormatException Refused(byte[] bytes, int framesBefore = 0)
    {
        var frames = 0;
        var refused = Assert.Throws<CaptureFormatException>(() =>
        {
            using var reader = CaptureReader.Open(new MemoryStream(bytes));
            try
            {
                while (reader.TryRead(out _))
                    frames++;
            }
            finally
            {
                Assert.False(reader.TryRead(out _));
            }
        });
        Assert.Equal(framesBefore, frames);
        Assert.Equal((FailureKind.InvalidArgument, "CaptureMalformed"), (refused.Kind, refused.Id));
        return refused;
    }

    /// <summary>The bytes as gzip has them.</summary>
    public static byte[] Compress(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>A capture of the frames.</summary>
    public static byte[] Write(CaptureFormat format, params IEnumerable<CapturedFrame> frames)
    {
        var stream = new MemoryStream();
        using (var writer = CaptureWriter.Create(stream, format))
            foreach (var frame in frames)
                writer.Write(frame);
        return stream.ToArray();
    }
}
