using System.Net;

namespace GeneveNet.Paths.Testing;

/// <summary>How a path is tested.</summary>
internal sealed record PathOptions
{
    /// <summary>Inner address to be reached; null for one that the tunnel's addresses and routes point to.</summary>
    public IPAddress? Destination { get; init; }
    /// <summary>Inner address to come from; null for the kernel's choice.</summary>
    public IPAddress? Source { get; init; }
    /// <summary>Echo requests to send.</summary>
    public int Count { get; init; } = 3;
    /// <summary>Bytes of their IP packets; 84 as `ping` has it.</summary>
    public int Size { get; init; } = DefaultSize;

    /// <summary>What `ping` sends.</summary>
    public const int DefaultSize = 84;
    /// <summary>How long to wait for replies after the last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Whether to have the kernel tell what it drops meanwhile, and trace the probe through nftables.</summary>
    public bool IsDeep { get; init; }
    /// <summary>Whether to look at kernel state only and send nothing.</summary>
    public bool IsStatic { get; init; }
}
