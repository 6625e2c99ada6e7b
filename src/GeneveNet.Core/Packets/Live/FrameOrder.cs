namespace GeneveNet.Packets.Live;

/// <summary>
/// Puts the frames of several rings in the order of their times. A ring returns its packets when a block is full or has waited
/// long enough, each at its own moment: a frame is held until none that is older can come from another.
/// </summary>
internal sealed class FrameOrder
{
    /// <summary>Longer than a packet stays in a block, also where the kernel's clock ticks slowly.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly List<CapturedFrame> _held = [];

    /// <summary>Whether frames are held.</summary>
    public bool IsEmpty => _held.Count == 0;

    /// <summary>Where new frames are put.</summary>
    public List<CapturedFrame> Incoming => _held;

    /// <summary>Hands out what is old enough.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="horizon">No older frame will come: nanoseconds since 1970.</param>
    /// <returns>Whether there was any.</returns>
    public bool Release(List<CapturedFrame> into, long horizon)
    {
        // Equal times keep the order in which they came.
        var ready = _held.Where(frame => frame.TimestampNanoseconds <= horizon).OrderBy(frame => frame.TimestampNanoseconds).ToList();
        if (ready.Count == 0)
            return false;
        into.AddRange(ready);
        _held.RemoveAll(frame => frame.TimestampNanoseconds <= horizon);
        return true;
    }
}
