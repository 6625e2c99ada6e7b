using GeneveNet.Namespaces;

namespace GeneveNet.Packets;

/// <summary>What a frame begins with (LINKTYPE_*, the registry of the capture file formats).</summary>
public enum LinkType : ushort
{
    /// <summary>Ethernet header.</summary>
    Ethernet = 1,
    /// <summary>IPv4 or IPv6 header; the version nibble says which.</summary>
    RawIP = 101,
    /// <summary>Linux cooked header of 16 bytes.</summary>
    LinuxSll = 113,
    /// <summary>IPv4 header.</summary>
    IPv4 = 228,
    /// <summary>IPv6 header.</summary>
    IPv6 = 229,
    /// <summary>Linux cooked header of 20 bytes.</summary>
    LinuxSll2 = 276,
}

/// <summary>Which way a frame went, as the interface that saw it has it.</summary>
public enum PacketDirection : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>Came in.</summary>
    In = 1,
    /// <summary>Went out.</summary>
    Out = 2,
}

/// <summary>A frame as it was captured, live or from a file.</summary>
public sealed record CapturedFrame
{
    /// <summary>When it was seen: nanoseconds since 1970-01-01 UTC; 0 when not known.</summary>
    public long TimestampNanoseconds { get; init; }

    /// <summary>What it begins with.</summary>
    public LinkType LinkType { get; init; } = LinkType.Ethernet;

    /// <summary>Its bytes, as many as were captured.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>How many bytes it had on the wire; more than <see cref="Data"/> when it was cut off.</summary>
    public int OriginalLength { get; init; }

    /// <summary>The interface that saw it, or null.</summary>
    public string? Interface { get; init; }

    /// <summary>Index of the interface in its namespace, where it was captured live; 0 for a frame from a file.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>The network namespace of the interface, where it was captured live; null for a frame from a file.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Which way it went.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>Whether it came in for the MAC address of another host: the kernel drops it after it was seen.</summary>
    internal bool IsForOtherHost { get; init; }

    /// <summary>When it was seen, to the resolution of DateTime: 100 ns, UTC.</summary>
    public DateTime Timestamp => DateTime.UnixEpoch.AddTicks(TimestampNanoseconds / 100);

    /// <summary>Whether bytes are missing at its end.</summary>
    public bool IsTruncated => Data.Length < OriginalLength;
}
