using System.Buffers.Binary;

namespace GeneveNet.Packets;

/// <summary>A Geneve header over the bytes of a packet, without copying (RFC 8926, section 3.4). All fields are big endian.</summary>
/// <remarks>
/// <code>
/// Ver(2) Opt Len(6) | O C Rsvd(6) | Protocol Type (16)
/// Virtual Network Identifier (24)  | Reserved (8)
/// options, 0 to 252 bytes
/// </code>
/// </remarks>
public readonly ref struct GeneveHeader
{
    /// <summary>Bytes before the options.</summary>
    public const int FixedSize = 8;

    /// <summary>The most bytes that options can take: 63 times 4.</summary>
    public const int MaxOptionsLength = 252;

    /// <summary>The only version there is.</summary>
    public const byte SupportedVersion = 0;

    internal const byte OamBit = 0x80, CriticalBit = 0x40;

    private readonly ReadOnlySpan<byte> _captured;
    private readonly int _length;

    private GeneveHeader(ReadOnlySpan<byte> captured, int length)
    {
        _captured = captured;
        _length = length;
    }

    /// <summary>Reads the header of a packet that is all there.</summary>
    /// <param name="packet">The UDP payload.</param>
    /// <param name="header">The header, where the fault is none. For <see cref="GeneveFault.UnsupportedVersion"/> its version means
    /// something, for <see cref="GeneveFault.OptionsBeyondPacket"/> its fixed part and as many options as there are.</param>
    /// <returns>The first rule broken among those of the fixed part; <see cref="Check"/> looks at the options.</returns>
    public static GeneveFault TryRead(ReadOnlySpan<byte> packet, out GeneveHeader header) => TryRead(packet, packet.Length, out header);

    /// <summary>Reads the header of a packet that may be cut off by the capture.</summary>
    /// <param name="captured">As much of the UDP payload as was captured.</param>
    /// <param name="length">How many bytes it had on the wire.</param>
    /// <param name="header">The header; all of it reads as zero where <see cref="IsFixedPartCut"/>.</param>
    /// <returns>The first rule broken among those of the fixed part.</returns>
    public static GeneveFault TryRead(ReadOnlySpan<byte> captured, int length, out GeneveHeader header)
    {
        length = Math.Max(length, captured.Length);
        header = new GeneveHeader(captured, length);
        if (length < FixedSize)
        {
            header = default;
            return GeneveFault.HeaderTruncated;
        }

        if (header.IsFixedPartCut)
            return GeneveFault.None;
        if (header.Version != SupportedVersion)
            return GeneveFault.UnsupportedVersion;
        return FixedSize + header.OptionsLength > length ? GeneveFault.OptionsBeyondPacket : GeneveFault.None;
    }

    /// <summary>Version, 2 bits; 0 is the only one.</summary>
    public byte Version => (byte)(At(0) >> 6);

    /// <summary>Bytes of options that Opt Len says: 0 to 252, a multiple of 4.</summary>
    public int OptionsLength => (At(0) & 0x3f) * 4;

    /// <summary>The O bit: a control message, between tunnel endpoints alone.</summary>
    public bool IsOam => (At(1) & OamBit) != 0;

    /// <summary>The C bit: at least one option is critical.</summary>
    public bool HasCriticalOptions => (At(1) & CriticalBit) != 0;

    /// <summary>The 6 reserved bits after O and C, which a sender clears: 0 to 63.</summary>
    public byte Reserved => (byte)(At(1) & 0x3f);

    /// <summary>What is carried, as an EtherType; 0x6558 for Ethernet itself.</summary>
    public ushort ProtocolType => (ushort)((At(2) << 8) | At(3));

    /// <summary>Virtual network identifier, 24 bits.</summary>
    public uint Vni => (uint)((At(4) << 16) | (At(5) << 8) | At(6));

    /// <summary>The reserved byte after the VNI, which a sender clears.</summary>
    public byte Reserved2 => At(7);

    /// <summary>Whether the capture ends inside the first 8 bytes, so that no field is known.</summary>
    public bool IsFixedPartCut => _captured.Length < FixedSize;

    /// <summary>Whether the capture ends before the payload begins.</summary>
    public bool IsCut => _captured.Length < _length && _captured.Length < FixedSize + OptionsLength;

    /// <summary>Bytes of the options, as many as were captured.</summary>
    public ReadOnlySpan<byte> Options =>
        IsFixedPartCut ? default : _captured[FixedSize..Math.Min(FixedSize + OptionsLength, _captured.Length)];

    /// <summary>Where the payload begins, counted from the header's first byte; never past the captured bytes.</summary>
    public int PayloadOffset => IsFixedPartCut ? _captured.Length : Math.Min(FixedSize + OptionsLength, _captured.Length);

    /// <summary>What is carried, as much as was captured.</summary>
    public ReadOnlySpan<byte> Payload => _captured[PayloadOffset..];

    /// <summary>Walks the options.</summary>
    public GeneveOptionReader GetOptions() => new(Options, IsFixedPartCut ? 0 : OptionsLength);

    /// <summary>
    /// Looks at all that <see cref="TryRead(ReadOnlySpan{byte}, out GeneveHeader)"/> did not: the options, and what is to be reported
    /// but not rejected.
    /// </summary>
    /// <param name="understood">The options that the receiver understands; null for none, as a Linux tunnel that is not external.</param>
    /// <param name="notes">What is odd.</param>
    /// <returns>A broken list of options before an unknown critical option; none where all is well.</returns>
    public GeneveFault Check(IReadOnlySet<GeneveOptionId>? understood, out GeneveNotes notes)
    {
        notes = IsCut ? GeneveNotes.HeaderCut : GeneveNotes.None;
        if (IsFixedPartCut)
            return GeneveFault.None;

        if (Reserved != 0)
            notes |= GeneveNotes.ReservedBitsSet;
        if (Reserved2 != 0)
            notes |= GeneveNotes.ReservedByteSet;

        var (anyCritical, anyUnknown) = (false, false);
        var options = GetOptions();
        while (options.MoveNext())
        {
            var option = options.Current;
            if (option.Reserved != 0)
                notes |= GeneveNotes.OptionReservedBitsSet;
            if (!option.IsCritical)
                continue;
            anyCritical = true;
            anyUnknown |= understood?.Contains(option.Id) != true;
        }

        if (anyCritical && !HasCriticalOptions)
            notes |= GeneveNotes.CriticalOptionWithoutFlag;
        // The critical option may be among those that are missing.
        if (HasCriticalOptions && !anyCritical && !IsCut && options.Fault == GeneveFault.None)
            notes |= GeneveNotes.CriticalFlagWithoutOption;
        return options.Fault != GeneveFault.None ? options.Fault
            : anyUnknown ? GeneveFault.UnknownCriticalOption
            : GeneveFault.None;
    }

    private byte At(int index) => IsFixedPartCut ? (byte)0 : _captured[index];
}
