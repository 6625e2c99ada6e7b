using System.Runtime.InteropServices;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;

namespace GeneveNet.DropMonitor;

/// <summary>
/// Has the kernel tell every packet that it drops, in all network namespaces of the host, until it is stopped. There is one monitor for
/// all: it is used only when nobody else has it on, and is off and configured as before afterwards.
/// </summary>
/// <remarks>
/// It ends with <see cref="Stop"/> or <see cref="Dispose"/>, with the cancellation that it was started with and with the process. Only
/// after a kill (SIGKILL) the kernel goes on, at the cost of some microseconds for each packet dropped; the next session switches it
/// off, known by <see cref="DropMonitorMarker"/>, and so does `dropwatch`.
/// </remarks>
internal sealed class DropMonitorSession : IDisposable
{
    /// <summary>How long an alert may be on its way: what was dropped before <see cref="Stop"/> is told within this time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(160);

    // Packet by packet, with all headers. The number of packets that may wait is one that nobody else chooses (1000 is usual): by it
    // what was left on after a kill is known to be ours.
    private static readonly DropMonitorConfiguration Ours = new(AlertMode: 1, TruncateLength: 256, QueueLength: 1021);

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    // A host that drops more than this in a second has other worries, and its memory is not ours to fill.
    private const int MostAlerts = 50_000;
    private const int DatagramSize = 16 * 1024;

    private readonly DropMonitorControl _control;
    private readonly NetlinkSocket _events;
    private readonly DropMonitorMarker _marker;
    private readonly DropMonitorConfiguration _before;
    private readonly List<DropAlert> _alerts = [];
    private readonly CancellationTokenSource _endOfReading = new();
    private readonly Lock _ending = new();
    private readonly Thread _reader;
    private CancellationTokenRegistration _cancellation;
    private DropReport? _report;
    private long _lost;

    private DropMonitorSession(
        DropMonitorControl control, NetlinkSocket events, DropMonitorMarker marker, DropMonitorConfiguration before)
    {
        (_control, _events, _marker, _before) = (control, events, marker, before);
        _reader = new Thread(ReadAlerts) { IsBackground = true, Name = "dropped packets" };
    }

    /// <summary>Starts a session; says why where that cannot be.</summary>
    /// <param name="cancellation">Ends the start, and afterwards the session.</param>
    /// <exception cref="OperationCanceledException">The start was ended.</exception>
    public static DropMonitorStart TryStart(CancellationToken cancellation = default)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return FindInitialNamespace() is { } place
                ? TryStart(place, cancellation)
                : Refuse(DropMonitorRefusal.NotInitialNamespace, "Only the initial network namespace of a host has a drop monitor.");
        }
        catch (NetworkException failure)
        {
            return failure.Kind switch
            {
                FailureKind.NotFound or FailureKind.NotSupported => Refuse(
                    DropMonitorRefusal.NoKernelSupport, "This kernel has no drop monitor (CONFIG_NET_DROP_MONITOR) that tells packets."),
                FailureKind.PermissionDenied => Refuse(
                    DropMonitorRefusal.NotPermitted, "The drop monitor needs CAP_NET_ADMIN and CAP_SYS_ADMIN on the host: run as root."),
                _ => Refuse(DropMonitorRefusal.Failed, failure.Message),
            };
        }
    }

    /// <summary>
    /// Ends the session and returns what was dropped. Alerts come a moment after the drop, and the kernel forgets those that it has not
    /// yet told when the monitor is switched off: so they are waited for first.
    /// </summary>
    /// <param name="isEnough">Called with every alert, in order; true ends the wait. Null waits for <see cref="Patience"/>.</param>
    public DropReport Stop(Func<DropAlert, bool>? isEnough = null)
    {
        Await(isEnough);
        return End();
    }

    /// <summary>Ends the session at once.</summary>
    public void Dispose() => End();

    private static DropMonitorStart Refuse(DropMonitorRefusal refusal, string text) => new(null, refusal, text);

    private static DropMonitorStart TryStart(NetworkNamespace place, CancellationToken cancellation)
    {
        var control = Find(new NetlinkConnection(OpenSocket(place)), cancellation);
        NetlinkSocket? events = null;
        DropMonitorMarker? marker = null;
        DropMonitorConfiguration? before = null;
        try
        {
            marker = DropMonitorMarker.TryTake();
            if (marker is null)
                return GiveUp(InUse("another session of this module"));
            if (IsInUse(control, marker))
                return GiveUp(InUse("another program, such as dropwatch"));

            before = control.GetConfiguration();
            events = OpenSocket(place);
            events.Join(control.Family.Groups[DropMonitorControl.EventGroup]);
            marker.Write(before);
            var session = new DropMonitorSession(control, events, marker, before);
            if (!control.TryConfigure(Ours) || !control.TryStart())
                return GiveUp(InUse("another program, such as dropwatch, since a moment ago"));
            session.Run(cancellation);
            return new DropMonitorStart(session);
        }
        catch (NetworkException)
        {
            GiveUp(null);
            throw;
        }

        DropMonitorStart GiveUp(DropMonitorStart? refusal)
        {
            events?.Dispose();
            // Refused where somebody else has it on by now: then it is theirs.
            if (before is not null)
                control.TryConfigure(before);
            // What a session that was killed has left is still to be ended by one that may.
            if (before is null && refusal is null && marker?.Left is not null)
                marker.Dispose();
            else
                marker?.Remove();
            control.Dispose();
            return refusal!;
        }
    }

    private static DropMonitorStart InUse(string who) => Refuse(
        DropMonitorRefusal.InUse, $"The kernel's drop monitor is in use by {who}. Try again when that has ended.");

    private static DropMonitorControl Find(NetlinkConnection connection, CancellationToken cancellation)
    {
        try
        {
            return DropMonitorControl.Find(connection, cancellation);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody has the monitor on. What a session of ours that was killed has left is ended.</summary>
    private static bool IsInUse(DropMonitorControl control, DropMonitorMarker marker)
    {
        if (marker.Left is { } before && control.GetConfiguration() == Ours)
        {
            control.Stop();
            control.TryConfigure(before);
        }

        return control.IsOn();
    }

    private static NetlinkSocket OpenSocket(NetworkNamespace place) =>
        NamespaceThread.RunIn(place, static () => new NetlinkSocket(GenericNetlink.Protocol));

    /// <summary>The initial network namespace: this one, or that of the first process.</summary>
    private static NetworkNamespace? FindInitialNamespace()
    {
        Func<NetworkNamespace>[] candidates = [static () => NetworkNamespace.Current, static () => NetworkNamespace.FromProcess(1)];
        foreach (var find in candidates)
        {
            try
            {
                var place = find();
                // What all namespaces have in common is set in this one alone (net_core_table, net/core/sysctl_net_core.c).
                if (NamespaceThread.RunIn(place, static () => File.Exists("/proc/sys/net/core/netdev_budget")))
                    return place;
            }
            catch (NetworkException)
            {
                // In a container the first process may belong to somebody else.
            }
        }

        return null;
    }

    private void Run(CancellationToken cancellation)
    {
        _reader.Start();
        AppDomain.CurrentDomain.ProcessExit += EndWithProcess;
        _cancellation = cancellation.Register(static session => ((DropMonitorSession)session!).Dispose(), this);
    }

    private void EndWithProcess(object? sender, EventArgs e) => Dispose();

    private void Await(Func<DropAlert, bool>? isEnough)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        lock (_alerts)
        {
            for (var seen = 0; ;)
            {
                for (; isEnough is not null && seen < _alerts.Count; seen++)
                {
                    if (isEnough(_alerts[seen]))
                        return;
                }

                var left = deadline - Environment.TickCount64;
                if (left <= 0 || _report is not null)
                    return;
                Monitor.Wait(_alerts, TimeSpan.FromMilliseconds(left));
            }
        }
    }

    private DropReport End()
    {
        lock (_ending)
        {
            if (_report is not null)
                return _report;
            try
            {
                _control.Stop();
                AskForStatistics();
                if (!_reader.Join(LongestEnd))
                {
                    _endOfReading.Cancel();
                    _reader.Join();
                }

                _control.TryConfigure(_before);
                _marker.Remove();
            }
            catch (NetworkException)
            {
                // Nobody is there to be told, at the end of the process or of a cancellation; the file that stays tells the next session.
            }
            finally
            {
                AppDomain.CurrentDomain.ProcessExit -= EndWithProcess;
                _cancellation.Unregister();
                _endOfReading.Cancel();
                _marker.Dispose();
                _control.Dispose();
                _events.Dispose();
                lock (_alerts)
                {
                    _report = new DropReport { Alerts = [.. _alerts], Lost = _lost };
                    Monitor.PulseAll(_alerts);
                }
            }

            return _report;
        }
    }

    private void AskForStatistics()
    {
        var writer = new NetlinkWriter(64);
        try
        {
            _control.StatisticsRequest().Write(ref writer, 1, NetlinkFlags.None);
            _events.Send(writer.Written);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Reads alerts until the statistics come, which are asked for behind the last of them.</summary>
    private void ReadAlerts()
    {
        var buffer = new byte[DatagramSize];
        while (true)
        {
            try
            {
                var length = _events.Receive(buffer, _endOfReading.Token);
                if (length > buffer.Length)
                    Count(1);
                else if (!Take(buffer.AsSpan(0, length)))
                    return;
            }
            catch (NetworkException failure) when (failure.Errno == Errno.NoBuffers)
            {
                // The socket was full; how many it missed is not told.
                Count(1);
            }
            catch (NetlinkFormatException)
            {
                Count(1);
            }
            catch (Exception failure) when (failure is OperationCanceledException or NetworkException)
            {
                return;
            }
        }
    }

    /// <returns>False at the end.</returns>
    private bool Take(ReadOnlySpan<byte> datagram)
    {
        while (NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body))
        {
            if (header.Type == NetlinkHeader.Error)
                return false;
            if (header.Type != _control.Family.Id || body.Length < Marshal.SizeOf<GenericHeader>())
                continue;
            var message = DropMonitorMessage.Read(body);
            if (message.Header.Command == DropMonitorCommand.Statistics)
            {
                Count((long)(message.Statistics?.Lost).GetValueOrDefault());
                return false;
            }

            if (message.Header.Command == DropMonitorCommand.PacketAlert)
                Keep(DropAlert.Of(message));
        }

        return true;
    }

    private void Keep(DropAlert alert)
    {
        lock (_alerts)
        {
            if (_alerts.Count == MostAlerts)
            {
                _lost++;
                return;
            }

            _alerts.Add(alert);
            Monitor.PulseAll(_alerts);
        }
    }

    private void Count(long lost)
    {
        lock (_alerts)
            _lost += lost;
    }
}
