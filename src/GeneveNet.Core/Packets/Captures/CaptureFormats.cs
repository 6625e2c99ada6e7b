namespace GeneveNet.Packets.Captures;

/// <summary>What capture files are called.</summary>
public static class CaptureFormats
{
    /// <summary>Chooses the format that a file's name asks for, whatever the case of its letters.</summary>
    /// <param name="path">Name of the file, with or without its directory.</param>
    /// <returns>The format of ".pcap" and ".cap", or of ".pcapng".</returns>
    /// <exception cref="NetworkException">The name ends otherwise.</exception>
    public static CaptureFormat FromPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
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
