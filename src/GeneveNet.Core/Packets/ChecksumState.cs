namespace GeneveNet.Packets;

/// <summary>The state of a checksum.</summary>
public enum ChecksumState : byte
{
    /// <summary>Nothing: bytes to sum up are missing, or the packet is a fragment.</summary>
    NotVerifiable = 0,

    /// <summary>The field is zero: the sender computed none.</summary>
    Absent,

    /// <summary>It is right.</summary>
    Valid,

    /// <summary>It is wrong.</summary>
    Invalid,

    /// <summary>
    /// The field holds the sum of the pseudo header alone, as Linux leaves it for the network card to finish: the frame was
    /// captured before it reached a wire, and is not wrong. Or it was computed as if the checksum of the TCP or UDP packet inside, which
    /// the card is still to fill in, were there already.
    /// </summary>
    Partial,
}
