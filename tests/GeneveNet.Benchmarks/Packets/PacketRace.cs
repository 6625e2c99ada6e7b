using System.Diagnostics;
using System.Globalization;
using System.Net;
using GeneveNet.Benchmarks.SideBySide;
using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;
using GeneveNet.Packets.Inner;
using GeneveNet.Packets.Live;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Benchmarks.Packets;

/// <summary>Decodes a capture file beside tshark, tcpdump and a loop in C, and captures live under a flood beside tcpdump.</summary>
/// <param name="folder">Where programs and the capture file are.</param>
internal sealed class PacketRace(string folder)
{
    private const int Packets = 200_000, Few = 10_000, InnerSize = 100;

    private readonly string _file = Path.Combine(folder, "flood.pcap");

    /// <summary>Runs both and gives lines for people.</summary>
    public IEnumerable<string> Run(int rounds)
    {
        WriteCapture();
        var times = new Dictionary<string, List<double>>();
        long allocated = 0;
        for (var round = 0; round < rounds; round++)
        {
            Note("C loop", Worker("decode", _file));
            Note("Core, headers and inner headers", Decode(packet => packet.Inner?.IP?.SourceValue, out allocated));
            Note("Core, Geneve headers", Decode(packet => packet.Vni, out _));
            Note("tcpdump, a line each", ToolContestant.Measure("tcpdump", ["-nn", "-r", _file]).Time);
            // It takes some hundred times as long: fewer packets and rounds tell as much.
            if (round < 2)
                Note("tshark, two fields", ToolContestant.Measure("tshark", ["-n", "-c", $"{Few}", "-r", _file, "-T", "fields", "-e", "geneve.vni", "-e", "ip.src"]).Time, Few);
        }

        foreach (var (name, all) in times)
        {
            all.Sort();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| decode, {name} | {all[0]:0} ns ({all[all.Count / 2]:0} ns) | {1e3 / all[0]:0.00} million packets/s | {all[0] / times["C loop"][0]:0.0} × C |");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"| decode, Core, allocated | {allocated / Packets} bytes a packet | | |");
        foreach (var line in Flood())
            yield return line;

        void Note(string name, TimeSpan? time, int packets = Packets)
        {
            if (time is null)
                return;
            if (!times.TryGetValue(name, out var list))
                times[name] = list = [];
            list.Add(time.Value.TotalNanoseconds / packets);
        }
    }

    private void WriteCapture()
    {
        var inner = new byte[InnerSize];
        inner[12] = 0x08;
        inner[14] = 0x45;
        inner[16 + 1] = InnerSize - 14;
        inner[22] = 64;
        inner[23] = 6;
        IPAddress.Parse("10.200.1.1").TryWriteBytes(inner.AsSpan(26), out _);
        IPAddress.Parse("10.200.2.1").TryWriteBytes(inner.AsSpan(30), out _);
        inner[46] = 5 << 4; // the length of the TCP header
        using var file = File.Create(_file);
        using var writer = CaptureWriter.Create(file, CaptureFormat.Pcap);
        for (var i = 0; i < Packets; i++)
        {
            var specification = new GeneveSpecification { Vni = (uint)(i & 0xfff), Payload = inner };
            var outer = new OuterSpecification
            {
                Source = Objects.Host(10, i & 0xff),
                Destination = Objects.Host(10, 1000),
                SourceMac = Objects.Station(1),
                DestinationMac = Objects.Station(2),
                HasChecksum = false,
            };
            writer.Write(new CapturedFrame
            {
                TimestampNanoseconds = i * 1000L,
                LinkType = LinkType.Ethernet,
                Data = GeneveFrameBuilder.Build(specification, outer),
            });
        }
    }

    private TimeSpan Decode<T>(Func<GenevePacket, T?> look, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        using var reader = CaptureReader.Open(File.OpenRead(_file));
        var (found, seen) = (0, 0);
        foreach (var frame in reader.Frames())
        {
            if (GeneveDecoder.Default.Decode(frame) is not { } packet)
                continue;
            found++;
            if (look(packet) is not null)
                seen++;
        }

        var took = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return found == Packets && seen == Packets ? took : throw new InvalidOperationException($"Of {Packets} packets {found} were decoded, {seen} to the end.");
    }

    private TimeSpan Worker(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, program), arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return words[0] == "ok" && int.Parse(words[2], CultureInfo.InvariantCulture) == Packets
            ? TimeSpan.FromMicroseconds(long.Parse(words[1], CultureInfo.InvariantCulture) / 1e3)
            : throw new InvalidOperationException($"{program}: {string.Join(' ', words)}");
    }

    /// <summary>A sender as fast as it can be, on bench0; the other end of the pair is listened on.</summary>
    private IEnumerable<string> Flood()
    {
        RtnetlinkClient client = new();
        foreach (var line in (string[])["addr replace 198.51.100.1/24 dev bench0", "neigh replace 198.51.100.2 lladdr 02:00:00:00:00:99 dev bench0 nud permanent"])
            ToolContestant.Measure("ip", line.Split(' '));
        var link = client.GetLink("bench1");

        using (var capture = new LiveCapture(NetworkNamespace.Current, new CaptureFilter { Interfaces = [link.Index], Ports = [6081] }))
        {
            var sender = Task.Run(() => Worker("flood", "198.51.100.2", Packets.ToString(CultureInfo.InvariantCulture), "150"));
            var (frames, decoded) = (new List<CapturedFrame>(), 0);
            while (capture.Read(Cleared(frames), TimeSpan.FromMilliseconds(500)) || !sender.IsCompleted)
            {
                foreach (var frame in frames)
                    decoded += GeneveDecoder.Default.Decode(frame)?.Vni == 1000 ? 1 : 0;
            }

            var statistics = capture.Statistics;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| flood, Core, captured and decoded | {Packets} sent, {Packets / sender.Result.TotalSeconds / 1e3:0} thousand/s | {decoded} decoded | {statistics.Dropped} dropped |");
        }

        var tcpdump = Process.Start(new ProcessStartInfo("tcpdump", ["-i", "bench1", "-nn", "-w", "/dev/null", "udp port 6081"]) { RedirectStandardError = true })!;
        while (tcpdump.StandardError.ReadLine() is { } line && !line.Contains("listening", StringComparison.Ordinal))
        {
        }

        var took = Worker("flood", "198.51.100.2", Packets.ToString(CultureInfo.InvariantCulture), "150");
        Thread.Sleep(1500);
        Process.Start("kill", ["-INT", tcpdump.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        var words = tcpdump.StandardError.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        tcpdump.WaitForExit();
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"| flood, tcpdump -w, not decoded | {Packets} sent, {Packets / took.TotalSeconds / 1e3:0} thousand/s | {string.Join(" | ", words.Where(w => !w.Contains("received", StringComparison.Ordinal)))} |");
    }

    private static List<CapturedFrame> Cleared(List<CapturedFrame> frames)
    {
        frames.Clear();
        return frames;
    }
}
