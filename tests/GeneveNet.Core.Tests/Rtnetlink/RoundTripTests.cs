using CsCheck;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Rtnetlink;

/// <summary>What is written reads back as it was, property by property, and is written to the same bytes again.</summary>
public sealed class RoundTripTests
{
    private const int Cases = 5_000;

    [Fact]
    public void Links() => Check(Generators.Link(), LinkMessage.Read);

    [Fact]
    public void Addresses() => Check(Generators.Address, AddressMessage.Read);

    [Fact]
    public void Routes() => Check(Generators.Route, RouteMessage.Read);

    [Fact]
    public void Tunnels() => Check(
        Generators.Geneve.Select(data => new LinkMessage { Name = "g", Info = new LinkInfo { Kind = "geneve", Data = data } }), LinkMessage.Read);

    [Fact]
    public void AFlagThatIsFalse_IsNotWritten()
    {
        var bytes = Wire.BodyOf(new LinkMessage { Info = new LinkInfo { Kind = "geneve", Data = new GeneveData { External = false, GroHint = false } } });
        Assert.DoesNotContain("18.2.", WireText.OfBody(bytes, Shape.Link), StringComparison.Ordinal);
    }

    [Fact]
    public void AddressFlagsOfTheFixedPart_CountWhereNoAttributeHasThem()
    {
        byte[] old = [2, 24, 0x80, 0, 5, 0, 0, 0];
        Assert.Equal(AddressFlags.Permanent, AddressMessage.Read(old).Flags);
        Assert.Equal(AddressFlags.NoPrefixRoute, AddressMessage.Read([.. old, .. Wire.Attribute(8, 0, 2, 0, 0)]).Flags);
    }

    [Fact]
    public void CountersOfAnOlderKernel_ReadAsFarAsTheyGo()
    {
        byte[] counters = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        var statistics = LinkMessage.Read([.. new byte[16], .. Wire.Attribute(23, counters)]).Statistics!.Value;
        Assert.Equal((1UL, 2UL, 0UL), (statistics.ReceivedPackets, statistics.SentPackets, statistics.ReceivedBytes));
    }

    [Fact]
    public void KindsWithoutATable_LoseNothing()
    {
        byte[] data = [.. Wire.Attribute(5, 1, 2, 3), .. Wire.Attribute(0x3fff), .. Wire.Attribute(5, 9)];
        var link = LinkMessage.Read([.. new byte[16], .. Wire.Attribute(18, [.. Wire.Attribute(1, "wonder\0"u8), .. Wire.Attribute(2, data)])]);
        var kind = Assert.IsType<UnknownLinkKindData>(link.Info?.Data);
        Assert.Equal([(5, "010203"), (0x3fff, ""), (5, "09")], kind.Attributes.Select(a => ((int)a.Type, Convert.ToHexString(a.Payload.Span))));
    }

    private static void Check<T>(Gen<T> generator, Reading<T> read) where T : INetlinkMessage<T> => generator.Sample(
        message =>
        {
            var bytes = Wire.BodyOf(message);
            var again = read(bytes);
            Assert.Equal(Properties.Show(message), Properties.Show(again));
            Assert.Equal(bytes, Wire.BodyOf(again));
        },
        iter: Cases,
        threads: 1);

    private delegate T Reading<T>(ReadOnlySpan<byte> body);
}
