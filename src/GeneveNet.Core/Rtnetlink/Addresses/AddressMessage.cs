using System.Net;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Addresses;

/// <summary>
/// An address of a link as the kernel speaks of it: struct ifaddrmsg and the IFA_* attributes (include/uapi/linux/if_addr.h).
/// </summary>
public sealed class AddressMessage : INetlinkMessage<AddressMessage>
{
    internal static readonly AttributeTable<AddressMessage> Table = new(
        Object<AddressMessage, IPAddress>(1, "IFA_ADDRESS", Ip, m => m.Address, (m, v) => m.Address = v),
        Object<AddressMessage, IPAddress>(2, "IFA_LOCAL", Ip, m => m.Local, (m, v) => m.Local = v),
        Object<AddressMessage, string>(3, "IFA_LABEL", Text, m => m.Label, (m, v) => m.Label = v),
        Object<AddressMessage, IPAddress>(4, "IFA_BROADCAST", Ip, m => m.Broadcast, (m, v) => m.Broadcast = v),
        Value<AddressMessage, AddressLifetimes>(6, "IFA_CACHEINFO", new GrowingKind<AddressLifetimes>(),
            m => m.Lifetimes, (m, v) => m.Lifetimes = v),
        Value<AddressMessage, uint>(8, "IFA_FLAGS", U32, m => (uint?)m.Flags, (m, v) => m.Flags = (AddressFlags)v),
        Value<AddressMessage, uint>(9, "IFA_RT_PRIORITY", U32, m => m.RouteMetric, (m, v) => m.RouteMetric = v, "4.18"),
        Value<AddressMessage, byte>(11, "IFA_PROTO", U8, m => m.Protocol, (m, v) => m.Protocol = v, "5.18"));

    /// <summary>Address family: 2 IPv4, 10 IPv6.</summary>
    public byte Family { get; set; }
    /// <summary>Bits of the network.</summary>
    public byte PrefixLength { get; set; }
    /// <summary>Scope.</summary>
    public Scope Scope { get; set; }
    /// <summary>Index of the link.</summary>
    public int Index { get; set; }
    /// <summary>The far address on a point-to-point link; elsewhere the same as <see cref="Local"/>.</summary>
    public IPAddress? Address { get; set; }
    /// <summary>The link's own address; IPv6 gives it only beside a far one.</summary>
    public IPAddress? Local { get; set; }
    /// <summary>Label (IPv4).</summary>
    public string? Label { get; set; }
    /// <summary>Broadcast address (IPv4).</summary>
    public IPAddress? Broadcast { get; set; }
    /// <summary>Lifetimes.</summary>
    public AddressLifetimes? Lifetimes { get; set; }
    /// <summary>Flags.</summary>
    public AddressFlags? Flags { get; set; }
    /// <summary>Metric of the route that comes with the address.</summary>
    public uint? RouteMetric { get; set; }
    /// <summary>Who set it (IFAPROT_*).</summary>
    public byte? Protocol { get; set; }

    /// <inheritdoc/>
    public static AddressMessage Read(ReadOnlySpan<byte> body)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        var message = new AddressMessage
        {
            Family = header.Family,
            PrefixLength = header.PrefixLength,
            Flags = (AddressFlags)header.Flags,
            Scope = (Scope)header.Scope,
            Index = header.Index,
        };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(new Header { Family = Family, PrefixLength = PrefixLength, Scope = (byte)Scope, Index = Index });
        Table.Write(ref writer, this);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        public byte PrefixLength;
        public byte Flags;
        public byte Scope;
        public int Index;
    }
}

/// <summary>struct ifa_cacheinfo: lifetimes in seconds, 2^32 - 1 for ever; times of change in hundredths of a second since boot.</summary>
/// <param name="Preferred">Seconds the address is preferred.</param>
/// <param name="Valid">Seconds the address is valid.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Updated">When it was last changed.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct AddressLifetimes(uint Preferred, uint Valid, uint Created, uint Updated);

/// <summary>Flags of an address (IFA_F_*, include/uapi/linux/if_addr.h).</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>A further address of the same network (IPv4), or a temporary one (IPv6).</summary>
    Secondary = 0x01,
    /// <summary>Without duplicate address detection.</summary>
    NoDuplicateDetection = 0x02,
    /// <summary>Optimistic duplicate address detection.</summary>
    Optimistic = 0x04,
    /// <summary>Duplicate address detection found it in use.</summary>
    DuplicateFound = 0x08,
    /// <summary>Mobile IPv6 home address.</summary>
    HomeAddress = 0x10,
    /// <summary>No longer preferred.</summary>
    Deprecated = 0x20,
    /// <summary>Duplicate address detection is under way: not in use yet.</summary>
    Tentative = 0x40,
    /// <summary>Stays for ever.</summary>
    Permanent = 0x80,
    /// <summary>The kernel manages temporary addresses by it.</summary>
    ManageTemporary = 0x100,
    /// <summary>Comes without a route to its network.</summary>
    NoPrefixRoute = 0x200,
    /// <summary>Multicast groups are joined by themselves.</summary>
    AutoJoin = 0x400,
    /// <summary>Chosen so that it cannot be tracked.</summary>
    StablePrivacy = 0x800,
}
