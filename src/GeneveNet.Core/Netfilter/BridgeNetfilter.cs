using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Netfilter;

/// <summary>
/// Whether bridged packets pass through the host's firewall (br_netfilter). There are switches for a whole namespace and for each
/// bridge; packets of a bridge pass when either is on.
/// </summary>
/// <param name="Bridge">The bridge, or null for the namespace's own switches.</param>
/// <param name="Namespace">The network namespace.</param>
/// <param name="IsLoaded">Whether br_netfilter is loaded; without it no bridged packet passes through the firewall.</param>
/// <param name="Iptables">IPv4 packets pass through iptables.</param>
/// <param name="Ip6tables">IPv6 packets pass through ip6tables.</param>
/// <param name="Arptables">ARP packets pass through arptables.</param>
public sealed record BridgeNetfilter(
    string? Bridge, NetworkNamespace Namespace, bool IsLoaded, bool Iptables, bool Ip6tables, bool Arptables)
    : IPlaced
{
    long[] IPlaced.Distinction => [];

    /// <summary>"bridge netfilter of br0: iptables on, ip6tables off, arptables off".</summary>
    public override string ToString() =>
        $"bridge netfilter of {(Bridge is null ? "the namespace" : VisibleText.Of(Bridge))}: " +
        (IsLoaded ? $"iptables {Word(Iptables)}, ip6tables {Word(Ip6tables)}, arptables {Word(Arptables)}" : "not loaded");

    /// <summary>The switch of a table: "iptables", "ip6tables", "arptables".</summary>
    internal bool this[string table] => table switch
    {
        "iptables" => Iptables,
        "ip6tables" => Ip6tables,
        _ => Arptables,
    };

    private static string Word(bool on) => on ? "on" : "off";
}

/// <summary>Reads and sets the switches: a bridge's over netlink, a namespace's in /proc/sys/net/bridge.</summary>
internal static class BridgeNetfilterOperations
{
    private const string Folder = "/proc/sys/net/bridge";
    private const string
        Iptables = "bridge-nf-call-iptables",
        Ip6tables = "bridge-nf-call-ip6tables",
        Arptables = "bridge-nf-call-arptables";

    /// <summary>The switches of a namespace.</summary>
    /// <param name="client">Where.</param>
    public static BridgeNetfilter GetBridgeNetfilter(this RtnetlinkClient client)
    {
        // What /proc/sys/net shows depends on the namespace of the thread that looks.
        return NamespaceThread.RunIn(client.Namespace, () => Directory.Exists(Folder)
            ? new BridgeNetfilter(null, client.Namespace, true, Read(Iptables), Read(Ip6tables), Read(Arptables))
            : new BridgeNetfilter(null, client.Namespace, false, false, false, false));

        static bool Read(string name) => File.ReadAllText(Path.Combine(Folder, name)).Trim() != "0";
    }

    /// <summary>The switches of a bridge.</summary>
    /// <param name="client">Where.</param>
    /// <param name="bridge">The bridge.</param>
    public static BridgeNetfilter GetBridgeNetfilter(this RtnetlinkClient client, Bridge bridge)
    {
        return new BridgeNetfilter(
            bridge.Name, client.Namespace, Directory.Exists(Folder), bridge.CallIptables, bridge.CallIp6tables, bridge.CallArptables);
    }

    /// <summary>Sets switches of a namespace.</summary>
    /// <param name="client">Where.</param>
    /// <param name="switches">By table: "iptables", "ip6tables", "arptables".</param>
    /// <exception cref="NetworkException">br_netfilter is not loaded, or a privilege is missing.</exception>
    internal static void SetBridgeNetfilter(this RtnetlinkClient client, IReadOnlyDictionary<string, bool> switches)
    {
        RequireLoaded();
        NamespaceThread.RunIn(client.Namespace, () =>
        {
            foreach (var (table, on) in switches)
                Write($"bridge-nf-call-{table}", on);
            return 0;
        });

        static void Write(string name, bool on)
        {
            try
            {
                File.WriteAllText(Path.Combine(Folder, name), on ? "1" : "0");
            }
            catch (UnauthorizedAccessException e)
            {
                throw new NetworkException(
                    FailureKind.PermissionDenied,
                    $"Cannot set net.bridge.{name}: permission denied. This needs CAP_NET_ADMIN in the namespace and a writable " +
                    "/proc/sys: run as root.",
                    Errno.AccessDenied,
                    e);
            }
        }
    }

    /// <summary>Fails where br_netfilter is not loaded.</summary>
    internal static void RequireLoaded()
    {
        if (!Directory.Exists(Folder))
            throw NotLoaded();
    }

    private static NetworkException NotLoaded() => new(
        FailureKind.NotSupported,
        "br_netfilter is not loaded, so bridged packets do not pass through iptables and there is nothing to set. To have them filtered, " +
        "load it with `modprobe br_netfilter` (CONFIG_BRIDGE_NETFILTER).")
    { Id = "BridgeNetfilterNotLoaded" };
}
