using GeneveNet.Packets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;

namespace GeneveNet.Paths.Testing;

/// <summary>What the probes found.</summary>
/// <param name="Echoes">What became of the echo requests.</param>
/// <param name="Seen">Where messages were seen, and what else was told of them.</param>
/// <param name="OverlayMtu">The largest packet that passed; null where none was tried.</param>
/// <param name="Sample">What became of small echo requests that were sent besides, to see how many are lost.</param>
internal sealed record ProbeFindings(
    IReadOnlyList<EchoResult> Echoes, WatchReport Seen, int? OverlayMtu, IReadOnlyList<EchoResult> Sample)
{
    public static ProbeFindings None { get; } = new([], new WatchReport(), null, []);

    /// <summary>Where messages were seen, in order.</summary>
    public IReadOnlyList<Sighting> Sightings => Seen.Sightings;

    /// <summary>Whether any echo request was answered.</summary>
    public bool IsAnswered { get; } = Echoes.Concat(Sample).Any(static e => e.RoundTrip is not null);

    /// <summary>Round trips of the requests that were answered.</summary>
    public IReadOnlyList<TimeSpan> RoundTrips { get; } = [.. Echoes.Select(static e => e.RoundTrip).OfType<TimeSpan>()];

    /// <summary>The last of some messages to come in as Geneve at an end; null where none was seen.</summary>
    /// <remarks>A packet is seen at each link it comes up by (a VLAN's, a bond's); the last is the one the kernel routes by.</remarks>
    public Sighting? FindArrival(Endpoint side, params IReadOnlyList<ProbeMessage> messages) => Sightings.LastOrDefault(seen =>
        seen is { IsEncapsulated: true, Direction: PacketDirection.In, OuterSourceValue: not null }
        && seen.IsFar == (side.End == PathEnd.Far) && seen.Place == side.State.Underlay.Id
        && messages.Contains(seen.Message));

    /// <summary>The MAC addresses that answered the near end's question, each once.</summary>
    public List<MacAddress> FindAnsweredMacs(Endpoint near)
    {
        var answers = from seen in Sightings
                      where seen is { Message: ProbeMessage.NearIsAnswered, IsFar: false, IsEncapsulated: false }
                      where seen.Place == near.State.Inner.Id && seen.Interface == near.OutLink?.Name
                      where seen.Direction == PacketDirection.In
                      select seen.AnsweredMacValue;
        return [.. answers.OfType<MacAddress>().Distinct()];
    }

    /// <summary>The MAC address that answered the far end's question; null for none.</summary>
    public MacAddress? FindMacForFar() => Sightings
        .FirstOrDefault(static s => s is { Message: ProbeMessage.FarIsAnswered, IsFar: true, AnsweredMacValue: not null })
        ?.AnsweredMacValue;

    /// <summary>Whether requests went into the near end's tunnel, and replies came out of it.</summary>
    public bool PassedTunnel(Endpoint near)
    {
        return Saw(ProbeMessage.EchoRequest, PacketDirection.Out) && Saw(ProbeMessage.EchoReply, PacketDirection.In);

        bool Saw(ProbeMessage message, PacketDirection direction) => Sightings.Any(
            seen => seen.Message == message && seen.Direction == direction && !seen.IsFar
                && seen.Place == near.State.Tunnel.Id && seen.Interface == near.Tunnel!.Name);
    }
}
