using GeneveNet.Packets;

namespace GeneveNet.Tests.Packets;

/// <summary>Every rule of RFC 8926 that a packet can break has its name, and breaking it by one byte or bit is enough.</summary>
public sealed class GeneveFaultTests
{
    // An Ethernet header and nothing in it, as payload.
    private const string Payload = "764dd9e82034 f6eddb8e766e 88b5";

    [Theory]
    [InlineData("", GeneveFault.HeaderTruncated)]
    [InlineData("00006558 0003e8", GeneveFault.HeaderTruncated)]
    [InlineData("00006558 0003e800", GeneveFault.None)]
    [InlineData("40006558 0003e800", GeneveFault.UnsupportedVersion)]
    [InlineData("80006558 0003e800", GeneveFault.UnsupportedVersion)]
    [InlineData("c0006558 0003e800", GeneveFault.UnsupportedVersion)]
    [InlineData("c1006558 0003e800", GeneveFault.UnsupportedVersion)] // and its Opt Len means nothing
    [InlineData("01006558 0003e800", GeneveFault.OptionsBeyondPacket)]
    [InlineData("01006558 0003e800 ff000100", GeneveFault.None)]
    [InlineData("3f006558 0003e800 ff000100", GeneveFault.OptionsBeyondPacket)]
    [InlineData("01006558 0003e800 ff000101", GeneveFault.OptionBeyondOptions)]
    [InlineData("01006558 0003e800 ff000101 00000000", GeneveFault.OptionBeyondOptions)] // the data is payload
    [InlineData("02006558 0003e800 ff000101 00000000", GeneveFault.None)]
    [InlineData("03006558 0003e800 ff000101 00000000 ff00021f", GeneveFault.OptionBeyondOptions)] // the second one
    [InlineData("01406558 0003e800 ff008000", GeneveFault.UnknownCriticalOption)]
    [InlineData("01006558 0003e800 ff008000", GeneveFault.UnknownCriticalOption)]
    [InlineData("02406558 0003e800 ff000100 ff00ff00", GeneveFault.UnknownCriticalOption)]
    [InlineData("02406558 0003e800 ff008000 ff000101", GeneveFault.OptionBeyondOptions)] // a broken list comes before what is in it
    [InlineData("3f006558 0003e800", GeneveFault.OptionsBeyondPacket)]
    public void Faults_AreNamed(string hex, GeneveFault expected)
    {
        var bytes = HexText.Parse(hex);
        var fault = GeneveHeader.TryRead(bytes, out var header);
        if (fault == GeneveFault.None)
            fault = header.Check(understood: null, out _);
        Assert.Equal(expected, fault);

        var packet = GeneveDecoder.Default.DecodeGeneve(bytes);
        Assert.Equal((expected, expected != GeneveFault.None), (packet.Fault, packet.ShouldDrop));
        Assert.Equal(packet.ShouldDrop, packet.DropReason is not null);
    }

    [Theory]
    [InlineData("00006558 0003e800", GeneveNotes.None)]
    [InlineData("00806558 0003e800", GeneveNotes.None)]
    [InlineData("00206558 0003e800", GeneveNotes.ReservedBitsSet)]
    [InlineData("00016558 0003e800", GeneveNotes.ReservedBitsSet)]
    [InlineData("00006558 0003e801", GeneveNotes.ReservedByteSet)]
    [InlineData("00006558 0003e880", GeneveNotes.ReservedByteSet)]
    [InlineData("01006558 0003e800 ff000120", GeneveNotes.OptionReservedBitsSet)]
    [InlineData("01006558 0003e800 ff0001e0", GeneveNotes.OptionReservedBitsSet)]
    [InlineData("00406558 0003e800", GeneveNotes.CriticalFlagWithoutOption)]
    [InlineData("01406558 0003e800 ff000100", GeneveNotes.CriticalFlagWithoutOption)]
    [InlineData("01406558 0003e800 0102f100", GeneveNotes.None)]
    [InlineData("01006558 0003e800 0102f100", GeneveNotes.CriticalOptionWithoutFlag)]
    [InlineData("013f6558 0003e8ff 0102f1e0", GeneveNotes.CriticalOptionWithoutFlag | GeneveNotes.ReservedBitsSet
        | GeneveNotes.ReservedByteSet | GeneveNotes.OptionReservedBitsSet)]
    public void Notes_AreToldAndNotRejected(string hex, GeneveNotes expected)
    {
        var decoder = new GeneveDecoder(understoodOptions: new HashSet<GeneveOptionId> { new(0x0102, 0xf1) });
        var packet = decoder.DecodeGeneve(HexText.Parse(hex + Payload));
        Assert.Equal((expected, GeneveFault.None), (packet.Notes, packet.Fault));
        Assert.Null(packet.DropReason);
        Assert.Equal(0x88b5, packet.Inner!.EtherType);
    }

    [Fact]
    public void CriticalOptions_AreUnderstoodByClassAndType()
    {
        var bytes = HexText.Parse("02406558 0003e800 01028100 01038100");
        Assert.Equal(GeneveFault.UnknownCriticalOption, Decode(new GeneveOptionId(0x0102, 0x81)).Fault);
        Assert.Equal(GeneveFault.UnknownCriticalOption, Decode(new(0x0102, 0x81), new(0x0103, 0x01)).Fault);
        Assert.Equal(GeneveFault.None, Decode(new(0x0102, 0x81), new(0x0103, 0x81)).Fault);
        // The one that is not understood is named.
        Assert.Equal(
            "A critical option is not understood; a receiver must drop the packet. (RFC 8926, section 3.5) "
                + "The option is class In-band Network Telemetry (INT) (0x103) type 0x81(C) len 4.",
            Decode(new GeneveOptionId(0x0102, 0x81)).DropReason);

        GenevePacket Decode(params GeneveOptionId[] understood) =>
            new GeneveDecoder(understoodOptions: understood.ToHashSet()).DecodeGeneve(bytes);
    }

    [Fact]
    public void OptionReader_TellsLeftoverBytes()
    {
        var options = new GeneveOptionReader([0xff, 0, 1, 0, 0xff, 0, 1]);
        Assert.True(options.MoveNext());
        Assert.False(options.MoveNext());
        Assert.Equal(GeneveFault.OptionHeaderTruncated, options.Fault);
        Assert.False(options.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)] // ends behind the fixed part
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(15)]
    public void CutCaptures_AreNoFaultOfThePacket(int captured)
    {
        var packet = GeneveDecoder.Default.DecodeGeneve(
            HexText.Parse("03406558 0003e800 ff000100 ff008101 01020304 aabbccdd").AsMemory(0, captured), 24);
        Assert.Equal((GeneveFault.None, GeneveNotes.HeaderCut, true), (packet.Fault, packet.Notes, packet.IsTruncated));
        Assert.Equal(captured < 8 ? null : 1000u, packet.Vni);
        Assert.Equal(captured < 12 ? 0 : 1, packet.Options.Count);
        Assert.EndsWith(captured < 8 ? "Geneve [|geneve]" : " [|ether]", packet.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CutCapture_StillShowsAnOptionThatLeadsBehindOptLen() =>
        Assert.Equal(
            GeneveFault.OptionBeyondOptions, GeneveDecoder.Default.DecodeGeneve(HexText.Parse("02006558 0003e800 ff00011f"), 200).Fault);

    [Fact]
    public void UnsupportedVersion_HidesEveryOtherField()
    {
        var packet = GeneveDecoder.Default.DecodeGeneve(HexText.Parse("41ff6558 0003e801 ff000100" + Payload));
        Assert.Equal((byte)1, packet.Version);
        Assert.Equal("        0 ", $"{packet.Vni} {packet.ProtocolType} {packet.ProtocolName} {packet.OptionsLength} "
            + $"{packet.IsOam} {packet.HasCriticalOptions} {packet.Reserved} {packet.Reserved2} {packet.Options.Count} {packet.Inner}");
        Assert.Contains("version 1", packet.DropReason, StringComparison.Ordinal);
        Assert.Equal(FailureKind.InvalidArgument, Assert.Throws<NetworkException>(packet.ToSpecification).Kind);
    }

    [Fact]
    public void EveryFaultAndNote_HasASentenceAndItsSection()
    {
        foreach (var fault in Enum.GetValues<GeneveFault>().Where(fault => fault != GeneveFault.None))
            Check(GeneveRules.Of(fault)!, fault.ToString(), mustDrop: true);
        foreach (var note in Enum.GetValues<GeneveNotes>().Where(note => note != GeneveNotes.None))
            Check(Assert.Single(GeneveRules.Of(note)), note.ToString(), mustDrop: false);
        Assert.Null(GeneveRules.Of(GeneveFault.None));
        Assert.Empty(GeneveRules.Of(GeneveNotes.None));
        Assert.Equal(
            ["ReservedBitsSet", "HeaderCut"],
            GeneveRules.Of(GeneveNotes.HeaderCut | GeneveNotes.ReservedBitsSet).Select(rule => rule.Name));

        static void Check(GeneveRule rule, string name, bool mustDrop)
        {
            Assert.Equal((name, mustDrop), (rule.Name, rule.MustDrop));
            Assert.EndsWith(".", rule.Sentence, StringComparison.Ordinal);
            Assert.StartsWith("RFC ", rule.Section, StringComparison.Ordinal);
        }
    }
}
