using System.Text.Json;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netfilter.Nftables;

/// <summary>Rules as a kernel says them, and what is made of them.</summary>
public sealed class NftRulesetTests
{
    private static readonly NftRuleset Captured = Read();

    [Fact]
    public void Tables_HaveFamilyNameAndFlags()
    {
        Assert.Equal(
            ["Arp a", "Bridge b", "Inet golden", "Ip nat", "Ip traced", "Netdev links"],
            Captured.Tables.Select(table => $"{table.Family} {table.Name}").Order(StringComparer.Ordinal));
        Assert.Equal("a", Assert.Single(Captured.Tables, table => table.IsDormant).Name);
        Assert.DoesNotContain(Captured.Tables, table => table.IsOwned || table.Handle == 0);
    }

    [Theory]
    [InlineData("golden", "input", NftHook.Input, -5, NftVerdict.Drop, "filter", "")]
    [InlineData("golden", "raw", NftHook.Prerouting, -300, NftVerdict.Accept, "filter", "")]
    [InlineData("golden", "later", null, null, null, null, "")]
    [InlineData("nat", "post", NftHook.Postrouting, 100, NftVerdict.Accept, "nat", "")]
    [InlineData("links", "in", NftHook.Ingress, 10, NftVerdict.Accept, "filter", "lo v0")]
    [InlineData("b", "forward", NftHook.Forward, 0, NftVerdict.Accept, "filter", "")]
    [InlineData("a", "in", NftHook.Input, 0, NftVerdict.Accept, "filter", "")]
    public void Chains_HaveTheirPlace(
        string table, string name, object? hook, int? priority, object? policy, string? type, string devices)
    {
        var chain = Assert.Single(Captured.Chains, chain => chain.Table == table && chain.Name == name);
        Assert.Equal(
            ((NftHook?)hook, priority, (NftVerdict?)policy, type, priority is not null),
            (chain.Hook, chain.Priority, chain.Policy, chain.Type, chain.IsBase));
        Assert.Equal(devices, string.Join(' ', chain.Devices.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("golden input", "Accept|map|Drop counted|Jump later|Goto last")]
    [InlineData("golden later", "Return|Reject counted")]
    [InlineData("golden last", "-")]
    [InlineData("golden raw", "NoTrack")]
    [InlineData("nat post", "Masquerade|Snat")]
    [InlineData("nat pre", "Dnat|Redirect")]
    [InlineData("links in", "- counted")]
    public void Rules_SayWhatTheyDo(string chain, string expected)
    {
        var rules = Captured.Rules.Where(rule => $"{rule.Table} {rule.Chain}" == chain).ToList();
        Assert.Equal(Enumerable.Range(1, rules.Count), rules.Select(rule => rule.Position));
        Assert.Equal(rules.Select(rule => rule.Handle).Order(), rules.Select(rule => rule.Handle));
        var shown = rules.Select(rule =>
            (rule.DecidesByMap ? "map" : rule.Verdict?.ToString() ?? "-")
            + (rule.TargetChain is { } target ? " " + target : "") + (rule.Packets is null ? "" : " counted"));
        Assert.Equal(expected, string.Join('|', shown));
    }

    [Fact]
    public void ARule_HasItsCountersAndItsComment()
    {
        var counted = Assert.Single(Captured.Rules, rule => rule.Comment == "geneve");
        Assert.Equal((7, 700, NftVerdict.Drop, true), (counted.Packets, counted.Bytes, counted.Verdict, counted.MayDrop));
        Assert.True(Assert.Single(Captured.Rules, rule => rule.Comment == "by a map") is { DecidesByMap: true, MayDrop: true });
    }

    [Fact]
    public void ARuleset_IsTheSameFromJson()
    {
        var text = JsonSerializer.Serialize(Captured);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<NftRuleset>(text)));
        Assert.Contains("geneve", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Growth_IsOfTheSameRule()
    {
        var counted = Captured.Rules.Single(rule => rule.Comment == "geneve");
        NftRuleset before = new() { Rules = [counted, counted with { Handle = 99 }, counted with { Chain = "other" }] };
        NftRuleset after = new()
        {
            Rules =
            [
                counted with { Packets = 9, Bytes = 900 }, counted with { Handle = 99, Packets = 3 },
                counted with { Handle = 100, Packets = 50 }, counted with { Chain = "other" },
            ],
        };
        var grown = Assert.Single(NftRuleset.Growth(before, after));
        Assert.Equal((counted.Handle, 2, 200), (grown.Rule.Handle, grown.Packets, grown.Bytes));
        Assert.Empty(NftRuleset.Growth(NftRuleset.Empty, after));
    }

    [Fact]
    public void RulesThatChangeWhileTheyAreRead_AreReadAgain()
    {
        var transport = new ScriptedTransport();
        var dumps = 0;
        // The first answer about rules is of a later time than those about tables and chains.
        transport.OnSend = sent => Answer(transport, sent, ++dumps == 3 ? (byte)1 : (byte)0);
        using var connection = new NetlinkConnection(transport);
        Assert.Equal(Captured.Rules, NftRulesetReader.Read(connection, TestContext.Current.CancellationToken).Rules);
        Assert.Equal(6, dumps);
    }

    [Fact]
    public void RulesThatNeverHoldStill_AreGivenUp()
    {
        var transport = new ScriptedTransport();
        var dumps = 0;
        transport.OnSend = sent => Answer(transport, sent, ++dumps % 3 == 0 ? (byte)1 : (byte)0);
        using var connection = new NetlinkConnection(transport);
        var failure = Assert.Throws<NetworkException>(
            () => NftRulesetReader.Read(connection, TestContext.Current.CancellationToken));
        Assert.Equal(FailureKind.Interrupted, failure.Kind);
    }

    [Fact]
    public void WhatMakesNoSense_IsAFailureLikeOthers()
    {
        var transport = new ScriptedTransport();
        transport.OnSend = sent => transport.Then(Wire.Message(NftMessageType.NewTable, NetlinkFlags.Multi, SequenceOf(sent), 1, 0));
        using var connection = new NetlinkConnection(transport);
        var failure = Assert.Throws<NetworkException>(
            () => NftRulesetReader.Read(connection, TestContext.Current.CancellationToken));
        Assert.Contains("nftables", failure.Message, StringComparison.Ordinal);
    }

    private static NftRuleset Read()
    {
        var transport = new ScriptedTransport();
        transport.OnSend = sent => Answer(transport, sent, 0);
        using var connection = new NetlinkConnection(transport);
        return NftRulesetReader.Read(connection, CancellationToken.None);
    }

    /// <summary>Answers a question with what was captured, made some changes later.</summary>
    private static void Answer(ScriptedTransport transport, byte[] sent, byte later)
    {
        var exchange = GoldenFile.Nftables.Exchanges.Single(one => one.Request.AsSpan(4, 2).SequenceEqual(sent.AsSpan(4, 2)));
        var sequence = SequenceOf(sent);
        foreach (var (header, body) in exchange.Messages)
        {
            var changed = (byte[])body.Clone();
            if (header.Type != NetlinkHeader.Done)
                changed[3] += later;
            transport.Then(Wire.Message(header.Type, header.Flags, sequence, changed));
        }
    }

    private static uint SequenceOf(byte[] sent) => BitConverter.ToUInt32(sent, 8);
}
