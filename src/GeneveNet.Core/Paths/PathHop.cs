using GeneveNet.Packets;
using GeneveNet.Paths.Probes;

namespace GeneveNet.Paths;

/// <summary>One step of a probe on its way: a message as one interface saw it, or the place where it ended.</summary>
public sealed record PathHop
{
    /// <summary>Number of the step, from 1.</summary>
    public int Step { get; init; }
    /// <summary>Time since the first step.</summary>
    public TimeSpan Elapsed { get; init; }
    /// <summary>The end where it was.</summary>
    public PathEnd End { get; init; }
    /// <summary>The namespace where it was, as people call it; empty for the session's own.</summary>
    public string Namespace { get; init; } = "";
    /// <summary>The interface; empty for the closing line.</summary>
    public string Interface { get; init; } = "";
    /// <summary>Which way it went there.</summary>
    public PacketDirection Direction { get; init; }
    /// <summary>What it is; null for the closing line.</summary>
    public ProbeMessage? Message { get; init; }
    /// <summary>Whether it was inside Geneve.</summary>
    public bool IsEncapsulated { get; init; }
    /// <summary>Outer addresses and ports; empty outside Geneve.</summary>
    public string Outer { get; init; } = "";
    /// <summary>VNI; null outside Geneve.</summary>
    public uint? Vni { get; init; }
    /// <summary>Inner MAC address of the sender.</summary>
    public string? SourceMac => SourceMacValue?.ToString();
    internal MacAddress? SourceMacValue { get; init; }
    /// <summary>Inner MAC address of the receiver.</summary>
    public string? DestinationMac => DestinationMacValue?.ToString();
    internal MacAddress? DestinationMacValue { get; init; }
    /// <summary>The message as tcpdump words it; empty for the closing line.</summary>
    public string Summary { get; init; } = "";
    /// <summary>What happens at this step, in words.</summary>
    public string Story { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>Whether this is the closing line: where and how it ended.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The story.</summary>
    public override string ToString() => Story;
}
