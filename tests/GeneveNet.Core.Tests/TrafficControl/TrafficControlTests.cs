using GeneveNet.Tests.Support;
using GeneveNet.TrafficControl;

namespace GeneveNet.Tests.TrafficControl;

/// <summary>What the kernel tells of disciplines and filters, byte for byte, and what dropped packets between two looks.</summary>
public sealed class TrafficControlTests
{
    private const uint Percent20 = 858993459;

    [Fact]
    public void Netem_IsReadFromItsStructureAndItsAttributes()
    {
        byte[] options =
        [
            .. U32(156250), .. U32(1000), .. U32(Percent20), .. U32(0), .. U32(42949672), .. U32(0), // latency … jitter
            .. Wire.Attribute(4, [.. U32(uint.MaxValue), .. U32(0)]), .. Wire.Attribute(3, [.. U32(0), .. U32(0)]),
        ];
        var netem = NetemSettings.Read(options)!;
        Assert.Equal((20, 1, 100, 0), (netem.LossPercent, netem.DuplicatePercent, netem.CorruptPercent, netem.ReorderPercent));
        // Ticks of 64 ns, where the kernel tells no nanoseconds.
        Assert.Equal((10, 1000, false), (netem.DelayMilliseconds, netem.Limit, netem.HasLossModel));
        byte[] newer = [.. options, .. Wire.Attribute(10, BitConverter.GetBytes(2_500_000L)), .. Wire.Attribute(5, Wire.Attribute(2, 0))];
        Assert.Equal((2.5, true), (NetemSettings.Read(newer)!.DelayMilliseconds, NetemSettings.Read(newer)!.HasLossModel));
        Assert.Null(NetemSettings.Read(options.AsSpan(0, 23)));
    }

    [Theory]
    [InlineData("matchall", 2)]
    [InlineData("u32", 7)]
    [InlineData("flower", 3)]
    [InlineData("bpf", 1)]
    public void Actions_AreFoundWhereTheKindHasThem(string kind, int number)
    {
        byte[] shot = [.. U32(1), .. U32(0), .. U32(2), .. U32(1), .. U32(1)];
        byte[] pass = [.. U32(1), .. U32(0)];
        byte[] counters = [.. Wire.Attribute(1, [.. BitConverter.GetBytes(84L), .. U32(3), .. U32(0)]),
            .. Wire.Attribute(3, [.. U32(0), .. U32(0), .. U32(3), .. U32(0), .. U32(0)])];
        byte[] options = Wire.Attribute(number, [
            .. Wire.Attribute(1, [
                .. Wire.Attribute(1, "gact\0"u8), .. Wire.Attribute(4, counters), .. Wire.Attribute(2, Wire.Attribute(2, shot))]),
            .. Wire.Attribute(2, [.. Wire.Attribute(1, "csum\0"u8), .. Wire.Attribute(2, Wire.Attribute(1, [.. pass, .. U32(3)]))]),
            .. Wire.Attribute(3, Wire.Attribute(1, "new\0"u8))]);
        var actions = FilterKinds.ActionsOf(new TrafficControlMessage { Kind = kind, Options = options });
        Assert.Equal(
            [
                new() { Kind = "gact", Verdict = FilterVerdict.Shot, Packets = 3, Drops = 3 },
                new() { Kind = "csum", Verdict = FilterVerdict.Pipe },
                new() { Kind = "new", Verdict = FilterVerdict.Unspecified },
            ],
            actions);
        Assert.Empty(FilterKinds.ActionsOf(new TrafficControlMessage { Kind = "another", Options = options }));
    }

    [Fact]
    public void AMessage_IsReadFromItsBytes()
    {
        byte[] body = [0, 0, 0, 0, .. U32(7), .. U32(0x50000), .. U32(uint.MaxValue), .. U32(2), .. Wire.Attribute(1, "netem\0"u8),
            .. Wire.Attribute(7, [.. Wire.Attribute(1, [.. BitConverter.GetBytes(0L), .. U32(0), .. U32(0)]),
                .. Wire.Attribute(3, [.. U32(0), .. U32(0), .. U32(5), .. U32(0), .. U32(0)])])];
        var message = TrafficControlMessage.Read(body);
        Assert.Equal((7, 0x50000u, uint.MaxValue, "netem"), (message.Index, message.Handle, message.Parent, message.Kind));
        Assert.Equal((0, 5), (TrafficControlReader.PacketsOf(message.Statistics), TrafficControlReader.DropsOf(message.Statistics)));
    }

    [Fact]
    public void EachDrop_IsCountedOnce_WhereItHappened()
    {
        QdiscState root = new() { LinkIndex = 2, Kind = "htb", Handle = 0x10000, Parent = TrafficHandle.Root, Drops = 10 };
        QdiscState child = new() { LinkIndex = 2, Kind = "netem", Handle = 0x50000, Parent = 0x10010, Drops = 1 };
        QdiscState clsact = new() { LinkIndex = 3, Kind = "clsact", Handle = 0xffff0000, Parent = TrafficHandle.Ingress };
        FilterActionState shot = new() { Kind = "gact", Verdict = FilterVerdict.Shot };
        FilterState ingress = new()
        {
            LinkIndex = 3, Hook = TrafficHook.Ingress, Parent = TrafficHandle.IngressFilters, Kind = "matchall", Handle = 1, Priority = 9,
            Protocol = 3, Actions = [shot],
        };
        TrafficControlState before = new() { Qdiscs = [root, child, clsact], Filters = [ingress] };
        TrafficControlState after = new()
        {
            Qdiscs = [root with { Drops = 14 }, child with { Drops = 4 }, clsact with { Drops = 7 }],
            Filters = [ingress with { Actions = [shot with { Drops = 5, Packets = 5 }] }],
        };

        // Of the 7 of clsact its filter tells 5: a program (bpf) beside it dropped 2. Of the 4 of htb netem dropped 3.
        Assert.Equal(
            [
                "5 by ingress protocol all pref 9 handle 0x1 matchall",
                "1 by htb 1: root",
                "3 by netem 5: parent 1:10",
                "2 by clsact ffff: clsact",
            ],
            after.Growth(before).Select(drops => drops.ToString()));
        Assert.Empty(before.Growth(before));
        // One that was made in between dropped all that it tells.
        Assert.Equal(5, after.Growth(before with { Filters = [] })[0].Packets);
        // One that was made anew under the same number has counters that begin again.
        Assert.Empty(before.Growth(after));
    }

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);
}
