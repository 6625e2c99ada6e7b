namespace GeneveNet.Packets;

/// <summary>Why a receiver must drop a packet. <see cref="GeneveRules"/> has a sentence and the section of the RFC for each.</summary>
public enum GeneveFault : byte
{
    /// <summary>No rule is broken.</summary>
    None = 0,

    /// <summary>
    /// The length of the outer IP header is more than the frame holds, or that of the UDP header more than the IP packet
    /// holds or less than itself (RFC 791, RFC 768): no receiver passes the packet on.
    /// </summary>
    OuterLengthWrong,

    /// <summary>
    /// The UDP checksum is not zero and not right (RFC 8926, section 3.3). Not said where the sender's network card was still
    /// to fill it in, see <see cref="ChecksumState.Partial"/>, nor where bytes to sum up are missing.
    /// </summary>
    ChecksumInvalid,

    /// <summary>The UDP payload is shorter than the 8 bytes that every Geneve header has (section 3.4).</summary>
    HeaderTruncated,

    /// <summary>
    /// The version is not 0, the only one there is (section 3.4). Where the other fields are in another version is not
    /// known, so none of them is read.
    /// </summary>
    UnsupportedVersion,

    /// <summary>Opt Len says that the options continue past the end of the UDP payload (section 3.4).</summary>
    OptionsBeyondPacket,

    /// <summary>
    /// After the last option 1 to 3 bytes are left, too few for the header of another (section 3.5). Opt Len counts in
    /// fours and so does every option: it can only be met where options are read without the header in front.
    /// </summary>
    OptionHeaderTruncated,

    /// <summary>
    /// An option's own length leads past the end that Opt Len says, so that the lengths of the options together do not make
    /// Opt Len (section 3.5). The whole list is invalid, also the options before it.
    /// </summary>
    OptionBeyondOptions,

    /// <summary>
    /// An option has the critical bit and is not among those the receiver understands (section 3.5). Linux, for a tunnel that
    /// is not external, understands none and drops by the C bit alone; for an external tunnel, the program that takes the metadata decides.
    /// </summary>
    UnknownCriticalOption,
}
