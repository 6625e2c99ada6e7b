using System.Diagnostics;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>
/// tshark and tcpdump, where they are installed, read what the writer wrote, and files made by hand as the reader does.
/// </summary>
public sealed class JudgedByToolsTests
{
    // frame.encap_type: WTAP_ENCAP_* as LINKTYPE_*.
    private static readonly Dictionary<string, int> Links =
        new() { ["1"] = 1, ["7"] = 101, ["25"] = 113, ["129"] = 228, ["130"] = 229, ["210"] = 276 };

    private static readonly string[] Fields =
    [
        "frame.time_epoch", "frame.encap_type", "frame.cap_len", "frame.len", "frame.interface_name",
        "frame.packet_flags_direction", "frame.md5_hash",
    ];

    private static readonly CapturedFrame[] Frames = [.. Enumerable.Range(0, 60).Select(i => new CapturedFrame
    {
        TimestampNanoseconds = 1_795_525_180_000_000_001 + (i * 1_000_003_007L),
        Data = Enumerable.Range(0, 14 + i).Select(n => (byte)(n * i)).ToArray(),
        OriginalLength = 14 + i + (i % 4 * 100),
    })];

    [Fact]
    public void Tshark_ReadsPcapThatWasWritten() =>
        Assert.Equal(Frames.Select(FrameText.Of), Tshark(CaptureFile.Write(CaptureFormat.Pcap, Frames)));

    [Fact]
    public void Tshark_ReadsPcapngThatWasWritten()
    {
        LinkType[] links = [LinkType.Ethernet, LinkType.RawIP, LinkType.LinuxSll, LinkType.IPv4, LinkType.IPv6, LinkType.LinuxSll2];
        CapturedFrame[] frames = [.. Frames.Select((frame, i) => frame with
        {
            LinkType = links[i % links.Length],
            Interface = $"if{i % 4}",
            Direction = (PacketDirection)(i % 3),
        })];
        Assert.Equal(frames.Select(FrameText.Of), Tshark(CaptureFile.Write(CaptureFormat.Pcapng, frames)));
    }

    [Fact]
    public void Tshark_ReadsFilesMadeByHandAsTheReaderDoes()
    {
        var (little, big) = (new CaptureBytes(false), new CaptureBytes(true));
        foreach (var file in (CaptureBytes[])[little, big])
        {
            file.Section(options: [.. file.Option(4, "someone"u8.ToArray()), .. file.EndOfOptions])
                .Interface(1, 0, file.Option(2, "eth0"u8.ToArray()), file.Option(9, [9]), file.Option(14, file.I64(100)))
                .Interface(113, 0, file.Option(2, "any"u8.ToArray()), file.Option(9, [0x80 + 20]))
                .Interface(101, 0, file.Option(2, "tun"u8.ToArray()))
                .Block(5, [.. file.U32(0), .. new byte[8]])
                .Enhanced(0, 1_795_525_180_000_000_001, new byte[60], 1500, null, file.Option(2, file.U32(1)), file.EndOfOptions)
                .Enhanced(1, 1_795_525_180UL << 20 | 12345, new byte[61], 61, null, file.Option(2, file.U32(2)))
                .Enhanced(2, 1_795_525_180_123_456, new byte[30])
                .Obsolete(0, 1, 1_795_525_180_000_000_003, new byte[63]);
        }

        byte[] both = [.. little.ToArray(), .. big.ToArray()];
        Assert.Equal(CaptureFile.Read(both).Select(FrameText.Of), Tshark(both));

        foreach (var magic in (uint[])[CaptureBytes.Microseconds, CaptureBytes.Nanoseconds])
        {
            var swapped = new CaptureBytes(true).PcapHeader(magic).Record(1_795_525_180, 999_999, new byte[60], 1500).ToArray();
            Assert.Equal(CaptureFile.Read(swapped).Select(FrameText.Of), Tshark(swapped));
        }
    }

    [Theory]
    [InlineData(CaptureFormat.Pcap)]
    [InlineData(CaptureFormat.Pcapng)]
    public void Tcpdump_ReadsWhatWasWritten(CaptureFormat format)
    {
        var lines = Run("tcpdump", CaptureFile.Write(format, Frames), "-r", "-", "-ntt", "--time-stamp-precision=nano", "-q");
        Assert.Equal(
            Frames.Select(frame => $"{frame.TimestampNanoseconds / 1_000_000_000}.{frame.TimestampNanoseconds % 1_000_000_000:D9}"),
            lines.Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(line => line.Split(' ')[0]));
    }

    private static List<string> Tshark(byte[] capture)
    {
        var arguments = Fields.SelectMany(field => (string[])["-e", field]);
        var lines = Run(
            "tshark", capture, ["-r", "-", "-o", "frame.generate_md5_hash:TRUE", "-T", "fields", "-E", "separator=|", .. arguments]);
        return [.. lines.Select(line => ToFrameText(line.Split('|')))];
    }

    private static string ToFrameText(string[] fields)
    {
        var direction = fields[5] switch
        {
            "0x00000001" => "In",
            "0x00000002" => "Out",
            _ => "-",
        };
        return $"{fields[0]} {Links[fields[1]]} {fields[2]} {fields[3]} {(fields[4] is "" ? "-" : fields[4])} {direction} {fields[6]}";
    }

    private static List<string> Run(string program, byte[] input, params string[] arguments)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not installed.");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(60_000), $"{program} does not end.");
        Assert.Equal(0, process.ExitCode);
        return [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
