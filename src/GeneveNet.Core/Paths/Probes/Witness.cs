using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Packets.Live;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Probes;

/// <summary>Watches all interfaces of a namespace for the messages of a probe, on a thread of its own, until it is told to stop.</summary>
internal sealed class Witness : IDisposable
{
    private const int RingSize = 2 * 1024 * 1024, SnapLength = 256;

    // A probe is a matter of seconds; whoever forgot its witness finds it gone.
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(2);

    // The kernel hands over a block of packets after 20 ms at the latest.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(60);

    private readonly LiveCapture _capture;
    private readonly SightingReader _reader;
    private readonly CancellationTokenSource _stop = new(LongestWatch);
    private readonly List<Sighting> _seen = [];
    private readonly Thread _thread;

    /// <summary>Begins to watch.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="probe">The probe.</param>
    public Witness(NetworkNamespace place, ProbeIdentity probe)
    {
        _capture = new LiveCapture(place, ProbeFilter.Compile(probe.Port, probe.Vni), interfaceIndex: 0, RingSize, SnapLength);
        _reader = new SightingReader(probe, NetworkStateReader.IdOf(place));
        _thread = new Thread(Watch) { IsBackground = true, Name = "path witness" };
        _thread.Start();
    }

    /// <summary>Begins to end it: the last packets are still taken.</summary>
    public void BeginStop() => _stop.CancelAfter(Grace);

    /// <summary>Waits for the end.</summary>
    /// <returns>What was seen, in order.</returns>
    public IReadOnlyList<Sighting> Stop()
    {
        _thread.Join();
        return _seen;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        List<CapturedFrame> frames = [];
        try
        {
            while (true)
            {
                _capture.Read(frames, TimeSpan.FromSeconds(1), _stop.Token);
                Take(frames);
            }
        }
        catch (OperationCanceledException)
        {
            // On a busy host this thread may be late: what the kernel has handed over by now counts as well.
            while (_capture.Read(frames, TimeSpan.Zero))
                Take(frames);
        }
        catch (NetworkException)
        {
            // The namespace or its interfaces went away: what was seen until then counts.
        }
        finally
        {
            // Also when nobody comes to stop it: the kernel must not copy packets for no one.
            _capture.Dispose();
        }
    }

    private void Take(List<CapturedFrame> frames)
    {
        foreach (var frame in frames)
        {
            if (_reader.Read(frame) is { } sighting)
                _seen.Add(sighting);
        }

        frames.Clear();
    }
}
