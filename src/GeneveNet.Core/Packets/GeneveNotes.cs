namespace GeneveNet.Packets;

/// <summary>What is odd about a packet and yet no reason to drop it. <see cref="GeneveRules"/> has a sentence for each.</summary>
[Flags]
public enum GeneveNotes : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The 6 bits after O and C are not all zero. A receiver ignores them (section 3.4).</summary>
    ReservedBitsSet = 1,

    /// <summary>The byte after the VNI is not zero. A receiver ignores it (section 3.4).</summary>
    ReservedByteSet = 2,

    /// <summary>The 3 bits before an option's length are not all zero. A receiver ignores them (section 3.5).</summary>
    OptionReservedBitsSet = 4,

    /// <summary>
    /// The C bit is set and no option is critical (section 3.4). A receiver that parses options need not drop the packet;
    /// one that does not, as Linux for a tunnel that is not external, drops it for the C bit.
    /// </summary>
    CriticalFlagWithoutOption = 8,

    /// <summary>
    /// An option is critical and the C bit is not set, which the sender must (section 3.5). A receiver that skips options
    /// because of the clear C bit misses it.
    /// </summary>
    CriticalOptionWithoutFlag = 16,

    /// <summary>
    /// The UDP checksum is zero over IPv6 (sections 3.3 and 4.3.1): a receiver takes the packet only where that was
    /// allowed. On Linux it is a tunnel's udp6zerocsumrx.
    /// </summary>
    ZeroChecksumOverIPv6 = 32,

    /// <summary>The packet is the first fragment of several: its end is not here, and the checksum cannot be verified.</summary>
    FirstFragment = 64,

    /// <summary>The capture ends inside the Geneve header or its options: what comes after could not be checked.</summary>
    HeaderCut = 128,
}
