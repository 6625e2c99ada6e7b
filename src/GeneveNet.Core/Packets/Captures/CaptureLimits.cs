namespace GeneveNet.Packets.Captures;

/// <summary>What is held in memory at most, whatever the fields of a file say.</summary>
internal static class CaptureLimits
{
    /// <summary>Bytes of a pcapng block that is looked into. Only options can make one of a frame this long.</summary>
    public const int BlockLength = 1024 * 1024;

    /// <summary>Interfaces in a section of a pcapng file.</summary>
    public const int Interfaces = 16_384;

    /// <summary>Bytes of an interface's name; Linux has 15, Windows some 50.</summary>
    public const int InterfaceNameLength = 256;

    /// <summary>Bytes that are read from, or written to, a stream at once.</summary>
    public const int BufferLength = 64 * 1024;
}
