using System.Diagnostics;
using GeneveNet.Namespaces;

namespace GeneveNet.Packets.Live;

/// <summary>Captures packets from interfaces of one or several network namespaces as they pass.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class LiveCapture : IDisposable
{
    /// <summary>Bytes of the ring that take up bursts, for each namespace.</summary>
    public const int DefaultRingSize = 32 * 1024 * 1024;

    // For all rings together; what is more than it in the end is the least that a ring needs.
    private const int RingBudget = 128 * 1024 * 1024;

    // Blocks returned at once: what is in them lives as objects until it is looked at.
    private const int BlocksInTurn = 4;

    private readonly List<CaptureTap> _taps = [];
    private readonly FrameOrder? _order;
    private CaptureStatistics _ended;
    private bool _isDown;

    /// <summary>Starts to capture in one namespace.</summary>
    /// <param name="place">Where the interfaces are.</param>
    /// <param name="filter">Which packets.</param>
    /// <param name="ringSize">Bytes of the ring.</param>
    /// <param name="snapLength">Bytes of each packet to keep; 0 for all.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or the namespace has vanished.</exception>
    public LiveCapture(NetworkNamespace place, CaptureFilter filter, int ringSize = DefaultRingSize, int snapLength = 0)
        : this([new CaptureSource(place, filter)], ringSize, snapLength) { }

    /// <summary>Starts to capture in one namespace, with a custom filter program.</summary>
    internal LiveCapture(NetworkNamespace place, BpfInstruction[] program, int interfaceIndex, int ringSize, int snapLength)
        : this(
            [new CaptureSource(place, new CaptureFilter { Interfaces = interfaceIndex > 0 ? [interfaceIndex] : [] })],
            ringSize, snapLength, program)
    {
    }

    /// <summary>Starts to capture in several namespaces at once.</summary>
    /// <param name="sources">Where and what; a namespace needs no more than one.</param>
    /// <param name="ringSize">Bytes of the ring of each; 0 for a size of which many do not fill the memory.</param>
    /// <param name="snapLength">Bytes of each packet to keep; 0 for all.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or a namespace has vanished.</exception>
    public LiveCapture(IReadOnlyList<CaptureSource> sources, int ringSize = 0, int snapLength = 0)
        : this(sources, ringSize, snapLength, program: null) { }

    private LiveCapture(IReadOnlyList<CaptureSource> sources, int ringSize, int snapLength, BpfInstruction[]? program)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (ringSize == 0)
            ringSize = Math.Min(DefaultRingSize, RingBudget / Math.Max(1, sources.Count));
        try
        {
            foreach (var source in sources)
                _taps.Add(new CaptureTap(source, program ?? source.Filter.Compile(), ringSize, snapLength));
        }
        catch
        {
            Dispose();
            throw;
        }

        _order = _taps.Count > 1 ? new FrameOrder() : null;
    }

    /// <summary>Packets received and dropped so far.</summary>
    public CaptureStatistics Statistics => _taps.Aggregate(_ended, (sum, tap) => sum + tap.Ring.ReadStatistics());

    /// <summary>Whether nothing can come any more: every namespace, or every interface that was named, is gone.</summary>
    public bool HasEnded => _taps.Count == 0;

    /// <summary>
    /// Waits for packets and hands them out as they come in bundles, those of several namespaces in the order of their times.
    /// </summary>
    /// <param name="into">Where they are put.</param>
    /// <param name="timeout">How long to wait for the first.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>False when none came in time, or an interface went down or away, see <see cref="FindGone"/>.</returns>
    public bool Read(List<CapturedFrame> into, TimeSpan timeout, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (ReadNow(into))
            return true;
        if (_order is { IsEmpty: false } && timeout > FrameOrder.Delay / 2)
            timeout = FrameOrder.Delay / 2;
        _isDown |= PacketRing.Wait([.. _taps.Select(tap => tap.Ring)], timeout, cancellation);
        return ReadNow(into);
    }

    /// <summary>
    /// Takes no packet any more and hands out all that came before: afterwards every packet received was handed out, or dropped.
    /// </summary>
    /// <param name="into">Where they are put.</param>
    /// <param name="cancellation">Ends the wait for the kernel at once.</param>
    public void Finish(List<CapturedFrame> into, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        foreach (var tap in _taps)
            tap.Ring.Close();
        // The last block is handed over when its time is up.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < FrameOrder.Delay;)
        {
            foreach (var tap in _taps)
                tap.Read(_order?.Incoming ?? into, tap.Ring.BlockCount);
            PacketRing.Wait([.. _taps.Select(tap => tap.Ring)], FrameOrder.Delay - clock.Elapsed, cancellation);
        }

        foreach (var tap in _taps)
            tap.Read(_order?.Incoming ?? into, tap.Ring.BlockCount);
        _order?.Release(into, long.MaxValue);
    }

    /// <summary>
    /// Looks whether namespaces and interfaces are still there; to be asked every now and then, since a capture keeps a namespace
    /// alive that was removed. What can no longer give packets is let go.
    /// </summary>
    /// <returns>What is gone, since it was last asked.</returns>
    public IReadOnlyList<NetworkException> FindGone()
    {
        _isDown = false;
        List<NetworkException> gone = [];
        foreach (var tap in _taps)
            gone.AddRange(tap.FindGone());
        foreach (var tap in _taps.FindAll(tap => tap.HasEnded))
        {
            _ended += tap.Ring.ReadStatistics();
            _taps.Remove(tap);
            tap.Dispose();
        }

        return gone;
    }

    /// <summary>Whether an interface went down since <see cref="FindGone"/> was last asked; it may be gone.</summary>
    public bool IsDown => _isDown;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tap in _taps)
            tap.Dispose();
        _taps.Clear();
    }

    private bool ReadNow(List<CapturedFrame> into)
    {
        if (_order is null)
            return _taps.Count > 0 && _taps[0].Read(into, BlocksInTurn);

        // A ring's worth of blocks are all that were full at this moment: what comes of later ones is younger than the horizon.
        var horizon = (DateTime.UtcNow - DateTime.UnixEpoch - FrameOrder.Delay).Ticks * 100;
        foreach (var tap in _taps)
            tap.Read(_order.Incoming, tap.Ring.BlockCount);
        return _order.Release(into, horizon);
    }
}
