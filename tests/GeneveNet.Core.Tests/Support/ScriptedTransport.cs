using GeneveNet.Netlink;

namespace GeneveNet.Tests.Support;

/// <summary>Plays the kernel by a script: each datagram sent is kept, each datagram asked for comes from a queue.</summary>
internal sealed class ScriptedTransport : INetlinkTransport
{
    private readonly Queue<Func<Answer>> _answers = [];

    /// <summary>What was sent, whole datagrams.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>What a wait was made with, in bytes of buffer.</summary>
    public List<int> BufferSizes { get; } = [];

    public int AnswerCapacity { get; set; } = 1000;

    public bool IsDisposed { get; private set; }

    /// <summary>Called on every send, to queue what answers it.</summary>
    public Action<byte[]>? OnSend { get; set; }

    public int Unread => _answers.Count;

    /// <summary>Queues a datagram of one or more messages.</summary>
    public ScriptedTransport Then(params byte[][] messages)
    {
        byte[] datagram = [.. messages.SelectMany(message => message)];
        _answers.Enqueue(() => new Answer(datagram));
        return this;
    }

    /// <summary>Queues a failure.</summary>
    public ScriptedTransport ThenThrow(Exception exception)
    {
        _answers.Enqueue(() => throw exception);
        return this;
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        Sent.Add(datagram.ToArray());
        OnSend?.Invoke(Sent[^1]);
    }

    public int Receive(Span<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        BufferSizes.Add(buffer.Length);
        // In life this would be a wait without end.
        var answer = _answers.TryDequeue(out var next) ? next()
            : throw new InvalidOperationException("The connection waits for an answer that never comes.");
        answer.Datagram.AsSpan(0, Math.Min(answer.Datagram.Length, buffer.Length)).CopyTo(buffer);
        return answer.Datagram.Length;
    }

    public string? FindLinkName(int index) => null;

    public void Dispose() => IsDisposed = true;

    private readonly record struct Answer(byte[] Datagram);
}
