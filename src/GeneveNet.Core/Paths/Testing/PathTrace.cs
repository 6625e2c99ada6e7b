using GeneveNet.Paths.Sites;

namespace GeneveNet.Paths.Testing;

/// <summary>What was seen of one probe, and what the ends looked like after it.</summary>
/// <param name="Verdict">The verdict, with the sightings.</param>
/// <param name="Near">The near end.</param>
/// <param name="Far">The far end; null where it cannot be seen.</param>
internal sealed record PathTrace(PathVerdict Verdict, EndState Near, EndState? Far);
