using System.Runtime.InteropServices;
using GeneveNet.Native;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace GeneveNet.Packets.Live;

/// <summary>What a capture socket counted (struct tpacket_stats_v3).</summary>
/// <param name="Received">Packets that passed the filter, the dropped ones too.</param>
/// <param name="Dropped">Packets lost because the ring was full.</param>
public readonly record struct CaptureStatistics(long Received, long Dropped);

/// <summary>
/// A packet socket with a ring in memory shared with the kernel (TPACKET_V3, include/uapi/linux/if_packet.h): the kernel
/// fills blocks of many packets, and handing over a block costs one memory access.
/// </summary>
internal sealed unsafe class PacketRing : IDisposable
{
    private const int SOL_PACKET = 263, PACKET_RX_RING = 5, PACKET_STATISTICS = 6, PACKET_VERSION = 10, TPACKET_V3 = 2;
    private const int SO_ATTACH_FILTER = 26;
    private const ushort ETH_P_ALL = 3;
    private const int BlockSize = 1 << 20;
    private const int FrameSize = 1 << 11; // A hint only: version 3 packs frames of any size.
    private const int RetireMilliseconds = 20; // How long a packet waits for its block to fill.
    private const uint StatusUser = 1, StatusVlanValid = 1 << 4, StatusVlanTpidValid = 1 << 6;
    private const int BlockHeaderStatus = 8, BlockHeaderPackets = 12, BlockHeaderFirst = 16;
    private const int AddressOffset = 48; // struct sockaddr_ll stands behind struct tpacket3_hdr.

    private readonly FileDescriptor _socket;
    private readonly FileDescriptor _wake;
    private readonly int _blocks;
    private byte* _ring;
    private int _next;
    private long _received, _dropped;

    /// <summary>Opens a ring in the namespace of the calling thread.</summary>
    /// <param name="interfaceIndex">The interface, or 0 for all.</param>
    /// <param name="filter">What the kernel hands out.</param>
    /// <param name="size">Bytes of the ring.</param>
    public PacketRing(int interfaceIndex, BpfInstruction[] filter, int size)
    {
        const string Task = "capture packets";
        var descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        if (descriptor < 0 && errno == Errno.NotPermitted)
            throw new NetworkException(FailureKind.PermissionDenied, "Cannot capture packets: Operation not permitted (EPERM). This needs CAP_NET_RAW in the network namespace: run as root, or with that capability.", Errno.NotPermitted);
        _socket = new FileDescriptor(SystemCalls.Check(descriptor, Task));
        try
        {
            _wake = new FileDescriptor(SystemCalls.Check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), Task));
            _blocks = Math.Max(2, size / BlockSize);
            Set(PACKET_VERSION, TPACKET_V3, Task);
            var request = new RingRequest
            {
                BlockSize = BlockSize,
                BlockCount = (uint)_blocks,
                FrameSize = FrameSize,
                FrameCount = (uint)(BlockSize / FrameSize * _blocks),
                RetireMilliseconds = RetireMilliseconds,
            };
            SystemCalls.Check(setsockopt(_socket.Number, SOL_PACKET, PACKET_RX_RING, &request, sizeof(RingRequest)), Task);
            fixed (BpfInstruction* code = filter)
            {
                var program = new FilterProgram { Length = (ushort)filter.Length, Code = code };
                SystemCalls.Check(setsockopt(_socket.Number, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(FilterProgram)), "attach the capture filter");
            }

            _ring = (byte*)mmap(null, _blocks * BlockSize, PROT_READ | PROT_WRITE, MAP_SHARED, _socket.Number, 0);
            if (_ring == (byte*)-1)
            {
                _ring = null;
                throw NetworkException.FromErrno("map the capture ring", errno);
            }

            // Bound last, so that nothing comes in before the filter is there.
            var address = new LinkAddress
            {
                Family = (ushort)AF_PACKET,
                Protocol = (ushort)System.Net.IPAddress.HostToNetworkOrder((short)ETH_P_ALL),
                InterfaceIndex = interfaceIndex,
            };
            SystemCalls.Check(bind(_socket.Number, (sockaddr*)&address, sizeof(LinkAddress)), Task);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A packet in the ring; gone when the call it was handed to returns.</summary>
    internal readonly ref struct RingPacket
    {
        public required ReadOnlySpan<byte> Data { get; init; }
        public required int OriginalLength { get; init; }
        public required long TimestampNanoseconds { get; init; }
        public required int InterfaceIndex { get; init; }
        public required ushort HardwareType { get; init; }
        public required bool IsOutgoing { get; init; }
        /// <summary>The VLAN tag the kernel took off (TPID and TCI), or null.</summary>
        public required (ushort Tpid, ushort Tci)? Vlan { get; init; }
    }

    public delegate void PacketHandler(in RingPacket packet);

    /// <summary>Hands out the packets of the next block.</summary>
    /// <param name="handler">Called for each packet.</param>
    /// <param name="timeout">How long to wait for a block.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>False when no block came in time.</returns>
    public bool ReadBlock(PacketHandler handler, TimeSpan timeout, CancellationToken cancellation)
    {
        var block = _ring + ((long)_next * BlockSize);
        var status = (uint*)(block + BlockHeaderStatus);
        if ((Volatile.Read(ref *status) & StatusUser) == 0)
        {
            Wait(timeout, cancellation);
            if ((Volatile.Read(ref *status) & StatusUser) == 0)
                return false;
        }

        try
        {
            var count = *(uint*)(block + BlockHeaderPackets);
            var offset = *(uint*)(block + BlockHeaderFirst);
            for (var i = 0u; i < count; i++)
            {
                var header = (PacketHeader*)(block + offset);
                Hand(handler, header, (byte*)header);
                offset += header->NextOffset;
            }
        }
        finally
        {
            // The block is the kernel's again, whatever became of its packets.
            Volatile.Write(ref *status, 0u);
            _next = (_next + 1) % _blocks;
        }

        return true;
    }

    /// <summary>Counts since the ring was opened. The kernel's own counts start anew at each look.</summary>
    public CaptureStatistics ReadStatistics()
    {
        var counts = stackalloc uint[3];
        socklen_t size = 3 * sizeof(uint);
        if (getsockopt(_socket.Number, SOL_PACKET, PACKET_STATISTICS, counts, &size) == 0)
        {
            _received += counts[0];
            _dropped += counts[1];
        }

        return new CaptureStatistics(_received, _dropped);
    }

    public void Dispose()
    {
        if (_ring is not null)
            _ = munmap(_ring, _blocks * BlockSize);
        _ring = null;
        _socket.Dispose();
        _wake?.Dispose();
    }

    private static void Hand(PacketHandler handler, PacketHeader* header, byte* start)
    {
        var address = (LinkAddress*)(start + AddressOffset);
        handler(new RingPacket
        {
            Data = new ReadOnlySpan<byte>(start + header->MacOffset, (int)header->CapturedLength),
            OriginalLength = (int)header->Length,
            TimestampNanoseconds = (header->Seconds * 1_000_000_000L) + header->Nanoseconds,
            InterfaceIndex = address->InterfaceIndex,
            HardwareType = address->HardwareType,
            IsOutgoing = address->PacketType == 4, // PACKET_OUTGOING
            Vlan = (header->Status & StatusVlanValid) == 0 ? null
                : ((header->Status & StatusVlanTpidValid) != 0 ? header->VlanTpid : (ushort)0x8100, (ushort)header->VlanTci),
        });
    }

    private void Wait(TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var registration = cancellation.Register(static state => ((PacketRing)state!).Wake(), this);
        var descriptors = stackalloc pollfd[2];
        descriptors[0] = new pollfd { fd = _socket.Number, events = POLLIN };
        descriptors[1] = new pollfd { fd = _wake.Number, events = POLLIN };
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue);
        var ready = poll(descriptors, 2, milliseconds);
        cancellation.ThrowIfCancellationRequested();
        // A signal ended it early, as only that can: the caller looks at its clock and comes again.
        if (ready < 0)
            return;
        if ((descriptors[0].revents & POLLERR) == 0)
            return;

        // A link that goes down or away reports itself here; the socket goes on by itself when the link comes back.
        int error;
        socklen_t size = sizeof(int);
        _ = getsockopt(_socket.Number, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == Errno.NoDevice)
            throw new NetworkException(FailureKind.NotFound, "The interface that was captured from has been removed.", error) { Id = "LinkNotFound" };
    }

    private void Wake()
    {
        ulong one = 1;
        _ = write(_wake.Number, &one, sizeof(ulong));
    }

    private void Set(int option, int value, string task) =>
        SystemCalls.Check(setsockopt(_socket.Number, SOL_PACKET, option, &value, sizeof(int)), task);

    [StructLayout(LayoutKind.Sequential)]
    private struct RingRequest
    {
        public uint BlockSize, BlockCount, FrameSize, FrameCount, RetireMilliseconds, PrivateSize, Features;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public BpfInstruction* Code;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PacketHeader
    {
        public uint NextOffset, Seconds, Nanoseconds, CapturedLength, Length, Status;
        public ushort MacOffset, NetworkOffset;
        public uint Hash, VlanTci;
        public ushort VlanTpid;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkAddress
    {
        public ushort Family, Protocol;
        public int InterfaceIndex;
        public ushort HardwareType;
        public byte PacketType, AddressLength;
        private readonly ulong _address;
    }
}
