using System.Net;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Fuzz;

/// <summary>The inputs a fuzzer starts from: made by the project's own writers, and some of them broken in the ways there are rules for.</summary>
public static class Corpus
{
    private const string Arp = "ffffffffffff02000000000a08060001080006040001" + "02000000000a0a0000010000000000000a000002";
    private const string Vlan = "02000000000b02000000000a8100006408060001080006040002" + "02000000000a0a00000102000000000b0a000002";
    private const string Icmp = "02000000000b02000000000a0800" + "4500001c000100004001614e0bc801010bc80102" + "0800f7fd00010001";
    private const string IcmpError = "02000000000b02000000000a0800" + "4500003800010000400161320bc801020bc80101" + "0304000000000578" + "4500005400010000400161160bc801010bc80109" + "0800f7fd00010001";
    private const string Neighbor = "3333ff00000202000000000a86dd" + "6000000000203afffd000000000000000000000000000001ff0200000000000000000001ff000002"
        + "8700000000000000fd00000000000000000000000000000201010200" + "0000000a";
    private const string Tcp = "02000000000b02000000000a0800" + "4500002c00020000400600000a0000010a000002" + "30390050000000010000000060021000abcd0000" + "020405b4";
    private const string Udp = "02000000000b02000000000a0800" + "4500001e00030000401100000a0000010a000002" + "30390035000a00000000";

    private static readonly byte[][] Inner = [.. ((string[])[Arp, Vlan, Icmp, IcmpError, Neighbor, Tcp, Udp, ""]).Select(Convert.FromHexString)];

    private static readonly GeneveOptionData[][] Options =
    [
        [],
        [new GeneveOptionData(0x0102, 0x80, [1, 2, 3, 4])],
        [new GeneveOptionData(0xff01, 1), new GeneveOptionData(0x0103, 0x7f, new byte[GeneveOption.MaxDataLength])],
        [.. Enumerable.Range(0, 63).Select(type => new GeneveOptionData(0xffff, (byte)type))],
    ];

    /// <summary>The inputs of a target, each with a name.</summary>
    /// <param name="target">Name of the target.</param>
    public static IEnumerable<(string Name, byte[] Bytes)> Of(string target) => Number(target, target switch
    {
        "geneve" => Packets().SelectMany(Broken),
        "frame" => Frames().SelectMany(Cut),
        "capture" => Captures(),
        "hex" => Packets().Take(4).SelectMany(Texts),
        _ => [],
    });

    private static IEnumerable<(string Name, byte[] Bytes)> Number(string target, IEnumerable<byte[]> inputs) =>
        inputs.Select((bytes, index) => ($"{target}-{index:d3}", bytes));

    private static IEnumerable<byte[]> Packets() =>
        from inner in Inner
        from options in Options
        select new GeneveSpecification { Vni = 1000, Options = options, IsOam = options.Length > 0, Payload = inner }.ToBytes();

    /// <summary>A packet, and the packet with a version, lengths, reserved bits and a protocol type that are not as they should be.</summary>
    private static IEnumerable<byte[]> Broken(byte[] packet)
    {
        yield return packet;
        foreach (var (at, value) in ((int, byte)[])[(0, 0x40), (0, 0x3f), (1, 0x7f), (2, 0x12), (3, 0), (7, 0xff), (11, 0xff)])
        {
            if (at >= packet.Length)
                continue;
            var broken = (byte[])packet.Clone();
            broken[at] = value;
            yield return broken;
        }

        yield return packet[..(packet.Length / 2)];
    }

    private static IEnumerable<byte[]> Frames()
    {
        var (a, b) = (MacAddress.Parse("02:00:00:00:00:01"), MacAddress.Parse("02:00:00:00:00:02"));
        OuterSpecification v4 = new() { Source = IPAddress.Parse("192.0.2.1"), Destination = IPAddress.Parse("192.0.2.2"), SourceMac = a, DestinationMac = b };
        OuterSpecification v6 = new() { Source = IPAddress.Parse("2001:db8::1"), Destination = IPAddress.Parse("2001:db8::2"), SourceMac = a, DestinationMac = b };
        OuterSpecification[] outers = [v4, v6, v4 with { HasChecksum = false, Vlans = [new VlanTag(EtherTypes.ServiceVlan, 7), new VlanTag(EtherTypes.Vlan, 8)] }];
        foreach (var outer in outers)
        {
            foreach (var inner in Inner)
            {
                var packet = new GeneveSpecification { Vni = 1000, Payload = inner, Options = Options[1] };
                yield return GeneveFrameBuilder.Build(packet, outer);
                // Geneve in Geneve.
                yield return GeneveFrameBuilder.Build(packet with { Payload = GeneveFrameBuilder.Build(packet, v4) }, outer);
            }
        }

        foreach (var inner in Inner)
            yield return inner;
    }

    private static IEnumerable<byte[]> Cut(byte[] frame) => [[0, 0, .. frame], [0, 40, .. frame.AsSpan(0, frame.Length * 2 / 3)], .. Raw(frame)];

    /// <summary>From the IP header on, as a link of IP packets has it.</summary>
    private static byte[][] Raw(byte[] frame) => frame.Length > 14 ? [[1, 0, .. frame.AsSpan(14)]] : [];

    private static IEnumerable<byte[]> Captures()
    {
        CapturedFrame[] frames = [.. Frames().Take(6).Select((bytes, index) => new CapturedFrame
        {
            Data = bytes,
            OriginalLength = bytes.Length + index,
            TimestampNanoseconds = 1_700_000_000_000_000_001 + index,
            Interface = $"eth{index % 2}",
            Direction = (PacketDirection)(index % 3),
        })];
        foreach (var format in Enum.GetValues<CaptureFormat>())
        {
            using var stream = new MemoryStream();
            using (var writer = CaptureWriter.Create(stream, format, leaveOpen: true))
            {
                foreach (var frame in frames)
                    writer.Write(frame);
            }

            var bytes = stream.ToArray();
            yield return bytes;
            yield return bytes[..(bytes.Length - 7)];
            using var compressed = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(bytes);
            yield return compressed.ToArray();
        }

        // The first words of pcap in the other byte order, and with nanoseconds.
        yield return Convert.FromHexString("a1b2c3d400020004000000000000000000ffff0000000001" + "0000000100000002" + "00000004" + "00000040" + "01020304");
        yield return Convert.FromHexString("4d3cb2a1020004000000000000000000ffff000071000000");
    }

    private static IEnumerable<byte[]> Texts(byte[] packet)
    {
        var digits = Convert.ToHexStringLower(packet);
        yield return System.Text.Encoding.ASCII.GetBytes(digits);
        yield return System.Text.Encoding.ASCII.GetBytes("0x" + string.Join(':', digits.Chunk(2).Select(pair => new string(pair))));
        yield return System.Text.Encoding.ASCII.GetBytes($"\t0x0000:  {string.Join(' ', digits.Chunk(4).Take(8).Select(word => new string(word)))}  ..eX....\n");
        yield return System.Text.Encoding.ASCII.GetBytes(digits + "g");
    }
}
