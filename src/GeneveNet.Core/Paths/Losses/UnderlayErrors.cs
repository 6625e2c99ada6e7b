using System.Globalization;
using GeneveNet.Packets;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Losses;

/// <summary>An ICMP error about Geneve packets names the cause itself.</summary>
internal static class UnderlayErrors
{
    /// <summary>What an error says about packets of the end that sent; it comes back to that end.</summary>
    /// <param name="trail">What was seen.</param>
    /// <param name="sender">The end that sent.</param>
    /// <param name="receiver">The end they were for; null where it cannot be seen.</param>
    public static PathCheck? Explain(ProbeTrail trail, Endpoint sender, Endpoint? receiver)
    {
        var other = sender.End == PathEnd.Far ? PathEnd.Near : PathEnd.Far;
        var error = trail.Find(ProbeMessage.UnderlayError, sender.End, PacketDirection.In)
            ?? trail.Find(ProbeMessage.UnderlayError, other, PacketDirection.Out);
        if (error is null || sender.Settings is not { } tunnel)
            return null;
        (string Name, object? Value)[] evidence = [("Reporter", error.ReporterValue), ("Error", error.Error), ("Mtu", error.ErrorMtu)];
        if (error.Error.StartsWith("time exceeded", StringComparison.Ordinal))
        {
            return PathChecks.ToCheck(PathCause.TtlTooSmall, sender.End, Finding.Of(
                $"The outer TTL of tunnel '{sender.Tunnel!.Name}' {sender.At()} ({Ttl(tunnel)}) ends on the way, at {error.ReporterValue}.",
                sender.Cmdlet("Set-GeneveTunnel", (null, sender.Tunnel.Name), ("Ttl", 64)),
                evidence));
        }

        if (error.ErrorMtu is { } mtu)
        {
            return PathChecks.ToCheck(PathCause.MtuTooLarge, sender.End, Finding.Of(
                $"{error.ReporterValue} reports that the Geneve packets are too large for the way on: {mtu} bytes fit there.",
                sender.Cmdlet("Set-Link", (null, sender.OverlayLink!.Name), ("Mtu", mtu - tunnel.Overhead)),
                evidence));
        }

        var isRemote = Equals(error.ReporterValue, tunnel.Remote);
        var isPort = error.Error is "port unreachable" or "unreachable port";
        if (isRemote && isPort && receiver is null)
        {
            return PathChecks.ToCheck(PathCause.FarPortClosed, sender.End, Finding.Of(
                $"{error.ReporterValue} answers that nobody listens on UDP port {tunnel.Port} there: "
                + "it has no tunnel on that port, or the tunnel is down, or a firewall rejects it.",
                evidence));
        }

        // Only a firewall says "prohibited", and with a tunnel that is up, only a firewall says that its port is closed.
        if (isRemote && (isPort || error.Error.Contains("prohibited", StringComparison.Ordinal)))
        {
            return PathChecks.ToCheck(PathCause.UnderlayFirewallIn, receiver?.End ?? PathEnd.Far, Finding.Of(
                isPort
                    ? $"{error.ReporterValue} answers that nobody listens on UDP port {tunnel.Port}, "
                        + $"though tunnel '{receiver!.Tunnel?.Name}' does: a firewall rejects it."
                    : $"{error.ReporterValue} reports \"{error.Error}\" about the Geneve packets: "
                        + $"a firewall there rejects UDP port {tunnel.Port}.",
                evidence));
        }

        return PathChecks.ToCheck(PathCause.UnderlayUnreachable, sender.End, Finding.Of(
            $"{error.ReporterValue} reports \"{error.Error}\" about the Geneve packets to {tunnel.Remote}.", evidence));
    }

    private static string Ttl(TunnelState tunnel) =>
        tunnel.TtlInherit ? "inherited from the inner packet" : tunnel.Ttl.ToString(CultureInfo.InvariantCulture);
}
