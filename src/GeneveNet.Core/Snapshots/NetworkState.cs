using System.Net;
using System.Text.Json.Serialization;
using GeneveNet.Rtnetlink.Rules;

namespace GeneveNet.Snapshots;

/// <summary>
/// What one network namespace looked like at one moment, as far as a path depends on it: plain data, which a diagnosis can be
/// made from on another machine, or long after.
/// </summary>
public sealed record NetworkState
{
    /// <summary>By which two looks at the same namespace are known: "net:[4026531840]".</summary>
    public required string Id { get; init; }

    /// <summary>What people call it; empty for the namespace of the session that looked.</summary>
    public string Name { get; init; } = "";

    /// <summary>The host it is on; null for this one.</summary>
    public string? Host { get; init; }

    /// <summary>The container whose namespace it is; null where it is none's.</summary>
    public string? Container { get; init; }

    /// <summary>The links.</summary>
    public IReadOnlyList<LinkState> Links { get; init; } = [];

    /// <summary>The addresses of all links.</summary>
    public IReadOnlyList<AddressState> Addresses { get; init; } = [];

    /// <summary>The neighbors (ARP and neighbor discovery) of all links.</summary>
    public IReadOnlyList<NeighborEntryState> Neighbors { get; init; } = [];

    /// <summary>The forwarding databases of all bridges.</summary>
    public IReadOnlyList<FdbEntryState> Fdb { get; init; } = [];

    /// <summary>Routes to single hosts, by the link they leave by: what a tunnel is likely to be for.</summary>
    public IReadOnlyList<HostRouteState> HostRoutes { get; init; } = [];

    /// <summary>UDP ports somebody listens on, the kernel's own sockets included: an open tunnel's is among them.</summary>
    public IReadOnlyList<int> UdpPorts { get; init; } = [];

    /// <summary>Kernel switches below /proc/sys/net, by name: "ipv4.conf.all.rp_filter" gives 1.</summary>
    public IReadOnlyDictionary<string, int> Switches { get; init; } = new Dictionary<string, int>();

    /// <summary>Counters of the IP stack (/proc/net/snmp, snmp6, netstat, xfrm_stat), by name: "TcpExt.IPReversePathFilter".</summary>
    public IReadOnlyDictionary<string, long> Counters { get; init; } = new Dictionary<string, long>();

    /// <summary>The policy rules that somebody added, in the order in which the kernel asks them.</summary>
    [JsonInclude]
    internal IReadOnlyList<RuleState> Rules { get; init; } = [];

    /// <summary>The routes that drop or refuse, of all tables.</summary>
    [JsonInclude]
    internal IReadOnlyList<RefusingRouteState> RefusingRoutes { get; init; } = [];

    /// <summary>What can drop packets; null where it was not looked at.</summary>
    [JsonInclude]
    internal DropEvidence? Evidence { get; init; }

    /// <summary>The link of an index, or null.</summary>
    /// <param name="index">The index.</param>
    public LinkState? LinkOf(int index)
    {
        foreach (var link in Links)
        {
            if (link.Index == index)
                return link;
        }

        return null;
    }

    /// <summary>The link of a name, or null.</summary>
    /// <param name="name">The name.</param>
    public LinkState? LinkOf(string name)
    {
        foreach (var link in Links)
        {
            if (link.Name == name)
                return link;
        }

        return null;
    }

    /// <summary>Where an address is assigned, or null.</summary>
    /// <param name="address">The address.</param>
    public AddressState? AddressOf(IPAddress? address)
    {
        foreach (var one in Addresses)
        {
            if (one.Address.AddressValue.Equals(address))
                return one;
        }

        return null;
    }

    /// <summary>A neighbor of a link, or null.</summary>
    /// <param name="index">Index of the link.</param>
    /// <param name="address">Its IP address.</param>
    public NeighborEntryState? NeighborOf(int index, IPAddress? address)
    {
        foreach (var one in Neighbors)
        {
            if (one.LinkIndex == index && one.Address.Equals(address))
                return one;
        }

        return null;
    }

    /// <summary>
    /// A switch of the IP stack for a link: the larger of the link's and that for all links, as the kernel has it for most.
    /// </summary>
    /// <param name="name">The switch: "rp_filter".</param>
    /// <param name="link">The link.</param>
    public int SwitchOf(string name, string link) =>
        Math.Max(Switches.GetValueOrDefault($"ipv4.conf.all.{name}"), Switches.GetValueOrDefault($"ipv4.conf.{link}.{name}"));

    /// <summary>How much a counter grew since an earlier look.</summary>
    /// <param name="earlier">The earlier look at the same namespace.</param>
    /// <param name="counter">The counter's name.</param>
    public long Growth(NetworkState earlier, string counter)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Counters.GetValueOrDefault(counter) - earlier.Counters.GetValueOrDefault(counter);
    }

    /// <summary>Whether another look was at the same namespace; two hosts have namespaces of one number.</summary>
    /// <param name="other">The other look.</param>
    public bool IsSamePlace(NetworkState? other) => other is not null && other.Id == Id && other.Host == Host;

    /// <summary>The name with what it is: "network namespace 'b' on host 'h2'"; "this host" for the session's own.</summary>
    public override string ToString()
    {
        if (Name.Length == 0)
            return Host is null ? "this host" : $"host '{Host}'";
        var kind = Container is null ? "network namespace" : "container";
        return VisibleText.Of($"{kind} '{Name}'{(Host is null ? "" : $" on host '{Host}'")}");
    }
}
