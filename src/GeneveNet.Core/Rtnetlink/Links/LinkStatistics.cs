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

    /// <summary>Packets in and out, for one column of a table.</summary>
    public override string ToString() => $"rx {ReceivedPackets} tx {SentPackets}";
}
