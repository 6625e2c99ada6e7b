using System.Buffers.Binary;
using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Paths.Probes;

/// <summary>
/// Sends one ARP request, the same that the kernel would send (RFC 826), whether the kernel knows the answer already or not. The
/// answer is seen by the witnesses.
/// </summary>
internal static unsafe class ArpProbe
{
    private const ushort ProtocolArp = 0x0806;
    private const int FrameSize = 42;

    /// <summary>Sends it.</summary>
    /// <param name="place">Where the link is.</param>
    /// <param name="linkIndex">The link.</param>
    /// <param name="mac">The link's own MAC address.</param>
    /// <param name="source">The IP address of this end.</param>
    /// <param name="target">The IP address that is asked for.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or the link does not send.</exception>
    public static void Send(NetworkNamespace place, int linkIndex, MacAddress mac, IPAddress source, IPAddress target)
    {
        const string Task = "send an ARP request";
        var frame = new byte[FrameSize];
        var own = mac.ToPhysicalAddress().GetAddressBytes();
        frame.AsSpan(0, 6).Fill(0xff);
        own.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), ProtocolArp);
        // Hardware Ethernet, protocol IPv4, address lengths 6 and 4, operation request.
        ((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4, 0, 1]).CopyTo(frame.AsSpan(14));
        own.CopyTo(frame, 22);
        source.TryWriteBytes(frame.AsSpan(28), out _);
        target.TryWriteBytes(frame.AsSpan(38), out _);

        using var socket = NamespaceThread.RunIn(place, () => new FileDescriptor(SystemCalls.Check(OpenPacketSocket(), Task)));
        var address = new LinkAddress { Family = (ushort)AF_PACKET, Protocol = BinaryPrimitives.ReverseEndianness(ProtocolArp), Index = linkIndex, Length = 6, Address = 0x0000_ffff_ffff_ffff };
        fixed (byte* data = frame)
            SystemCalls.Check((int)sendto(socket.Number, data, FrameSize, 0, (Tmds.Linux.sockaddr*)&address, sizeof(LinkAddress)), Task);
    }

    private static int OpenPacketSocket() => socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    /// <summary>struct sockaddr_ll (include/uapi/linux/if_packet.h).</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]
    private struct LinkAddress
    {
        public ushort Family, Protocol;
        public int Index;
        public ushort HardwareType;
        public byte PacketType, Length;
        public ulong Address;
    }
}
