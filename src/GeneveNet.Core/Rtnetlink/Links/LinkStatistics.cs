using System.Runtime.InteropServices;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>Counters of a link since it was created (struct rtnl_link_stats64, include/uapi/linux/if_link.h).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct LinkStatistics
{
    /// <summary>Packets received.</summary>
    public ulong ReceivedPackets { get; }
    /// <summary>Packets sent.</summary>
    public ulong SentPackets { get; }
    /// <summary>Bytes received.</summary>
    public ulong ReceivedBytes { get; }
    /// <summary>Bytes sent.</summary>
    public ulong SentBytes { get; }
    /// <summary>Bad packets received.</summary>
    public ulong ReceiveErrors { get; }
    /// <summary>Packets that could not be sent.</summary>
    public ulong SendErrors { get; }
    /// <summary>Packets received and dropped for want of room.</summary>
    public ulong ReceiveDropped { get; }
    /// <summary>Packets dropped on the way out.</summary>
    public ulong SendDropped { get; }
    /// <summary>Multicast packets received.</summary>
    public ulong Multicast { get; }
    /// <summary>Collisions.</summary>
    public ulong Collisions { get; }
    /// <summary>Packets received with a wrong length.</summary>
    internal ulong ReceiveLengthErrors { get; }
    /// <summary>Packets received that did not fit.</summary>
    internal ulong ReceiveOverErrors { get; }
    /// <summary>Packets received with a wrong checksum.</summary>
    internal ulong ReceiveChecksumErrors { get; }
    /// <summary>Malformed packets received; of a tunnel, those whose congestion mark the inside cannot carry.</summary>
    internal ulong ReceiveFrameErrors { get; }
    /// <summary>Packets received while the queue was full.</summary>
    internal ulong ReceiveQueueErrors { get; }
    /// <summary>Packets that the device missed.</summary>
    internal ulong ReceiveMissedErrors { get; }
    /// <summary>Packets whose sending was given up.</summary>
    internal ulong SendAbortedErrors { get; }
    /// <summary>Packets that could not be sent for want of a carrier; of a tunnel, for want of a route to its far end.</summary>
    internal ulong SendCarrierErrors { get; }

    /// <summary>Packets in and out, for one column of a table.</summary>
    public override string ToString() => $"rx {ReceivedPackets} tx {SentPackets}";
}
