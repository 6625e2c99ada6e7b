using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using GeneveNet.Paths.Probes;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites.Remote;

/// <summary>What is wanted of a site.</summary>
internal enum SiteOperation
{
    /// <summary>Its state.</summary>
    Read,
    /// <summary>The addresses of namespaces at the tunnel's bridge.</summary>
    FindStations,
    /// <summary>An answer of its routing.</summary>
    Ask,
    /// <summary>That it watches for a probe.</summary>
    Watch,
    /// <summary>What it has seen.</summary>
    StopWatching,
    /// <summary>Nothing more.</summary>
    Close,
}

/// <summary>Where an end is on another host, as the user names it there.</summary>
/// <param name="Namespace">Network namespace of the tunnel: a name, process id or path; null for the session's own.</param>
/// <param name="Container">Container of the tunnel; goes before the namespace.</param>
/// <param name="TunnelName">Name of the tunnel; null for the one that fits.</param>
/// <param name="InnerNamespace">Namespace where inner traffic ends; null for that of the tunnel.</param>
/// <param name="InnerContainer">Container where it ends; goes before the namespace.</param>
internal sealed record RemoteLocation(
    string? Namespace = null, string? Container = null, string? TunnelName = null,
    string? InnerNamespace = null, string? InnerContainer = null);

/// <summary>A request to a site on another host.</summary>
internal sealed record SiteRequest
{
    /// <summary>By which the requests of one test are known.</summary>
    public Guid Id { get; init; }
    /// <summary>What is wanted.</summary>
    public SiteOperation Operation { get; init; }
    /// <summary>Where the end is; with the first request.</summary>
    public RemoteLocation? Location { get; init; }
    /// <summary>What is known of the other end; to read.</summary>
    public EndHint? Hint { get; init; }
    /// <summary>Whether to read what can drop packets, too; to read.</summary>
    public bool WithEvidence { get; init; }
    /// <summary>Whether addresses of IPv6 are wanted.</summary>
    public bool IsIPv6 { get; init; }
    /// <summary>Where to ask.</summary>
    public NamespaceRole Role { get; init; }
    /// <summary>What to ask.</summary>
    public RouteQuestion? Question { get; init; }
    /// <summary>What to watch for.</summary>
    public ProbeIdentity? Probe { get; init; }
}

/// <summary>The answer of a site on another host.</summary>
internal sealed record SiteReply
{
    /// <summary>State, where it was read.</summary>
    public EndState? State { get; init; }
    /// <summary>Answer, where one was asked for.</summary>
    public RouteAnswer? Answer { get; init; }
    /// <summary>Addresses, where they were asked for.</summary>
    public IReadOnlyList<StationState>? Stations { get; init; }
    /// <summary>What was seen, where that was asked for.</summary>
    public WatchReport? Seen { get; init; }
    /// <summary>What failed, or null.</summary>
    public string? Error { get; init; }
    /// <summary>What sort of failure it was.</summary>
    public FailureKind ErrorKind { get; init; }
    /// <summary>Its stable name, or null.</summary>
    public string? ErrorId { get; init; }
    /// <summary>The kernel's error number, or 0.</summary>
    public int Errno { get; init; }

    /// <summary>
    /// Whether nothing is missing that is never missing. What the reader does not see to itself: an element that is null, and the
    /// value of a constructor's parameter that was left out.
    /// </summary>
    [JsonIgnore]
    public bool IsWhole =>
        (State is null || (IsFull(State.Tunnel) && IsFull(State.Underlay) && IsFull(State.Inner) && IsFull(State.Holders)))
        && IsFull(Stations ?? [])
        && (Seen is null || (IsFull(Seen.Sightings) && IsFull(Seen.Drops) && IsFull(Seen.Traces) && IsFull(Seen.Notes)
            && Seen.Drops.All(static one => one is { Packet: not null, Reason: not null, Symbol: not null })
            && Seen.Traces.All(static one => one.Drop?.Where is { Table: not null, Chain: not null })));

    private static bool IsFull(NetworkState state) =>
        IsFull(state.Links) && IsFull(state.Addresses) && IsFull(state.Neighbors) && IsFull(state.Fdb) && IsFull(state.HostRoutes)
        && IsFull(state.Rules) && IsFull(state.RefusingRoutes) && IsFull(state.Evidence)
        && state.UdpPorts is not null && state.Switches is not null && state.Counters is not null
        && state.Addresses.All(one => one.Address is not null)
        && state.Neighbors.All(one => one.Address is not null)
        && state.Fdb.All(one => one.Mac is not null)
        && state.HostRoutes.All(one => one.Address is not null)
        && state.RefusingRoutes.All(one => one.Destination is not null)
        && state.Links.All(one => IsFull(one.Vlans));

    private static bool IsFull(DropEvidence? evidence) => evidence is null
        || ((evidence.Nftables is not { } rules || (IsFull(rules.Tables) && IsFull(rules.Chains) && IsFull(rules.Rules)
                && rules.Chains.All(static one => IsFull(one.Devices) && one.Name is not null && one.Table is not null)
                && rules.Rules.All(static one => one.Table is not null && one.Chain is not null)))
            && (evidence.Legacy is null || (IsFull(evidence.Legacy)
                && evidence.Legacy.All(static one => one is { Table: not null, Chain: not null, Text: not null })))
            && evidence.TrafficControl is not null && IsFull(evidence.TrafficControl.Qdiscs) && IsFull(evidence.TrafficControl.Filters)
            && evidence.TrafficControl.Qdiscs.All(static one => one.Kind is not null)
            && evidence.TrafficControl.Filters.All(static one => IsFull(one.Actions) && one.Kind is not null));

    // What is left out is null, for all that a property begins with an empty list.
    private static bool IsFull<T>(IReadOnlyList<T>? list) => list is not null && list.All(one => one is not null);
}

/// <summary>Requests and replies as JSON; the code that reads and writes them is made when the project is built.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true,
    Converters = [typeof(AddressConverter), typeof(MacConverter), typeof(CidrConverter)])]
[JsonSerializable(typeof(SiteRequest))]
[JsonSerializable(typeof(SiteReply))]
internal sealed partial class SiteJson : JsonSerializerContext;

/// <summary>A value that has a text to be written as and read from.</summary>
internal abstract class TextConverter<T>(Func<string, T> parse) : JsonConverter<T> where T : class
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.GetString() is { } text ? parse(text) : null;
        }
        catch (FormatException failure)
        {
            throw new JsonException(failure.Message, failure);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class AddressConverter() : TextConverter<IPAddress>(IPAddress.Parse);

internal sealed class MacConverter() : TextConverter<MacAddress>(MacAddress.Parse);

internal sealed class CidrConverter() : TextConverter<CidrAddress>(CidrAddress.Parse);
