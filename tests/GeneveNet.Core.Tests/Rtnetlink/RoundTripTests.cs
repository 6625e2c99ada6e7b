using CsCheck;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Rtnetlink;

/// <summary>What is written reads back as it was, property by property, and is written to the same bytes again.</summary>
public sealed class RoundTripTests
{
    private const int Cases = 5_000;

    public static TheoryData<Type> Messages => [.. Table.Messages];

    public static TheoryData<Type> Tables => [.. Table.All.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryMessage_ReadsBackAsItWasWritten(Type message) => Table.Call<object?>(typeof(RoundTripTests), nameof(Check), message);

    [Theory]
    [MemberData(nameof(Tables))]
    public void EveryTable_WritesEachOfItsLinesAndReadsItBack(Type owner) =>
        Table.Call<object?>(typeof(RoundTripTests), nameof(CheckTable), owner);

    [Fact]
    public void AFlagThatIsFalse_IsNotWritten()
    {
        var data = new GeneveData { External = false, GroHint = false };
        var bytes = Wire.BodyOf(new LinkMessage { Info = new LinkInfo { Kind = "geneve", Data = data } });
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
        byte[] info = [.. Wire.Attribute(1, "wonder\0"u8), .. Wire.Attribute(2, data)];
        var link = LinkMessage.Read([.. new byte[16], .. Wire.Attribute(18, info)]);
        var kind = Assert.IsType<UnknownLinkKindData>(link.Info?.Data);
        Assert.Equal(
            [(5, "010203"), (0x3fff, ""), (5, "09")],
            kind.Attributes.Select(attribute => ((int)attribute.Type, Convert.ToHexString(attribute.Payload.Span))));
    }

    private static void Check<T>() where T : class, INetlinkMessage<T> => Generators.Of<T>().Sample(
        message =>
        {
            var bytes = Wire.BodyOf(message);
            var again = T.Read(bytes);
            Assert.Equal(Properties.Show(message), Properties.Show(again));
            Assert.Equal(bytes, Wire.BodyOf(again));
        },
        iter: Cases,
        threads: 1);

    private static void CheckTable<T>() where T : class, new()
    {
        var table = (Table.Of<T>)Table.All[typeof(T)];
        HashSet<TableLine> written = [];
        Generators.Of<T>().Sample(
            made =>
            {
                written.UnionWith(table.WrittenFor(made));
                var bytes = table.Write(made);
                var again = new T();
                table.Attributes.Read(bytes, again);
                foreach (var property in table.Lines.Select(line => typeof(T).GetProperty(line.Property)!))
                    Assert.Equal(Properties.Show(property.GetValue(made)), Properties.Show(property.GetValue(again)));
                Assert.Equal(bytes, table.Write(again));
            },
            iter: Cases / 5,
            threads: 1);
        Assert.Empty(table.Lines.Except(written));
    }
}
