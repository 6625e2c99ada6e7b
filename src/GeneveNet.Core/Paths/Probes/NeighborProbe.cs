using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Packets;
using static Tmds.Linux.LibC;

namespace GeneveNet.Paths.Probes;

/// <summary>
/// Sends one question for a MAC address, the same that the kernel would send: an ARP request (RFC 826), or a neighbor
/// solicitation (RFC 4861, section 4.3). It is asked whether the kernel knows the answer already or not; the answer is seen by
/// the witnesses.
/// </summary>
internal static unsafe class NeighborProbe
{
    private const ushort ProtocolArp = 0x0806, ProtocolIPv6 = 0x86dd;
    private const int EthernetSize = 14, ArpSize = 28, IPv6Size = 40, SolicitationSize = 32;
    private const byte NextIcmpV6 = 58, Solicitation = 135, SourceLinkLayerAddress = 1;

    /// <summary>Sends it.</summary>
    /// <param name="place">Where the link is.</param>
    /// <param name="linkIndex">The link.</param>
    /// <param name="mac">The link's own MAC address.</param>
    /// <param name="source">The IP address of this end.</param>
    /// <param name="target">The IP address that is asked for.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or the link does not send.</exception>
    public static void Send(NetworkNamespace place, int linkIndex, MacAddress mac, IPAddress source, IPAddress target)
    {
        const string Task = "send a question for a MAC address";
        var isV6 = target.AddressFamily == AddressFamily.InterNetworkV6;
        var frame = isV6 ? NeighborSolicitation(mac, source, target) : ArpRequest(mac, source, target);
        using var socket = NamespaceThread.RunIn(place, () => new FileDescriptor(SystemCalls.Check(OpenPacketSocket(), Task)));
        var address = new LinkAddress
        {
            Family = (ushort)AF_PACKET,
            Protocol = BinaryPrimitives.ReverseEndianness(isV6 ? ProtocolIPv6 : ProtocolArp),
            Index = linkIndex,
            Length = 6,
        };
        frame.AsSpan(0, 6).CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref address.Address)));
        fixed (byte* data = frame)
            SystemCalls.Check((int)sendto(socket.Number, data, frame.Length, 0, (Tmds.Linux.sockaddr*)&address, sizeof(LinkAddress)), Task);
    }

    private static byte[] ArpRequest(MacAddress mac, IPAddress source, IPAddress target)
    {
        var frame = new byte[EthernetSize + ArpSize];
        var own = mac.ToPhysicalAddress().GetAddressBytes();
        frame.AsSpan(0, 6).Fill(0xff);
        WriteSender(frame, own, ProtocolArp);
        // Hardware Ethernet, protocol IPv4, address lengths 6 and 4, operation request.
        ((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4, 0, 1]).CopyTo(frame.AsSpan(14));
        own.CopyTo(frame, 22);
        source.TryWriteBytes(frame.AsSpan(28), out _);
        target.TryWriteBytes(frame.AsSpan(38), out _);
        return frame;
    }

    private static byte[] NeighborSolicitation(MacAddress mac, IPAddress source, IPAddress target)
    {
        var frame = new byte[EthernetSize + IPv6Size + SolicitationSize];
        var own = mac.ToPhysicalAddress().GetAddressBytes();
        var wanted = target.GetAddressBytes();
        // Solicited-node group: ff02::1:ffXX:XXXX with the last 24 bits of the target, in Ethernet 33:33 and the last 32 bits (RFC 2464).
        ((ReadOnlySpan<byte>)[0x33, 0x33, 0xff, wanted[13], wanted[14], wanted[15]]).CopyTo(frame);
        WriteSender(frame, own, ProtocolIPv6);

        var ip = frame.AsSpan(EthernetSize, IPv6Size);
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], SolicitationSize);
        ip[6] = NextIcmpV6;
        ip[7] = 255; // So that nobody further away can ask (RFC 4861, section 7.1.1).
        source.TryWriteBytes(ip[8..], out _);
        ((ReadOnlySpan<byte>)[0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, wanted[13], wanted[14], wanted[15]]).CopyTo(ip[24..]);

        var message = frame.AsSpan(EthernetSize + IPv6Size);
        message[0] = Solicitation;
        wanted.CopyTo(message[8..]);
        message[24] = SourceLinkLayerAddress;
        message[25] = 1; // In units of 8 bytes.
        own.CopyTo(message[26..]);
        // The checksum covers both addresses, the length and the protocol too (RFC 8200, section 8.1).
        var sum = InternetChecksum.Sum(ip[8..]) + SolicitationSize + NextIcmpV6 + InternetChecksum.Sum(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)~InternetChecksum.Fold(sum));
        return frame;
    }

    private static void WriteSender(byte[] frame, byte[] own, ushort protocol)
    {
        own.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), protocol);
    }

    private static int OpenPacketSocket() => socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    /// <summary>struct sockaddr_ll (include/uapi/linux/if_packet.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkAddress
    {
        public ushort Family, Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType, Length;
        public ulong Address;
    }
}
