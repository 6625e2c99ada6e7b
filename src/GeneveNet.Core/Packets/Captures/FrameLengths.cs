namespace GeneveNet.Packets.Captures;

/// <summary>Checks the two length fields that both formats have for a frame.</summary>
internal static class FrameLengths
{
    /// <summary>Checks "Captured Packet Length".</summary>
    public static int CheckCaptured(uint length, long offset) => length <= CaptureReader.MaxFrameLength
        ? (int)length
        : throw new CaptureFormatException(
            offset, $"The Captured Packet Length is {length}; at most {CaptureReader.MaxFrameLength} bytes are read.");

    /// <summary>Checks "Original Packet Length". One below the captured length is raised to it, as the formats allow.</summary>
    public static int CheckOriginal(uint length, int captured, long offset) => length <= int.MaxValue
        ? Math.Max((int)length, captured)
        : throw new CaptureFormatException(
            offset, $"The Original Packet Length is {length}; at most {int.MaxValue} can be said.");
}
