namespace GeneveNet.Packets.Captures;

/// <summary>Reads the frames of a capture in one of the formats.</summary>
internal interface IFrameReader
{
    /// <summary>Reads the next frame.</summary>
    /// <returns>The frame, or null at the end.</returns>
    /// <exception cref="CaptureFormatException">What comes next is malformed.</exception>
    CapturedFrame? Read();
}
