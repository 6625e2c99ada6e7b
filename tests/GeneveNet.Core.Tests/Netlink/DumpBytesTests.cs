using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

public sealed class DumpBytesTests : IDisposable
{
    private readonly ScriptedTransport _kernel = new();
    private readonly NetlinkConnection _connection;

    public DumpBytesTests() => _connection = new NetlinkConnection(_kernel);

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Objects_ComeInOrder_WhateverTheirSizes()
    {
        var bytes = new DumpBytes<AddressMessage>();
        // Sizes that end before, at and behind the end of a chunk; the largest is longer than a chunk.
        int[] fillers = [0, 4, 1000, 32_000, 40_000, 60_000, 32_740, 32_744, 32_748, 32_752, 8, 0];
        List<int> expected = [];
        for (var i = 0; i < 400; i++)
        {
            expected.Add(i);
            byte[] filler = fillers[i % fillers.Length] is > 0 and var size ? Wire.Attribute(99, new byte[size]) : [];
            bytes.Add([.. Wire.BodyOf(new AddressMessage { Index = i }), .. filler]);
        }

        Assert.Equal(expected, bytes.Select(message => message.Index));
        // They can be taken again, and are made anew.
        Assert.Equal(expected, bytes.Select(message => message.Index));
        Assert.NotSame(bytes.First(), bytes.First());
        bytes.Clear();
        Assert.Empty(bytes);
        bytes.Add(Wire.BodyOf(new AddressMessage { Index = 7 }));
        Assert.Equal(7, Assert.Single(bytes).Index);
    }

    [Fact]
    public void Dump_ThatWasInterrupted_IsAskedForAgain_AndNothingOfItIsKept()
    {
        _kernel.OnSend = _ =>
        {
            var sequence = (uint)_kernel.Sent.Count;
            var mark = sequence == 1 ? NetlinkFlags.Multi | NetlinkFlags.DumpInterrupted : NetlinkFlags.Multi;
            _kernel.Then(Entry(sequence, (int)sequence), Entry(sequence, 10)).Then(Wire.Done(sequence, 0, mark));
        };
        Assert.Equal([2, 10], Dump().Select(message => message.Index));
        Assert.Equal(2, _kernel.Sent.Count);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Dump_IsReadWhole_BeforeTheFirstObjectIsTaken()
    {
        _kernel.Then(Entry(1, 1)).Then(Entry(1, 2), Wire.Done(1));
        using var objects = Dump().GetEnumerator();
        Assert.Equal(0, _kernel.Unread);
        Assert.True(objects.MoveNext());
        // Something else is asked meanwhile over the same connection.
        _kernel.Then(Entry(2, 9), Wire.Done(2));
        Assert.Equal(9, Assert.Single(Dump()).Index);
        Assert.True(objects.MoveNext());
        Assert.Equal(2, objects.Current.Index);
        Assert.False(objects.MoveNext());
    }

    private DumpBytes<AddressMessage> Dump() => _connection.DumpBytes<AddressMessage>(
        new NetlinkRequest<AddressMessage>(RtmType.GetAddress, NetlinkFlags.None, new AddressMessage(), "list addresses"),
        CancellationToken.None);

    private static byte[] Entry(uint sequence, int index) =>
        Wire.Message(RtmType.NewAddress, NetlinkFlags.Multi, sequence, Wire.BodyOf(new AddressMessage { Index = index }));
}
