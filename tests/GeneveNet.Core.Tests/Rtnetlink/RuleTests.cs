using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Rtnetlink.Rules;
using GeneveNet.Snapshots;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Rtnetlink;

/// <summary>Policy rules, and questions about routes that rules decide, byte for byte as Linux 6.18 and `ip` 6.1 send them.</summary>
public sealed class RuleTests
{
    /// <summary>
    /// ip rule add pref 140 not from 10.1.0.0/16 to 10.2.0.1 iif lo oif v0 fwmark 0x5/0xff ipproto udp sport 1024-2047 dport 6081
    /// uidrange 1000-1999 tos 0x10 lookup 1000; with an attribute (29) that is newer than the table.
    /// </summary>
    private const string Told =
        "02201010fc0000011200000008000f00e803000008000e00ffffffff0500150000000000070003006c6f000007001100"
        + "76300000080006008c00000008000a000500000008001000ff0000000c001400e8030000cf070000080017000004ff07"
        + "08001800c117c11706001d00ffff00000500160011000000080001000a020001080002000a010000";

    [Fact]
    public void ARule_IsReadAsItWasSet()
    {
        var rule = new RoutingRule(RuleMessage.Read(Convert.FromHexString(Told)), NetworkNamespace.Current);
        Assert.Equal(
            "140: not from 10.1.0.0/16 to 10.2.0.1 tos 10 fwmark 0x5/0xff iif lo oif v0 uidrange 1000-1999 ipproto 17 "
            + "sport 1024-2047 dport 6081 lookup 1000",
            rule.ToString());
        Assert.Equal((IPVersion.IPv4, 140L, RuleAction.Lookup, "1000"), (rule.Family, rule.Priority, rule.Action, rule.Table));
        Assert.Equal(("10.1.0.0/16", "10.2.0.1/32"), (rule.Source, rule.Destination));
        Assert.Equal((5L, 255L, 17, "1024-2047", "6081"), (rule.Mark, rule.Mask, rule.IPProtocol, rule.SourcePorts, rule.DestinationPorts));
        Assert.Equal((true, false, RouteProtocol.Unspecified), (rule.IsInverted, rule.IsL3Mdev, rule.Protocol));
        Assert.Null(rule.SuppressPrefixLength);
        Assert.False(RuleState.Of(rule).IsUsual);
    }

    [Fact]
    public void WhatIsWritten_IsWhatWasRead_ButForWhatNobodyKnows()
    {
        var bytes = Convert.FromHexString(Told);
        var again = RuleMessage.Read(Wire.BodyOf(RuleMessage.Read(bytes)));
        Assert.Equal(Properties.Show(RuleMessage.Read(bytes)), Properties.Show(again));
        // The kernel does not care for the order; only the attribute of 8 bytes that has no line is missing.
        Assert.Equal(bytes.Length - 8, Wire.BodyOf(again).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(17)]
    [InlineData(25)]
    public void ARuleThatIsCut_IsRefused(int length) =>
        Assert.Throws<NetlinkFormatException>(() => RuleMessage.Read(Convert.FromHexString(Told).AsSpan(0, length)));

    [Fact]
    public void AQuestion_IsWhatIpAsks()
    {
        // ip route get 10.9.1.1 mark 7 ipproto udp sport 5 dport 6081
        var asked = new RouteMessage
        {
            Family = 2,
            DestinationLength = 32,
            Flags = RouteFlags.LookupTable,
            Destination = IPAddress.Parse("10.9.1.1"),
            IPProtocol = 17,
            SourcePort = 5,
            DestinationPort = 6081,
            Mark = 7,
        };
        Assert.Equal(
            "02200000" + "00000000" + "00100000" + "08000100" + "0a090101" + "08001000" + "07000000" + "05001b00" + "11000000"
            + "06001c00" + "00050000" + "06001d00" + "17c10000",
            Convert.ToHexStringLower(Wire.BodyOf(asked)));
    }

    [Fact]
    public void AQuestionAsText_SaysWhatIpIsAsked() => Assert.Equal(
        "to 10.9.1.1 from 10.0.0.1 oif 3 mark 7 ipproto 17 sport 5 dport 6081",
        new RouteQuestion(IPAddress.Parse("10.9.1.1"), IPAddress.Parse("10.0.0.1"))
        {
            OutputIndex = 3,
            Mark = 7,
            IPProtocol = 17,
            SourcePort = 5,
            DestinationPort = 6081,
        }.ToString());
}
