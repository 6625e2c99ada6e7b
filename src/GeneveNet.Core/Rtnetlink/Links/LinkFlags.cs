namespace GeneveNet.Rtnetlink.Links;

/// <summary>Device flags (IFF_*, include/uapi/linux/if.h).</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>Administratively up.</summary>
    Up = 0x1,
    /// <summary>A broadcast address is valid.</summary>
    Broadcast = 0x2,
    /// <summary>Debugging is on.</summary>
    Debug = 0x4,
    /// <summary>A loopback.</summary>
    Loopback = 0x8,
    /// <summary>A point-to-point link.</summary>
    PointToPoint = 0x10,
    /// <summary>Without trailers.</summary>
    NoTrailers = 0x20,
    /// <summary>Resources allocated: operationally up.</summary>
    Running = 0x40,
    /// <summary>No ARP or neighbor discovery.</summary>
    NoArp = 0x80,
    /// <summary>Receives all packets.</summary>
    Promiscuous = 0x100,
    /// <summary>Receives all multicast packets.</summary>
    AllMulticast = 0x200,
    /// <summary>Master of others.</summary>
    Master = 0x400,
    /// <summary>Slave of another.</summary>
    Slave = 0x800,
    /// <summary>Multicast works.</summary>
    Multicast = 0x1000,
    /// <summary>Can select media.</summary>
    PortSelect = 0x2000,
    /// <summary>Chooses media by itself.</summary>
    AutoMedia = 0x4000,
    /// <summary>Addresses are lost when it goes down.</summary>
    DynamicAddresses = 0x8000,
    /// <summary>The driver signals a carrier.</summary>
    LowerUp = 0x10000,
    /// <summary>The driver signals that it is dormant.</summary>
    Dormant = 0x20000,
    /// <summary>Sent packets are looped back.</summary>
    Echo = 0x40000,
}
