namespace GeneveNet.Packets.Captures;

/// <summary>How a capture file is laid out.</summary>
public enum CaptureFormat
{
    /// <summary>
    /// What libpcap has always written (draft-ietf-opsawg-pcap): one link type for all frames; it keeps neither
    /// <see cref="CapturedFrame.Interface"/> nor <see cref="CapturedFrame.Direction"/>.
    /// </summary>
    Pcap,

    /// <summary>What Wireshark writes (draft-ietf-opsawg-pcapng): blocks, with interfaces and directions.</summary>
    Pcapng,
}

/// <summary>What capture files are called.</summary>
internal static class CaptureFormats
{
    /// <summary>Chooses the format that a file's name asks for, whatever the case of its letters.</summary>
    /// <param name="path">Name of the file, with or without its directory.</param>
    /// <returns>The format of ".pcap" and ".cap", or of ".pcapng".</returns>
    /// <exception cref="NetworkException">The name ends otherwise.</exception>
    public static CaptureFormat FromPath(string path)
    {
        var extension = Path.GetExtension(path);
        return extension.ToUpperInvariant() switch
        {
            ".PCAP" or ".CAP" => CaptureFormat.Pcap,
            ".PCAPNG" => CaptureFormat.Pcapng,
            _ => throw new NetworkException(
                FailureKind.InvalidArgument,
                $"The name {Path.GetFileName(path)} does not tell a capture format: end it in .pcapng, .pcap or .cap.")
            {
                Id = "CaptureExtensionUnknown",
            },
        };
    }
}
