using GeneveNet.Paths.Endpoints;

namespace GeneveNet.Paths.Testing;

/// <summary>Both ends of a path, as they were before anything was sent.</summary>
/// <param name="Near">The end the probes start from.</param>
/// <param name="Far">The other one; null where it cannot be seen.</param>
/// <param name="Notes">What could not be found out, or was assumed, in sentences.</param>
internal sealed record PathEnds(Endpoint Near, Endpoint? Far, IReadOnlyList<string> Notes)
{
    /// <summary>The size of a packet that fills the near end's MTU.</summary>
    public int FullSize => Math.Min(Near.Out?.Mtu ?? int.MaxValue, Near.OutLink?.Mtu ?? 0);
}
