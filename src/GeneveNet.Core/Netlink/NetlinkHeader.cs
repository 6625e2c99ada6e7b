using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>The fixed header of every netlink message (struct nlmsghdr, include/uapi/linux/netlink.h), host byte order.</summary>
/// <param name="Length">Length of the message in bytes, this header included, padding excluded.</param>
/// <param name="Type">Message type: a control type below 16, or one of the family's own.</param>
/// <param name="Flags">Header flags.</param>
/// <param name="Sequence">Sequence number of the request that this answers.</param>
/// <param name="PortId">Netlink port of the requester; 0 in notifications.</param>
public readonly record struct NetlinkHeader(int Length, ushort Type, NetlinkFlags Flags, uint Sequence, uint PortId)
{
    /// <summary>Size of the header in bytes.</summary>
    public const int Size = 16;

    /// <summary>NLMSG_NOOP: to be ignored.</summary>
    public const ushort Noop = 1;
    /// <summary>NLMSG_ERROR: an error, or with code 0 an acknowledgement.</summary>
    public const ushort Error = 2;
    /// <summary>NLMSG_DONE: the end of a dump.</summary>
    public const ushort Done = 3;
    /// <summary>NLMSG_OVERRUN: data was lost.</summary>
    public const ushort Overrun = 4;

    /// <summary>Rounds up to the 4-byte boundary on which messages and attributes start.</summary>
    public static int Align(int length) => (length + 3) & ~3;

    /// <summary>Cuts the first message off a datagram.</summary>
    /// <param name="datagram">One or more whole messages; on return what follows the first.</param>
    /// <param name="header">The first message's header.</param>
    /// <param name="body">Its payload.</param>
    /// <returns>False at the end of the datagram.</returns>
    /// <exception cref="NetlinkFormatException">The length field contradicts the datagram.</exception>
    public static bool TryReadMessage(ref ReadOnlySpan<byte> datagram, out NetlinkHeader header, out ReadOnlySpan<byte> body)
    {
        if (datagram.IsEmpty)
        {
            header = default;
            body = default;
            return false;
        }

        if (datagram.Length < Size)
            throw new NetlinkFormatException($"A netlink message header takes {Size} bytes, but {datagram.Length} are left.");

        var length = MemoryMarshal.Read<uint>(datagram);
        if (length < Size || length > (uint)datagram.Length)
            throw new NetlinkFormatException($"A netlink message says it has {length} bytes, but there are {datagram.Length}.");

        header = new NetlinkHeader(
            (int)length,
            MemoryMarshal.Read<ushort>(datagram[4..]),
            (NetlinkFlags)MemoryMarshal.Read<ushort>(datagram[6..]),
            MemoryMarshal.Read<uint>(datagram[8..]),
            MemoryMarshal.Read<uint>(datagram[12..]));
        body = datagram[Size..(int)length];
        datagram = datagram[Math.Min(Align((int)length), datagram.Length)..];
        return true;
    }
}
