using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;
using GeneveNet.TrafficControl;

namespace GeneveNet.Tests.RunningKernel;

public sealed class TrafficControlTests
{
    [Fact]
    public void WhatAFilterDrops_IsCountedOnce_AndNamedAsTcTakesIt()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        Tool.RunOrSkip("tc", $"-n {here.Name} qdisc add dev v0 clsact");
        Tool.RunOrSkip("tc", $"-n {here.Name} filter add dev v0 egress pref 7 matchall action pass");
        Tool.RunOrSkip(
            "tc", $"-n {here.Name} filter add dev v0 egress pref 5 protocol ip u32 match ip dport 9 0xffff action drop");
        var before = TrafficControlReader.Read(here.Client);
        Send(here, 9, count: 3);
        Send(here, 10, count: 2);
        var after = TrafficControlReader.Read(here.Client);

        var drops = Assert.Single(after.Growth(before));
        Assert.Equal((3, link.Index), (drops.Packets, drops.LinkIndex));
        Assert.Equal(("u32", TrafficHook.Egress), (drops.Filter?.Kind, drops.Filter?.Hook));
        Assert.Equal((5, 0x800), (drops.Filter?.Priority, drops.Filter?.Protocol));
        Assert.Equal(("gact", FilterVerdict.Shot), (drops.Action?.Kind, drops.Action?.Verdict));
        var passing = Assert.Single(after.Filters, filter => filter.Kind == "matchall");
        Assert.Equal((FilterVerdict.Ok, 0), (passing.Actions[0].Verdict, passing.Actions[0].Drops));
        Assert.True(passing.Actions[0].Packets >= 2);
        Assert.Empty(after.Growth(after));

        // The words for it are taken by `tc`: it removes that filter and no other.
        Tool.Run("tc", $"-n {here.Name} filter del dev v0 {drops.Filter}");
        Assert.Equal(["matchall"], TrafficControlReader.Read(here.Client).Filters.Select(filter => filter.Kind));
        Tool.Run("tc", $"-n {here.Name} filter del dev v0 {passing}");
        Assert.Empty(TrafficControlReader.Read(here.Client).Filters);
    }

    [Fact]
    public void APolicer_TellsWhatItDrops()
    {
        using var here = new TestNamespace();
        Prepare(here);
        Tool.RunOrSkip("tc", $"-n {here.Name} qdisc add dev v0 clsact");
        Tool.RunOrSkip(
            "tc", $"-n {here.Name} filter add dev v0 egress protocol ip u32 match ip dport 9 0xffff police rate 8bit burst 1 drop");
        var before = TrafficControlReader.Read(here.Client);
        Send(here, 9, count: 3);

        var drops = Assert.Single(TrafficControlReader.Read(here.Client).Growth(before));
        Assert.Equal((3, "police", FilterVerdict.Shot), (drops.Packets, drops.Action?.Kind, drops.Action?.Verdict));
    }

    [Fact]
    public void Netem_IsReadWithItsSettings_AndWhatItDropsIsCounted()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        Tool.RunOrSkip(
            "tc", $"-n {here.Name} qdisc add dev v0 root handle 5: netem limit 50 delay 10ms 2ms loss 20% duplicate 1.5% corrupt 3%");
        var netem = Assert.Single(TrafficControlReader.Read(here.Client).Qdiscs, qdisc => qdisc.Kind == "netem");
        Assert.Equal((link.Index, 0x50000u, TrafficHandle.Root), (netem.LinkIndex, netem.Handle, netem.Parent));
        Assert.Equal((20, 1.5, 3), (netem.Netem?.LossPercent, netem.Netem?.DuplicatePercent, netem.Netem?.CorruptPercent));
        Assert.Equal((10, 2, 50), (netem.Netem?.DelayMilliseconds, netem.Netem?.JitterMilliseconds, netem.Netem?.Limit));
        Assert.Equal("netem 5: root", netem.ToString());

        Tool.Run("tc", $"-n {here.Name} qdisc change dev v0 root handle 5: netem loss 100%");
        var before = TrafficControlReader.Read(here.Client);
        Send(here, 9, count: 4);
        var drops = Assert.Single(TrafficControlReader.Read(here.Client).Growth(before));
        Assert.Equal((4, 100), (drops.Packets, drops.Qdisc?.Netem?.LossPercent));
    }

    [Fact]
    public void AFilterOfAClassfulRoot_IsRead()
    {
        using var here = new TestNamespace();
        Prepare(here);
        Tool.RunOrSkip("tc", $"-n {here.Name} qdisc add dev v0 root handle 1: htb default 10");
        Tool.RunOrSkip(
            "tc", $"-n {here.Name} filter add dev v0 parent 1: protocol ip pref 3 u32 match ip dport 9 0xffff action drop");
        var before = TrafficControlReader.Read(here.Client);
        Send(here, 9, count: 2);
        var after = TrafficControlReader.Read(here.Client);
        var drops = Assert.Single(after.Growth(before));
        Assert.Equal((2, TrafficHook.Queue, 0x10000u), (drops.Packets, drops.Filter?.Hook, drops.Filter?.Parent));
        Assert.Equal(JsonSerializer.Serialize(after), JsonSerializer.Serialize(
            JsonSerializer.Deserialize<TrafficControlState>(JsonSerializer.Serialize(after))));
    }

    [Fact]
    public void AHostOfTenLinks_IsReadInAMillisecond()
    {
        using var here = new TestNamespace();
        for (var i = 0; i < 5; i++)
            here.AddVeth($"a{i}", $"b{i}", up: true);
        for (var i = 0; i < 5; i++)
            Tool.RunOrSkip("tc", $"-n {here.Name} qdisc add dev a{i} clsact");
        Assert.True(TrafficControlReader.Read(here.Client).Qdiscs.Count(qdisc => qdisc.Kind == "clsact") == 5);
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 50; i++)
        {
            var start = Stopwatch.GetTimestamp();
            TrafficControlReader.Read(here.Client);
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{fastest.TotalMicroseconds:0} µs");
        Assert.True(fastest < TimeSpan.FromMilliseconds(1), $"It took {fastest.TotalMilliseconds} ms.");
    }

    private static Link Prepare(TestNamespace here)
    {
        var link = here.AddVeth(up: true);
        Tool.Run("ip", $"-n {here.Name} address add 10.0.0.1/24 dev v0");
        // Nobody asks who has the address, so that nothing but what a test sends goes out.
        Tool.Run("ip", $"-n {here.Name} neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0");
        return link;
    }

    private static void Send(TestNamespace here, int port, int count) => NamespaceThread.RunIn(here.Namespace, () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < count; i++)
        {
            try
            {
                socket.SendTo([1, 2, 3], new IPEndPoint(IPAddress.Parse("10.0.0.2"), port));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // So the kernel tells that a queue dropped it.
            }
        }

        return count;
    });
}
