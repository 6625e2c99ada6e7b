using GeneveNet.Namespaces;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>A bridge as the kernel reported it at one moment.</summary>
public sealed class Bridge : Link
{
    internal Bridge(LinkMessage message, NetworkNamespace source) : base(message, source) { }

    private BridgeData Data => Message.Info?.Data as BridgeData ?? new BridgeData();

    /// <summary>Id: priority and MAC address, "8000.6e25202550d3".</summary>
    public BridgeId Id => Data.Id.GetValueOrDefault();

    /// <summary>Id of the root bridge.</summary>
    public BridgeId RootId => Data.RootId.GetValueOrDefault();

    /// <summary>Names of the links that are its ports.</summary>
    public IReadOnlyList<string> Ports { get; internal init; } = [];

    /// <summary>Whether the spanning tree protocol is on.</summary>
    public bool Stp => Data.Stp.GetValueOrDefault();

    /// <summary>How long a port listens, and how long it learns, before it forwards (STP).</summary>
    public TimeSpan ForwardDelay => Data.ForwardDelay.GetValueOrDefault();

    /// <summary>Time between hellos (STP).</summary>
    public TimeSpan HelloTime => Data.HelloTime.GetValueOrDefault();

    /// <summary>How long a hello counts (STP).</summary>
    public TimeSpan MaxAge => Data.MaxAge.GetValueOrDefault();

    /// <summary>How long a learned address stays without being seen.</summary>
    public TimeSpan AgeingTime => Data.AgeingTime.GetValueOrDefault();

    /// <summary>Priority in the bridge id.</summary>
    public int Priority => Data.Priority.GetValueOrDefault();

    /// <summary>Whether VLANs are told apart.</summary>
    public bool VlanFiltering => Data.VlanFiltering.GetValueOrDefault();

    /// <summary>VLAN of untagged packets; 0 for none.</summary>
    public int VlanDefaultPvid => Data.VlanDefaultPvid.GetValueOrDefault();

    /// <summary>Whether multicast goes only where it was asked for.</summary>
    public bool MulticastSnooping => Data.MulticastSnooping.GetValueOrDefault();

    /// <summary>Which of the link-local groups 01:80:c2:00:00:0X are forwarded, a bit for each X.</summary>
    public int GroupForwardMask => Data.GroupForwardMask.GetValueOrDefault();

    /// <summary>Whether this bridge's IPv4 packets pass iptables, whatever the namespace's switch says.</summary>
    public bool CallIptables => Data.CallIptables.GetValueOrDefault();

    /// <summary>Whether this bridge's IPv6 packets pass ip6tables, whatever the namespace's switch says.</summary>
    public bool CallIp6tables => Data.CallIp6tables.GetValueOrDefault();

    /// <summary>Whether this bridge's ARP packets pass arptables, whatever the namespace's switch says.</summary>
    public bool CallArptables => Data.CallArptables.GetValueOrDefault();
}
