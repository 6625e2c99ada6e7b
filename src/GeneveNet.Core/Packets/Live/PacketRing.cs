using System.Runtime.InteropServices;
using GeneveNet.Native;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace GeneveNet.Packets.Live;

/// <summary>What a capture socket counted (struct tpacket_stats_v3).</summary>
/// <param name="Received">Packets that passed the filter, the dropped ones too.</param>
/// <param name="Dropped">Packets lost because the ring was full.</param>
public readonly record struct CaptureStatistics(long Received, long Dropped)
{
    /// <summary>Both counts of two captures together.</summary>
    public static CaptureStatistics operator +(CaptureStatistics one, CaptureStatistics other) =>
        new(one.Received + other.Received, one.Dropped + other.Dropped);
}

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
    private const int AddressOffset = 48; // struct sockaddr_ll follows struct tpacket3_hdr.

    private const byte PacketOtherHost = 3, PacketOutgoing = 4; // PACKET_*, include/uapi/linux/if_packet.h
    private const ushort HardwareEthernet = 1, HardwareLoopback = 772; // ARPHRD_*, include/uapi/linux/if_arp.h

    private const string Task = "capture packets";

    private readonly FileDescriptor _socket;
    private byte* _ring;
    private int _next;
    private long _received, _dropped;

    /// <summary>Opens a ring in the namespace of the calling thread.</summary>
    /// <param name="interfaceIndex">The interface, or 0 for all.</param>
    /// <param name="filter">What the kernel delivers.</param>
    /// <param name="size">Bytes of the ring.</param>
    public PacketRing(int interfaceIndex, BpfInstruction[] filter, int size)
    {
        var descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        if (descriptor < 0 && errno == Errno.NotPermitted)
            throw new NetworkException(
                FailureKind.PermissionDenied,
                "Cannot capture packets: Operation not permitted (EPERM). "
                    + "This needs CAP_NET_RAW in the network namespace: run as root, or with that capability.",
                Errno.NotPermitted);
        _socket = new FileDescriptor(SystemCalls.Check(descriptor, Task));
        try
        {
            BlockCount = Math.Max(2, size / BlockSize);
            Set(PACKET_VERSION, TPACKET_V3, Task);
            var request = new RingRequest
            {
                BlockSize = BlockSize,
                BlockCount = (uint)BlockCount,
                FrameSize = FrameSize,
                FrameCount = (uint)(BlockSize / FrameSize * BlockCount),
                RetireMilliseconds = RetireMilliseconds,
            };
            SystemCalls.Check(setsockopt(_socket.Number, SOL_PACKET, PACKET_RX_RING, &request, sizeof(RingRequest)), Task);
            Attach(filter);
            _ring = (byte*)mmap(null, BlockCount * BlockSize, PROT_READ | PROT_WRITE, MAP_SHARED, _socket.Number, 0);
            if (_ring == (byte*)-1)
            {
                _ring = null;
                throw NetworkException.FromErrno("map the capture ring", errno);
            }

            // Bound last, so that nothing comes in before the filter is attached.
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

    /// <summary>How many blocks the ring has.</summary>
    public int BlockCount { get; }

    /// <summary>A packet in the ring; gone when the call it was handed to returns.</summary>
    internal readonly ref struct RingPacket
    {
        public required ReadOnlySpan<byte> Data { get; init; }
        public required int OriginalLength { get; init; }
        public required long TimestampNanoseconds { get; init; }
        public required int InterfaceIndex { get; init; }
        /// <summary>Whether the data begin with an Ethernet header, and not with that of IP.</summary>
        public required bool IsEthernet { get; init; }
        public required bool IsOutgoing { get; init; }
        public required bool IsForOtherHost { get; init; }
        /// <summary>The VLAN tag that the kernel removed (TPID and TCI), or null.</summary>
        public required (ushort Tpid, ushort Tci)? Vlan { get; init; }
    }

    public delegate void PacketHandler(in RingPacket packet);

    /// <summary>Hands out the packets of the next block, if there is one.</summary>
    /// <param name="handler">Called for each packet.</param>
    /// <returns>False when there is none.</returns>
    public bool TryReadBlock(PacketHandler handler)
    {
        var block = _ring + ((long)_next * BlockSize);
        var status = (uint*)(block + BlockHeaderStatus);
        if ((Volatile.Read(ref *status) & StatusUser) == 0)
            return false;

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
            _next = (_next + 1) % BlockCount;
        }

        return true;
    }

    /// <summary>Counts since the ring was opened. The kernel's own counts start again at each look.</summary>
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

    /// <summary>Asks for the name of an interface of the namespace; null where there is none of that index.</summary>
    public string? FindLinkName(int index) => SystemCalls.FindLinkName(_socket, index);

    public void Dispose()
    {
        if (_ring is not null)
            _ = munmap(_ring, BlockCount * BlockSize);
        _ring = null;
        _socket.Dispose();
    }

    private static void Hand(PacketHandler handler, PacketHeader* header, byte* start)
    {
        var address = (LinkAddress*)(start + AddressOffset);
        // Tunnels without Ethernet (ipip, gre, wireguard …) have a header of their own, of any size, or none: IP is what is wanted.
        var isEthernet = address->HardwareType is HardwareEthernet or HardwareLoopback;
        var first = isEthernet ? header->MacOffset : header->NetworkOffset;
        var skipped = first - header->MacOffset;
        handler(new RingPacket
        {
            Data = new ReadOnlySpan<byte>(start + first, Math.Max(0, (int)header->CapturedLength - skipped)),
            OriginalLength = (int)header->Length - skipped,
            TimestampNanoseconds = (header->Seconds * 1_000_000_000L) + header->Nanoseconds,
            InterfaceIndex = address->InterfaceIndex,
            IsEthernet = isEthernet,
            IsOutgoing = address->PacketType == PacketOutgoing,
            IsForOtherHost = address->PacketType == PacketOtherHost,
            Vlan = (header->Status & StatusVlanValid) == 0 ? null
                : ((header->Status & StatusVlanTpidValid) != 0 ? header->VlanTpid : (ushort)0x8100, (ushort)header->VlanTci),
        });
    }

    /// <summary>Waits until one of the rings has a block.</summary>
    /// <param name="rings">The rings.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>
    /// Whether an interface went down or away, which ends the wait too. The socket goes on by itself when it comes back up.
    /// </returns>
    public static bool Wait(IReadOnlyList<PacketRing> rings, TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var wake = new FileDescriptor(SystemCalls.Check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), Task));
        using var registration = cancellation.Register(static state => Wake((FileDescriptor)state!), wake);
        var descriptors = new pollfd[rings.Count + 1];
        descriptors[^1] = new pollfd { fd = wake.Number, events = POLLIN };
        for (var i = 0; i < rings.Count; i++)
            descriptors[i] = new pollfd { fd = rings[i]._socket.Number, events = POLLIN };

        int ready;
        var milliseconds = timeout == Timeout.InfiniteTimeSpan
            ? -1
            : (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue);
        fixed (pollfd* first = descriptors)
            ready = poll(first, (uint)descriptors.Length, milliseconds);
        cancellation.ThrowIfCancellationRequested();
        var isDown = false;
        // Less than none is ready where a signal ended it early, as only that can: the caller looks at its clock and comes again.
        for (var i = 0; i < rings.Count && ready > 0; i++)
            isDown |= (descriptors[i].revents & POLLERR) != 0 && rings[i].TakeError() != 0;
        return isDown;
    }

    private int TakeError()
    {
        int error;
        socklen_t size = sizeof(int);
        return getsockopt(_socket.Number, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : 0;
    }

    private static void Wake(FileDescriptor wake)
    {
        ulong one = 1;
        _ = write(wake.Number, &one, sizeof(ulong));
    }

    /// <summary>Replaces the filter by one that leaves every packet.</summary>
    public void Close()
    {
        var program = new BpfProgram();
        program.LeaveIt();
        Attach(program.Build());
    }

    private void Attach(BpfInstruction[] filter)
    {
        fixed (BpfInstruction* code = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, Code = code };
            var result = setsockopt(_socket.Number, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(FilterProgram));
            SystemCalls.Check(result, "attach the capture filter");
        }
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
