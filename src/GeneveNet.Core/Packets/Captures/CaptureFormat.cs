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
