namespace GeneveNet.Packets.Captures;

/// <summary>Link types as files number them (draft-ietf-opsawg-pcaplinktype).</summary>
internal static class CaptureLinkTypes
{
    // DLT_RAW on most systems and on OpenBSD: some programs write it instead of LINKTYPE_RAW.
    private const ushort DltRaw = 12, DltRawOpenBsd = 14;

    /// <summary>The link type of a number; one without a name keeps its number.</summary>
    public static LinkType FromNumber(ushort number) => number is DltRaw or DltRawOpenBsd ? LinkType.RawIP : (LinkType)number;
}
