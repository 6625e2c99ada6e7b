using System.Net;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netfilter.Nftables;

/// <summary>What is made of what a kernel told about traced packets.</summary>
public sealed class NftTraceReportTests
{
    private static readonly List<NftTraceMessage> Captured =
    [
        .. from message in GoldenFile.Nftables["trace"].Messages
           where message.Header.Type == NftMessageType.Trace
           select NftTraceMessage.Read(message.Body),
    ];

    [Fact]
    public void Events_AreReadAsTheKernelToldThem()
    {
        var events = NftTraceReport.Of(Captured, static _ => false).Events;
        Assert.Equal(Captured.Count, events.Count);
        var drop = Assert.Single(events, one => one is { Point: NftTracePoint.Rule, Verdict: NftVerdict.Drop });
        Assert.Equal((NftFamily.Ip, "traced", "sub", 1), (drop.Family, drop.Table, drop.Chain, drop.InputIndex));
        Assert.NotNull(drop.RuleHandle);
        Assert.Contains(events, one => one is { Verdict: NftVerdict.Jump, TargetChain: "sub", Chain: "input" });
        var policy = Assert.Single(events, one => one is { Point: NftTracePoint.Policy, Verdict: NftVerdict.Drop });
        Assert.Equal(("last", null, 1), (policy.Chain, policy.RuleHandle, policy.OutputIndex));
    }

    [Fact]
    public void Drops_AreThoseOfPacketsThatWeMarked()
    {
        Assert.Empty(NftTraceReport.Of(Captured, static _ => false).Drops);
        // As our own table would have marked each packet.
        var marked = Captured.SelectMany(message => (NftTraceMessage[])
        [
            new NftTraceMessage { Id = message.Id, Table = "own", Chain = "inner", Type = 3, Verdict = new() { Code = -1 } }, message,
        ]);
        List<NftTraceMessage> twice = [.. marked, .. marked];
        var drops = NftTraceReport.Of(twice, static table => table == "own").Drops;
        Assert.Equal(["sub rule 2", "last policy 2"], drops.Select(
            drop => $"{drop.Where.Chain} {(drop.Where.RuleHandle is null ? "policy" : "rule")} {drop.Packets}"));
        Assert.All(drops, drop => Assert.Equal(NftTracePacket.Inner, drop.Where.Packet));
    }

    [Fact]
    public void ABatch_IsMessagesOfOneNumber_AndOneAcknowledgement()
    {
        var target = new NftTraceTarget { Inner = new(IPAddress.Parse("11.200.1.1"), IPAddress.Parse("11.200.2.1")) };
        ReadOnlySpan<byte> rest = Wire.MessageOf(
            NftTraceTable.Create(NftFamily.Inet, "t", target, [NftHook.Input]), NetlinkFlags.Ack, sequence: 7);
        List<NetlinkHeader> headers = [];
        while (NetlinkHeader.TryReadMessage(ref rest, out var header, out _))
            headers.Add(header);

        Assert.All(headers, header => Assert.Equal(7u, header.Sequence));
        Assert.Equal(
            (NftMessageType.BatchBegin, NftMessageType.NewTable, NftMessageType.BatchEnd),
            (headers[0].Type, headers[1].Type, headers[^1].Type));
        Assert.True(Assert.Single(headers, header => header.Flags.HasFlag(NetlinkFlags.Ack)) == headers[^2]);
    }

    [Theory]
    [InlineData(3, "tcp dport 22 accept")]
    [InlineData(9, "udp dport { 1, 2, 3 } drop comment \"a # handle 4\"")]
    [InlineData(10, "type of nothing")]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(11, null)]
    public void TheTextOfARule_IsFoundByItsNumber(ulong handle, string? text) => Assert.Equal(
        text,
        NftRuleText.FindIn(
            "table inet t { # handle 7\n\tchain c { # handle 1\n\t\tcomment \"of the chain\"\n"
            + "\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport 22 accept # handle 3\n"
            + "\t\tudp dport { 1, 2,\n\t\t\t    3 } drop comment \"a # handle 4\" # handle 9\n"
            + "\t\ttype of nothing # handle 10\n\t}\n}\n",
            handle));
}
