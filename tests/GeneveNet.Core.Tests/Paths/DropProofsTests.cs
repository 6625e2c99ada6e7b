using GeneveNet.Netfilter.Nftables;
using GeneveNet.Paths;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Losses;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Rendering;
using GeneveNet.Snapshots;
using GeneveNet.TrafficControl;

namespace GeneveNet.Tests.Paths;

/// <summary>What is taken for a proof that something drops packets, and what is not; and the rule that lets just them pass.</summary>
public sealed class DropProofsTests
{
    private static readonly string[] Input = ["chain inet fw input Input Accept", "rule inet fw input 4 Drop 10"];

    [Theory]
    // Three packets are lost; others may meet the rule meanwhile.
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(22, true)]
    [InlineData(23, false)]
    [InlineData(1000, false)]
    [InlineData(12, false)] // Fewer than were lost.
    [InlineData(10, false)]
    [InlineData(9, false)] // Somebody has set it back.
    public void A_counter_proves_that_grew_by_what_was_lost(long after, bool isProof)
    {
        var rules = Rules.Nft(Input);
        var culprit = Find(LossStage.In, rules, rules.Counted(4, after));
        Assert.Equal(isProof ? "rule 4 in chain 'input' of table inet 'fw' (nftables)" : null, culprit?.What);
        if (isProof)
            Assert.Contains(("Packets", after - 10), culprit!.Evidence);
    }

    [Theory]
    [InlineData("In", "chain inet t c Input Accept", true)]
    [InlineData("In", "chain inet t c Prerouting Accept", true)]
    [InlineData("In", "chain inet t c Output Accept", false)]
    [InlineData("In", "chain inet t c Forward Accept", false)]
    [InlineData("Out", "chain inet t c Output Accept", true)]
    [InlineData("Out", "chain inet t c Postrouting Accept", true)]
    [InlineData("Out", "chain inet t c Input Accept", false)]
    [InlineData("Through", "chain inet t c Forward Accept", false)] // Neither a router nor a bridge with br_netfilter.
    [InlineData("Through", "chain inet t c Prerouting Accept", false)]
    [InlineData("Through", "chain inet t c Input Accept", false)]
    [InlineData("Through", "chain inet t c Output Accept", false)]
    [InlineData("In", "chain netdev t c Ingress Accept dev=eth0", true)]
    [InlineData("In", "chain netdev t c Ingress Accept dev=other", false)]
    [InlineData("In", "chain netdev t c Egress Accept dev=eth0", false)]
    [InlineData("Out", "chain netdev t c Egress Accept dev=eth0", true)]
    [InlineData("In", "chain ip t c Input Accept", true)]
    [InlineData("In", "chain ip6 t c Input Accept", false)] // The packets are IPv4.
    [InlineData("In", "chain arp t c Input Accept", false)] // They are no questions.
    [InlineData("In", "chain bridge t c Input Accept", false)] // There is no bridge.
    [InlineData("In", "chain inet t c Input Accept nat", false)]
    [InlineData("In", "chain inet t c - -", false)] // Nothing leads there.
    public void Only_a_chain_on_their_way_has_dropped_them(string stage, string chain, bool isProof)
    {
        var words = chain.Split(' ');
        var rules = Rules.Nft(chain, $"rule {words[1]} t c 4 Drop 10");
        Assert.Equal(isProof, Find(Enum.Parse<LossStage>(stage), rules, rules.Counted(4, 13)) is not null);
    }

    [Theory]
    [InlineData("Input", true)]
    [InlineData("Output", false)]
    public void A_chain_of_its_own_counts_where_one_on_the_way_leads_to_it(string hook, bool isProof)
    {
        var rules = Rules.Nft(
            $"chain inet fw base {hook} Accept", "chain inet fw more - -", "chain inet fw last - -",
            "rule inet fw base 2 Jump more", "rule inet fw more 3 Goto last", "rule inet fw last 4 Drop 10");
        Assert.Equal(isProof, Find(LossStage.In, rules, rules.Counted(4, 13)) is not null);
    }

    [Theory]
    [InlineData("Drop", true)]
    [InlineData("Reject", true)]
    [InlineData("Queue", true)]
    [InlineData("Accept", false)]
    [InlineData("Return", false)]
    [InlineData("-", false)]
    [InlineData("map", false)] // What a map decides is not read.
    public void Only_a_rule_that_drops_has_dropped(string verdict, bool isProof)
    {
        var rules = Rules.Nft("chain inet fw input Input Accept", $"rule inet fw input 4 {verdict} 10");
        Assert.Equal(isProof, Find(LossStage.In, rules, rules.Counted(4, 13)) is not null);
    }

    [Theory]
    [InlineData(true, "chain inet fw input Input Drop")]
    [InlineData(true, "chain inet fw input Input Drop", "rule inet fw input 4 Drop", "rule inet fw input 5 - 3")]
    [InlineData(false, "chain inet fw input Input Accept")]
    [InlineData(false, "chain inet fw input Input Drop", "rule inet fw input 4 Accept")]
    [InlineData(false, "chain inet fw input Input Drop", "rule inet fw input 4 Jump more")]
    [InlineData(false, "chain inet fw input Input Drop", "rule inet fw input 4 map")]
    [InlineData(false, "table inet fw dormant", "chain inet fw input Input Drop")]
    [InlineData(false, "chain inet fw input Output Drop")]
    [InlineData(false, "chain ip6 fw input Input Drop")]
    public void A_policy_is_certain_where_no_rule_could_accept(bool isCertain, params string[] lines)
    {
        var rules = Rules.Nft(lines);
        var culprit = Find(LossStage.In, rules, rules);
        Assert.Equal(isCertain ? "the policy of chain 'input' of table inet 'fw' (nftables)" : null, culprit?.What);
        // Of rules that were not all read, one may accept.
        var cut = rules with { IsCut = true };
        Assert.Null(Find(LossStage.In, cut, cut));
    }

    [Fact]
    public void A_trace_is_the_kernels_own_word_and_goes_first()
    {
        var rules = Rules.Nft([.. Input, "rule inet fw input 5 Drop 10", "rule inet fw input 6 Dnat"]);
        var after = rules.Counted(4, 13);
        var culprit = Find(LossStage.In, rules, after, Trace(5, NftTracePacket.Outer));
        Assert.Equal("rule 5 in chain 'input' of table inet 'fw' (udp dport 6081 drop) (nftables)", culprit!.What);
        Assert.Equal("drops them", culprit.Verb);
        // A translation drops nothing, and the packets go elsewhere all the same.
        culprit = Find(LossStage.In, rules, rules, Trace(6, NftTracePacket.Outer, NftVerdict.Continue));
        Assert.Equal("sends them to another destination", culprit!.Verb);
        Assert.StartsWith("rule 6 ", culprit.What, StringComparison.Ordinal);
        // In another namespace, of another packet, or by a rule that did neither: it says nothing of these.
        Assert.Null(Find(LossStage.In, rules, rules, Trace(5, NftTracePacket.Outer) with { Place = "net:[9]" }));
        Assert.Null(Find(LossStage.In, rules, rules, Trace(5, NftTracePacket.Inner)));
        Assert.Null(Find(LossStage.In, rules, rules, Trace(4, NftTracePacket.Outer, NftVerdict.Continue)));

        static TraceSighting Trace(ulong handle, NftTracePacket packet, NftVerdict verdict = NftVerdict.Drop) => new(
            "net:[2]",
            new NftTraceDrop(
                new NftTraceEvent
                {
                    Packet = packet, Family = NftFamily.Inet, Table = "fw", Chain = "input", RuleHandle = handle, Verdict = verdict,
                    InputIndex = 2, Point = NftTracePoint.Rule,
                },
                3),
            "udp dport 6081 drop");
    }

    [Theory]
    [InlineData("INPUT", 13, false, true)]
    [InlineData("PREROUTING", 13, false, true)]
    [InlineData("OWN", 13, false, true)] // A chain of one's own may be met from any.
    [InlineData("OUTPUT", 13, false, false)]
    [InlineData("FORWARD", 13, false, false)]
    [InlineData("INPUT", 11, false, false)]
    [InlineData("INPUT", 50, false, false)]
    [InlineData("INPUT", 13, true, false)] // A rule about IPv6, and the packets are not.
    public void The_old_firewall_is_known_by_its_counters(string chain, int after, bool isIPv6, bool isProof)
    {
        var culprit = new DropProofs(new WatchReport()).Find(Lost(
            LossStage.In, Rules.Legacy(Saved(10), isIPv6), Rules.Legacy(Saved(after), isIPv6)));
        Assert.Equal(isProof ? $"\"-A {chain} -p udp -j DROP\" in table filter (iptables-legacy)" : null, culprit?.What);

        string Saved(int packets) =>
            $"*filter\n:INPUT ACCEPT [0:0]\n:OWN - [0:0]\n[5:5] -A {chain} -p tcp\n[{packets}:0] -A {chain} -p udp -j DROP\nCOMMIT\n";
    }

    [Theory]
    [InlineData(3, 1, true)]
    [InlineData(9, 1, true)]
    [InlineData(2, 1, false)] // It dropped fewer than were lost.
    [InlineData(3, 2, false)] // At another link.
    public void Traffic_control_is_known_by_its_drops(int drops, int link, bool isProof)
    {
        var netem = new NetemState { LossPercent = 50 };
        var culprit = FindTraffic(Qdisc(0), Qdisc(drops));
        Assert.Equal(isProof ? "tc on 'eth0' (netem 8001: root)" : null, culprit?.What);
        if (isProof)
        {
            Assert.Equal(PathCause.TrafficControlDrop, culprit!.Cause);
            Assert.Equal("Invoke-NamespaceCommand -Namespace b { tc qdisc del dev eth0 root }", RemedyText.Of(culprit.Remedies));
        }

        TrafficControlState Qdisc(int count) => new()
        {
            Qdiscs =
            [
                new QdiscState
                {
                    LinkIndex = link == 1 ? 2 : 3, Kind = "netem", Handle = 0x80010000, Parent = TrafficHandle.Root, Drops = count,
                    Netem = netem,
                },
            ],
        };
    }

    [Fact]
    public void A_filter_that_drops_all_there_is_can_go_and_another_is_its_owners()
    {
        Assert.Equal(
            "Invoke-NamespaceCommand -Namespace b { tc filter del dev eth0 ingress protocol all pref '49152' handle '0x1' matchall }",
            RemedyText.Of(FindTraffic(Filter("matchall", 0), Filter("matchall", 3))!.Remedies));
        Assert.Empty(FindTraffic(Filter("flower", 0), Filter("flower", 3))!.Remedies);

        static TrafficControlState Filter(string kind, int drops) => new()
        {
            Filters =
            [
                new FilterState
                {
                    LinkIndex = 2, Hook = TrafficHook.Ingress, Parent = TrafficHandle.IngressFilters, Protocol = 3, Priority = 49152,
                    Handle = 1, Kind = kind,
                    Actions = [new FilterActionState { Kind = "gact", Verdict = FilterVerdict.Shot, Drops = drops }],
                },
            ],
        };
    }

    [Theory]
    [InlineData("XfrmInTmplMismatch", "In", true)]
    [InlineData("XfrmOutPolBlock", "Out", true)]
    [InlineData("XfrmOutPolBlock", "In", false)]
    public void Ipsec_is_known_by_its_counters(string counter, string stage, bool isProof)
    {
        var world = World.Make("direct");
        world.Far.Tunnel.Counters[$"Xfrm.{counter}"] = 5;
        world.Probed = w => w.Far.Tunnel.Counters[$"Xfrm.{counter}"] = 8;
        var point = Point(world.Look().Far, Enum.Parse<LossStage>(stage));
        var culprit = new DropProofs(new WatchReport()).Find(point);
        Assert.Equal(isProof ? PathCause.IpsecPolicy : null, culprit?.Cause);
        Assert.Null(new DropProofs(new WatchReport()).Find(point with { IsOuter = false }));
        if (isProof)
            Assert.Contains($"{counter} grew by 3", culprit!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_drop_them_is_named_and_nothing_else()
    {
        var rules = Rules.Evidence(
            "table inet off dormant", "chain inet off input Input Drop",
            "chain inet fw input Input Accept", "chain inet fw more - -", "rule inet fw input 3 Jump more", "rule inet fw more 4 Drop",
            "chain inet fw output Output Drop",
            "chain inet open input Input Accept", "rule inet open input 9 Accept",
            "chain ip filter INPUT Input Drop", "rule ip filter INPUT 5 Accept",
            "chain ip6 filter INPUT Input Drop", "rule ip6 filter INPUT 5 Accept");
        Assert.Equal(
            ["chain 'input' of table inet 'fw'", "chain 'INPUT' of table ip 'filter'"],
            DropProofs.Suspects(Lost(LossStage.In, rules, rules)));
        Assert.Empty(DropProofs.Suspects(Lost(LossStage.In, new DropEvidence(), new DropEvidence())));
    }

    [Fact]
    public void Questions_over_IPv4_meet_the_family_arp_and_not_IP()
    {
        var rules = Rules.Evidence("chain inet fw input Input Drop", "chain arp a input Input Drop");
        var point = Lost(LossStage.In, rules, rules) with { IsOuter = false, IsNeighbor = true };
        Assert.Equal("the policy of chain 'input' of table arp 'a' (nftables)", new DropProofs(new WatchReport()).Find(point)?.What);
        var legacy = Lost(LossStage.In, Rules.Legacy(Saved(1)), Rules.Legacy(Saved(4)));
        Assert.NotNull(new DropProofs(new WatchReport()).Find(legacy));
        Assert.Null(new DropProofs(new WatchReport()).Find(legacy with { IsOuter = false, IsNeighbor = true }));

        static string Saved(int packets) => $"*filter\n:INPUT ACCEPT [0:0]\n[{packets}:0] -A INPUT -j DROP\nCOMMIT\n";
    }

    [Theory]
    // By a rule, at the place before it; by a policy, at the end of its chain. Of Geneve packets, and of what is inside them.
    [InlineData("inet", "fw", "input", 4, 2, "In", true,
        "nft insert rule inet fw input handle 4 ip saddr 10.0.0.251 ip daddr 10.0.0.250 udp dport '6081' accept")]
    [InlineData("ip", "fw", "output", 4, 2, "Out", true,
        "nft insert rule ip fw output handle 4 ip saddr 10.0.0.250 ip daddr 10.0.0.251 udp dport '6081' accept")]
    [InlineData("netdev", "n", "in", 4, 2, "In", true,
        "nft insert rule netdev n in handle 4 ip saddr 10.0.0.251 ip daddr 10.0.0.250 udp dport '6081' accept")]
    [InlineData("inet", "fw", "input", null, 0, "In", true,
        "nft add rule inet fw input ip saddr 10.0.0.251 ip daddr 10.0.0.250 udp dport '6081' accept")]
    [InlineData("inet", "fw", "input", 4, 2, "In", false,
        "nft insert rule inet fw input handle 4 ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept")]
    [InlineData("ip", "filter", "INPUT", 4, 2, "In", true,
        "iptables-nft -I INPUT 2 -p udp --dport 6081 -s 10.0.0.251 -d 10.0.0.250 -j ACCEPT")]
    [InlineData("ip", "filter", "INPUT", null, 0, "In", true,
        "iptables-nft -A INPUT -p udp --dport 6081 -s 10.0.0.251 -d 10.0.0.250 -j ACCEPT")]
    [InlineData("ip", "raw", "PREROUTING", 4, 1, "In", true,
        "iptables-nft -t raw -I PREROUTING 1 -p udp --dport 6081 -s 10.0.0.251 -d 10.0.0.250 -j ACCEPT")]
    [InlineData("ip", "filter", "INPUT", 4, 0, "In", true,
        "nft insert rule ip filter INPUT handle 4 ip saddr 10.0.0.251 ip daddr 10.0.0.250 udp dport '6081' accept")]
    // What passes through does so both ways.
    [InlineData("bridge", "b", "forward", 4, 1, "Through", false,
        "nft insert rule bridge b forward handle 4 ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept; "
        + "nft insert rule bridge b forward handle 4 ip saddr 12.200.1.2 ip daddr 12.200.1.1 accept")]
    [InlineData("ip", "filter", "FORWARD", null, 0, "Through", false,
        "iptables-nft -A FORWARD -s 12.200.1.1 -d 12.200.1.2 -j ACCEPT; iptables-nft -A FORWARD -s 12.200.1.2 -d 12.200.1.1 -j ACCEPT")]
    public void A_remedy_lets_just_these_packets_pass(
        string family, string table, string chain, int? handle, int position, string stage, bool isOuter, string expected) =>
        Assert.Equal(expected, Text(AcceptRemedies.Nft(
            Lost(Enum.Parse<LossStage>(stage)) with { IsOuter = isOuter }, Enum.Parse<NftFamily>(family, true), table, chain,
            (ulong?)handle, position)));

    [Theory]
    [InlineData("direct", "arp", "In", "arp saddr ip 12.200.1.1 arp daddr ip 12.200.1.2 accept")]
    [InlineData("direct", "bridge", "Through",
        "ether type arp accept; ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept; ip saddr 12.200.1.2 ip daddr 12.200.1.1 accept")]
    [InlineData("direct", "netdev", "In", "ether type arp accept; ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept")]
    [InlineData("IPv6", "ip6", "In",
        "icmpv6 type '{ nd-neighbor-solicit, nd-neighbor-advert }' accept; ip6 saddr fd11::1 ip6 daddr fd11::2 accept")]
    [InlineData("IPv6", "bridge", "In",
        "icmpv6 type '{ nd-neighbor-solicit, nd-neighbor-advert }' accept; ip6 saddr fd11::1 ip6 daddr fd11::2 accept")]
    public void A_remedy_for_questions_lets_the_packets_pass_too_that_follow(string plan, string family, string stage, string expected)
    {
        var point = Lost(Enum.Parse<LossStage>(stage), plan: plan == "IPv6" ? World.Plan.OverIPv6 : null) with
        {
            IsOuter = false, IsNeighbor = true,
        };
        var head = $"nft insert rule {family} t c handle 4 ";
        Assert.Equal(
            string.Join("; ", expected.Split("; ").Select(match => head + match)),
            Text(AcceptRemedies.Nft(point, Enum.Parse<NftFamily>(family, true), "t", "c", 4, 1)));
    }

    [Fact]
    public void A_table_of_nft_that_is_called_filter_is_not_written_by_iptables()
    {
        var rules = Rules.Evidence("chain ip filter input Input Drop");
        var point = Lost(LossStage.In, rules, rules);
        Assert.StartsWith(
            "nft add rule ip filter input ", Text(AcceptRemedies.Nft(point, NftFamily.Ip, "filter", "input", null, 0)),
            StringComparison.Ordinal);
        Assert.False(new DropProofs(new WatchReport()).Find(point)!.IsInForwardOfIptables);
        // A chain of one's own in a table of iptables may have any name.
        rules = Rules.Evidence("chain ip filter INPUT Input Drop");
        point = Lost(LossStage.In, rules, rules);
        Assert.StartsWith(
            "iptables-nft -I own 2 ", Text(AcceptRemedies.Nft(point, NftFamily.Ip, "filter", "own", 4, 2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "filter", "INPUT", 2, "In", "iptables-legacy -I INPUT 2 -p udp --dport 6081 -s 10.0.0.251 -d 10.0.0.250 -j ACCEPT")]
    [InlineData(false, "filter", "OUTPUT", 0, "Out", "iptables-legacy -A OUTPUT -p udp --dport 6081 -s 10.0.0.250 -d 10.0.0.251 -j ACCEPT")]
    [InlineData(false, "mangle", "PREROUTING", 1, "In",
        "iptables-legacy -t mangle -I PREROUTING 1 -p udp --dport 6081 -s 10.0.0.251 -d 10.0.0.250 -j ACCEPT")]
    [InlineData(true, "filter", "INPUT", 1, "In", "ip6tables-legacy -I INPUT 1 -p udp --dport 6081 -s fd00::251 -d fd00::250 -j ACCEPT")]
    public void A_remedy_for_the_old_firewall_is_one_of_its_own(
        bool isIPv6, string table, string chain, int number, string stage, string expected) =>
        Assert.Equal(expected, Text(AcceptRemedies.Legacy(
            Lost(Enum.Parse<LossStage>(stage), plan: isIPv6 ? World.Plan.OverIPv6 : null),
            new() { IsIPv6 = isIPv6, Table = table, Chain = chain, Number = number, Target = "DROP" })));

    [Fact]
    public void A_remedy_is_run_where_the_rule_is()
    {
        var remedy = Assert.Single(AcceptRemedies.Nft(Lost(LossStage.In), NftFamily.Inet, "fw", "input", 4, 2));
        Assert.Equal((true, "b"), (remedy.IsProgram, remedy.Namespace));
    }

    private static Culprit? FindTraffic(TrafficControlState before, TrafficControlState after) => new DropProofs(new WatchReport()).Find(
        Lost(LossStage.In, new DropEvidence { TrafficControl = before }, new DropEvidence { TrafficControl = after }));

    private static Culprit? Find(LossStage stage, NftRuleset before, NftRuleset after, params TraceSighting[] traces) =>
        new DropProofs(new WatchReport { Traces = traces }).Find(
            Lost(stage, new DropEvidence { Nftables = before }, new DropEvidence { Nftables = after }));

    /// <summary>Three Geneve packets are lost at the far end; on the way out they are its own.</summary>
    private static LossPoint Lost(LossStage stage, DropEvidence? before = null, DropEvidence? after = null, World.Plan? plan = null)
    {
        var world = World.Make("direct", plan);
        world.Far.Tunnel.Evidence = before;
        world.Probed = w => w.Far.Tunnel.Evidence = after;
        return Point(world.Look().Far, stage);
    }

    private static LossPoint Point(Endpoint side, LossStage stage) => new(
        side, NamespaceRole.Underlay, stage, IsOuter: true, IsFromOther: stage != LossStage.Out, IsNeighbor: false, ["eth0"], Lost: 3);

    private static string Text(IReadOnlyList<Remedy> remedies) =>
        string.Join("; ", remedies.Select(static remedy => RemedyText.Of(remedy with { Namespace = null })));
}
