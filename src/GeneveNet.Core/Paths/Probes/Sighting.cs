using System.Net;
using System.Text.Json.Serialization;
using GeneveNet.Packets;

namespace GeneveNet.Paths.Probes;

/// <summary>What a message of a probe is.</summary>
public enum ProbeMessage
{
    /// <summary>The near end asks for a MAC address (ARP request, neighbor solicitation).</summary>
    NearAsks,
    /// <summary>It is answered.</summary>
    NearIsAnswered,
    /// <summary>The far end asks for a MAC address.</summary>
    FarAsks,
    /// <summary>It is answered.</summary>
    FarIsAnswered,
    /// <summary>An echo request.</summary>
    EchoRequest,
    /// <summary>An echo reply.</summary>
    EchoReply,
    /// <summary>An ICMP error about one of these.</summary>
    InnerError,
    /// <summary>An ICMP error about a UDP packet that carried one of these.</summary>
    UnderlayError,
}

/// <summary>By what the messages of a probe are known.</summary>
/// <param name="Source">Inner address the probe comes from.</param>
/// <param name="Destination">Inner address it goes to.</param>
/// <param name="NextHop">Inner address whose MAC address is asked for: the gateway, or the destination.</param>
/// <param name="EchoId">Identifier of its echoes.</param>
/// <param name="Port">UDP destination port of the tunnel.</param>
/// <param name="Vni">VNI of the tunnel.</param>
/// <param name="NearUnderlay">Underlay address of the near end, or null.</param>
/// <param name="FarUnderlay">Underlay address of the far end.</param>
/// <param name="Depth">What else than the interfaces is to be watched.</param>
internal sealed record ProbeIdentity(
    IPAddress Source, IPAddress Destination, IPAddress NextHop, ushort EchoId,
    int Port, uint? Vni, IPAddress? NearUnderlay, IPAddress? FarUnderlay, WatchDepth Depth = WatchDepth.Interfaces);

/// <summary>How closely a probe is watched.</summary>
internal enum WatchDepth
{
    /// <summary>At every interface.</summary>
    Interfaces,
    /// <summary>And through the rules of nftables.</summary>
    Rules,
    /// <summary>And by what the kernel tells of packets that it drops, on the whole host.</summary>
    Kernel,
}

/// <summary>A message of a probe as one interface saw it.</summary>
public sealed record Sighting
{
    /// <summary>When: nanoseconds since 1970-01-01 UTC, by the clock of the end that saw it.</summary>
    public long Nanoseconds { get; init; }
    /// <summary>Whether it was seen at the far end.</summary>
    public bool IsFar { get; init; }
    /// <summary>The namespace that saw it: "net:[4026531840]".</summary>
    public string Place { get; init; } = "";
    /// <summary>The interface that saw it.</summary>
    public string Interface { get; init; } = "";
    /// <summary>Which way it went there.</summary>
    public PacketDirection Direction { get; init; }
    /// <summary>What it is.</summary>
    public ProbeMessage Message { get; init; }
    /// <summary>Number of an echo, from 1; 0 for other messages.</summary>
    public int Sequence { get; init; }
    /// <summary>Whether it was inside Geneve.</summary>
    public bool IsEncapsulated { get; init; }
    /// <summary>Whether it came in for the MAC address of another host.</summary>
    [JsonInclude]
    internal bool IsForOtherHost { get; init; }
    /// <summary>Whether the outer packet was a fragment.</summary>
    public bool IsFragment { get; init; }
    /// <summary>VNI of the Geneve header; null outside one.</summary>
    public uint? Vni { get; init; }
    /// <summary>"10.0.0.251:50374 > 10.0.0.250:6081"; empty outside Geneve.</summary>
    public string Outer { get; init; } = "";
    /// <summary>Outer source address; null outside Geneve.</summary>
    [JsonIgnore]
    public string? OuterSource => OuterSourceValue?.ToString();
    [JsonInclude, JsonPropertyName(nameof(OuterSource))]
    internal IPAddress? OuterSourceValue { get; init; }
    /// <summary>Inner MAC address of the sender.</summary>
    [JsonIgnore]
    public string? SourceMac => SourceMacValue?.ToString();
    [JsonInclude, JsonPropertyName(nameof(SourceMac))]
    internal MacAddress? SourceMacValue { get; init; }
    /// <summary>Inner MAC address of the receiver.</summary>
    [JsonIgnore]
    public string? DestinationMac => DestinationMacValue?.ToString();
    [JsonInclude, JsonPropertyName(nameof(DestinationMac))]
    internal MacAddress? DestinationMacValue { get; init; }
    /// <summary>The MAC address an answer tells; null for other messages.</summary>
    [JsonIgnore]
    public string? AnsweredMac => AnsweredMacValue?.ToString();
    [JsonInclude, JsonPropertyName(nameof(AnsweredMac))]
    internal MacAddress? AnsweredMacValue { get; init; }
    /// <summary>Who sent an ICMP error; null for other messages.</summary>
    [JsonIgnore]
    public string? Reporter => ReporterValue?.ToString();
    [JsonInclude, JsonPropertyName(nameof(Reporter))]
    internal IPAddress? ReporterValue { get; init; }
    /// <summary>What an ICMP error says, as tcpdump words it; empty for other messages.</summary>
    public string Error { get; init; } = "";
    /// <summary>The MTU an ICMP error tells, in bytes; null for none.</summary>
    public int? ErrorMtu { get; init; }
    /// <summary>The message in one line, as tcpdump words it.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Interface, direction and message.</summary>
    public override string ToString() => $"{VisibleText.Of(Interface)} {Direction} {Summary}";
}
