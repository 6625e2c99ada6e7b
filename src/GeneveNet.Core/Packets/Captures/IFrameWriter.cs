namespace GeneveNet.Packets.Captures;

/// <summary>Writes frames in one of the formats.</summary>
internal interface IFrameWriter
{
    /// <summary>Writes a frame, or refuses it before any of its bytes are written.</summary>
    /// <exception cref="NetworkException">The format cannot hold it.</exception>
    void Write(CapturedFrame frame);

    /// <summary>Writes what is missing for the file to be whole.</summary>
    void Complete();
}
