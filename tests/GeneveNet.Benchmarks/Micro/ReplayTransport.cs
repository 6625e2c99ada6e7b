using System.Runtime.InteropServices;
using GeneveNet.Netlink;

namespace GeneveNet.Benchmarks.Micro;

/// <summary>Answers each request with the same dump, in datagrams of the size the kernel makes.</summary>
internal sealed class ReplayTransport : INetlinkTransport
{
    private const int DatagramSize = 32 * 1024;

    private readonly List<byte[]> _datagrams = [];
    private uint _sequence;
    private int _next;

    public ReplayTransport(ushort type, byte[] body, int count)
    {
        var writer = new NetlinkWriter(2 * DatagramSize);
        for (var i = 0; i <= count; i++)
        {
            var start = writer.BeginMessage(i == count ? NetlinkHeader.Done : type, (NetlinkFlags)2 /* NLM_F_MULTI */, 0);
            if (i == count)
                writer.Append(sizeof(int));
            else
                body.CopyTo(writer.Append(body.Length));
            writer.EndMessage(start);
            if (i < count && writer.Length < DatagramSize)
                continue;
            _datagrams.Add(writer.Written.ToArray());
            writer.Clear();
        }

        writer.Dispose();
    }

    public int AnswerCapacity => 1000;

    public void Send(ReadOnlySpan<byte> datagram) => (_sequence, _next) = (MemoryMarshal.Read<uint>(datagram[8..]), 0);

    public string? FindLinkName(int index) => null;

    public int Receive(Span<byte> buffer, CancellationToken cancellation)
    {
        var datagram = _datagrams[_next++];
        datagram.CopyTo(buffer);
        for (var at = 0; at < datagram.Length; at += NetlinkHeader.Align(MemoryMarshal.Read<int>(buffer[at..])))
            MemoryMarshal.Write(buffer[(at + 8)..], _sequence);
        return datagram.Length;
    }

    public void Dispose()
    {
    }
}
