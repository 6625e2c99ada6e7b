using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites;

/// <summary>Finds the tunnel that belongs to the other end's: the one that takes its packets, or comes nearest to it.</summary>
internal static class FarTunnel
{
    /// <summary>The tunnel of a namespace that belongs to the other end's, or null where the namespace has none.</summary>
    public static LinkState? Choose(NetworkState place, EndHint hint)
    {
        LinkState? best = null;
        var bestScore = -1;
        foreach (var link in place.Links)
        {
            if (link.Tunnel is { } tunnel && Score(tunnel, hint) is var score && score > bestScore)
                (best, bestScore) = (link, score);
        }

        return best;
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
