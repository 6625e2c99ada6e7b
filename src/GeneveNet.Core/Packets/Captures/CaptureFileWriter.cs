using GeneveNet.Native;

namespace GeneveNet.Packets.Captures;

/// <summary>Writes a capture file that is in its place when it is complete, and not before.</summary>
internal sealed class CaptureFileWriter : IDisposable
{
    private readonly string _task;
    private readonly WholeFile _file;
    private readonly CaptureWriter _frames;

    /// <summary>Begins a capture file.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="format">Its format.</param>
    /// <param name="mayReplace">Whether it replaces a file when it is complete.</param>
    /// <exception cref="NetworkException">It cannot be created there.</exception>
    public CaptureFileWriter(string path, CaptureFormat format, bool mayReplace)
    {
        _task = $"write the capture file '{path}'";
        _file = new WholeFile(path, mayReplace, _task);
        _frames = CaptureWriter.Create(_file.Stream, format, leaveOpen: true);
    }

    /// <summary>Whether it takes the place of no other file.</summary>
    public bool IsNew => _file.IsNew;

    /// <summary>Writes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>Why the format cannot hold it, or null; the file goes on without it.</returns>
    /// <exception cref="NetworkException">The file cannot be written any further.</exception>
    public NetworkException? Write(CapturedFrame frame)
    {
        try
        {
            _frames.Write(frame);
            return null;
        }
        catch (NetworkException refusal)
        {
            return refusal;
        }
        catch (Exception failure) when (SystemCalls.ErrnoOf(failure) is var errno and not 0)
        {
            throw NetworkException.FromErrno(_task, errno);
        }
    }

    /// <summary>Writes what is left and puts the file in its place.</summary>
    /// <exception cref="NetworkException">Not all of it could be written, or the place is taken.</exception>
    public void Complete()
    {
        try
        {
            _frames.Dispose();
        }
        catch (Exception failure) when (SystemCalls.ErrnoOf(failure) is var errno and not 0)
        {
            throw NetworkException.FromErrno(_task, errno);
        }

        _file.Complete();
    }

    /// <summary>Leaves nothing of the file, unless it is complete.</summary>
    public void Dispose() => _file.Dispose();
}
