namespace GeneveNet.Packets.Inner;

/// <summary>A header that can be met in a frame.</summary>
public enum Layer : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Ethernet.</summary>
    Ethernet,
    /// <summary>Linux cooked header.</summary>
    LinuxCooked,
    /// <summary>VLAN tag.</summary>
    Vlan,
    /// <summary>ARP.</summary>
    Arp,
    /// <summary>IPv4, or IPv6 with its extension headers.</summary>
    IP,
    /// <summary>ICMP or ICMPv6.</summary>
    Icmp,
    /// <summary>TCP.</summary>
    Tcp,
    /// <summary>UDP.</summary>
    Udp,
}

/// <summary>Why a frame could not be read to its end.</summary>
public enum LayerFault : byte
{
    /// <summary>It could.</summary>
    None = 0,
    /// <summary>The capture ends inside a header.</summary>
    Cut,
    /// <summary>The frame itself ends inside a header.</summary>
    TooShort,
    /// <summary>The IP version is not the one that was announced.</summary>
    BadVersion,
    /// <summary>A header says of itself that it is shorter than it must be.</summary>
    BadHeaderLength,
    /// <summary>A header says that more follows than there is, or less than itself.</summary>
    BadLength,
    /// <summary>There are more VLAN tags or IPv6 extension headers than are looked at.</summary>
    TooDeep,
}
