using System.Net;
using System.Net.Sockets;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>A network namespace that is only thought of: what is in it, and the routing it answers with.</summary>
internal sealed class Space(string id, string name = "")
{
    private int _nextIndex = 1;

    public List<LinkState> Links { get; } = [];
    public List<AddressState> Addresses { get; } = [];
    public List<NeighborEntryState> Neighbors { get; } = [];
    public List<FdbEntryState> Fdb { get; } = [];
    public List<HostRouteState> HostRoutes { get; } = [];
    public List<(CidrAddress To, int[] Links, IPAddress? Gateway, IPAddress? Source)> Routes { get; } = [];
    public Dictionary<string, int> Switches { get; } = [];
    public Dictionary<string, long> Counters { get; } = [];
    public DropEvidence? Evidence { get; set; }
    public string Id => id;

    public LinkState Add(LinkState link)
    {
        var place = id.Sum(static c => c) & 0xff;
        var mac = $"02:00:{place:x2}:{_nextIndex >> 8 & 0xff:x2}:{_nextIndex & 0xff:x2}:{name.Length & 0xff:x2}";
        var added = link with { Index = link.Index == 0 ? _nextIndex : link.Index, Mac = link.Mac ?? MacAddress.Parse(mac) };
        _nextIndex = Math.Max(_nextIndex, added.Index) + 1;
        Links.Add(added);
        return added;
    }

    public LinkState this[string link] => Links.Single(l => l.Name == link);

    public void Change(string link, Func<LinkState, LinkState> change)
    {
        var place = Links.FindIndex(l => l.Name == link);
        if (place < 0)
            throw new InvalidOperationException($"There is no link '{link}'.");
        Links[place] = change(Links[place]);
    }

    /// <summary>Assigns an address, and with it the route to its network.</summary>
    public void Assign(string link, string address)
    {
        var cidr = CidrAddress.Parse(address);
        Addresses.Add(new AddressState(this[link].Index, cidr, null, false, false));
        if (!cidr.IsHost)
            Routes.Add((cidr.NetworkValue, [this[link].Index], null, cidr.AddressValue));
    }

    public void Route(string to, string link, string? gateway = null)
    {
        var cidr = CidrAddress.Parse(to);
        Routes.RemoveAll(r => r.To.Equals(cidr));
        Routes.Add((cidr, [this[link].Index], gateway is null ? null : IPAddress.Parse(gateway), null));
        if (cidr.IsHost && gateway is null)
            HostRoutes.Add(new HostRouteState(this[link].Index, cidr.AddressValue));
    }

    public void Unroute(string to)
    {
        var cidr = CidrAddress.Parse(to);
        Routes.RemoveAll(r => r.To.Equals(cidr));
        HostRoutes.RemoveAll(r => r.Address.Equals(cidr.AddressValue));
    }

    public void Unassign(string address)
    {
        var cidr = CidrAddress.Parse(address);
        Addresses.RemoveAll(a => a.Address.Equals(cidr));
        Routes.RemoveAll(r => cidr.AddressValue.Equals(r.Source));
    }

    public NetworkState State() => new()
    {
        Id = id,
        Name = name,
        Links = [.. Links],
        Addresses = [.. Addresses],
        Neighbors = [.. Neighbors],
        Fdb = [.. Fdb],
        HostRoutes = [.. HostRoutes],
        Switches = new Dictionary<string, int>(Switches),
        Counters = new Dictionary<string, long>(Counters),
        Evidence = Evidence,
    };

    /// <summary>What the kernel answers: local addresses, the longest prefix, and reverse-path filtering of what comes in.</summary>
    public RouteAnswer Ask(RouteQuestion question)
    {
        var state = State();
        if (question.InputIndex != 0 && question.Source is { AddressFamily: AddressFamily.InterNetwork } sender)
        {
            var filter = state.SwitchOf("rp_filter", state.LinkOf(question.InputIndex)!.Name);
            var back = Lookup(sender);
            if (filter == 1 && back?.Links.Contains(question.InputIndex) != true || filter == 2 && back is null)
                return new RouteAnswer { Errno = 18 };
        }

        if (state.AddressOf(question.Destination) is not null)
            return new RouteAnswer { Type = RouteType.Local, Source = question.Destination };
        if (Lookup(question.Destination) is not { } route)
            return new RouteAnswer { Errno = 101 };
        var link = route.Links[0];
        var fitting = Addresses.FindAll(a => a.Address.AddressValue.AddressFamily == question.Destination.AddressFamily);
        var own = fitting.Find(a => a.LinkIndex == link) ?? fitting.FirstOrDefault();
        var source = question.Source ?? route.Source ?? own?.Address.AddressValue;
        return new RouteAnswer { Type = RouteType.Unicast, LinkIndex = link, Gateway = route.Gateway, Source = source };
    }

    private (CidrAddress To, int[] Links, IPAddress? Gateway, IPAddress? Source)? Lookup(IPAddress address)
    {
        (CidrAddress To, int[] Links, IPAddress? Gateway, IPAddress? Source)? best = null;
        foreach (var route in Routes)
        {
            if (route.To.AddressValue.AddressFamily == address.AddressFamily
                && new CidrAddress(address, route.To.PrefixLength).NetworkValue.AddressValue.Equals(route.To.AddressValue)
                && (best is null || best.Value.To.PrefixLength < route.To.PrefixLength))
            {
                best = route;
            }
        }

        // A link that is down takes its routes with it.
        return best is { } found && Links.Find(l => l.Index == found.Links[0]) is { IsUp: true } ? best : null;
    }
}
