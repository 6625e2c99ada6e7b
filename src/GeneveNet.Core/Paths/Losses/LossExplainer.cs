using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Losses;

/// <summary>
/// Says why packets are lost at a point: what was proven, else what the kernel said, else only what was seen and what could have done it.
/// </summary>
/// <param name="seen">What was watched of the probe.</param>
/// <param name="isDeep">Whether the kernel was asked.</param>
internal sealed class LossExplainer(WatchReport seen, bool isDeep)
{
    private readonly DropProofs _proofs = new(seen);

    /// <summary>What drops packets at a point, or what is known of it.</summary>
    /// <param name="point">The point.</param>
    /// <param name="message">What is lost there.</param>
    /// <param name="cause">The cause, where a rule of a firewall is the culprit.</param>
    /// <param name="what">What was seen, as a sentence without its stop.</param>
    /// <param name="evidence">By what.</param>
    public Loss Explain(
        LossPoint point, ProbeMessage message, PathCause cause, string what, params (string Name, object? Value)[] evidence) =>
        Explain([(point, message)], cause, what, evidence);

    /// <summary>The same for packets that may be lost at one of several points.</summary>
    public Loss Explain(
        IReadOnlyList<(LossPoint Point, ProbeMessage Message)> places, PathCause cause, string what,
        params (string Name, object? Value)[] evidence) =>
        places.Select(place => TryExplain(place.Point, place.Message, cause, what, evidence)).FirstOrDefault(static one => one is not null)
        ?? Unproven([.. places.Select(static place => place.Point)], what, evidence);

    /// <summary>What is proven to drop packets at a point; null where nothing is.</summary>
    public Loss? TryExplain(
        LossPoint point, ProbeMessage message, PathCause cause, string what, params (string Name, object? Value)[] evidence) =>
        _proofs.Find(point) is { } culprit ? By(culprit, point, cause, what, evidence) : ByKernel(point, message, cause, what, evidence);

    private static Loss By(Culprit culprit, LossPoint point, PathCause cause, string what, (string Name, object? Value)[] evidence) =>
        Loss.At(culprit.Cause ?? cause, point.Side, Finding.Of(
            $"{what}: {culprit.What} {culprit.Verb}.", culprit.Remedies, [.. evidence, .. culprit.Evidence]));

    /// <summary>What the kernel told of the drop; null for nothing.</summary>
    private Loss? ByKernel(
        LossPoint point, ProbeMessage message, PathCause cause, string what, (string Name, object? Value)[] evidence) =>
        seen.Drops.FirstOrDefault(drop => drop.Packet.Message == message && IsMeant(drop, point)) is { } told
            ? Loss.At(KernelReasons.CauseOf(told) ?? cause, point.Side, Finding.Of(
                $"{what}: {KernelReasons.Describe(told)}.", [.. evidence, ("Reason", told.Reason), ("Symbol", told.Symbol)]))
            : null;

    /// <summary>The same for a bridge, where packets may pass the firewall of IP, too.</summary>
    public Loss ExplainBridge(LossPoint point, ProbeMessage message, string what)
    {
        var side = point.Side;
        (string, object?)[] evidence = [("Bridge", side.PathBridge?.Name), ("Links", point.Links)];
        if (point.IsNeighbor || !BridgeChecks.PassesFirewall(side))
            return Explain(point, message, PathCause.BridgeFiltered, what, evidence);
        var culprit = _proofs.Find(point);
        var suspects = DropProofs.Suspects(point);
        if (culprit is null && ByKernel(point, message, PathCause.BridgeFiltered, what, evidence) is { } told)
            return told;
        if (culprit is { IsInForwardOfIptables: false })
            return By(culprit, point, PathCause.BridgeFiltered, what, evidence);
        // Questions for MAC addresses pass at the same place and IP does not; where one chain alone can do that, it does.
        if (culprit is not null || suspects is ["chain 'FORWARD' of table ip 'filter'" or "chain 'FORWARD' of table ip6 'filter'"])
        {
            var name = culprit?.What ?? $"{suspects[0]}";
            return Loss.At(PathCause.BridgeNetfilterDrop, side, BridgeChecks.DescribeNetfilterDrop(side, $"{name} drops them"));
        }

        return Unproven([point], what, evidence);
    }

    /// <summary>Whether packets were dropped because the table of neighbors was full.</summary>
    public static Loss? NeighborTableFull(Endpoint side)
    {
        // One host has one table, whichever of its namespaces meets that first.
        if (side is { End: PathEnd.Far, Other: { } near } && near.State.Tunnel.Host == side.State.Tunnel.Host)
            side = near;
        var isIPv6 = side.Inner?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var (counter, family) = isIPv6 ? ("Neighbor6.TableFulls", "ipv6") : ("Neighbor.TableFulls", "ipv4");
        var growth = side.After.Tunnel.Growth(side.State.Tunnel, counter);
        if (growth <= 0)
            return null;
        var name = $"net.{family}.neigh.default.gc_thresh3";
        var limit = side.State.Tunnel.Switches.GetValueOrDefault(name["net.".Length..]);
        var remedy = Remedy.Of("sysctl", ("-w", $"{name}={2 * limit}")) with { IsProgram = true, Host = side.State.Tunnel.Host };
        return Loss.At(PathCause.NeighborTableFull, side, Finding.Of(
            $"The kernel has no room for another neighbor {side.At()}: {growth} packets were dropped for that. {name} is {limit}, "
            + "for all network namespaces together.",
            limit > 0 ? remedy : null,
            ("Counter", counter), ("Growth", growth), ("Limit", limit)));
    }

    // What the IP layer drops of an encapsulated packet on its way out is told as the inner one.
    private static bool IsMeant(DropSighting drop, LossPoint point) =>
        drop.Packet.IsEncapsulated == point.IsOuter || (point is { IsOuter: true, Stage: LossStage.Out });

    private Loss Unproven(LossPoint[] points, string what, (string Name, object? Value)[] evidence)
    {
        string[] suspects = [.. points.SelectMany(DropProofs.Suspects).Distinct()];
        var rest = suspects.Length > 0
            ? $"What can drop them there: {string.Join("; ", suspects)}."
            : "Nothing that was read accounts for it.";
        var loss = Loss.At(PathCause.Unexplained, points[0].Side, Finding.Of(
            $"{what}. {rest}", [.. evidence, ("Suspects", suspects)]));
        return loss with { CanBeDeeper = !isDeep };
    }
}
