namespace GeneveNet.Packets.Captures;

/// <summary>Writes frames to a capture file, with nanoseconds, in memory that does not grow with the file.</summary>
/// <remarks>A frame that is refused leaves the file as it was. Not safe for use by several threads at once.</remarks>
internal sealed class CaptureWriter : IDisposable
{
    private readonly CaptureOutput _output;
    private readonly IFrameWriter _frames;
    private bool _isDisposed;

    private CaptureWriter(CaptureOutput output, CaptureFormat format)
    {
        (_output, Format) = (output, format);
        _frames = format == CaptureFormat.Pcap ? new PcapFrameWriter(output) : new PcapngFrameWriter(output);
    }

    /// <summary>The format that is written.</summary>
    public CaptureFormat Format { get; }

    /// <summary>Starts a capture file.</summary>
    /// <param name="stream">Where it is written to, from where the stream stands.</param>
    /// <param name="format">Its format.</param>
    /// <param name="leaveOpen">Whether the stream is used further when this writer is disposed of.</param>
    public static CaptureWriter Create(Stream stream, CaptureFormat format, bool leaveOpen = false)
    {
        if (!Enum.IsDefined(format))
            throw new ArgumentOutOfRangeException(nameof(format), format, "No such capture format.");
        return new CaptureWriter(new CaptureOutput(stream, leaveOpen), format);
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="frame">The frame. Its original length counts as that of its bytes where it is less.</param>
    /// <exception cref="NetworkException">
    /// The format cannot hold it; <see cref="NetworkException.Id"/> says why: CaptureFrameTooLong, CaptureTimeOutOfRange,
    /// CaptureLinkTypeMixed (pcap), CaptureInterfaceName or CaptureInterfacesTooMany (pcapng).
    /// </exception>
    public void Write(CapturedFrame frame)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (frame.Data.Length > CaptureLimits.FrameLength)
            throw Refuse(
                "CaptureFrameTooLong",
                $"The frame has {frame.Data.Length} bytes; a capture holds at most {CaptureLimits.FrameLength} of one.");
        _frames.Write(frame);
    }

    /// <summary>Hands what was written to the stream, and flushes that: who reads the file then sees every frame.</summary>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _output.Flush();
    }

    /// <summary>Writes what is left, and closes the stream unless it was to be left open. Even without frames the file is whole.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        try
        {
            _frames.Complete();
            _output.Flush();
        }
        finally
        {
            _output.Dispose();
        }
    }

    internal static NetworkException Refuse(string id, string message) => new(FailureKind.InvalidArgument, message) { Id = id };
}

/// <summary>Writes frames in one of the formats.</summary>
internal interface IFrameWriter
{
    /// <summary>Writes a frame, or refuses it before any of its bytes are written.</summary>
    /// <exception cref="NetworkException">The format cannot hold it.</exception>
    void Write(CapturedFrame frame);

    /// <summary>Writes what is missing for the file to be whole.</summary>
    void Complete();
}
