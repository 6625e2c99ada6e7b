namespace GeneveNet.Packets.Captures;

/// <summary>Numbers of the pcap format (draft-ietf-opsawg-pcap, sections "File Header" and "Packet Record").</summary>
internal static class PcapFormat
{
    public const uint MicrosecondMagic = 0xa1b2c3d4, NanosecondMagic = 0xa1b23c4d;

    public const ushort MajorVersion = 2, MinorVersion = 4;

    public const int FileHeaderLength = 24, RecordHeaderLength = 16;

    /// <summary>"LinkType and additional information": what is neither link type nor length of the frame check sequence.</summary>
    public const uint ReservedLinkBits = 0x0bff_0000;
}
