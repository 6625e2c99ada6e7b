using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Paths;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Testing;

namespace GeneveNet.Tests.Paths;

/// <summary>What is made of echo requests of which some were answered.</summary>
public sealed class PathJudgeTests
{
    [Theory]
    // Sent and lost of the first ones, and of the sample that follows when one is lost.
    [InlineData(3, 0, 0, 0, CheckStatus.Passed)]
    [InlineData(3, 1, 10, 0, CheckStatus.Suspected)]
    [InlineData(3, 1, 10, 2, CheckStatus.Suspected)] // 23 %
    [InlineData(3, 1, 10, 3, CheckStatus.Failed)] // 31 %
    [InlineData(3, 3, 10, 9, CheckStatus.Failed)]
    [InlineData(12, 3, 0, 0, CheckStatus.Failed)] // 25 %
    [InlineData(12, 2, 0, 0, CheckStatus.Suspected)]
    [InlineData(100, 1, 0, 0, CheckStatus.Suspected)]
    // Of a few, a share says little.
    [InlineData(4, 3, 0, 0, CheckStatus.Suspected)]
    [InlineData(9, 8, 0, 0, CheckStatus.Suspected)]
    public void Any_loss_is_told_and_heavy_loss_fails(int sent, int lost, int sampled, int sampleLost, CheckStatus status)
    {
        var verdict = Judge(Echoes(sent, lost), Echoes(sampled, sampleLost));
        Assert.Equal(status != CheckStatus.Failed, verdict.Passed);
        var check = verdict.Checks.SingleOrDefault(static c => c.Cause == PathCause.PacketLoss);
        Assert.Equal(status, check?.Status ?? CheckStatus.Passed);
        if (check is null)
            return;
        var all = (sent + sampled, lost + sampleLost);
        Assert.Equal(all, (check.Evidence["Sent"], check.Evidence["Lost"]));
        Assert.StartsWith($"{all.Item2} of {all.Item1} echo requests (", check.Sentence, StringComparison.Ordinal);
        Assert.Equal(status == CheckStatus.Failed, verdict.Cause == PathCause.PacketLoss);
        Assert.Equal(status == CheckStatus.Suspected, verdict.Warnings.Contains(check));
    }

    [Fact]
    public void Large_requests_may_be_lost_for_their_size_and_are_no_loss()
    {
        var verdict = Judge(Echoes(3, 3), Echoes(10, 0), new PathOptions { Size = 2000 });
        Assert.DoesNotContain(verdict.Checks, static c => c.Cause == PathCause.PacketLoss);
        verdict = Judge(Echoes(3, 3), Echoes(10, 1), new PathOptions { Size = 2000 });
        Assert.Contains(verdict.Checks, static c => c.Cause == PathCause.PacketLoss && Equals(c.Evidence["Sent"], 10));
    }

    [Fact]
    public void A_loss_of_all_is_followed_and_says_whether_the_kernel_can_be_asked()
    {
        foreach (var isDeep in (bool[])[false, true])
        {
            var verdict = Judge(Echoes(3, 3), Echoes(10, 10), new PathOptions { IsDeep = isDeep });
            Assert.False(verdict.Passed);
            Assert.NotEqual(PathCause.PacketLoss, verdict.Cause);
            Assert.Equal((PathCause.Unexplained, !isDeep), (verdict.Cause, verdict.CanBeDeeper));
        }
    }

    [Fact]
    public void What_could_not_be_watched_is_a_note() =>
        Assert.Contains("The kernel was not asked.", Judge(Echoes(3, 0), [], notes: "The kernel was not asked.").Notes);

    private static PathVerdict Judge(
        IReadOnlyList<EchoResult> echoes, IReadOnlyList<EchoResult> sample, PathOptions? options = null, params string[] notes)
    {
        var world = World.Make("direct");
        var (near, far) = world.Look();
        var seen = new WatchReport
        {
            Sightings =
            [
                See(ProbeMessage.EchoRequest, PacketDirection.Out, near.State.Tunnel.Id),
                See(ProbeMessage.EchoReply, PacketDirection.In, near.State.Tunnel.Id),
            ],
            Notes = notes,
        };
        return new PathJudge(new PathEnds(near, far, []), new ProbeFindings(echoes, seen, null, sample), options ?? new PathOptions())
            .Judge(NetworkNamespace.Current);
    }

    private static Sighting See(ProbeMessage message, PacketDirection direction, string place) =>
        new() { Message = message, Direction = direction, Place = place, Interface = "geneve0" };

    private static EchoResult[] Echoes(int count, int lost) => [.. Enumerable.Range(1, count).Select(
        number => new EchoResult(number, 84, number <= lost ? null : TimeSpan.FromMilliseconds(1), 0))];
}
