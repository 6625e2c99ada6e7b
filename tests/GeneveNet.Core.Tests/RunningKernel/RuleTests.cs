using System.Net;
using System.Text.Json;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Rtnetlink.Rules;
using GeneveNet.Snapshots;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class RuleTests
{
    private const byte Udp = 17;

    private static readonly string[] Rules =
    [
        "pref 100 from 10.1.0.0/16 to 10.2.0.1 lookup 1000",
        "pref 110 not from 10.3.0.0/24 fwmark 0x5 prohibit",
        "pref 120 fwmark 0x5/0xff blackhole",
        "pref 130 iif lo oif v0 lookup main suppress_prefixlength 0",
        "pref 140 ipproto udp sport 1024-2047 dport 6081 unreachable",
        "pref 150 uidrange 1000-1999 tos 0x10 lookup 254",
        "pref 160 goto 170",
        "pref 170 nop",
        "pref 180 lookup 4000000000",
    ];

    [Fact]
    public void EveryKindOfRule_IsReadAsIpShowsIt()
    {
        using var here = new TestNamespace();
        here.AddVeth();
        foreach (var rule in Rules)
            Tool.Run("ip", $"-n {here.Name} rule add {rule}");
        Tool.Run("ip", $"-n {here.Name} -6 rule add pref 99 from 2001:db8::/32 prohibit");

        Assert.Equal(Shown(here, "-4"), here.Client.GetRules(IPVersion.IPv4).Select(rule => rule.ToString()));
        Assert.Equal(Shown(here, "-6"), here.Client.GetRules(IPVersion.IPv6).Select(rule => rule.ToString()));
        Assert.Equal(
            here.Client.GetRules().Select(rule => rule.ToString()),
            [.. here.Client.GetRules(IPVersion.IPv4).Select(rule => rule.ToString()), .. Shown(here, "-6")]);
        Assert.Equal(here.Client.GetRules().Count, here.Client.StreamRules().Count());
    }

    [Fact]
    public void ARule_IsTheSameAsPlainData_AlsoByWayOfJson()
    {
        using var here = new TestNamespace();
        Tool.Run("ip", $"-n {here.Name} rule add pref 140 fwmark 5 ipproto udp dport 6081 prohibit");
        var states = here.Client.GetRules(IPVersion.IPv4).Select(RuleState.Of).ToList();

        var ours = Assert.Single(states, state => !state.IsUsual);
        Assert.True(ours.Drops);
        Assert.Equal((140, 5u, uint.MaxValue, (int)Udp), (ours.Priority, ours.Mark, ours.Mask, ours.IPProtocol));
        Assert.Equal((6081, 6081, 0), (ours.FirstDestinationPort, ours.LastDestinationPort, ours.FirstSourcePort));
        Assert.Equal(ours, JsonSerializer.Deserialize<RuleState>(JsonSerializer.Serialize(ours)));
    }

    [Fact]
    public void AQuestion_GetsTheRouteThatRulesChooseForIt_AndItsTable()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth(up: true);
        Tool.Run("ip", $"-n {here.Name} address add 10.0.0.1/24 dev v0");
        Tool.Run("ip", $"-n {here.Name} route add 10.9.0.0/16 via 10.0.0.2");
        Tool.Run("ip", $"-n {here.Name} route add 10.9.0.0/16 via 10.0.0.3 table 1000");
        Tool.Run("ip", $"-n {here.Name} route add 10.9.0.0/16 via 10.0.0.4 table 1001");
        Tool.Run("ip", $"-n {here.Name} rule add pref 100 ipproto udp dport 6081 lookup 1000");
        Tool.Run("ip", $"-n {here.Name} rule add pref 110 fwmark 7 lookup 1001");
        Tool.Run("ip", $"-n {here.Name} rule add pref 120 ipproto udp sport 5 prohibit");
        var plain = new RouteQuestion(IPAddress.Parse("10.9.1.1"));

        Assert.Equal(("10.0.0.2", RouteTable.Main), Ask(plain));
        Assert.Equal(("10.0.0.2", RouteTable.Main), Ask(plain with { OutputIndex = link.Index }));
        Assert.Equal(("10.0.0.3", 1000u), Ask(plain with { IPProtocol = Udp, DestinationPort = 6081 }));
        Assert.Equal(("10.0.0.2", RouteTable.Main), Ask(plain with { IPProtocol = Udp, DestinationPort = 6082 }));
        Assert.Equal(("10.0.0.4", 1001u), Ask(plain with { Mark = 7 }));
        Assert.Equal(("10.0.0.3", 1000u), Ask(plain with { IPProtocol = Udp, SourcePort = 5, DestinationPort = 6081 }));
        Assert.Equal(
            Errno.AccessDenied, NetworkStateReader.Ask(here.Client, plain with { IPProtocol = Udp, SourcePort = 5 }).Errno);

        (string?, uint) Ask(RouteQuestion question)
        {
            var answer = NetworkStateReader.Ask(here.Client, question);
            return (answer.Gateway?.ToString(), answer.Table);
        }
    }

    [Fact]
    public void AQuestionOfIPv6_GetsItsTableToo()
    {
        using var here = new TestNamespace();
        here.AddVeth(up: true);
        Tool.Run("ip", $"-n {here.Name} address add 2001:db8::1/64 dev v0 nodad");
        Tool.Run("ip", $"-n {here.Name} route add 2001:db8:9::/48 via 2001:db8::2 table 1000");
        Tool.Run("ip", $"-n {here.Name} -6 rule add pref 100 ipproto udp dport 6081 lookup 1000");
        var question = new RouteQuestion(IPAddress.Parse("2001:db8:9::1"));

        Assert.Equal(Errno.Unreachable, NetworkStateReader.Ask(here.Client, question).Errno);
        var answer = NetworkStateReader.Ask(here.Client, question with { IPProtocol = Udp, DestinationPort = 6081 });
        Assert.Equal((0, 1000u), (answer.Errno, answer.Table));
    }

    // `ip` prints a tab behind the priority, names by the files of its own, and one setting more.
    private static IEnumerable<string> Shown(TestNamespace here, string version) =>
        from line in Tool.Run("ip", $"-n {here.Name} {version} rule")
        select line.Replace('\t', ' ').Replace(" suppress_prefixlength 0", "", StringComparison.Ordinal)
            .Replace("ipproto udp", "ipproto 17", StringComparison.Ordinal).Replace("tos 0x10", "tos 10", StringComparison.Ordinal)
            .Replace("tos lowdelay", "tos 10", StringComparison.Ordinal);
}
