using GeneveNet.Netlink;

namespace GeneveNet.Tests.Support;

/// <summary>One command of a capture: what <c>ip</c> sent and what the kernel answered. See Golden/README.md.</summary>
internal sealed record GoldenExchange(string Command, byte[] Request, IReadOnlyList<byte[]> Answers)
{
    /// <summary>Header and payload of every message in the answer, the end of a dump included.</summary>
    public IReadOnlyList<(NetlinkHeader Header, byte[] Body)> Messages { get; } = Cut(Answers);

    /// <summary>The only message of the answer.</summary>
    public (NetlinkHeader Header, byte[] Body) Message => Assert.Single(Messages);

    private static List<(NetlinkHeader, byte[])> Cut(IReadOnlyList<byte[]> datagrams)
    {
        List<(NetlinkHeader, byte[])> messages = [];
        foreach (var datagram in datagrams)
        {
            ReadOnlySpan<byte> rest = datagram;
            while (NetlinkHeader.TryReadMessage(ref rest, out var header, out var body))
                messages.Add((header, body.ToArray()));
        }

        return messages;
    }
}

/// <summary>A capture, in the order in which the commands ran.</summary>
internal sealed class GoldenFile
{
    private GoldenFile(string name)
    {
        using var stream = typeof(GoldenFile).Assembly.GetManifestResourceStream("Golden/" + name)
            ?? throw new InvalidOperationException($"There is no capture {name}.");
        using var reader = new StreamReader(stream);
        List<GoldenExchange> exchanges = [];
        string? command = null;
        List<(char Direction, string Hex)> datagrams = [];
        while (true)
        {
            var line = reader.ReadLine();
            if (line is null || line.StartsWith('#'))
            {
                if (command is not null)
                    exchanges.Add(ToExchange(command, datagrams));
                if (line is null)
                    break;
                command = line[1..].Trim();
                datagrams = [];
            }
            else if (line is ">" or "<")
            {
                datagrams.Add((line[0], ""));
            }
            else if (line.StartsWith(' '))
            {
                datagrams[^1] = (datagrams[^1].Direction, datagrams[^1].Hex + line.Trim());
            }
        }

        Exchanges = exchanges;
    }

    /// <summary>iproute2 and kernel 6.1, with geneve.</summary>
    public static GoldenFile Linux61 { get; } = new("linux-6.1.txt");

    /// <summary>Rules of nftables and traced packets, kernel 6.18.</summary>
    public static GoldenFile Nftables { get; } = new("nftables-6.18.txt");

    public IReadOnlyList<GoldenExchange> Exchanges { get; }

    /// <summary>The first exchange of a command.</summary>
    public GoldenExchange this[string command] => Exchanges.First(exchange => exchange.Command == command);

    /// <summary>What was captured right after a command: how its result reads back.</summary>
    public GoldenExchange After(string command) =>
        Exchanges[Exchanges.ToList().FindIndex(exchange => exchange.Command == command) + 1];

    private static GoldenExchange ToExchange(string command, List<(char Direction, string Hex)> datagrams)
    {
        var request = Convert.FromHexString(datagrams[0].Hex);
        // For some dumps `ip` hands the kernel more bytes than the message has; what is behind it is not looked at.
        return new GoldenExchange(
            command,
            request[..BitConverter.ToInt32(request)],
            [.. datagrams.Skip(1).Select(datagram => Convert.FromHexString(datagram.Hex))]);
    }
}
