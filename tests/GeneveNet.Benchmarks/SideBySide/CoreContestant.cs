using System.Diagnostics;
using System.Globalization;
using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Neighbors;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>GeneveNet.Core as a .NET program uses it: typed requests from addresses it has at hand, typed objects out of dumps.</summary>
internal sealed class CoreContestant : Contestant
{
    // A program that has many makes and sends them by the thousand, so that none outlives the youngest generation.
    private const int Batch = 1_000;

    private readonly RtnetlinkClient _client = new();
    private IPAddress[] _hosts = [];
    private MacAddress[] _stations = [];

    public CoreContestant() : base("Core") { }

    public override Outcome Run(Work work)
    {
        if (work is { Kind: >= Kind.Veth, Verb: Verb.Replace })
            return new Outcome(null, Reason: "not done with links");
        if (work.Verb == Verb.Dump)
        {
            var of = work.Kind switch { Kind.Fdb => _client.GetLink("br0"), Kind.Neighbor or Kind.Address => _client.GetLink("bench0"), _ => null };
            return Time(() => Dump(work.Kind, of));
        }

        Prepare(work);
        var place = work.Kind < Kind.Veth ? _client.GetLink(work.Kind == Kind.Fdb ? "port0" : "bench0") : null;
        // What is removed was read before, as a program would have it; a neighbor is told by its address alone.
        var there = work is { Verb: Verb.Delete } ? Find(work) : [];
        return Time(() =>
        {
            for (var start = 0; start < work.Count; start += Batch)
            {
                var requests = new NetlinkRequest[Math.Min(Batch, work.Count - start)];
                for (var i = 0; i < requests.Length; i++)
                    requests[i] = Request(work, start + i, place, there);
                foreach (var refusal in _client.ExecuteBatch(requests))
                {
                    if (refusal is not null)
                        throw refusal;
                }
            }

            return 0;
        });
    }

    private static Outcome Time(Func<int> action)
    {
        var before = Stopwatch.GetTimestamp();
        try
        {
            var objects = action();
            return new Outcome(Stopwatch.GetElapsedTime(before), objects);
        }
        catch (NetworkException e)
        {
            return new Outcome(null, Reason: e.Message);
        }
    }

    private void Prepare(Work work)
    {
        byte network = work.Kind switch { Kind.Neighbor => 10, Kind.Route => 11, _ => 12 };
        _hosts = new IPAddress[work.Count];
        _stations = new MacAddress[work.Count];
        for (var i = 0; i < work.Count; i++)
            (_hosts[i], _stations[i]) = (Objects.Host(network, i), Objects.Station(i));
    }

    private object[] Find(Work work) => work.Kind switch
    {
        Kind.Neighbor => [],
        Kind.Fdb => [.. _client.GetFdbEntries(_client.GetLink("br0")).Where(e => e.Kind == FdbEntryKind.Static)],
        Kind.Address => [.. _client.GetAddresses(_client.GetLink("bench0")).Where(a => !a.AddressValue.IsIPv6)],
        Kind.Route => [.. _client.GetRoutes().Where(r => r.Link == "bench0" && !r.DestinationValue.IsIPv6)],
        _ => [.. _client.GetLinks(Work.Name(work.Kind)).Where(l => l.Name[0] == LinkNames.Prefix(work.Kind))],
    };

    private int Dump(Kind kind, Link? of) => kind switch
    {
        Kind.Neighbor => _client.GetNeighbors(of).Count,
        Kind.Fdb => _client.GetFdbEntries(of).Count,
        Kind.Address => _client.GetAddresses(of, IPVersion.IPv4).Count,
        Kind.Route => _client.GetRoutes(version: IPVersion.IPv4).Count,
        _ => _client.GetLinks().Count,
    };

    private NetlinkRequest Request(Work work, int i, Link? place, object[] there) => (work.Kind, work.Verb) switch
    {
        (Kind.Neighbor, Verb.Delete) => NeighborOperations.RemoveRequest(place!, _hosts[i]),
        (Kind.Neighbor, _) => NeighborOperations.SetStaticRequest(place!, _hosts[i], _stations[i]),
        (Kind.Fdb, Verb.Delete) => FdbOperations.RemoveFdbRequest((BridgeFdbEntry)there[i]),
        (Kind.Fdb, _) => FdbOperations.AddFdbRequest(place!, _stations[i], FdbEntryKind.Static, null, work.Verb == Verb.Replace),
        (Kind.Address, Verb.Delete) => AddressOperations.RemoveRequest((LinkAddress)there[i]),
        (Kind.Address, _) => AddressOperations.AddRequest(place!, new CidrAddress(_hosts[i], 32), replace: work.Verb == Verb.Replace),
        (Kind.Route, Verb.Delete) => RouteOperations.RemoveRequest((Route)there[i]),
        (Kind.Route, _) => RouteOperations.AddRequest(
            _client.Namespace, new RouteSpecification { Destination = new CidrAddress(_hosts[i], 32), Link = place }, work.Verb == Verb.Replace),
        (_, Verb.Delete) => LinkOperations.RemoveRequest((Link)there[i]),
        _ => LinkOperations.CreateRequest(LinkNames.Message(work.Kind, i)),
    };
}

/// <summary>Names and settings of the links that are made.</summary>
internal static class LinkNames
{
    private static readonly IPAddress Remote = IPAddress.Parse("192.0.2.1");

    public static char Prefix(Kind kind) => kind switch { Kind.Veth => 'v', Kind.Vxlan => 'x', _ => 'g' };

    public static string Of(Kind kind, int i) => string.Create(CultureInfo.InvariantCulture, $"{Prefix(kind)}{i}");

    public static LinkMessage Message(Kind kind, int i) => new()
    {
        Name = Of(kind, i),
        Info = new LinkInfo
        {
            Kind = Work.Name(kind),
            Data = kind switch
            {
                Kind.Veth => new VethData { Peer = new LinkMessage { Name = string.Create(CultureInfo.InvariantCulture, $"w{i}") } },
                // A kind without a table here: IFLA_VXLAN_ID, _GROUP and _PORT as bytes.
                Kind.Vxlan => new UnknownLinkKindData([(1, BitConverter.GetBytes(i + 1)), (2, Remote.GetAddressBytes()), (15, new byte[] { 4789 >> 8, 4789 & 0xff })]),
                _ => new GeneveData { Vni = (uint)i + 1, Remote = Remote },
            },
        },
    };
}
