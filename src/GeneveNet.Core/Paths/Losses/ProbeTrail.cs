using GeneveNet.Packets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;

namespace GeneveNet.Paths.Losses;

/// <summary>The points a message passes from one end to the other, in order.</summary>
internal enum TrailPoint
{
    None,
    InnerOut,
    BridgeIn,
    TunnelOut,
    UnderlayOut,
    UnderlayIn,
    TunnelIn,
    BridgeOut,
    InnerIn,
}

/// <summary>Follows the messages of a probe by what the interfaces saw.</summary>
/// <param name="sightings">What was seen.</param>
internal sealed class ProbeTrail(IReadOnlyList<Sighting> sightings)
{
    private static readonly TrailPoint[] WayOut = [TrailPoint.InnerOut, TrailPoint.BridgeIn, TrailPoint.TunnelOut, TrailPoint.UnderlayOut];
    private static readonly TrailPoint[] WayIn = [TrailPoint.UnderlayIn, TrailPoint.TunnelIn, TrailPoint.BridgeOut, TrailPoint.InnerIn];

    /// <summary>Whether a message was seen anywhere.</summary>
    public bool Saw(ProbeMessage message) => Find(message) is not null;

    /// <summary>The first sighting of a message, or null.</summary>
    public Sighting? Find(ProbeMessage message) => sightings.FirstOrDefault(s => s.Message == message);

    /// <summary>The first sighting of a message that goes one way at one end, or null.</summary>
    public Sighting? Find(ProbeMessage message, PathEnd end, PacketDirection direction) =>
        sightings.FirstOrDefault(s => s.Message == message && IsAt(s, end) && s.Direction == direction);

    /// <summary>Follows a message.</summary>
    /// <returns>The last point where it was seen; null when it arrived, or as far as can be seen.</returns>
    public TrailPoint? Follow(Endpoint? sender, Endpoint? receiver, ProbeMessage message)
    {
        var last = TrailPoint.None;
        if (sender is not null && IsLostOn(WayOut, sender))
            return last;
        if (receiver is null)
            return Saw(AnswerTo(message)) ? null : last;
        return IsLostOn(WayIn, receiver) ? last : null;

        bool IsLostOn(TrailPoint[] way, Endpoint side)
        {
            foreach (var point in way)
            {
                if (!Exists(side, point))
                    continue;
                if (!Passed(side, message, point))
                    return true;
                last = point;
            }

            return false;
        }
    }

    /// <summary>Whether a message was seen at a point.</summary>
    public bool Passed(Endpoint side, ProbeMessage message, TrailPoint point) => At(side, message, point).Any();

    private IEnumerable<Sighting> At(Endpoint side, ProbeMessage message, TrailPoint point)
    {
        var innerOut = side.IsApart ? side.In : side.OutLink ?? side.In;
        var (role, link, direction, isOuter) = point switch
        {
            TrailPoint.InnerOut => (NamespaceRole.Inner, innerOut, PacketDirection.Out, false),
            TrailPoint.BridgeIn => (NamespaceRole.Tunnel, side.Attachment, PacketDirection.In, false),
            TrailPoint.TunnelOut => (NamespaceRole.Tunnel, side.Tunnel, PacketDirection.Out, false),
            TrailPoint.UnderlayOut => (NamespaceRole.Underlay, null, PacketDirection.Out, true),
            TrailPoint.UnderlayIn => (NamespaceRole.Underlay, null, PacketDirection.In, true),
            TrailPoint.TunnelIn => (NamespaceRole.Tunnel, side.Tunnel, PacketDirection.In, false),
            TrailPoint.BridgeOut => (NamespaceRole.Tunnel, side.Attachment, PacketDirection.Out, false),
            _ => (NamespaceRole.Inner, side.In, PacketDirection.In, false),
        };
        var place = side.State[role].Id;
        return sightings.Where(seen => seen.Message == message
            && IsAt(seen, side.End) && seen.Place == place && (link is null || seen.Interface == link.Name)
            && seen.Direction == direction && seen.IsEncapsulated == isOuter);
    }

    /// <summary>Whether a message came in at a point for another host, each time that it did.</summary>
    public bool IsForOtherHost(Endpoint side, ProbeMessage message, TrailPoint point) =>
        Passed(side, message, point) && At(side, message, point).All(static seen => seen.IsForOtherHost);

    /// <summary>How many Geneve packets of the probe passed the underlay of an end, one way.</summary>
    public int CountOuter(Endpoint side, PacketDirection direction) => sightings.Count(
        seen => seen.IsEncapsulated && IsAt(seen, side.End) && seen.Place == side.State.Underlay.Id && seen.Direction == direction);

    /// <summary>How many copies of a message were seen at a point.</summary>
    public int Count(Endpoint side, ProbeMessage message, TrailPoint point) => At(side, message, point).Count();

    /// <summary>The next point on the way in or out that there is; None behind the last.</summary>
    public static TrailPoint After(Endpoint side, TrailPoint point)
    {
        foreach (var way in (TrailPoint[][])[WayOut, WayIn])
        {
            var place = Array.IndexOf(way, point);
            for (var next = place + 1; place >= 0 && next < way.Length; next++)
            {
                if (Exists(side, way[next]))
                    return way[next];
            }
        }

        return TrailPoint.None;
    }

    private static bool IsAt(Sighting seen, PathEnd end) => seen.IsFar == (end == PathEnd.Far);

    private static bool Exists(Endpoint side, TrailPoint point) =>
        side.IsApart || point is not (TrailPoint.BridgeIn or TrailPoint.BridgeOut);

    private static ProbeMessage AnswerTo(ProbeMessage message) => message switch
    {
        ProbeMessage.NearAsks => ProbeMessage.NearIsAnswered,
        ProbeMessage.FarAsks => ProbeMessage.FarIsAnswered,
        _ => ProbeMessage.EchoReply,
    };
}
