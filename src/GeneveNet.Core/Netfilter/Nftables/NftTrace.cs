using System.Globalization;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>Follows the packets of a probe through the rules of a namespace, and tells which rule or policy drops them.</summary>
/// <remarks>
/// The tables that it makes for this end with its socket: when it is stopped or disposed, and with the process, however that ends.
/// </remarks>
internal sealed class NftTrace : IDisposable
{
    private const string Prefix = "genevenet_trace_";
    private const int TraceGroup = 9; // NFNLGRP_NFTRACE
    private const int MostEvents = 100_000, SmallStack = 256 * 1024, ReceiveBuffer = 64 * 1024;

    private readonly NetlinkSocket _events;
    private readonly NetlinkConnection _tables;
    private readonly string _name;
    private readonly List<(NftFamily, string?)> _places = [];
    private readonly List<NftTraceMessage> _messages = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _reader;
    private NetworkException? _failure;
    private bool _isIncomplete;

    private NftTrace(NetlinkSocket events, NetlinkSocket tables)
    {
        _events = events;
        _tables = new NetlinkConnection(tables);
        // Containers that share a network namespace may have processes of one number.
        _name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}_{Random.Shared.Next():x8}");
        _reader = new Thread(ReadEvents, SmallStack) { IsBackground = true, Name = "trace of nftables" };
    }

    /// <summary>Where packets are followed: the families, with the link in family netdev.</summary>
    public IReadOnlyList<(NftFamily Family, string? Device)> Places => _places;

    /// <summary>Starts to follow packets.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="target">The packets.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="NetworkException">
    /// <see cref="FailureKind.PermissionDenied"/> without CAP_NET_ADMIN there; <see cref="FailureKind.NotSupported"/> where the kernel
    /// cannot do it for any family.
    /// </exception>
    public static NftTrace Start(NetworkNamespace place, NftTraceTarget target, CancellationToken cancellation = default)
    {
        // Events are heard before there can be any.
        var (events, tables) = NftSubsystem.OpenSockets(place, TraceGroup);
        var trace = new NftTrace(events, tables);
        try
        {
            trace.Begin(target, cancellation);
            return trace;
        }
        catch
        {
            trace.Dispose();
            throw;
        }
    }

    /// <summary>Ends it: the tables are gone, and all that the kernel told until then is in the report.</summary>
    /// <exception cref="NetworkException">What the kernel told could not be read.</exception>
    public NftTraceReport Stop()
    {
        End();
        if (_failure is not null)
            throw _failure;
        return NftTraceReport.Of(_messages, name => name.StartsWith(_name + '_', StringComparison.Ordinal), _isIncomplete);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _events.Dispose();
        _end.Dispose();
    }

    private void Begin(NftTraceTarget target, CancellationToken cancellation)
    {
        NetworkException? refusal = null;
        foreach (var (family, hooks) in NftTraceTable.Families)
            TryFollow(family, hooks);
        // Older kernels have no egress; where one link cannot have it, none is asked for it.
        NftHook[] ends = [NftHook.Ingress, NftHook.Egress];
        foreach (var device in target.Devices)
        {
            if (ends.Length > 1 && !TryFollow(NftFamily.Netdev, ends, device))
                ends = [NftHook.Ingress];
            if (ends.Length == 1)
                TryFollow(NftFamily.Netdev, ends, device);
        }

        if (_places.Count == 0)
            throw refusal ?? new NetworkException(FailureKind.NotSupported, "This kernel cannot trace packets through nftables.");
        _reader.Start();

        bool TryFollow(NftFamily family, NftHook[] hooks, string? device = null)
        {
            try
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{_name}_{_places.Count}");
                _tables.Execute(NftTraceTable.Create(family, name, target, hooks, device), cancellation);
                _places.Add((family, device));
                return true;
            }
            catch (NetworkException failure) when (NftSubsystem.IsAbsence(failure) || failure.Kind == FailureKind.NotFound)
            {
                // This kernel does not have the family, or the link has gone: the others do not suffer from it.
                refusal ??= failure;
                return false;
            }
        }
    }

    private void End()
    {
        if (_end.IsCancellationRequested)
            return;
        _tables.Dispose();
        _end.Cancel();
        if (_reader.IsAlive)
            _reader.Join();
    }

    private void ReadEvents()
    {
        var buffer = new byte[ReceiveBuffer];
        while (true)
        {
            try
            {
                // What is there already is received even when the end was asked for.
                var length = _events.Receive(buffer, _end.Token);
                ReadDatagram(buffer.AsSpan(0, Math.Min(length, buffer.Length)));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (NetworkException failure) when (failure.Errno == Errno.NoBuffers)
            {
                _isIncomplete = true;
            }
            catch (NetlinkFormatException failure)
            {
                _failure ??= NftSubsystem.Malformed(failure);
            }
            catch (NetworkException failure)
            {
                _failure ??= failure;
                return;
            }
        }
    }

    private void ReadDatagram(ReadOnlySpan<byte> datagram)
    {
        while (NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body))
        {
            if (header.Type != NftMessageType.Trace)
                continue;
            if (_messages.Count < MostEvents)
                _messages.Add(NftTraceMessage.Read(body));
            else
                _isIncomplete = true;
        }
    }
}
