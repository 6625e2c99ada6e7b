namespace GeneveNet.Packets;

/// <summary>The EtherTypes that matter here, with the names that tcpdump gives them (IEEE 802 registry).</summary>
public static class EtherTypes
{
    /// <summary>Internet protocol, version 4.</summary>
    public const ushort IPv4 = 0x0800;
    /// <summary>Address resolution.</summary>
    public const ushort Arp = 0x0806;
    /// <summary>An Ethernet frame inside something else (transparent Ethernet bridging).</summary>
    public const ushort Ethernet = 0x6558;
    /// <summary>VLAN tag (IEEE 802.1Q).</summary>
    public const ushort Vlan = 0x8100;
    /// <summary>Internet protocol, version 6.</summary>
    public const ushort IPv6 = 0x86dd;
    /// <summary>MPLS, unicast.</summary>
    public const ushort MplsUnicast = 0x8847;
    /// <summary>MPLS, multicast.</summary>
    public const ushort MplsMulticast = 0x8848;
    /// <summary>Service VLAN tag (IEEE 802.1ad).</summary>
    public const ushort ServiceVlan = 0x88a8;
    /// <summary>VLAN tag outside another, before the standard.</summary>
    public const ushort OldServiceVlan = 0x9100;

    /// <summary>Smaller values in an Ethernet header are a length (IEEE 802.3).</summary>
    internal const ushort Smallest = 0x0600;

    /// <summary>The name of an EtherType, "TEB" for 0x6558; "unknown" for one that is not in the table.</summary>
    public static string NameOf(ushort number) => number switch
    {
        IPv4 => "IPv4",
        Arp => "ARP",
        Ethernet => "TEB",
        Vlan => "802.1Q",
        IPv6 => "IPv6",
        MplsUnicast => "MPLS unicast",
        MplsMulticast => "MPLS multicast",
        ServiceVlan => "802.1Q-QinQ",
        OldServiceVlan => "802.1Q-9100",
        0x8035 => "Reverse ARP",
        0x8863 => "PPPoE D",
        0x8864 => "PPPoE S",
        0x888e => "EAPOL",
        0x88cc => "LLDP",
        0x88e5 => "802.1AE MACsec",
        0x894f => "NSH",
        _ => "unknown",
    };

    internal static bool IsVlan(ushort number) => number is Vlan or ServiceVlan or OldServiceVlan;
}
