using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GeneveNet.Namespaces;
using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

/// <summary>Rules that drop a probe are found, to the number that nft has for them; nothing is left behind.</summary>
public sealed class NftablesTests
{
    private const ushort EchoId = 0x4711;
    private const int Port = 6081;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Each: where, what nft is told, the packet that ends there, and what there is to send.</summary>
    /// <remarks>Where br_netfilter is loaded, the kernel leaves out chains of bridges for forwarding with priority 0.</remarks>
    public static TheoryData<string, string, string> Faults => new()
    {
        { "far", "table inet t { chain c { type filter hook input priority 0; icmp type echo-request drop comment \"it\"; }; }", "Inner" },
        {
            "far",
            "table inet t { chain c { type filter hook input priority 0; "
                + "icmp type echo-request counter reject comment \"it\"; }; }",
            "Inner"
        },
        { "far", "table ip t { chain c { type filter hook prerouting priority -300; ip protocol icmp drop comment \"it\"; }; }", "Inner" },
        { "near", "table ip t { chain c { type filter hook output priority 0; ip protocol icmp drop comment \"it\"; }; }", "Inner" },
        { "near", "table inet t { chain c { type filter hook output priority 0; ip protocol icmp reject comment \"it\"; }; }", "Inner" },
        {
            "far",
            "table netdev t { chain c { type filter hook ingress device v1 priority 0; "
                + "ip protocol icmp drop comment \"it\"; }; }",
            "Inner"
        },
        {
            "near",
            "table netdev t { chain c { type filter hook egress device v0 priority 0; "
                + "ip protocol icmp drop comment \"it\"; }; }",
            "Inner"
        },
        {
            "far",
            "table inet t { chain c { type filter hook ingress device v1 priority 5; "
                + "ip protocol icmp drop comment \"it\"; }; }",
            "Inner"
        },
        {
            "far",
            "table ip t { chain c { type filter hook input priority 0; counter; jump d; }; chain d { goto e; }; "
                + "chain e { ip protocol icmp counter drop comment \"it\"; }; }",
            "Inner"
        },
        {
            "far",
            "table inet t { chain c { type filter hook input priority 0; "
                + "meta l4proto vmap { icmp : drop } comment \"it\"; }; }",
            "Inner"
        },
        { "far", "table inet t { chain c { type filter hook input priority 0; policy drop; counter; udp dport 1 accept; }; }", "Inner" },
        {
            "far",
            "table ip6 t { chain c { type filter hook input priority 0; "
                + "icmpv6 type echo-request drop comment \"it\"; }; }",
            "Inner6"
        },
        { "far", "table inet t { chain c { type filter hook input priority 0; udp dport 6081 drop comment \"it\"; }; }", "Outer" },
        { "far", "table inet t { chain c { type filter hook input priority 0; meta l4proto udp drop comment \"it\"; }; }", "Outer6" },
        { "far", "table arp t { chain c { type filter hook input priority 0; arp operation request drop comment \"it\"; }; }", "Neighbor" },
        {
            "far",
            "table ip6 t { chain c { type filter hook input priority 0; "
                + "icmpv6 type nd-neighbor-solicit drop comment \"it\"; }; }",
            "Neighbor6"
        },
        {
            "bridge",
            "table bridge t { chain c { type filter hook forward priority -200; "
                + "ip protocol icmp drop comment \"it\"; }; }",
            "Inner"
        },
        { "bridge", "table bridge t { chain c { type filter hook prerouting priority 0; policy drop; }; }", "Inner" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void ADrop_IsThatOfTheRule(string where, string rules, string probe)
    {
        using var stage = new Stage(withBridge: where == "bridge");
        var place = where switch { "near" => stage.Near, "far" => stage.Far, _ => stage.Middle! };
        Nft(place, rules);
        using var trace = NftTrace.Start(place.Namespace, Stage.Target(probe), Cancellation);
        stage.Send(probe);
        var report = trace.Stop();

        var drop = Assert.Single(report.Drops);
        Assert.Equal(Enum.Parse<NftTracePacket>(probe.TrimEnd('6')), drop.Where.Packet);
        Assert.Equal(("t", rules.Contains("goto e", StringComparison.Ordinal) ? "e" : "c"), (drop.Where.Table, drop.Where.Chain));
        Assert.Equal(rules.Split(' ')[1], NftRuleText.NameOf(drop.Where.Family));
        Assert.Equal(CommentedHandle(place), drop.Where.RuleHandle);
        Assert.False(report.IsIncomplete);
        Assert.DoesNotContain("genevenet", Nft(place, null), StringComparison.Ordinal);
        if (drop.Where.RuleHandle is { } handle)
        {
            var text = NftRuleText.Find(place.Namespace, drop.Where.Family, "t", drop.Where.Chain, handle, Cancellation);
            Assert.EndsWith("comment \"it\"", text, StringComparison.Ordinal);
            Assert.Null(NftRuleText.Find(place.Namespace, drop.Where.Family, "t", drop.Where.Chain, 999, Cancellation));
        }
    }

    [Fact]
    public void WithoutADrop_NothingIsAccused_AndPacketsOfOthersAreNotFollowed()
    {
        using var stage = new Stage();
        Nft(stage.Far, "table inet t { chain c { type filter hook input priority 0; counter; accept; }; }");
        using var trace = NftTrace.Start(stage.Far.Namespace, Stage.Target("Inner"), Cancellation);
        Assert.Contains((NftFamily.Inet, null), trace.Places);
        stage.Send("Other");
        stage.Send("Inner");
        // Its table is there meanwhile, and it is ours alone.
        Assert.Contains("genevenet_trace_", Nft(stage.Far, null), StringComparison.Ordinal);
        var report = trace.Stop();
        Assert.Empty(report.Drops);
        Assert.NotEmpty(report.Events);
        Assert.All(report.Events, one => Assert.Contains(one.Packet, (NftTracePacket?[])[NftTracePacket.Inner, NftTracePacket.Neighbor]));
        Assert.Contains(report.Events, one => one is { Table: "t", Verdict: NftVerdict.Accept, Packet: NftTracePacket.Inner });
        Assert.DoesNotContain("genevenet", Nft(stage.Far, null), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotThere_DoesNotKeepTheRestFromBeingFollowed()
    {
        using var stage = new Stage();
        Nft(stage.Far, "add table netdev t");
        var target = Stage.Target("Inner") with { Devices = ["nothing", "v1"] };
        using var trace = NftTrace.Start(stage.Far.Namespace, target, Cancellation);
        Assert.Contains((NftFamily.Netdev, "v1"), trace.Places);
        // Kernels since 6.16 take a link that may come later.
        var devices = trace.Places.Where(place => place.Family == NftFamily.Netdev).Select(place => place.Device);
        Assert.Equal(["v1"], devices.Except(["nothing"]));
        Assert.Contains("genevenet_trace_", Nft(stage.Far, null), StringComparison.Ordinal);
        // Its tables end with it, whether or not anybody wants the report.
        trace.Dispose();
        Assert.DoesNotContain("genevenet", Nft(stage.Far, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_AreThoseThatNftLists_AndGrowth_IsWhatTheProbeMade()
    {
        using var stage = new Stage();
        Assert.Empty(NftRulesetReader.Read(stage.Far.Namespace, Cancellation).Tables);
        Nft(
            stage.Far,
            "table inet t { chain c { type filter hook input priority 7; policy drop; ip protocol icmp counter accept comment \"it\"; "
            + "udp dport 5 counter drop; }; chain d { drop; }; }; "
            + "table arp a { chain x { type filter hook output priority 0; counter; }; }; "
            + "table netdev n { chain i { type filter hook ingress device v1 priority 1; counter; }; };");
        var before = NftRulesetReader.Read(stage.Far.Namespace, Cancellation);
        stage.Send("Inner");
        var after = NftRulesetReader.Read(stage.Far.Namespace, Cancellation);
        var grown = NftRuleset.Growth(before, after).Where(one => one.Rule.Table == "t");
        Assert.Equal((CommentedHandle(stage.Far), 1), Assert.Single(grown.Select(one => ((ulong?)one.Rule.Handle, one.Packets))));

        using var listing = JsonDocument.Parse(Nft(stage.Far, null));
        var all = listing.RootElement.GetProperty("nftables").EnumerateArray().ToList();
        Assert.Equal(
            Shown(all, "rule", static rule => $"{rule.GetProperty("chain").GetString()} {rule.GetProperty("handle").GetUInt64()}"),
            after.Rules.Select(rule => $"{NftRuleText.NameOf(rule.Family)} {rule.Table} {rule.Chain} {rule.Handle}").Order());
        Assert.Equal(
            Shown(all, "chain", static chain =>
                $"{chain.GetProperty("name").GetString()} {chain.GetProperty("handle").GetUInt64()} {Text(chain, "type")} "
                + $"{Text(chain, "hook")} {Text(chain, "prio")} {Text(chain, "policy")}"),
            after.Chains.Select(chain =>
                $"{NftRuleText.NameOf(chain.Family)} {chain.Table} {chain.Name} {chain.Handle} {chain.Type} {chain.Hook} {chain.Priority} "
                + $"{chain.Policy}").Select(line => line.ToLowerInvariant()).Order());
        // Not every nft says the link in JSON.
        Assert.Equal(["v1"], Assert.Single(after.Chains, chain => chain.Family == NftFamily.Netdev).Devices);

        static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";
    }

    [Theory]
    [InlineData("-A INPUT -p udp -j DROP", NftVerdict.Drop)]
    [InlineData("-A INPUT -p udp -j REJECT", NftVerdict.Reject)]
    [InlineData("-A INPUT -j NFQUEUE", NftVerdict.Queue)]
    [InlineData("-t raw -A PREROUTING -j CT --notrack", NftVerdict.NoTrack)]
    [InlineData("-t nat -A POSTROUTING -j MASQUERADE", NftVerdict.Masquerade)]
    [InlineData("-t nat -A POSTROUTING -j SNAT --to 192.0.2.1", NftVerdict.Snat)]
    [InlineData("-t nat -A PREROUTING -p udp -j DNAT --to 192.0.2.1", NftVerdict.Dnat)]
    [InlineData("-t nat -A PREROUTING -p udp -j REDIRECT --to-ports 5", NftVerdict.Redirect)]
    [InlineData("-A FORWARD -j LOG", null)]
    public void RulesOfIptables_SayWhatTheyDo(string arguments, object? verdict)
    {
        using var here = new TestNamespace();
        Assert.SkipWhen(ProgramRun.Find("iptables-nft") is null, "This needs iptables-nft.");
        string[] words = [.. arguments.Split(' '), "-m", "comment", "--comment", "it"];
        var made = Run(here, "iptables-nft", words);
        Assert.SkipWhen(made.Status != 0, $"Not with this kernel: {made.Error}");
        var rule = Assert.Single(NftRulesetReader.Read(here.Namespace, Cancellation).Rules);
        Assert.Equal(((NftVerdict?)verdict, "it", 0L), (rule.Verdict, rule.Comment, rule.Packets));
    }

    [Fact]
    public void LegacyRules_AreReadWhereThereAreAny_AndCount()
    {
        using var stage = new Stage();
        Assert.Empty(LegacyRules.Read(stage.Far.Namespace, Cancellation)!);
        Assert.Empty(Iptables.FindLegacyTables(stage.Far.Namespace, ipv6: false));
        Assert.SkipWhen(ProgramRun.Find("iptables-legacy") is null, "This needs iptables-legacy.");
        var made = Run(stage.Far, "iptables-legacy", "-A", "INPUT", "-p", "icmp", "-j", "DROP");
        Assert.SkipWhen(made.Status != 0, "This kernel does not have iptables-legacy.");
        var before = LegacyRules.Read(stage.Far.Namespace, Cancellation)!;
        stage.Send("Inner");
        var grown = LegacyRules.Growth(before, LegacyRules.Read(stage.Far.Namespace, Cancellation)!);
        Assert.Equal(
            ("filter", "INPUT", 1, "-A INPUT -p icmp -j DROP", "DROP", 1L),
            Assert.Single(grown.Select(one =>
                (one.Rule.Table, one.Rule.Chain, one.Rule.Number, one.Rule.Text, one.Rule.Target!, one.Packets))));
    }

    private static IEnumerable<string> Shown(List<JsonElement> all, string kind, Func<JsonElement, string> show) =>
        all.Where(one => one.TryGetProperty(kind, out _)).Select(one => one.GetProperty(kind))
            .Select(one => $"{one.GetProperty("family").GetString()} {one.GetProperty("table").GetString()} {show(one)}").Order();

    /// <summary>The number of the rule with the comment "it", as nft says it.</summary>
    private static ulong? CommentedHandle(TestNamespace place)
    {
        using var listing = JsonDocument.Parse(Nft(place, null));
        foreach (var one in listing.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (one.TryGetProperty("rule", out var rule) && rule.TryGetProperty("comment", out var comment) && comment.GetString() == "it")
                return rule.GetProperty("handle").GetUInt64();
        }

        return null;
    }

    /// <summary>Tells nft something, or asks it for all rules.</summary>
    private static string Nft(TestNamespace place, string? rules)
    {
        Assert.SkipWhen(ProgramRun.Find("nft") is null, "This needs nft.");
        string[] arguments = rules is null ? ["-a", "-j", "list", "ruleset"] : [rules];
        var result = Run(place, "nft", arguments);
        Assert.SkipWhen(result.Error.Contains("not supported", StringComparison.Ordinal), $"Not with this kernel: {result.Error}");
        Assert.Equal((0, ""), (result.Status, result.Error));
        return result.Output;
    }

    private static ProgramResult Run(TestNamespace place, string program, params string[] arguments) =>
        new ProgramRun(place.Namespace, ProgramRun.Find(program)!).Run(arguments, cancellation: Cancellation);

    /// <summary>Two namespaces that can speak with each other, by a bridge in a third where that is wanted.</summary>
    private sealed class Stage : IDisposable
    {
        private static readonly NftAddressPair
            V4 = new(IPAddress.Parse("10.77.0.1"), IPAddress.Parse("10.77.0.2")),
            V6 = new(IPAddress.Parse("fd77::1"), IPAddress.Parse("fd77::2"));

        public Stage(bool withBridge = false)
        {
            if (withBridge)
            {
                Middle = new TestNamespace();
                Near.AddVeth("v0", "p0", Middle, up: true);
                Far.AddVeth("v1", "p1", Middle, up: true);
                Ip(Middle, "link add br0 up type bridge");
                Ip(Middle, "link set p0 master br0");
                Ip(Middle, "link set p1 master br0");
            }
            else
            {
                Near.AddVeth("v0", "v1", Far, up: true);
            }

            foreach (var (place, link, own, other) in (ReadOnlySpan<(TestNamespace, string, Func<NftAddressPair, IPAddress>,
                Func<NftAddressPair, IPAddress>)>)[(Near, "v0", p => p.One, p => p.Other), (Far, "v1", p => p.Other, p => p.One)])
            {
                Ip(place, $"addr add {own(V4)}/24 dev {link}");
                Ip(place, $"addr add {own(V6)}/64 dev {link} nodad");
            }
        }

        public TestNamespace Near { get; } = new();

        public TestNamespace Far { get; } = new();

        public TestNamespace? Middle { get; }

        public static NftTraceTarget Target(string probe)
        {
            var pair = probe.EndsWith('6') ? V6 : V4;
            return new NftTraceTarget
            {
                Outer = probe.StartsWith("Outer", StringComparison.Ordinal) ? pair : null,
                Port = Port,
                Inner = probe.StartsWith("Outer", StringComparison.Ordinal) ? null : pair,
                EchoId = EchoId,
                Devices = ["v0", "v1"],
            };
        }

        public void Send(string probe)
        {
            // A cable that was just made may carry nothing for a moment, and a question is not asked again soon.
            var times = probe.StartsWith("Neighbor", StringComparison.Ordinal) ? 5 : 1;
            for (var i = 0; i < times; i++)
            {
                SendOnce(probe);
                if (times > 1)
                    Thread.Sleep(TimeSpan.FromMilliseconds(100));
            }
        }

        private void SendOnce(string probe)
        {
            var target = (probe.EndsWith('6') ? V6 : V4).Other;
            // What is about neighbors must not need them, and the other way round.
            if (!probe.StartsWith("Neighbor", StringComparison.Ordinal))
                Warm(probe.EndsWith('6') ? V6 : V4);
            var isDatagram = probe.StartsWith('O');
            NamespaceThread.RunIn(Near.Namespace, () =>
            {
                try
                {
                    if (isDatagram)
                    {
                        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                        socket.SendTo([1, 2, 3], new IPEndPoint(target, probe == "Other" ? Port + 1 : Port));
                    }
                    else
                    {
                        var isV6 = target.AddressFamily == AddressFamily.InterNetworkV6;
                        using var socket = new Socket(
                            target.AddressFamily, SocketType.Raw, isV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
                        socket.SendTo(Echo(isV6), new IPEndPoint(target, 0));
                    }
                }
                catch (SocketException)
                {
                    // Dropped on its way out.
                }

                return 0;
            });
            // What is answered, or asked before, goes its way within milliseconds.
            Thread.Sleep(probe.StartsWith("Neighbor", StringComparison.Ordinal) ? 200 : 20);
        }

        public void Dispose()
        {
            Near.Dispose();
            Far.Dispose();
            Middle?.Dispose();
        }

        private void Warm(NftAddressPair pair)
        {
            Ip(Near, $"neigh replace {pair.Other} lladdr {MacOf(Far, "v1")} dev v0");
            Ip(Far, $"neigh replace {pair.One} lladdr {MacOf(Near, "v0")} dev v1");
        }

        private static string MacOf(TestNamespace place, string link) => place.Client.GetLink(link).LinkLayerAddressValue!.ToString();

        private static byte[] Echo(bool isV6)
        {
            byte[] message = [isV6 ? (byte)128 : (byte)8, 0, 0, 0, EchoId >> 8, EchoId & 0xff, 0, 1];
            if (!isV6)
            {
                var sum = 0;
                for (var i = 0; i < message.Length; i += 2)
                    sum += (message[i] << 8) | message[i + 1];
                sum = ~((sum & 0xffff) + (sum >> 16));
                (message[2], message[3]) = ((byte)(sum >> 8), (byte)sum);
            }

            return message;
        }

        private static void Ip(TestNamespace place, string arguments)
        {
            var result = Run(place, "ip", arguments.Split(' '));
            Assert.Equal((0, ""), (result.Status, result.Error));
        }
    }
}
