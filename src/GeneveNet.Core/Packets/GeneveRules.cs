using System.Numerics;

namespace GeneveNet.Packets;

/// <summary>A rule of the Geneve specification, in words.</summary>
/// <param name="Name">Name of the <see cref="GeneveFault"/> or of the flag of <see cref="GeneveNotes"/>.</param>
/// <param name="Sentence">What is wrong and what a receiver does about it.</param>
/// <param name="Section">Where it is written.</param>
/// <param name="MustDrop">Whether a receiver must drop the packet.</param>
public sealed record GeneveRule(string Name, string Sentence, string Section, bool MustDrop)
{
    /// <summary>The sentence and where it is written.</summary>
    public override string ToString() => $"{Sentence} ({Section})";
}

/// <summary>The words for each fault and note.</summary>
public static class GeneveRules
{
    private const string Udp = "RFC 768", UdpHeader = "RFC 8926, section 3.3", Header = "RFC 8926, section 3.4",
        Option = "RFC 8926, section 3.5",
        ZeroChecksum = "RFC 8926, section 4.3.1", Fragmentation = "RFC 8926, section 4.4.1";

    // In the order of the enum.
    private static readonly GeneveRule[] Faults =
    [
        Drop(
            GeneveFault.OuterLengthWrong, Udp,
            "The length of the outer IP or UDP header does not fit what is there; no receiver passes the packet on."),
        Drop(GeneveFault.ChecksumInvalid, UdpHeader, "The UDP checksum is wrong; a receiver must drop the packet."),
        Drop(GeneveFault.HeaderTruncated, Header, "The packet is shorter than a Geneve header of 8 bytes."),
        Drop(GeneveFault.UnsupportedVersion, Header, "The version is not 0; a receiver must drop what it does not know."),
        Drop(GeneveFault.OptionsBeyondPacket, Header, "Opt Len says that the options continue past the end of the packet."),
        Drop(GeneveFault.OptionHeaderTruncated, Option, "Fewer bytes are left for the last option than the 4 of an option's header."),
        Drop(
            GeneveFault.OptionBeyondOptions, Option,
            "The options together are not as long as Opt Len says; a receiver must drop the packet silently."),
        Drop(GeneveFault.UnknownCriticalOption, Option, "A critical option is not understood; a receiver must drop the packet."),
    ];

    // In the order of the bits.
    private static readonly GeneveRule[] Notes =
    [
        Tell(
            GeneveNotes.ReservedBitsSet, Header,
            "Reserved bits after O and C are set; a sender must clear them, a receiver ignores them."),
        Tell(GeneveNotes.ReservedByteSet, Header, "The reserved byte after the VNI is set; a sender must clear it, a receiver ignores it."),
        Tell(
            GeneveNotes.OptionReservedBitsSet, Option,
            "Reserved bits of an option are set; a sender must clear them, a receiver ignores them."),
        Tell(
            GeneveNotes.CriticalFlagWithoutOption, Header,
            "The C bit is set and no option is critical; a receiver that does not parse options drops it."),
        Tell(
            GeneveNotes.CriticalOptionWithoutFlag, Option,
            "An option is critical and the C bit, which the sender must set, is not; a receiver may miss it."),
        Tell(
            GeneveNotes.ZeroChecksumOverIPv6, ZeroChecksum,
            "The UDP checksum is zero over IPv6; a receiver accepts that only where it is allowed."),
        Tell(GeneveNotes.FirstFragment, Fragmentation, "This is the first fragment of an IP packet; its end is not here."),
        Tell(GeneveNotes.HeaderCut, Header, "The capture ends inside the Geneve header or its options; what follows could not be checked."),
    ];

    /// <summary>The rule that a fault breaks; null for none.</summary>
    public static GeneveRule? Of(GeneveFault fault) => fault == GeneveFault.None ? null : Faults[(int)fault - 1];

    /// <summary>The rules behind notes, in the order of their bits.</summary>
    public static IReadOnlyList<GeneveRule> Of(GeneveNotes notes)
    {
        if (notes == GeneveNotes.None)
            return [];
        var rules = new List<GeneveRule>(BitOperations.PopCount((uint)notes));
        for (var bit = 0; bit < Notes.Length; bit++)
        {
            if (((int)notes & (1 << bit)) != 0)
                rules.Add(Notes[bit]);
        }

        return rules;
    }

    private static GeneveRule Drop(GeneveFault fault, string section, string sentence) =>
        new(fault.ToString(), sentence, section, MustDrop: true);

    private static GeneveRule Tell(GeneveNotes note, string section, string sentence) =>
        new(note.ToString(), sentence, section, MustDrop: false);
}
