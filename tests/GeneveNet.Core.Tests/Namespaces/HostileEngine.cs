using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GeneveNet.Tests.Namespaces;

/// <summary>What a hostile engine sends: pieces, each after a pause; without an end where the pieces have none.</summary>
internal sealed record HostileAnswer(IEnumerable<byte[]> Pieces, TimeSpan Pause = default)
{
    /// <summary>Bytes as they are.</summary>
    public static HostileAnswer Raw(string text) => new([Encoding.Latin1.GetBytes(text)]);

    /// <summary>A response in HTTP with a body.</summary>
    public static HostileAnswer Body(string body, string status = "200 OK", string headers = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n{headers}\r\n");
        return new([Encoding.Latin1.GetBytes(head), bytes]);
    }

    /// <summary>A start and then one piece for ever.</summary>
    public static HostileAnswer Endless(string start, string piece, TimeSpan pause = default) =>
        new(Enumerable.Repeat(Encoding.Latin1.GetBytes(piece), int.MaxValue).Prepend(Encoding.Latin1.GetBytes(start)), pause);
}

/// <summary>A server on a Unix socket that answers by the path that is asked for, whatever a test wants; and nothing else.</summary>
internal sealed class HostileEngine : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, HostileAnswer?> _answers;
    private readonly CancellationTokenSource _end = new();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gnt-{Guid.NewGuid():N}.sock");

    /// <summary>Listens.</summary>
    /// <param name="answers">What to answer to a path; null answers nothing and keeps the connection.</param>
    public HostileEngine(Func<string, HostileAnswer?> answers)
    {
        _answers = answers;
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(8);
        _ = AcceptAsync();
    }

    public Uri Endpoint => new("unix://" + _path);

    private long _bytesSent;

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        using var connection = peer;
        try
        {
            var bytes = new byte[8192];
            var count = await connection.ReceiveAsync(bytes, _end.Token);
            var path = Encoding.ASCII.GetString(bytes, 0, count).Split(' ')[1];
            if (_answers(path) is not { } answer)
                await Task.Delay(Timeout.Infinite, _end.Token);
            else
                foreach (var piece in answer.Pieces)
                {
                    await Task.Delay(answer.Pause, _end.Token);
                    Interlocked.Add(ref _bytesSent, await connection.SendAsync(piece, _end.Token));
                }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client has had enough, or the test is over.
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        File.Delete(_path);
        _end.Dispose();
    }
}
