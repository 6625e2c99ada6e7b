using System.Net;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using GeneveNet.Benchmarks.SideBySide;
using GeneveNet.Netlink;
using GeneveNet.Packets;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Benchmarks.Micro;

/// <summary>The parts without the kernel: writing, reading, decoding. Time and bytes for each object.</summary>
[MemoryDiagnoser]
public class MicroBenchmarks : IDisposable
{
    private const int Objects = 1000;

    private readonly NeighborMessage _neighbor = new()
    {
        Family = 2,
        Index = 2,
        State = NeighborState.Permanent,
        Destination = SideBySide.Objects.Host(10, 1),
        LinkLayerAddress = SideBySide.Objects.Station(1),
        Ages = new NeighborAges(1, 2, 3, 4),
    };

    private readonly LinkMessage _link = new()
    {
        Index = 2,
        Name = "geneve0",
        Mtu = 1450,
        LinkLayerAddress = SideBySide.Objects.Station(1),
        Broadcast = SideBySide.Objects.Station(2),
        QueueingDiscipline = "noqueue",
        TxQueueLength = 1000,
        OperationalState = 6,
        Statistics = new LinkStatistics(),
        Info = new LinkInfo { Kind = LinkKinds.Geneve, Data = new GeneveData { Vni = 1000, Remote = IPAddress.Parse("10.0.0.250"), Port = 6081, Ttl = 0, UdpChecksum = false } },
    };

    private readonly RouteMessage _route = new()
    {
        Family = 2, Destination = SideBySide.Objects.Host(11, 1), DestinationLength = 32, TableId = 254, OutputIndex = 2, Type = RouteType.Unicast,
    };

    private readonly GeneveSpecification _packet = new() { Vni = 1000, Payload = new byte[64], Options = [new GeneveOptionData(0x0104, 0x80, new byte[8])] };
    private readonly ReplayTransport _dump;
    private readonly NetlinkConnection _connection;
    private readonly byte[] _neighborBytes, _linkBytes, _routeBytes, _packetBytes;

    /// <summary>Prepares the bytes.</summary>
    public MicroBenchmarks()
    {
        (_neighborBytes, _linkBytes, _routeBytes) = (Bytes(_neighbor), Bytes(_link), Bytes(_route));
        _packetBytes = _packet.ToBytes();
        _dump = new ReplayTransport(RtmType.NewNeighbor, _neighborBytes, Objects);
        _connection = new NetlinkConnection(_dump);
    }

    /// <summary>Gives up what is held.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _connection.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A request for a static neighbor, from the addresses to the bytes.</summary>
    [Benchmark]
    public int NeighborRequest()
    {
        var request = new NetlinkRequest<NeighborMessage>(
            RtmType.NewNeighbor,
            NetlinkFlags.Create | NetlinkFlags.Replace,
            new NeighborMessage { Family = 2, Index = 2, State = NeighborState.Permanent, Destination = _neighbor.Destination, LinkLayerAddress = _neighbor.LinkLayerAddress },
            $"set neighbor {_neighbor.Destination} to {_neighbor.LinkLayerAddress}");
        using var writer = new NetlinkWriter(128);
        return Write(request, writer);
    }

    /// <summary>A neighbor from its bytes.</summary>
    [Benchmark]
    public NeighborMessage ReadNeighbor() => NeighborMessage.Read(_neighborBytes);

    /// <summary>A route from its bytes.</summary>
    [Benchmark]
    public RouteMessage ReadRoute() => RouteMessage.Read(_routeBytes);

    /// <summary>A Geneve link from its bytes.</summary>
    [Benchmark]
    public LinkMessage ReadGeneveLink() => LinkMessage.Read(_linkBytes);

    /// <summary>A dump of neighbors, from the datagrams to the objects; for each object.</summary>
    [Benchmark(OperationsPerInvoke = Objects)]
    public int DumpOfNeighbors() =>
        _connection.Dump<NeighborMessage>(new NetlinkRequest<NeighborMessage>(RtmType.GetNeighbor, NetlinkFlags.None, new NeighborMessage(), "list")).Count;

    /// <summary>The header and options of a Geneve packet.</summary>
    [Benchmark]
    public GenevePacket DecodeGeneve() => GeneveDecoder.Default.DecodeGeneve(_packetBytes);

    /// <summary>A Geneve packet as bytes.</summary>
    [Benchmark]
    public byte[] EncodeGeneve() => _packet.ToBytes();

    /// <summary>Runs them in this process and writes their tables into a folder.</summary>
    internal static void Run(string folder) => BenchmarkRunner.Run<MicroBenchmarks>(ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .AddLogger(ConsoleLogger.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddExporter(MarkdownExporter.GitHub, JsonExporter.FullCompressed)
        .WithArtifactsPath(Path.Combine(folder, "micro")));

    private static int Write(NetlinkRequest request, NetlinkWriter writer)
    {
        request.Write(ref writer, 1, NetlinkFlags.None);
        return writer.Length;
    }

    private static byte[] Bytes<T>(T message) where T : INetlinkMessage<T>
    {
        var writer = new NetlinkWriter(512);
        message.Write(ref writer);
        var bytes = writer.Written.ToArray();
        writer.Dispose();
        return bytes;
    }
}
