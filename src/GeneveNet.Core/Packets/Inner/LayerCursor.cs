namespace GeneveNet.Packets.Inner;

/// <summary>Where in a frame the reading is: what was captured, and how far the frame goes by what its headers say.</summary>
/// <remarks>All reading goes through <see cref="TryTake"/>; nothing can be read past the captured bytes.</remarks>
internal ref struct LayerCursor
{
    private ReadOnlyMemory<byte> _captured;
    private int _end;

    /// <param name="captured">The bytes there are.</param>
    /// <param name="length">How many there were on the wire.</param>
    public LayerCursor(ReadOnlyMemory<byte> captured, int length)
    {
        _captured = captured;
        _end = Math.Max(length, captured.Length);
    }

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>The first fault met.</summary>
    public LayerFault Fault { get; private set; }

    /// <summary>Where it was met.</summary>
    public Layer FaultLayer { get; private set; }

    /// <summary>Bytes from here to the end, as the headers so far have it.</summary>
    public readonly int Left => _end - Position;

    /// <summary>Bytes from here to the end, as many as were captured.</summary>
    public readonly ReadOnlyMemory<byte> Rest => _captured[Position..];

    /// <summary>Looks at the next bytes without stepping over them.</summary>
    /// <returns>False, and the fault noted, where there are fewer.</returns>
    public bool TryPeek(int count, Layer layer, out ReadOnlySpan<byte> bytes)
    {
        var rest = Rest.Span;
        if (rest.Length >= count)
        {
            bytes = rest[..count];
            return true;
        }

        bytes = default;
        return Fail(Left >= count ? LayerFault.Cut : LayerFault.TooShort, layer);
    }

    /// <summary>Steps over the next bytes.</summary>
    /// <returns>False, and the fault noted, where there are fewer.</returns>
    public bool TryTake(int count, Layer layer, out ReadOnlySpan<byte> bytes)
    {
        if (!TryPeek(count, layer, out bytes))
            return false;
        Position += count;
        return true;
    }

    /// <summary>
    /// Takes over what a header says is left: what is after is padding. Where it is more than there is, the fault is noted.
    /// </summary>
    public void SetLeft(int count, Layer layer)
    {
        if (count > Left)
            Fail(LayerFault.BadLength, layer);
        _end = Position + count;
        if (_end < _captured.Length)
            _captured = _captured[.._end];
    }

    /// <summary>Notes a fault; the first one stays.</summary>
    /// <returns>False.</returns>
    public bool Fail(LayerFault fault, Layer layer)
    {
        if (Fault == LayerFault.None)
            (Fault, FaultLayer) = (fault, layer);
        return false;
    }
}
