using System.Buffers;

namespace GeneveNet.Netlink;

/// <summary>Asks the kernel and matches its answers, one exchange at a time.</summary>
/// <remarks>
/// Not for use by several threads at once: rent one connection each (see Rtnetlink/Client/ConnectionPool). After a failed or
/// cancelled exchange <see cref="IsUsable"/> is false when answers may still be on their way.
/// </remarks>
/// <param name="transport">Carries the datagrams; disposed with the connection.</param>
public sealed class NetlinkConnection(INetlinkTransport transport) : IDisposable
{
    // The kernel fills at most 32 KiB per dump datagram; a single object that needs more comes in one larger datagram.
    private const int UsualReceiveBuffer = 64 * 1024;
    private const int LargestReceiveBuffer = 64 * 1024 * 1024;

    // One datagram of requests stays well below the send buffer, which is charged with the kernel's overhead.
    private const int LargestBatch = 128 * 1024;

    // A table that changes faster than it can be read this many times will not hold still.
    private const int DumpAttempts = 32;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualReceiveBuffer);
    private uint _sequence;
    private bool _earlierDumpMayRun;

    /// <summary>Whether another exchange can follow.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Asks for something to be done and waits until it is.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the wait; what was asked may be done all the same.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Execute(NetlinkRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Span<NetlinkException?> refusal = [null];
        ExecuteBatch([request], refusal, cancellation);
        if (refusal[0] is { } exception)
            throw exception;
    }

    /// <summary>Asks for many things to be done, in order, in as few system calls as possible.</summary>
    /// <param name="requests">The requests. A refused one does not keep the later ones from being done.</param>
    /// <param name="refusals">Set at a request's place to why it was refused, or to null.</param>
    /// <param name="cancellation">Ends the wait; requests already sent may be done all the same.</param>
    public void ExecuteBatch(
        ReadOnlySpan<NetlinkRequest> requests, Span<NetlinkException?> refusals, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(refusals.Length, requests.Length);
        refusals[..requests.Length].Clear();
        var writer = new NetlinkWriter(Math.Min(LargestBatch, 64 + (requests.Length * 96)));
        try
        {
            for (var done = 0; done < requests.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var first = _sequence + 1;
                var count = WriteBatch(ref writer, requests[done..]);
                transport.Send(writer.Written);
                AwaitAcknowledgement(requests.Slice(done, count), refusals.Slice(done, count), first, cancellation);
                done += count;
            }
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Asks for one object.</summary>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">A get request without NLM_F_DUMP.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkException">The kernel refused, with ENODEV or the like where there is no such object.</exception>
    public T Get<T>(NetlinkRequest request, CancellationToken cancellation = default) where T : class, INetlinkMessage<T>
    {
        ArgumentNullException.ThrowIfNull(request);
        T? result = null;
        Ask(request, (in NetlinkHeader _, ReadOnlySpan<byte> body) => result = T.Read(body), cancellation);
        return result ?? throw new NetlinkFormatException($"The kernel did not answer the request to {request.Summary}.");
    }

    /// <summary>Asks for all objects of a kind.</summary>
    /// <remarks>
    /// A dump during which entries were added or removed may lack or repeat some; the kernel flags it and it is
    /// asked for again. Likewise when an answer did not fit into the receive buffer, which has grown by then. When the
    /// kernel ran out of buffers the connection is of no more use: its owner asks again over another one.
    /// </remarks>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">A get request; NLM_F_DUMP is added.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public List<T> Dump<T>(NetlinkRequest request, CancellationToken cancellation = default) where T : class, INetlinkMessage<T>
    {
        List<T> results = [];
        Dump(request, results.Clear, body => results.Add(T.Read(body)), cancellation);
        return results;
    }

    /// <summary>Asks for all objects of a kind, which are made as they are taken.</summary>
    /// <typeparam name="T">The object's message.</typeparam>
    /// <param name="request">A get request; NLM_F_DUMP is added.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    internal DumpBytes<T> DumpBytes<T>(NetlinkRequest request, CancellationToken cancellation = default) where T : class, INetlinkMessage<T>
    {
        var results = new DumpBytes<T>();
        Dump(request, results.Clear, results.Add, cancellation);
        return results;
    }

    /// <summary>The name of a link; null where there is none of that index.</summary>
    /// <param name="index">The link's index.</param>
    public string? FindLinkName(int index) => transport.FindLinkName(index);

    private void Dump(NetlinkRequest request, Action clear, BodyHandler add, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        for (var attempt = 1; ; attempt++)
        {
            clear();
            if (Ask(request, (in NetlinkHeader _, ReadOnlySpan<byte> body) => add(body), cancellation, NetlinkFlags.Dump))
                return;
            if (attempt == DumpAttempts)
            {
                throw new NetworkException(
                    FailureKind.Interrupted,
                    $"Cannot {request.Summary}: the kernel's table changed during each of {DumpAttempts} attempts to read it. Try again " +
                    "when fewer changes are made.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsUsable = false;
        transport.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private delegate void BodyHandler(ReadOnlySpan<byte> body);

    private delegate void MessageHandler(in NetlinkHeader header, ReadOnlySpan<byte> body);

    private int WriteBatch(ref NetlinkWriter writer, ReadOnlySpan<NetlinkRequest> requests)
    {
        writer.Clear();
        var count = 0;
        while (true)
        {
            // Requests are done in order and a refusal is always answered. So one acknowledgement asked for with the last
            // request means that all before it are done too, at a fraction of the cost of one for each.
            var isLast = count == requests.Length - 1 || count == transport.AnswerCapacity - 1 || writer.Length > LargestBatch;
            requests[count].Write(ref writer, ++_sequence, isLast ? NetlinkFlags.Ack : NetlinkFlags.None);
            count++;
            if (isLast)
                return count;
        }
    }

    private void AwaitAcknowledgement(
        ReadOnlySpan<NetlinkRequest> requests, Span<NetlinkException?> refusals, uint first, CancellationToken cancellation)
    {
        IsUsable = false;
        while (true)
        {
            ReadOnlySpan<byte> datagram = ReceiveWhole(cancellation, out _);
            while (NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body))
            {
                var index = header.Sequence - first;
                if (header.Type != NetlinkHeader.Error || index >= requests.Length)
                    continue;
                var code = ExtendedAck.ReadCode(body);
                if (code != 0)
                    refusals[(int)index] = Refusal(requests[(int)index], code, header, body);
                if (index == requests.Length - 1)
                {
                    IsUsable = true;
                    return;
                }
            }
        }
    }

    /// <summary>Sends a get request and returns the objects of the answer.</summary>
    /// <returns>False when the answer is not to be relied on and the request should be made again.</returns>
    private bool Ask(NetlinkRequest request, MessageHandler handle, CancellationToken cancellation, NetlinkFlags added = NetlinkFlags.None)
    {
        cancellation.ThrowIfCancellationRequested();
        var isDump = added.HasFlag(NetlinkFlags.Dump);
        var sequence = ++_sequence;
        var writer = new NetlinkWriter(256);
        try
        {
            // An answer that is a single object needs no acknowledgement after it; a dump ends with NLMSG_DONE.
            request.Write(ref writer, sequence, added);
            transport.Send(writer.Written);
        }
        finally
        {
            writer.Dispose();
        }

        IsUsable = false;
        var whole = true;
        var isRefusedByEarlierDump = false;
        while (true)
        {
            ReadOnlySpan<byte> datagram = ReceiveWhole(cancellation, out var wasCut);
            if (wasCut)
            {
                // The end of a dump may have been cut off too, so it is not waited for.
                _earlierDumpMayRun = isDump;
                return !isDump && Ask(request, handle, cancellation, added);
            }

            while (NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body))
            {
                if (header.Sequence != sequence || header.Type == NetlinkHeader.Noop)
                {
                    if (isRefusedByEarlierDump && header.Type == NetlinkHeader.Done)
                        return false;
                    continue;
                }

                whole &= !header.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                switch (header.Type)
                {
                    case NetlinkHeader.Error:
                    case NetlinkHeader.Done when body.Length >= sizeof(int):
                        var code = ExtendedAck.ReadCode(body);
                        if (code == -Errno.Busy && _earlierDumpMayRun)
                        {
                            // One dump at a time: the one that was cut still runs, and its end is yet to come.
                            isRefusedByEarlierDump = true;
                            break;
                        }

                        _earlierDumpMayRun = false;
                        IsUsable = true;
                        if (code < 0 && !(isDump && code == -Errno.Interrupted))
                            throw Refusal(request, code, header, body);
                        return whole && code == 0;
                    case NetlinkHeader.Done:
                        IsUsable = true;
                        return whole;
                    case NetlinkHeader.Overrun:
                        whole = false;
                        break;
                    default:
                        if (whole)
                            handle(header, body);
                        if (isDump)
                            break;
                        IsUsable = true;
                        return true;
                }
            }
        }
    }

    /// <summary>Receives a datagram; one that does not fit is lost, and the buffer is ready for it the next time.</summary>
    private ReadOnlySpan<byte> ReceiveWhole(CancellationToken cancellation, out bool wasCut)
    {
        var length = transport.Receive(_buffer, cancellation);
        wasCut = length > _buffer.Length;
        if (!wasCut)
            return _buffer.AsSpan(0, length);

        if (length > LargestReceiveBuffer)
            throw new NetlinkFormatException(
                $"The kernel's answer has {length} bytes, more than the {LargestReceiveBuffer} that are accepted.");
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(length);
        return [];
    }

    private static NetlinkException Refusal(NetlinkRequest request, int code, in NetlinkHeader header, ReadOnlySpan<byte> body)
    {
        var ack = ExtendedAck.Read(header, body);
        return new NetlinkException(request.Summary, -code, ack, ack.Offset is { } offset ? request.AttributeAt(offset) : null);
    }
}
