using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Endpoints;

namespace GeneveNet.Paths.Losses;

/// <summary>Why a message was lost.</summary>
/// <param name="Check">The cause.</param>
/// <param name="Possible">Causes that remain possible where the far end cannot be seen.</param>
internal sealed record Loss(PathCheck Check, IReadOnlyList<PossibleCause> Possible)
{
    /// <summary>Whether the kernel can be asked for more.</summary>
    public bool CanBeDeeper { get; init; }

    public static Loss At(PathCause cause, Endpoint side, Finding finding) => new(PathChecks.ToCheck(cause, side.End, finding), []);
}
