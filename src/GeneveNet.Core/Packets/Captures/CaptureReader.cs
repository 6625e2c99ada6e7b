using System.Diagnostics.CodeAnalysis;
using GeneveNet.Native;

namespace GeneveNet.Packets.Captures;

/// <summary>
/// Reads the frames of a capture file one after the other, in memory that does not grow with the file: pcap with
/// microseconds or nanoseconds and pcapng, in either byte order, as they are or compressed with gzip.
/// </summary>
/// <remarks>
/// What the bytes say is never trusted: whatever they are, reading them gives frames or a
/// <see cref="CaptureFormatException"/>. What the kernel refuses is a <see cref="NetworkException"/>; other failures of a
/// stream come through as they are. Not safe for use by several threads at once.
/// </remarks>
internal sealed class CaptureReader : IDisposable
{
    private readonly CaptureInput _input;
    private readonly IFrameReader _frames;
    private bool _hasEnded;

    private CaptureReader(CaptureInput input, CancellationToken cancellation)
    {
        _input = input;
        input.Cancellation = cancellation;
        input.Decompress();
        if (!input.TryPeek(sizeof(uint), out var magic))
            throw new CaptureFormatException(0, $"A capture begins with a magic number of {sizeof(uint)} bytes, {magic.Length} are there.");

        if (PcapngFrameReader.Knows(magic))
            (Format, _frames) = (CaptureFormat.Pcapng, new PcapngFrameReader(input));
        else if (PcapFrameReader.OrderOf(magic) is { } order)
            (Format, _frames) = (CaptureFormat.Pcap, new PcapFrameReader(input, order));
        else
            throw new CaptureFormatException(
                0, $"A capture begins with the magic number of pcap or pcapng, not with {Convert.ToHexStringLower(magic)}.");
    }

    /// <summary>The format, as the file's first bytes tell it.</summary>
    public CaptureFormat Format { get; }

    /// <summary>
    /// Whether the file ends inside of a frame or block, as one does whose capture or copy was interrupted. Known when all
    /// whole frames have been read. One that happens to end between two of them looks whole.
    /// </summary>
    public bool IsCutOff => _input.IsCutOff;

    /// <summary>Opens a capture and reads its header.</summary>
    /// <param name="stream">Where it is read from: a file, or a pipe whose other end still captures.</param>
    /// <param name="leaveOpen">Whether the stream is used further when this reader is disposed of, or cannot be opened.</param>
    /// <param name="cancellation">Ends the wait for the header at once.</param>
    /// <exception cref="CaptureFormatException">The stream holds no capture, or one of a version that is not known.</exception>
    public static CaptureReader Open(Stream stream, bool leaveOpen = false, CancellationToken cancellation = default) =>
        Open(new CaptureInput(stream, leaveOpen, "read the capture"), cancellation);

    /// <summary>Opens a capture file and reads its header.</summary>
    /// <param name="path">The file, or a FIFO whose other end still captures.</param>
    /// <param name="cancellation">Ends the wait for the header at once.</param>
    /// <exception cref="CaptureFormatException">It holds no capture, or one of a version that is not known.</exception>
    /// <exception cref="NetworkException">It cannot be read.</exception>
    public static CaptureReader Open(string path, CancellationToken cancellation)
    {
        var task = $"read the capture file '{path}'";
        return Open(new CaptureInput(SystemCalls.OpenForReading(path, task, cancellation), leaveOpen: false, task), cancellation);
    }

    private static CaptureReader Open(CaptureInput input, CancellationToken cancellation)
    {
        try
        {
            return new CaptureReader(input, cancellation);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next frame. Its bytes are its own: it can be kept.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="cancellation">Ends the wait for it at once, even on a pipe; nothing can be read afterwards.</param>
    /// <returns>False at the end, and after an error.</returns>
    /// <exception cref="CaptureFormatException">What comes next is malformed; the frames before it have all been read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool TryRead([NotNullWhen(true)] out CapturedFrame? frame, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        frame = null;
        if (_hasEnded)
            return false;

        _input.Cancellation = cancellation;
        // Unless a frame comes of it, this was the last one: behind an error no block boundary is known any more.
        _hasEnded = true;
        frame = _frames.Read();
        _hasEnded = frame is null;
        return !_hasEnded;
    }

    /// <summary>Reads the frames that are left, each when it is asked for.</summary>
    /// <param name="cancellation">Ends the wait for the next one at once.</param>
    /// <exception cref="CaptureFormatException">What comes next is malformed; the frames before it have all been read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<CapturedFrame> Frames(CancellationToken cancellation = default)
    {
        while (TryRead(out var frame, cancellation))
            yield return frame;
    }

    /// <summary>Closes the stream, unless it was to be left open.</summary>
    public void Dispose()
    {
        _hasEnded = true;
        _input.Dispose();
    }
}

/// <summary>Reads the frames of a capture in one of the formats.</summary>
internal interface IFrameReader
{
    /// <summary>Reads the next frame.</summary>
    /// <returns>The frame, or null at the end.</returns>
    /// <exception cref="CaptureFormatException">What comes next is malformed.</exception>
    CapturedFrame? Read();
}
