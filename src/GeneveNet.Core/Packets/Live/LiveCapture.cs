using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Packets.Live;

/// <summary>Captures packets from interfaces of a network namespace as they pass.</summary>
public sealed class LiveCapture : IDisposable
{
    private const ushort HardwareEthernet = 1, HardwareLoopback = 772, HardwareNone = 0xfffe; // ARPHRD_*

    /// <summary>Bytes of the ring that take up bursts.</summary>
    public const int DefaultRingSize = 32 * 1024 * 1024;

    private readonly PacketRing _ring;
    private readonly RtnetlinkClient _client;
    private readonly Dictionary<int, string> _names = [];
    private readonly int _snapLength;

    /// <summary>Starts to capture.</summary>
    /// <param name="place">Where the interfaces are.</param>
    /// <param name="filter">Which packets.</param>
    /// <param name="ringSize">Bytes of the ring.</param>
    /// <param name="snapLength">Bytes of each packet to keep; 0 for all.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or the namespace has vanished.</exception>
    public LiveCapture(NetworkNamespace place, CaptureFilter filter, int ringSize = DefaultRingSize, int snapLength = 0)
        : this(place, NotNull(filter).Compile(), filter.Interfaces.Count == 1 ? filter.Interfaces[0] : 0, ringSize, snapLength)
    {
    }

    /// <summary>Starts to capture with a filter of one's own.</summary>
    internal LiveCapture(NetworkNamespace place, BpfInstruction[] program, int interfaceIndex, int ringSize, int snapLength)
    {
        ArgumentNullException.ThrowIfNull(place);
        _client = new RtnetlinkClient(place);
        _snapLength = snapLength;
        _ring = NamespaceThread.RunIn(place, () => new PacketRing(interfaceIndex, program, ringSize));
    }

    private static CaptureFilter NotNull(CaptureFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter;
    }

    /// <summary>Packets received and dropped so far.</summary>
    public CaptureStatistics Statistics => _ring.ReadStatistics();

    /// <summary>Waits for packets and hands them out as they come in bundles.</summary>
    /// <param name="into">Where they are put.</param>
    /// <param name="timeout">How long to wait for the first.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>False when none came in time.</returns>
    public bool Read(List<CapturedFrame> into, TimeSpan timeout, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        return _ring.ReadBlock((in PacketRing.RingPacket packet) => into.Add(ToFrame(packet)), timeout, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _ring.Dispose();

    private CapturedFrame ToFrame(in PacketRing.RingPacket packet)
    {
        var tagged = packet.Vlan is not null && packet.Data.Length >= 12;
        var length = packet.Data.Length + (tagged ? 4 : 0);
        var data = new byte[_snapLength > 0 ? Math.Min(length, _snapLength) : length];
        if (tagged)
            CopyWithTag(packet.Data, packet.Vlan!.Value, data);
        else
            packet.Data[..data.Length].CopyTo(data);
        return new CapturedFrame
        {
            TimestampNanoseconds = packet.TimestampNanoseconds,
            LinkType = packet.HardwareType is HardwareEthernet or HardwareLoopback ? LinkType.Ethernet : packet.HardwareType == HardwareNone ? LinkType.RawIP : LinkType.Ethernet,
            Data = data,
            OriginalLength = packet.OriginalLength + (tagged ? 4 : 0),
            Interface = NameOf(packet.InterfaceIndex),
            Direction = packet.IsOutgoing ? PacketDirection.Out : PacketDirection.In,
        };
    }

    /// <summary>The kernel takes the VLAN tag out of the frame; on the wire it stood behind the two MAC addresses.</summary>
    private static void CopyWithTag(ReadOnlySpan<byte> frame, (ushort Tpid, ushort Tci) vlan, Span<byte> into)
    {
        Span<byte> whole = into.Length >= 16 ? into : stackalloc byte[16];
        frame[..12].CopyTo(whole);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(whole[12..], vlan.Tpid);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(whole[14..], vlan.Tci);
        if (into.Length >= 16)
            frame.Slice(12, into.Length - 16).CopyTo(into[16..]);
        else
            whole[..into.Length].CopyTo(into);
    }

    private string NameOf(int index)
    {
        if (_names.TryGetValue(index, out var name))
            return name;
        foreach (var (key, value) in _client.GetLinkNames())
            _names[key] = value;
        return _names.GetValueOrDefault(index, $"if{index}");
    }
}
