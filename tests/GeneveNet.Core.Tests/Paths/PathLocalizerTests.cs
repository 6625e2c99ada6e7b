using System.Net;
using CsCheck;
using GeneveNet.Packets;
using GeneveNet.Paths;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Losses;
using GeneveNet.Paths.Probes;
using GeneveNet.Rendering;

namespace GeneveNet.Tests.Paths;

/// <summary>Where a message was lost, and why, by what the interfaces saw of it.</summary>
public sealed class PathLocalizerTests
{
    private const int Whole = 99;

    [Theory]
    // Points from this end to the other: container, bridge, tunnel, underlay; underlay, tunnel.
    [InlineData("container", 1, PathCause.BridgeFiltered, PathEnd.Near)]
    [InlineData("container", 2, PathCause.BridgeFiltered, PathEnd.Near)]
    [InlineData("container", 3, PathCause.UnderlayFirewallOut, PathEnd.Near)]
    [InlineData("container", 4, PathCause.UnderlayLost, PathEnd.Far)]
    [InlineData("container", 5, PathCause.UnderlayFirewallIn, PathEnd.Far)]
    [InlineData("container", Whole, PathCause.NeighborFailed, PathEnd.Far)]
    [InlineData("direct", 1, PathCause.UnderlayFirewallOut, PathEnd.Near)]
    [InlineData("direct", 2, PathCause.UnderlayLost, PathEnd.Far)]
    [InlineData("direct", 3, PathCause.UnderlayFirewallIn, PathEnd.Far)]
    [InlineData("direct", 4, PathCause.NeighborFailed, PathEnd.Far)]
    public void A_question_is_followed(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage);
        trail.Go(ProbeMessage.NearAsks, fromNear: true, points);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData("direct", 1, PathCause.UnderlayFirewallOut, PathEnd.Near)]
    [InlineData("direct", Whole, PathCause.InnerFirewall, PathEnd.Far)]
    [InlineData("routed", Whole, PathCause.InnerFirewall, PathEnd.Far)]
    public void An_echo_request_is_followed(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage).Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, points);
        AssertFound(trail, cause, end);
    }

    [Theory]
    [InlineData("direct", 1, PathCause.UnderlayFirewallOut, PathEnd.Far)]
    [InlineData("direct", 2, PathCause.UnderlayLost, PathEnd.Near)]
    [InlineData("direct", 3, PathCause.UnderlayFirewallIn, PathEnd.Near)]
    [InlineData("direct", Whole, PathCause.InnerFirewall, PathEnd.Near)]
    [InlineData("container", 5, PathCause.BridgeFiltered, PathEnd.Near)]
    public void A_reply_is_followed_back(string stage, int points, PathCause cause, PathEnd end)
    {
        var trail = new Trail(stage).Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, Whole);
        trail.Go(ProbeMessage.EchoReply, fromNear: false, points);
        AssertFound(trail, cause, end);
    }

    [Fact]
    public void Bridged_IP_packets_that_pass_a_firewall_are_dropped_by_it()
    {
        var trail = new Trail("container").Ask();
        trail.World.Near.Tunnel.Switches["bridge.bridge-nf-call-iptables"] = 1;
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, 2);
        Assert.Equal("Add-BridgeForwardRule br0", RemedyText.Of(AssertFound(trail, PathCause.BridgeNetfilterDrop, PathEnd.Near).Remedies));
    }

    [Theory]
    [InlineData(true, "a firewall drops UDP to port 6081 on the way out (OUTPUT or POSTROUTING).")]
    [InlineData(false, "a firewall or traffic control (tc, egress) drops UDP")]
    public void Only_what_the_tunnel_counts_is_surely_a_firewall(bool isCounted, string words)
    {
        var trail = new Trail("direct");
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 1);
        if (isCounted)
            trail.World.Probed = static w => w.Near.Tunnel.Change("geneve0", static l => l with { SendDropped = l.SendDropped + 1 });
        Assert.Contains(words, AssertFound(trail, PathCause.UnderlayFirewallOut, PathEnd.Near).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Remedies_speak_to_the_firewall_of_the_address_family()
    {
        var plan = World.Plan.OverIPv6;
        var trail = new Trail("direct", plan);
        trail.Go(ProbeMessage.NearAsks, fromNear: true, 1);
        Assert.StartsWith(
            "ip6tables -I OUTPUT -p udp",
            RemedyText.Of(AssertFound(trail, PathCause.UnderlayFirewallOut, PathEnd.Near).Remedies),
            StringComparison.Ordinal);

        trail = new Trail("direct", plan).Ask();
        trail.Go(ProbeMessage.EchoRequest, fromNear: true, Whole);
        Assert.Contains(
            "{ ip6tables -I INPUT -p ipv6-icmp -j ACCEPT }",
            RemedyText.Of(AssertFound(trail, PathCause.InnerFirewall, PathEnd.Far).Remedies),
            StringComparison.Ordinal);
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
    [InlineData(1, PathCause.InnerFirewall)]
    [InlineData(90, PathCause.MtuTooLarge)]
    [InlineData(101, PathCause.Unexplained)]
    public void What_the_kernel_refuses_to_send_is_told_by_its_error(int errno, PathCause cause)
    {
        var trail = new Trail("direct") { SendErrno = errno };
        AssertFound(trail, cause, PathEnd.Near);
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
        AssertFound(trail, PathCause.UnderlayFirewallIn, PathEnd.Far);

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
        AssertFound(trail, PathCause.NeighborFailed, PathEnd.Near);
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

        public Loss Locate()
        {
            var (near, far) = World.Look();
            return new PathLocalizer(near, far, new WatchReport { Sightings = _seen }, Echoes).Locate();
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
