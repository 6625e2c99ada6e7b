using System.Runtime.CompilerServices;

namespace GeneveNet.Netlink;

/// <summary>
/// A text that is put together when somebody wants to read it. Every request has a phrase for the case that it fails; of a
/// thousand, none may. An interpolated string given for it keeps its parts as they are.
/// </summary>
/// <remarks>What is interpolated must not change afterwards: texts, numbers, addresses, names.</remarks>
[InterpolatedStringHandler]
public struct DeferredText
{
    private readonly object? _parts; // string, or array of parts
    private int _count;

    /// <summary>Called by the compiler.</summary>
    /// <param name="literalLength">Number of characters around the holes.</param>
    /// <param name="formattedCount">Number of holes.</param>
    public DeferredText(int literalLength, int formattedCount)
    {
        _ = literalLength;
        _parts = new object?[(2 * formattedCount) + 1];
    }

    private DeferredText(string text) => _parts = text;

    /// <summary>An existing text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator DeferredText(string text) => new(text);

    /// <summary>Called by the compiler.</summary>
    /// <param name="value">The text between two holes.</param>
    public void AppendLiteral(string value) => ((object?[])_parts!)[_count++] = value;

    /// <summary>Called by the compiler.</summary>
    /// <param name="value">The value of a hole.</param>
    /// <typeparam name="T">Its type.</typeparam>
    public void AppendFormatted<T>(T value) => ((object?[])_parts!)[_count++] = value;

    /// <summary>The text.</summary>
    public override readonly string ToString() => _parts switch
    {
        object?[] parts => string.Concat(parts),
        _ => _parts as string ?? "",
    };
}
