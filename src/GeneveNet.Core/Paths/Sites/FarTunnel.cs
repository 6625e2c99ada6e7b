using System.Net;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites;

/// <summary>Finds the tunnel that belongs to the other end's: the one that takes its packets, or comes nearest to it.</summary>
internal static class FarTunnel
{
    // More than all else together: the tunnel that is meant, whatever is wrong with its settings.
    private const int HoldsDestination = 32;

    /// <summary>The tunnel of a namespace that belongs to the other end's, or null where the namespace has none.</summary>
    public static LinkState? Choose(NetworkState place, EndHint hint)
    {
        LinkState? best = null;
        var bestScore = -1;
        foreach (var link in place.Links)
        {
            if (link.Tunnel is not { } tunnel)
                continue;
            var score = Score(tunnel, hint)
                + (Holds(place, link, hint.Inner) ? HoldsDestination : 0)
                + (Holds(place, link, hint.OtherInner) ? 1 : 0);
            if (score > bestScore)
                (best, bestScore) = (link, score);
        }

        return best;
    }

    /// <summary>Whether a tunnel, or its bridge, has an address, or a route to it.</summary>
    private static bool Holds(NetworkState place, LinkState tunnel, IPAddress? inner)
    {
        if (inner is null)
            return false;
        var link = tunnel.MasterIndex == 0 ? tunnel.Index : tunnel.MasterIndex;
        return place.AddressOf(inner)?.LinkIndex == link || place.HostRoutes.Any(r => r.LinkIndex == link && r.Address.Equals(inner));
    }

    /// <summary>Whether a tunnel takes the other end's packets as far as its settings say.</summary>
    public static bool Fits(TunnelState tunnel, EndHint hint)
    {
        var takesSource = hint.Source is null || Equals(tunnel.Remote, hint.Source);
        return tunnel.Port == hint.Port && (tunnel.External || (tunnel.Vni == hint.Vni && takesSource));
    }

    private static int Score(TunnelState tunnel, EndHint hint) =>
        (Fits(tunnel, hint) ? 8 : 0)
        + (Equals(tunnel.Remote, hint.Source) ? 4 : 0)
        + (tunnel.Vni == hint.Vni ? 2 : 0)
        + (tunnel.Port == hint.Port ? 1 : 0);
}
