using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

/// <summary>The exchange with the kernel, played by a script: what life shows rarely or never is shown here.</summary>
public sealed class NetlinkConnectionTests : IDisposable
{
    private const int NoBuffers = 105, Busy = 16, Interrupted = 4;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ScriptedTransport _kernel = new();
    private readonly NetlinkConnection _connection;

    public NetlinkConnectionTests() => _connection = new NetlinkConnection(_kernel);

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Dump_InSeveralDatagrams_KeepsTheKernelsOrder()
    {
        _kernel.Then(Entry(1, 1), Entry(1, 2)).Then(Entry(1, 3)).Then(Entry(1, 4), Wire.Done(1));

        Assert.Equal([1, 2, 3, 4], Dump());

        var sent = Assert.Single(SentHeaders());
        Assert.Equal(NetlinkFlags.Request | NetlinkFlags.Dump, sent.Flags);
        Assert.True(_connection.IsUsable);
        Assert.Equal(0, _kernel.Unread);
    }

    [Fact]
    public void Dump_OfNothing_IsEmpty()
    {
        _kernel.Then(Wire.Done(1));
        Assert.Empty(Dump());
    }

    [Fact]
    public void Dump_EndedWithoutACode_IsWholeToo()
    {
        _kernel.Then(Entry(1, 1), Wire.Message(3, NetlinkFlags.Multi, 1));
        Assert.Equal([1], Dump());
    }

    [Theory]
    [InlineData(0)] // the flag on an entry
    [InlineData(1)] // the flag on the end
    [InlineData(2)] // the end says EINTR
    public void Dump_ThatWasInterrupted_IsAskedForAgain_AndNothingOfItIsKept(int where)
    {
        var mark = NetlinkFlags.Multi | NetlinkFlags.DumpInterrupted;
        _kernel.OnSend = _ =>
        {
            if (_kernel.Sent.Count == 1)
            {
                var end = Wire.Done(1, where == 2 ? -Interrupted : 0, where == 1 ? mark : NetlinkFlags.Multi);
                _kernel.Then(Entry(1, 8, where == 0 ? mark : NetlinkFlags.Multi), Entry(1, 9)).Then(end);
            }
            else
            {
                _kernel.Then(Entry(2, 1), Wire.Done(2));
            }
        };
        Assert.Equal([1], Dump());
        Assert.Equal(2, _kernel.Sent.Count);
    }

    [Fact]
    public void Dump_ThatIsInterruptedEveryTime_IsGivenUp()
    {
        _kernel.OnSend = _ => _kernel.Then(Wire.Done((uint)_kernel.Sent.Count, 0, NetlinkFlags.Multi | NetlinkFlags.DumpInterrupted));

        var exception = Assert.Throws<NetworkException>(() => Dump());

        Assert.Equal(FailureKind.Interrupted, exception.Kind);
        Assert.Contains("Cannot list addresses", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"each of {_kernel.Sent.Count} attempts", exception.Message, StringComparison.Ordinal);
        Assert.InRange(_kernel.Sent.Count, 2, 100);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Dump_WithAnAnswerLargerThanTheBuffer_IsAskedForAgainWithALargerOne()
    {
        _kernel.OnSend = _ =>
        {
            var sequence = (uint)_kernel.Sent.Count;
            _kernel.Then(Entry(sequence, 1), LargeEntry(sequence, 2)).Then(Entry(sequence, 3), Wire.Done(sequence));
        };
        Assert.Equal([1, 2, 3], Dump());
        Assert.Equal(2, _kernel.Sent.Count);
        Assert.True(_kernel.BufferSizes[0] < 200_000);
        Assert.True(_kernel.BufferSizes[^1] > 200_000);
    }

    [Fact]
    public void Dump_WhoseLastDatagramWasCut_DoesNotWaitForAnEndThatWasCutOffToo()
    {
        // Kernels since 6.9 put the end of a dump into its last datagram.
        _kernel.OnSend = _ =>
        {
            var sequence = (uint)_kernel.Sent.Count;
            _kernel.Then(LargeEntry(sequence, 1), Wire.Done(sequence));
        };
        Assert.Equal([1], Dump());
        Assert.Equal(0, _kernel.Unread);
    }

    [Fact]
    public void Dump_ThatWasCut_AndStillRunsWhenItIsAskedForAgain_IsWaitedFor()
    {
        // A socket has one dump at a time: until that has ended the kernel answers EBUSY to another.
        _kernel.OnSend = _ =>
        {
            var sequence = (uint)_kernel.Sent.Count;
            if (sequence == 1)
                _kernel.Then(LargeEntry(1, 1));
            else if (sequence == 2)
                _kernel.Then(Wire.Acknowledgement(2, -Busy)).Then(Entry(1, 9)).Then(Wire.Done(1));
            else
                _kernel.Then(Entry(sequence, 1), Wire.Done(sequence));
        };
        Assert.Equal([1], Dump());
        Assert.Equal((3, 0), (_kernel.Sent.Count, _kernel.Unread));
    }

    [Fact]
    public void Dump_RefusedAsBusyFromTheStart_IsRefused()
    {
        _kernel.Then(Wire.Acknowledgement(1, -Busy));
        Assert.Equal(FailureKind.Busy, Assert.Throws<NetlinkException>(() => Dump()).Kind);
    }

    [Fact]
    public void Get_WithAnAnswerLargerThanTheBuffer_IsAskedForAgainWithALargerOne()
    {
        _kernel.OnSend = _ => _kernel.Then(LargeEntry((uint)_kernel.Sent.Count, 1));
        Assert.Equal(1, Get().Index);
        Assert.Equal(2, _kernel.Sent.Count);
        Assert.True(_kernel.BufferSizes[1] > 200_000);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void AnAnswerBeyondAllMeasure_IsRefused()
    {
        using var kernel = new OversizeTransport();
        using var connection = new NetlinkConnection(kernel);
        Assert.Throws<NetlinkFormatException>(() => connection.Get<AddressMessage>(Query(), None));
        Assert.False(connection.IsUsable);
    }

    [Fact]
    public void Get_TakesTheFirstObject_AndAsksForNoAcknowledgement()
    {
        _kernel.Then(Entry(1, 5, 0));
        Assert.Equal(5, Get().Index);
        Assert.Equal(NetlinkFlags.Request, Assert.Single(SentHeaders()).Flags);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Get_Refused_ThrowsWhatTheKernelSaid_AndTheConnectionGoesOn()
    {
        _kernel.Then(Wire.Acknowledgement(1, -19, Wire.Attribute(1, "no such thing\0"u8)));

        var exception = Assert.Throws<NetlinkException>(Get);

        Assert.Equal((19, FailureKind.NotFound), (exception.Errno, exception.Kind));
        Assert.Equal("Cannot list addresses: no such thing (ENODEV).", exception.Message);
        Assert.True(_connection.IsUsable);
        _kernel.Then(Entry(2, 6, 0));
        Assert.Equal(6, Get().Index);
    }

    [Fact]
    public void Get_RefusedWithEintr_ThrowsTheRefusal()
    {
        // EINTR at the end of a dump means "again"; as the answer to a single question it is an error like others.
        _kernel.Then(Wire.Acknowledgement(1, -Interrupted));
        Assert.Equal(Interrupted, Assert.Throws<NetlinkException>(Get).Errno);
    }

    [Fact]
    public void Get_AnsweredByAnAcknowledgementAlone_SaysSo()
    {
        _kernel.Then(Wire.Acknowledgement(1, 0));
        Assert.Contains("did not answer", Assert.Throws<NetlinkFormatException>(Get).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dump_Refused_ThrowsTheTextFromItsEnd()
    {
        byte[] body = [.. BitConverter.GetBytes(-2), .. Wire.Attribute(1, "FIB table does not exist\0"u8)];
        _kernel.Then(Wire.Message(3, NetlinkFlags.Multi | NetlinkFlags.AckAttributes, 1, body));

        var exception = Assert.Throws<NetlinkException>(() => Dump());

        Assert.Equal("Cannot list addresses: FIB table does not exist (ENOENT).", exception.Message);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void AnswersToOthers_AndNoops_AreIgnored()
    {
        _kernel
            .Then(Entry(77, 9), Wire.Done(77), Wire.Acknowledgement(0, -Busy))
            .Then(Wire.Message(NetlinkHeader.Noop, 0, 1), Entry(1, 1), Entry(2, 8))
            .Then(Wire.Acknowledgement(77, -Busy), Wire.Done(1));
        Assert.Equal([1], Dump());

        _kernel.Then(Wire.Acknowledgement(1, -Busy), Entry(1, 7), Wire.Acknowledgement(2, 0));
        _connection.Execute(Add(1), None);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Overrun_MakesADumpBeAskedForAgain()
    {
        _kernel.OnSend = _ =>
        {
            var sequence = (uint)_kernel.Sent.Count;
            if (sequence == 1)
                _kernel.Then(Entry(1, 8), Wire.Message(NetlinkHeader.Overrun, 0, 1), Wire.Done(1));
            else
                _kernel.Then(Entry(sequence, 1), Wire.Done(sequence));
        };
        Assert.Equal([1], Dump());
    }

    [Fact]
    public void LostAnswers_LeaveAConnectionOfNoMoreUse()
    {
        _kernel.ThenThrow(NetworkException.FromErrno("receive a netlink answer", NoBuffers));
        var exception = Assert.Throws<NetworkException>(() => Dump());
        Assert.Equal((NoBuffers, FailureKind.ResourceExhausted), (exception.Errno, exception.Kind));
        Assert.False(_connection.IsUsable);
    }

    [Fact]
    public void LostAnswers_OfADump_AreAskedForAgainOverAnotherConnection()
    {
        List<ScriptedTransport> opened = [];
        var pool = new ConnectionPool(_ =>
        {
            var transport = new ScriptedTransport();
            opened.Add(transport);
            return opened.Count < 3
                ? transport.Then(Entry(1, 1)).ThenThrow(NetworkException.FromErrno("receive a netlink answer", NoBuffers))
                : transport.Then(Entry(1, 1), Entry(1, 2)).Then(Wire.Done(1));
        });
        var client = new RtnetlinkClient(NetworkNamespace.Current, pool);

        var addresses = client.Dump<AddressMessage>(Query());
        Assert.Equal(2, addresses.Count);
        Assert.Equal([true, true, false], opened.Select(transport => transport.IsDisposed));
    }

    [Fact]
    public void LostAnswers_EveryTime_AreReported()
    {
        var opened = 0;
        var pool = new ConnectionPool(_ =>
        {
            opened++;
            return new ScriptedTransport().ThenThrow(NetworkException.FromErrno("receive a netlink answer", NoBuffers));
        });
        var client = new RtnetlinkClient(NetworkNamespace.Current, pool);
        Assert.Equal(FailureKind.ResourceExhausted, Assert.Throws<NetworkException>(() => client.Dump<AddressMessage>(Query())).Kind);
        Assert.Equal(3, opened);
    }

    [Fact]
    public void LostAcknowledgements_LeaveAConnectionOfNoMoreUse()
    {
        _kernel.Then(Wire.Acknowledgement(1, -Busy)).ThenThrow(NetworkException.FromErrno("receive a netlink answer", NoBuffers));
        Assert.Throws<NetworkException>(() => Batch([Add(1), Add(2)]));
        Assert.False(_connection.IsUsable);
    }

    [Fact]
    public void MalformedAnswers_LeaveAConnectionOfNoMoreUse()
    {
        _kernel.Then([1, 2, 3]);
        Assert.Throws<NetlinkFormatException>(() => Dump());
        Assert.False(_connection.IsUsable);
    }

    [Fact]
    public void Execute_AsksForAnAcknowledgement_AndThrowsTheRefusal()
    {
        _kernel.Then(Wire.Acknowledgement(1, 0)).Then(Wire.Acknowledgement(2, -17));
        _connection.Execute(Add(1), None);
        Assert.Equal(17, Assert.Throws<NetlinkException>(() => _connection.Execute(Add(2), None)).Errno);
        Assert.All(SentHeaders(), header => Assert.Equal(NetlinkFlags.Request | NetlinkFlags.Create | NetlinkFlags.Ack, header.Flags));
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Refusal_NamesTheAttributeTheKernelPointsAt()
    {
        // 16 header, 8 fixed part, 8 IFA_ADDRESS: there IFA_LOCAL starts.
        _kernel.Then(Wire.Acknowledgement(1, -22, Wire.Attribute(2, 32, 0, 0, 0)));
        Assert.Equal("IFA_LOCAL", Assert.Throws<NetlinkException>(() => _connection.Execute(Add(1), None)).AttributeName);
    }

    [Fact]
    public void Batch_OneRefusal_HitsItsOwnRequestAlone()
    {
        // Only refusals are answered, and the last request.
        _kernel.Then(Wire.Acknowledgement(2, -17)).Then(Wire.Acknowledgement(4, -99), Wire.Acknowledgement(5, 0));

        var refusals = Batch([.. Enumerable.Range(1, 5).Select(Add)]);

        Assert.Equal([null, "add address 2", null, "add address 4", null], refusals.Select(r => r?.RequestSummary));
        Assert.Equal([0, 17, 0, 99, 0], refusals.Select(r => r?.Errno ?? 0));
        Assert.Equal([false, false, false, false, true], SentHeaders().Select(h => h.Flags.HasFlag(NetlinkFlags.Ack)));
        Assert.Single(_kernel.Sent);
    }

    [Fact]
    public void Batch_RefusalOfTheLast_EndsTheWaitToo()
    {
        _kernel.Then(Wire.Acknowledgement(2, -17));
        Assert.Equal([0, 17], Batch([Add(1), Add(2)]).Select(r => r?.Errno ?? 0));
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Batch_ClearsWhatStoodInTheResultBefore()
    {
        _kernel.Then(Wire.Acknowledgement(1, 0));
        NetlinkException?[] refusals = [new(), new()];
        _connection.ExecuteBatch([Add(1)], refusals, None);
        Assert.Null(refusals[0]);
        // Only as many as there are requests.
        Assert.NotNull(refusals[1]);
    }

    [Fact]
    public void Batch_OfNothing_SendsNothing()
    {
        Assert.Empty(Batch([]));
        Assert.Empty(_kernel.Sent);
    }

    [Fact]
    public void Batch_WithTooFewPlacesForResults_IsRefusedBeforeAnythingIsSent()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _connection.ExecuteBatch([Add(1), Add(2)], new NetlinkException?[1], None));
        Assert.Empty(_kernel.Sent);
    }

    [Theory]
    [InlineData(1, 5, new[] { 1, 1, 1, 1, 1 })]
    [InlineData(2, 5, new[] { 2, 2, 1 })]
    [InlineData(4, 8, new[] { 4, 4 })]
    [InlineData(16, 5, new[] { 5 })]
    public void Batch_IsSplitWhereItsAnswersWouldNotFit(int capacity, int count, int[] expected)
    {
        _kernel.AnswerCapacity = capacity;
        AnswerEveryAck();

        Assert.All(Batch([.. Enumerable.Range(1, count).Select(Add)]), Assert.Null);

        Assert.Equal(expected, _kernel.Sent.Select(datagram => HeadersOf(datagram).Count));
        AssertOnlyTheLastOfEachIsAcknowledged();
    }

    [Fact]
    public void Batch_IsSplitWhereItWouldBeTooLarge()
    {
        _kernel.AnswerCapacity = int.MaxValue;
        AnswerEveryAck();
        // About 1 KiB each.
        var requests = Enumerable.Range(1, 1000)
            .Select(i => Request(new AddressMessage { Index = i, Label = new string('x', 1000) }, "add")).ToArray();

        Assert.All(Batch(requests), Assert.Null);

        Assert.InRange(_kernel.Sent.Count, 2, 20);
        Assert.All(_kernel.Sent, datagram => Assert.True(datagram.Length < 256 * 1024));
        Assert.Equal(1000, _kernel.Sent.Sum(datagram => HeadersOf(datagram).Count));
        AssertOnlyTheLastOfEachIsAcknowledged();
    }

    [Fact]
    public void Batch_RefusalInALaterDatagram_HitsItsOwnRequest()
    {
        _kernel.AnswerCapacity = 2;
        _kernel.OnSend = datagram =>
        {
            foreach (var header in HeadersOf(datagram))
            {
                // Numbers 3 and 4 make the second datagram; an answer to the first that comes late changes nothing.
                if (header.Sequence == 3)
                    _kernel.Then(Wire.Acknowledgement(1, -Busy), Wire.Acknowledgement(3, -17));
                if (header.Flags.HasFlag(NetlinkFlags.Ack))
                    _kernel.Then(Wire.Acknowledgement(header.Sequence, 0));
            }
        };
        Assert.Equal([0, 0, 17, 0, 0], Batch([.. Enumerable.Range(1, 5).Select(Add)]).Select(r => r?.Errno ?? 0));
    }

    [Fact]
    public void Batch_WithARequestThatCannotBeWritten_SendsNothingOfItsDatagram()
    {
        AnswerEveryAck();
        Assert.Throws<NetlinkFormatException>(
            () => Batch([Add(1), Request(new AddressMessage { Label = new string('x', 70_000) }, "add")]));
        Assert.Empty(_kernel.Sent);
        Assert.Null(Assert.Single(Batch([Add(2)])));
    }

    [Fact]
    public void SequenceNumbers_AreNeverUsedTwice()
    {
        AnswerEveryAck();
        Batch([Add(1), Add(2)]);
        _connection.Execute(Add(3), None);
        _kernel.OnSend = datagram => _kernel.Then(Wire.Done(HeadersOf(datagram)[0].Sequence));
        Dump();
        Assert.Equal([1u, 2, 3, 4], SentHeaders().Select(h => h.Sequence));
    }

    [Fact]
    public void Cancellation_BeforeTheStart_SendsNothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => _connection.Execute(Add(1), source.Token));
        Assert.Throws<OperationCanceledException>(() => _connection.Dump<AddressMessage>(Query(), source.Token));
        Assert.Throws<OperationCanceledException>(() => _connection.Get<AddressMessage>(Query(), source.Token));
        Assert.Empty(_kernel.Sent);
        Assert.True(_connection.IsUsable);
    }

    [Fact]
    public void Cancellation_DuringTheWait_LeavesAConnectionOfNoMoreUse()
    {
        using var source = new CancellationTokenSource();
        _kernel.OnSend = _ => source.Cancel();
        Assert.Throws<OperationCanceledException>(() => _connection.Execute(Add(1), source.Token));
        // The answer is still on its way: it must not be taken for that of another request.
        Assert.False(_connection.IsUsable);
    }

    [Fact]
    public void Cancellation_BetweenTwoDatagrams_KeepsTheSecondFromBeingSent()
    {
        using var source = new CancellationTokenSource();
        _kernel.AnswerCapacity = 1;
        AnswerEveryAck();
        var answer = _kernel.OnSend;
        _kernel.OnSend = datagram =>
        {
            answer?.Invoke(datagram);
            if (_kernel.Sent.Count == 2)
                source.Cancel();
        };
        Assert.Throws<OperationCanceledException>(
            () => _connection.ExecuteBatch([Add(1), Add(2), Add(3)], new NetlinkException?[3], source.Token));
        Assert.Equal(2, _kernel.Sent.Count);
    }

    [Fact]
    public void Dispose_ClosesTheTransport_AndIsHarmlessTwice()
    {
        _connection.Dispose();
        _connection.Dispose();
        Assert.True(_kernel.IsDisposed);
        Assert.False(_connection.IsUsable);
    }

    private static byte[] Entry(uint sequence, int index, NetlinkFlags flags = NetlinkFlags.Multi) =>
        Wire.Message(RtmType.NewAddress, flags, sequence, Wire.BodyOf(new AddressMessage { Index = index }));

    /// <summary>More than 200,000 bytes: several attributes of a number nobody knows.</summary>
    private static byte[] LargeEntry(uint sequence, int index)
    {
        var filler = Wire.Attribute(99, new byte[51_000]);
        var body = Wire.BodyOf(new AddressMessage { Index = index });
        return Wire.Message(RtmType.NewAddress, NetlinkFlags.Multi, sequence, [.. body, .. filler, .. filler, .. filler, .. filler]);
    }

    private static NetlinkRequest<AddressMessage> Query() =>
        new(RtmType.GetAddress, NetlinkFlags.None, new AddressMessage(), "list addresses");

    private static NetlinkRequest<AddressMessage> Add(int index) =>
        Request(new AddressMessage { Index = index, Address = IPAddress.Loopback, Local = IPAddress.Loopback }, $"add address {index}");

    private static NetlinkRequest<AddressMessage> Request(AddressMessage message, string summary) =>
        new(RtmType.NewAddress, NetlinkFlags.Create, message, summary);

    private List<int> Dump() => [.. _connection.Dump<AddressMessage>(Query(), None).Select(message => message.Index)];

    private AddressMessage Get() => _connection.Get<AddressMessage>(Query(), None);

    private NetlinkException?[] Batch(NetlinkRequest[] requests)
    {
        var refusals = new NetlinkException?[requests.Length];
        _connection.ExecuteBatch(requests, refusals, None);
        return refusals;
    }

    private void AnswerEveryAck() => _kernel.OnSend = datagram =>
    {
        foreach (var header in HeadersOf(datagram).Where(header => header.Flags.HasFlag(NetlinkFlags.Ack)))
            _kernel.Then(Wire.Acknowledgement(header.Sequence, 0));
    };

    private void AssertOnlyTheLastOfEachIsAcknowledged() => Assert.All(_kernel.Sent, datagram =>
    {
        var flags = HeadersOf(datagram).Select(header => header.Flags.HasFlag(NetlinkFlags.Ack)).ToList();
        Assert.Equal(Enumerable.Repeat(false, flags.Count - 1).Append(true), flags);
    });

    private List<NetlinkHeader> SentHeaders() => [.. _kernel.Sent.SelectMany(HeadersOf)];

    private static List<NetlinkHeader> HeadersOf(byte[] datagram)
    {
        List<NetlinkHeader> headers = [];
        ReadOnlySpan<byte> rest = datagram;
        while (NetlinkHeader.TryReadMessage(ref rest, out var header, out _))
            headers.Add(header);
        return headers;
    }

    private sealed class OversizeTransport : INetlinkTransport
    {
        public int AnswerCapacity => 1;

        public void Send(ReadOnlySpan<byte> datagram) { }

        public int Receive(Span<byte> buffer, CancellationToken cancellation) => int.MaxValue;

        public string? FindLinkName(int index) => null;

        public void Dispose() { }
    }
}
