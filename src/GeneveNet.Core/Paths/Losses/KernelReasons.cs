using GeneveNet.Paths.Probes;

namespace GeneveNet.Paths.Losses;

/// <summary>
/// What the kernel's words for a drop mean (include/net/dropreason-core.h); where it gives no reason, its function says where it was.
/// </summary>
internal static class KernelReasons
{
    private static readonly (string Reason, string Symbol, PathCause Cause, string Text)[] Known =
    [
        ("QDISC_DROP", "", PathCause.TrafficControlDrop, "the queue of the link (tc qdisc) drops them"),
        ("TC_INGRESS", "", PathCause.TrafficControlDrop, "a filter of tc drops them as they come in"),
        ("TC_EGRESS", "", PathCause.TrafficControlDrop, "a filter of tc drops them as they go out"),
        ("XFRM_POLICY", "", PathCause.IpsecPolicy, "a policy of IPsec (ip xfrm) drops them"),
        ("", "dst_discard_out", PathCause.IpsecPolicy, "a policy of IPsec (ip xfrm) wants them encrypted, and there is no key"),
        ("UDP_CSUM", "", PathCause.ChecksumMismatch, "their UDP checksum is wrong"),
        ("IP_RPFILTER", "", PathCause.RpFilterStrict, "reverse-path filtering (rp_filter) drops them"),
        ("OTHERHOST", "", PathCause.StaticNeighborWrongMac, "they are sent to a MAC address that is not this host's"),
        ("NEIGH_CREATEFAIL", "", PathCause.NeighborTableFull, "the kernel has no room for another neighbor"),
        ("NEIGH_FAILED", "", PathCause.NeighborFailed, "nobody answers for the MAC address of the next hop"),
        ("IPV6DISABLED", "", PathCause.IPv6Disabled, "IPv6 is disabled there"),
        ("IP_INHDR", "ip_forward", PathCause.TtlTooSmall, "their TTL ends there"),
        ("", "br_allowed_ingress", PathCause.BridgeFiltered, "the bridge drops them for their VLAN"),
        ("", "br_handle_frame", PathCause.BridgeFiltered, "the bridge drops them"),
        ("", "ip_fragment", PathCause.MtuTooLarge, "they are too large, and may not be fragmented"),
        ("", "__dev_forward_skb", PathCause.MtuTooLarge, "they are larger than the receiving link takes"),
    ];

    /// <summary>The cause; null where the kernel's word does not settle it.</summary>
    public static PathCause? CauseOf(DropSighting drop) =>
        Find(drop) is { Text: not null } known ? known.Cause : drop.Reason == "NETFILTER_DROP" ? null : PathCause.Unexplained;

    /// <summary>What happens, as a clause, with the kernel's own words.</summary>
    public static string Describe(DropSighting drop)
    {
        var text = Find(drop).Text ?? (drop.Reason == "NETFILTER_DROP" ? "a rule of netfilter drops them" : "the kernel drops them");
        return $"{text} ({(drop.Reason.Length == 0 ? "no reason given" : drop.Reason)} in {drop.Symbol})";
    }

    private static (string Reason, string Symbol, PathCause Cause, string Text) Find(DropSighting drop) => Array.Find(
        Known,
        known => (known.Reason.Length == 0 || drop.Reason.EndsWith(known.Reason, StringComparison.Ordinal))
            && drop.Symbol.StartsWith(known.Symbol, StringComparison.Ordinal));
}
