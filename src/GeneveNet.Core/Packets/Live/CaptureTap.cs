using System.Buffers.Binary;
using GeneveNet.Namespaces;

namespace GeneveNet.Packets.Live;

/// <summary>A capture in one namespace: its ring, and what makes frames of the ring's packets.</summary>
internal sealed class CaptureTap : IDisposable
{
    private readonly CaptureSource _source;
    private readonly Dictionary<int, string> _names;
    private readonly List<int> _watched;
    private readonly int _snapLength;

    public CaptureTap(CaptureSource source, BpfInstruction[] program, int ringSize, int snapLength)
    {
        (_source, _snapLength) = (source, snapLength);
        _names = new(source.Names);
        _watched = [.. source.Filter.Watched.Distinct()];
        Ring = NamespaceThread.RunIn(source.Place, () => new PacketRing(source.Filter.OnlyInterface, program, ringSize));
        // So that one that goes away before its first packet has a name.
        foreach (var index in _watched)
            NameOf(index);
    }

    public PacketRing Ring { get; }

    /// <summary>Whether nothing can come any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes the packets of all blocks that are full by now.</summary>
    public bool Read(List<CapturedFrame> into, int blockLimit)
    {
        var any = false;
        for (var i = 0; i < blockLimit && Ring.TryReadBlock((in PacketRing.RingPacket packet) => into.Add(ToFrame(packet))); i++)
            any = true;
        return any;
    }

    /// <summary>Looks whether the namespace and the interfaces are still there.</summary>
    /// <returns>What is not, since it was last looked at.</returns>
    public IEnumerable<NetworkException> FindGone()
    {
        List<int> gone;
        try
        {
            _source.Place.Verify();
            gone = _watched.FindAll(index => Ring.FindLinkName(index) is null);
        }
        catch (NetworkException failure) when (failure.Kind == FailureKind.NotFound)
        {
            HasEnded = true;
            return [failure];
        }

        _watched.RemoveAll(gone.Contains);
        HasEnded = _watched.Count == 0 && gone.Count > 0 && !_source.Filter.WatchesAll;
        return gone.Select(index => new NetworkException(
            FailureKind.NotFound,
            $"The interface '{NameOf(index)}' that was captured from has left network namespace '{_source.Place}'.")
        {
            Id = "LinkNotFound",
        });
    }

    public void Dispose() => Ring.Dispose();

    private CapturedFrame ToFrame(in PacketRing.RingPacket packet)
    {
        var tagged = packet is { Vlan: not null, IsEthernet: true, Data.Length: >= 12 };
        var length = packet.Data.Length + (tagged ? 4 : 0);
        var data = new byte[_snapLength > 0 ? Math.Min(length, _snapLength) : length];
        if (tagged)
            CopyWithTag(packet.Data, packet.Vlan!.Value, data);
        else
            packet.Data[..data.Length].CopyTo(data);
        return new CapturedFrame
        {
            TimestampNanoseconds = packet.TimestampNanoseconds,
            LinkType = packet.IsEthernet ? LinkType.Ethernet : LinkType.RawIP,
            Data = data,
            OriginalLength = packet.OriginalLength + (tagged ? 4 : 0),
            Interface = NameOf(packet.InterfaceIndex),
            InterfaceIndex = packet.InterfaceIndex,
            Namespace = _source.Place,
            IsForOtherHost = packet.IsForOtherHost,
            Direction = packet.IsOutgoing ? PacketDirection.Out : PacketDirection.In,
        };
    }

    /// <summary>The kernel takes the VLAN tag out of the frame; on the wire it followed the two MAC addresses.</summary>
    private static void CopyWithTag(ReadOnlySpan<byte> frame, (ushort Tpid, ushort Tci) vlan, Span<byte> into)
    {
        Span<byte> whole = into.Length >= 16 ? into : stackalloc byte[16];
        frame[..12].CopyTo(whole);
        BinaryPrimitives.WriteUInt16BigEndian(whole[12..], vlan.Tpid);
        BinaryPrimitives.WriteUInt16BigEndian(whole[14..], vlan.Tci);
        if (into.Length >= 16)
            frame.Slice(12, into.Length - 16).CopyTo(into[16..]);
        else
            whole[..into.Length].CopyTo(into);
    }

    private string NameOf(int index) =>
        _names.TryGetValue(index, out var name) ? name : _names[index] = Ring.FindLinkName(index) ?? $"if{index}";
}
