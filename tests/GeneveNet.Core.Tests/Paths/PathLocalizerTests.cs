using System.Net;
using CsCheck;
using GeneveNet.Packets;
using GeneveNet.Paths;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Losses;
using GeneveNet.Paths.Probes;
using GeneveNet.Rendering;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>Where a message was lost, and why, by what the interfaces saw of it.</summary>
public sealed class PathLocalizerTests
{
    private const int Whole = 99;

    // Where a message is lost is seen; what drops it is claimed only where that was proven.
    [Theory]
    // Points from this end to the other: container, bridge, tunnel, underlay; underlay, tunnel.
    [InlineData("container", 1, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("container", 2, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("container", 3, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("container", 4, PathCause.UnderlayLost, PathEnd.Far)]
    [InlineData("container", 5, PathCause.Unexplained, PathEnd.Far)]
    [InlineData("container", Whole, PathCause.Unexplained, PathEnd.Far)]
    [InlineData("direct", 1, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("direct", 2, PathCause.UnderlayLost, PathEnd.Far)]
    [InlineData("direct", 3, PathCause.Unexplained, PathEnd.Far)]
    [InlineData("direct", 4, PathCause.Unexplained, PathEnd.Far)]
    public void A_question_is_followed(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage);
        trail.Go(ProbeMessage.NearAsks, fromNear: true, points);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData("direct", 1, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("direct", Whole, PathCause.Unexplained, PathEnd.Far)]
    [InlineData("routed", Whole, PathCause.Unexplained, PathEnd.Far)]
    public void An_echo_request_is_followed(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage).Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, points);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData("direct", 1, PathCause.Unexplained, PathEnd.Far)]
    [InlineData("direct", 2, PathCause.UnderlayLost, PathEnd.Near)]
    [InlineData("direct", 3, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("direct", Whole, PathCause.Unexplained, PathEnd.Near)]
    [InlineData("container", 5, PathCause.Unexplained, PathEnd.Near)]
    public void A_reply_is_followed_back(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage).Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, Whole);
        trail.Go(ProbeMessage.EchoReply, fromNear: false, points);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData(PathCause.BridgeNetfilterDrop, "chain ip filter FORWARD Forward Drop")]
    [InlineData(PathCause.BridgeNetfilterDrop, "chain ip filter FORWARD Forward Drop", "rule ip filter FORWARD 4 Accept")]
    [InlineData(PathCause.Unexplained, "chain ip filter FORWARD Forward Accept")]
    // These see the packets too, and what the chain FORWARD accepts passes them no better.
    [InlineData(PathCause.BridgeFiltered, "chain bridge b forward Forward Drop")]
    [InlineData(PathCause.BridgeFiltered, "chain inet filter forward Forward Drop")]
    [InlineData(
        PathCause.Unexplained, "chain inet filter forward Forward Drop", "rule inet filter forward 4 Accept",
        "chain ip filter FORWARD Forward Drop", "rule ip filter FORWARD 4 Accept")]
    [InlineData(PathCause.Unexplained, "chain inet filter forward Forward Drop", "rule inet filter forward 4 Accept")]
    public void Bridged_IP_packets_that_pass_a_firewall_are_dropped_by_what_can(PathCause cause, params string[] rules)
    {
        var trail = new Trail("container").Ask();
        trail.World.Near.Tunnel.Switches["bridge.bridge-nf-call-iptables"] = 1;
        trail.World.Near.Tunnel.Evidence = Rules.Evidence(rules);
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, 2);
        var found = AssertFound(trail, cause, PathEnd.Near);
        if (cause == PathCause.BridgeNetfilterDrop)
            Assert.Equal("Add-BridgeForwardRule br0", RemedyText.Of(found.Remedies));
        else if (cause == PathCause.BridgeFiltered)
            Assert.StartsWith("nft add rule ", RemedyText.Of(found.Remedies), StringComparison.Ordinal);
        else
            Assert.Empty(found.Remedies);
    }

    [Fact]
    public void Without_a_proof_what_was_seen_and_what_could_drop_it_is_all_that_is_said()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 1);
        trail.World.Near.Tunnel.Evidence = Rules.Evidence(
            "chain inet fw output Output Accept", "rule inet fw output 4 Drop", "chain inet fw input Input Drop");
        var loss = trail.Locate();
        Assert.Equal((PathCause.Unexplained, PathEnd.Near, true), (loss.Check.Cause, loss.Check.End, loss.CanBeDeeper));
        Assert.Equal(
            "Tunnel 'geneve0' here takes the packets, and they never leave by 'eth0' to UDP port 6081. "
            + "What can drop them there: chain 'output' of table inet 'fw'.", loss.Check.Sentence);
        Assert.Equal(["chain 'output' of table inet 'fw'"], Assert.IsAssignableFrom<IEnumerable<string>>(loss.Check.Evidence["Suspects"]));
        Assert.Empty(loss.Check.Remedies);

        // Where nothing could, that is said; and the kernel cannot be asked twice.
        trail.World.Near.Tunnel.Evidence = null;
        loss = trail.Locate(isDeep: true);
        Assert.EndsWith("Nothing that was read accounts for it.", loss.Check.Sentence, StringComparison.Ordinal);
        Assert.False(loss.CanBeDeeper);
    }

    [Theory]
    [InlineData(1, "output Output", PathCause.UnderlayFirewallOut, PathEnd.Near,
        "nft insert rule inet fw output handle 4 ip saddr 10.0.0.251 ip daddr 10.0.0.250 udp dport '6081' accept")]
    [InlineData(3, "input Input", PathCause.UnderlayFirewallIn, PathEnd.Far,
        "Invoke-NamespaceCommand -Namespace b { nft insert rule inet fw input handle 4 ip saddr 10.0.0.251 ip daddr 10.0.0.250 "
        + "udp dport '6081' accept }")]
    [InlineData(Whole, "input Input", PathCause.InnerFirewall, PathEnd.Far,
        "Invoke-NamespaceCommand -Namespace b { nft insert rule inet fw input handle 4 ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept }")]
    [InlineData(Whole, "output Output", PathCause.InnerFirewall, PathEnd.Far,
        "Invoke-NamespaceCommand -Namespace b { nft insert rule inet fw output handle 4 ip saddr 12.200.1.2 ip daddr 12.200.1.1 accept }")]
    public void A_rule_that_counted_what_was_lost_is_the_cause(int points, string chain, PathCause cause, PathEnd end, string remedy)
    {
        var trail = new Trail("direct").Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, points);
        var name = chain.Split(' ')[0];
        var rules = Rules.Nft($"chain inet fw {chain} Accept", $"rule inet fw {name} 4 Drop 10");
        Space Place() => end == PathEnd.Near ? trail.World.Near.Tunnel : trail.World.Far.Tunnel;
        Place().Evidence = new DropEvidence { Nftables = rules };
        trail.World.Probed = _ => Place().Evidence = new DropEvidence { Nftables = rules.Counted(4, 11) };
        trail.World.Seen = static (_, far) => far.ArrivedFrom = IPAddress.Parse("10.0.0.251");
        var found = AssertFound(trail, cause, end);
        Assert.EndsWith($"rule 4 in chain '{name}' of table inet 'fw' (nftables) drops them.", found.Sentence, StringComparison.Ordinal);
        Assert.Equal(remedy, RemedyText.Of(found.Remedies));
    }

    [Fact]
    public void A_rule_about_questions_over_IPv4_is_of_the_family_arp()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, Whole);
        trail.World.Far.Tunnel.Evidence = Rules.Evidence("chain arp a input Input Drop");
        Assert.Equal(
            "Invoke-NamespaceCommand -Namespace b { nft add rule arp a input arp saddr ip 12.200.1.1 arp daddr ip 12.200.1.2 accept }",
            RemedyText.Of(AssertFound(trail, PathCause.NeighborFailed, PathEnd.Far).Remedies));
    }

    [Fact]
    public void Remedies_speak_to_the_firewall_of_the_address_family()
    {
        var trail = new Trail("direct", World.Plan.OverIPv6);
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 1);
        trail.World.Near.Tunnel.Evidence = Rules.Evidence("chain ip filter OUTPUT Output Drop", "chain ip6 filter OUTPUT Output Drop");
        Assert.Equal(
            "ip6tables-nft -A OUTPUT -p udp --dport 6081 -s fd00::251 -d fd00::250 -j ACCEPT",
            RemedyText.Of(AssertFound(trail, PathCause.UnderlayFirewallOut, PathEnd.Near).Remedies));
    }

    [Theory]
    [InlineData("SKB_DROP_REASON_QDISC_DROP", "__dev_queue_xmit", PathCause.TrafficControlDrop)]
    [InlineData("SKB_DROP_REASON_TC_INGRESS", "__netif_receive_skb_core", PathCause.TrafficControlDrop)]
    [InlineData("SKB_DROP_REASON_TC_EGRESS", "__dev_queue_xmit", PathCause.TrafficControlDrop)]
    [InlineData("SKB_DROP_REASON_XFRM_POLICY", "udp_queue_rcv_one_skb", PathCause.IpsecPolicy)]
    [InlineData("SKB_DROP_REASON_NOT_SPECIFIED", "dst_discard_out", PathCause.IpsecPolicy)]
    [InlineData("SKB_DROP_REASON_UDP_CSUM", "__udp4_lib_rcv", PathCause.ChecksumMismatch)]
    [InlineData("SKB_DROP_REASON_IP_RPFILTER", "ip_rcv_finish_core", PathCause.RpFilterStrict)]
    [InlineData("SKB_DROP_REASON_OTHERHOST", "ip_rcv_core", PathCause.StaticNeighborWrongMac)]
    [InlineData("SKB_DROP_REASON_NEIGH_CREATEFAIL", "ip_finish_output2", PathCause.NeighborTableFull)]
    [InlineData("SKB_DROP_REASON_NEIGH_FAILED", "neigh_invalidate", PathCause.NeighborFailed)]
    [InlineData("SKB_DROP_REASON_IPV6DISABLED", "ip6_rcv_core", PathCause.IPv6Disabled)]
    [InlineData("SKB_DROP_REASON_IP_INHDR", "ip_forward", PathCause.TtlTooSmall)]
    [InlineData("", "br_allowed_ingress", PathCause.BridgeFiltered)]
    [InlineData("NOT_SPECIFIED", "br_handle_frame", PathCause.BridgeFiltered)]
    [InlineData("NOT_SPECIFIED", "ip_fragment.constprop.0", PathCause.MtuTooLarge)]
    [InlineData("NOT_SPECIFIED", "__dev_forward_skb2", PathCause.MtuTooLarge)]
    // That it was netfilter is the cause of the place; what nobody here knows is told as the kernel has it.
    [InlineData("NETFILTER_DROP", "nf_hook_slow", PathCause.UnderlayFirewallIn)]
    [InlineData("NOT_SPECIFIED", "some_function", PathCause.Unexplained)]
    [InlineData("IP_INHDR", "ip_rcv_core", PathCause.Unexplained)]
    public void The_kernels_word_is_taken_where_it_settles_the_cause(string reason, string symbol, PathCause cause)
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 3);
        var packet = new Sighting { Message = ProbeMessage.NearAsks, IsEncapsulated = true };
        var found = trail.Locate(isDeep: true, new DropSighting(packet, reason, symbol)).Check;
        Assert.Equal((cause, PathEnd.Far), (found.Cause, found.End));
        Assert.EndsWith($" ({(reason.Length == 0 ? "no reason given" : reason)} in {symbol}).", found.Sentence, StringComparison.Ordinal);
        Assert.Equal((reason, symbol), (found.Evidence["Reason"], found.Evidence["Symbol"]));

        // Another message, or what is inside of another's: it says nothing of this one.
        Assert.Equal(
            PathCause.Unexplained,
            trail.Locate(isDeep: true, new DropSighting(packet with { IsEncapsulated = false }, "QDISC_DROP", "x")).Check.Cause);
        Assert.Equal(
            PathCause.Unexplained,
            trail.Locate(isDeep: true, new DropSighting(packet with { Message = ProbeMessage.EchoReply }, "QDISC_DROP", "x")).Check.Cause);
    }

    [Fact]
    public void A_full_table_of_neighbors_is_told_with_its_limit()
    {
        var trail = new Trail("direct") { SendErrno = 105 };
        trail.World.Near.Tunnel.Switches["ipv4.neigh.default.gc_thresh3"] = 1024;
        trail.World.Probed = static w => w.Near.Tunnel.Counters["Neighbor.TableFulls"] = 7;
        var found = AssertFound(trail, PathCause.NeighborTableFull, PathEnd.Near);
        Assert.Equal("sysctl -w net.ipv4.neigh.default.gc_thresh3=2048", RemedyText.Of(found.Remedies));
        Assert.Contains("7 packets were dropped for that", found.Sentence, StringComparison.Ordinal);
        // The counter has not grown: then it was another lack of room.
        trail.World.Probed = static _ => { };
        trail.World.Near.Tunnel.Counters.Clear();
        AssertFound(trail, PathCause.Unexplained, PathEnd.Near);
    }

    [Fact]
    public void A_mark_of_congestion_that_the_inside_cannot_carry_is_known_by_its_counter()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 3);
        trail.World.Probed = static w => w.Far.Tunnel.Change(
            "geneve0", static l => l with { ReceiveFrameErrors = l.ReceiveFrameErrors + 3 });
        AssertFound(trail, PathCause.EcnMismatch, PathEnd.Far);
    }

    [Theory]
    [InlineData("time exceeded in-transit", "10.0.0.1", PathCause.TtlTooSmall, PathEnd.Near)]
    [InlineData("host unreachable", "10.0.0.1", PathCause.UnderlayUnreachable, PathEnd.Near)]
    [InlineData("port unreachable", "10.0.0.250", PathCause.UnderlayFirewallIn, PathEnd.Far)]
    [InlineData("host unreachable - admin prohibited", "10.0.0.250", PathCause.UnderlayFirewallIn, PathEnd.Far)]
    [InlineData("host unreachable - admin prohibited", "10.0.0.1", PathCause.UnderlayUnreachable, PathEnd.Near)]
    public void An_error_about_what_this_end_sent_is_taken_at_its_word(string error, string reporter, PathCause cause, PathEnd end)
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 2);
        trail.Error(error, reporter, isFar: false, PacketDirection.In);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData("time exceeded in-transit", "10.0.0.1", PathCause.TtlTooSmall, PathEnd.Far)]
    [InlineData("port unreachable", "10.0.0.251", PathCause.UnderlayFirewallIn, PathEnd.Near)]
    [InlineData("host unreachable - admin prohibited", "10.0.0.251", PathCause.UnderlayFirewallIn, PathEnd.Near)]
    [InlineData("net unreachable", "10.0.0.1", PathCause.UnderlayUnreachable, PathEnd.Far)]
    public void An_error_about_what_the_far_end_sent_is_not_laid_at_this_ends_door(
        string error, string reporter, PathCause cause, PathEnd end)
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, Whole);
        trail.Go(ProbeMessage.NearIsAnswered, fromNear: false, 2);
        trail.Error(error, reporter, isFar: true, PacketDirection.In);
        AssertFound(trail, cause, end);
    }

    [Fact]
    public void Alone_a_closed_port_is_told_with_what_it_can_mean()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 2);
        trail.Error("port unreachable", "10.0.0.250", isFar: false, PacketDirection.In);
        var (check, possible) = trail.LocateAlone();
        Assert.Equal((PathCause.FarPortClosed, PathEnd.Near), (check.Cause, check.End));
        Assert.Contains(possible, static p => p.Cause == PathCause.PortMismatch);
    }

    [Fact]
    public void Alone_silence_is_all_that_is_claimed()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 2);
        var (check, possible) = trail.LocateAlone();
        Assert.Equal(PathCause.FarEndSilent, check.Cause);
        Assert.Empty(check.Remedies);
        Assert.Contains(possible, static p => p.Cause == PathCause.VniMismatch);
        const string test = "Get-GeneveTunnel -Remote 10.0.0.251 | Test-GenevePath -Destination 12.200.1.1";
        Assert.All(possible, static p => Assert.Equal(test, RemedyText.Of(p.Test)));
    }

    [Theory]
    [InlineData(1, PathCause.Unexplained)]
    [InlineData(90, PathCause.MtuTooLarge)]
    [InlineData(101, PathCause.Unexplained)]
    public void What_the_kernel_refuses_to_send_is_told_by_its_error(int errno, PathCause cause)
    {
        var trail = new Trail("direct") { SendErrno = errno };
        AssertFound(trail, cause, PathEnd.Near);
    }

    [Fact]
    public void A_refusal_to_send_is_a_firewalls_where_a_chain_lets_nothing_out()
    {
        var trail = new Trail("direct") { SendErrno = 1 };
        trail.World.Near.Tunnel.Evidence = Rules.Evidence("chain inet fw output Output Drop");
        var found = AssertFound(trail, PathCause.InnerFirewall, PathEnd.Near);
        Assert.Equal(
            "nft add rule inet fw output ip saddr 12.200.1.1 ip daddr 12.200.1.2 accept", RemedyText.Of(found.Remedies));
    }

    [Fact]
    public void A_counter_alone_is_no_proof_of_reverse_path_filtering()
    {
        // Other packets were dropped meanwhile; this link does not filter.
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 3);
        const string counter = "TcpExt.IPReversePathFilter";
        trail.World.Probed = static w => w.Far.Tunnel.Counters[counter] = w.Far.Tunnel.Counters.GetValueOrDefault(counter) + 5;
        trail.World.Seen = static (_, far) =>
            (far.ArrivedFrom, far.ArrivedBy) = (IPAddress.Parse("10.0.0.251"), far.State.Underlay.LinkOf("eth0"));
        AssertFound(trail, PathCause.Unexplained, PathEnd.Far);

        trail.World.Far.Tunnel.Switches["ipv4.conf.eth0.rp_filter"] = 1;
        trail.World.Far.Tunnel.Route("10.0.0.251/32", "other");
        Assert.Contains(
            "net/ipv4/conf/eth0/rp_filter=2",
            RemedyText.Of(AssertFound(trail, PathCause.RpFilterStrict, PathEnd.Far).Remedies),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_checksums_are_known_by_their_counter()
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 3);
        trail.World.Probed = static w => w.Far.Tunnel.Counters["Udp.InCsumErrors"] = 3;
        AssertFound(trail, PathCause.ChecksumMismatch, PathEnd.Far);
    }

    [Fact]
    public void A_far_end_that_asks_and_is_not_answered_is_not_taken_for_a_firewall()
    {
        var trail = new Trail("direct").Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, Whole);
        trail.Go(ProbeMessage.FarAsks, fromNear: false, Whole);
        var found = AssertFound(trail, PathCause.Unexplained, PathEnd.Near);
        Assert.StartsWith("The question who has 12.200.1.1 arrives on 'geneve0' here and is not answered", found.Sentence,
            StringComparison.Ordinal);
        trail.World.Near.Tunnel.Change("geneve0", static l => l with { NoArp = true });
        Assert.Equal("ip link set geneve0 arp on", RemedyText.Of(AssertFound(trail, PathCause.NeighborFailed, PathEnd.Near).Remedies));
    }

    [Fact]
    public void The_end_that_is_accused_is_the_one_where_it_was_lost()
    {
        Gen.Select(Gen.Int[0, World.Stages.Count - 1], Gen.Int[1, 9], Gen.Int[0, 9], Gen.Bool).Sample((number, request, reply, isAsking) =>
        {
            var trail = new Trail(World.Stages[number]);
            if (!isAsking)
                trail.Ask();
            var (asked, answered) = isAsking
                ? (ProbeMessage.NearAsks, ProbeMessage.NearIsAnswered)
                : (ProbeMessage.EchoRequest, ProbeMessage.EchoReply);
            var arrived = trail.Go(asked, fromNear: true, request);
            if (arrived)
                trail.Go(answered, fromNear: false, reply);
            var (check, possible) = trail.Locate();
            Assert.NotEqual(PathCause.None, check.Cause);
            Assert.NotEmpty(check.Sentence);
            Assert.Empty(possible);
            if (!arrived)
                Assert.Equal(trail.IsLostBeforeFar ? PathEnd.Near : PathEnd.Far, check.End);
            // Alone, nothing is ever said of the far end's settings.
            var (alone, _) = trail.LocateAlone();
            Assert.Equal(PathEnd.Near, alone.End);
        });
    }

    private static PathCheck AssertFound(Trail trail, PathCause cause, PathEnd end)
    {
        var (check, _) = trail.Locate();
        Assert.True((check.Cause, check.End) == (cause, end), check.ToString());
        return check;
    }

    /// <summary>What interfaces saw, as long as a message got through.</summary>
    private sealed class Trail(string stage, World.Plan? plan = null)
    {
        private readonly List<Sighting> _seen = [];

        public World World { get; } = World.Make(stage, plan);

        public int SendErrno { get; init; }

        /// <summary>Whether the last message was lost before the far end's underlay.</summary>
        public bool IsLostBeforeFar { get; private set; }

        /// <summary>The MAC address was asked for and answered.</summary>
        public Trail Ask()
        {
            Go(ProbeMessage.NearAsks, fromNear: true, Whole);
            Go(ProbeMessage.NearIsAnswered, fromNear: false, Whole);
            return this;
        }

        /// <returns>Whether it got through.</returns>
        public bool Go(ProbeMessage message, bool fromNear, int points)
        {
            var (near, far) = World.Look(isProbed: false);
            var (from, to) = fromNear ? (near, far) : (far, near);
            List<Sighting> all = [.. Half(from, PacketDirection.Out, message), .. Half(to, PacketDirection.In, message)];
            _seen.AddRange(all.Take(points));
            // The underlay of the receiver comes behind that of the sender.
            IsLostBeforeFar = points < all.FindLastIndex(s => s.IsEncapsulated);
            return points >= all.Count;
        }

        public void Error(string words, string reporter, bool isFar, PacketDirection direction) => _seen.Add(new Sighting
        {
            Message = ProbeMessage.UnderlayError,
            Error = words,
            ReporterValue = IPAddress.Parse(reporter),
            IsFar = isFar,
            Direction = direction,
            Place = (isFar ? World.Far : World.Near).Underlay.Id,
            Interface = "eth0",
        });

        public Loss Locate(bool isDeep = false, params DropSighting[] drops)
        {
            var (near, far) = World.Look();
            return new PathLocalizer(near, far, new WatchReport { Sightings = _seen, Drops = drops }, Echoes, isDeep).Locate();
        }

        public Loss LocateAlone() =>
            new PathLocalizer(
                World.LookAlone(), null, new WatchReport { Sightings = [.. _seen.Where(static s => !s.IsFar)] }, Echoes).Locate();

        private EchoResult[] Echoes => [new EchoResult(1, 84, null, SendErrno)];

        private static IEnumerable<Sighting> Half(Endpoint side, PacketDirection direction, ProbeMessage message)
        {
            var inner = direction == PacketDirection.Out && !side.IsApart ? side.OutLink : side.In;
            List<(string Place, string? Link, bool IsOuter)> points = [(side.State.Inner.Id, inner?.Name, false)];
            if (side.IsApart)
                points.Add((side.State.Tunnel.Id, side.Attachment?.Name, false));
            if (side.IsApart || points[0].Link != side.Tunnel!.Name)
                points.Add((side.State.Tunnel.Id, side.Tunnel!.Name, false));
            points.Add((side.State.Underlay.Id, "eth0", true));
            if (direction == PacketDirection.In)
                points.Reverse();
            foreach (var (place, link, isOuter) in points)
            {
                // A veth's two ends see a packet the other way round.
                var isOutside = side.IsApart && link == side.Attachment?.Name && place == side.State.Tunnel.Id;
                yield return new Sighting
                {
                    Message = message,
                    IsFar = side.End == PathEnd.Far,
                    Place = place,
                    Interface = link ?? "",
                    IsEncapsulated = isOuter,
                    Direction = isOutside ? (direction == PacketDirection.In ? PacketDirection.Out : PacketDirection.In) : direction,
                    OuterSourceValue = isOuter ? direction == PacketDirection.Out ? side.UnderlaySource : side.Settings?.Remote : null,
                };
            }
        }
    }
}
