using System.Globalization;
using System.Text;
using GeneveNet.Packets;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Testing;

/// <summary>Tells what was seen of a probe as a story: step by step, and as a diagram.</summary>
internal static class PathStory
{
    /// <summary>The steps of a probe, with a closing line.</summary>
    /// <param name="verdict">The verdict of a trace.</param>
    /// <param name="near">The near end.</param>
    /// <param name="far">The far end, or null.</param>
    public static IReadOnlyList<PathHop> Tell(PathVerdict verdict, EndState near, EndState? far)
    {
        List<PathHop> hops = [];
        HashSet<(string, MacAddress)> learned = [];
        var first = verdict.Sightings.Count == 0 ? 0 : verdict.Sightings[0].Nanoseconds;
        foreach (var seen in verdict.Sightings)
        {
            var end = seen.IsFar ? far : near;
            var place = Find(end, seen.Place);
            hops.Add(new PathHop
            {
                Step = hops.Count + 1,
                Elapsed = TimeSpan.FromTicks((seen.Nanoseconds - first) / 100),
                End = seen.IsFar ? PathEnd.Far : PathEnd.Near,
                Namespace = place?.Name ?? "",
                Interface = seen.Interface,
                Direction = seen.Direction,
                Message = seen.Message,
                IsEncapsulated = seen.IsEncapsulated,
                Outer = seen.Outer,
                Vni = seen.Vni,
                SourceMacValue = seen.SourceMacValue,
                DestinationMacValue = seen.DestinationMacValue,
                Summary = seen.Summary,
                Story = StoryOf(seen, place?.LinkOf(seen.Interface), place, learned),
            });
        }

        hops.Add(new PathHop
        {
            Step = hops.Count + 1,
            Elapsed = hops.Count == 0 ? TimeSpan.Zero : hops[^1].Elapsed,
            End = verdict.End ?? PathEnd.Near,
            Namespace = verdict.End == PathEnd.Far ? far?.Tunnel.Name ?? "" : near.Inner.Name,
            IsEnd = true,
            Story = EndOf(verdict),
        });
        return hops;
    }

    /// <summary>The steps as a Mermaid sequence diagram (https://mermaid.js.org), for a runbook or a ticket.</summary>
    /// <param name="hops">The steps.</param>
    public static string ToMermaid(IReadOnlyList<PathHop> hops)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        Dictionary<(PathEnd, string, string), string> ids = [];
        // Interfaces stand side by side in the order in which the probe came to them.
        foreach (var hop in hops)
        {
            var id = $"{(hop.End == PathEnd.Near ? "n" : "f")}{ids.Count + 1}";
            if (hop.IsEnd || !ids.TryAdd((hop.End, hop.Namespace, hop.Interface), id))
                continue;
            var name = hop.Namespace.Length == 0 ? hop.Interface : $"{hop.Namespace} {hop.Interface}";
            text.Append(CultureInfo.InvariantCulture, $"    participant {id} as {Escape(name)}\n");
        }

        PathHop? before = null;
        foreach (var hop in hops)
        {
            if (hop.IsEnd)
            {
                if (before is not null)
                    text.Append(CultureInfo.InvariantCulture, $"    Note over {IdOf(before)}: {Escape(hop.Story)}\n");
                continue;
            }

            // An arrow is a message that went from one interface to the next; a new message begins where it is first seen.
            var label = Escape((hop.IsEncapsulated ? $"Geneve VNI {hop.Vni}: " : "") + hop.Summary);
            if (before is not null && before.Message == hop.Message && IdOf(before) != IdOf(hop))
                text.Append(CultureInfo.InvariantCulture, $"    {IdOf(before)}->>{IdOf(hop)}: {label}\n");
            else
                text.Append(CultureInfo.InvariantCulture, $"    Note over {IdOf(hop)}: {label}\n");
            before = hop;
        }

        return text.ToString();

        string IdOf(PathHop hop) => ids[(hop.End, hop.Namespace, hop.Interface)];
    }

    private static string EndOf(PathVerdict verdict)
    {
        if (verdict.Passed)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The reply is here after {verdict.RttAvg?.TotalMilliseconds:0.###} ms: the path works.");
        }

        var remedy = verdict.Remedy is null ? "" : $" Remedy: {verdict.Remedy}";
        return $"It ends here. {verdict.Cause}: {verdict.Sentence}{remedy}";
    }

    private static NetworkState? Find(EndState? end, string place) =>
        ((NetworkState?[])[end?.Inner, end?.Tunnel, end?.Underlay]).FirstOrDefault(state => state?.Id == place);

    private static string StoryOf(Sighting seen, LinkState? link, NetworkState? place, HashSet<(string, MacAddress)> learned)
    {
        if (seen.Message == ProbeMessage.UnderlayError)
            return $"{seen.ReporterValue} reports by ICMP: {seen.Error}";
        if (seen.Message == ProbeMessage.InnerError)
            return $"{seen.ReporterValue} reports by ICMP, inside the overlay: {seen.Error}";
        var what = WhatOf(seen);
        var isIn = seen.Direction == PacketDirection.In;
        if (seen.IsEncapsulated)
            return $"{what} {(isIn ? "arrives" : "leaves")} as Geneve VNI {seen.Vni}, {seen.Outer}";
        if (link?.Tunnel is not null)
            return $"{what}{(isIn ? ", out of its Geneve wrapping" : $" goes into the tunnel, to {seen.DestinationMac}")}{PortOf(link)}";
        if (link?.Bridge is not null)
        {
            return !isIn ? $"{what} from {seen.SourceMacValue} to {seen.DestinationMacValue}"
                : seen.DestinationMacValue is { IsMulticast: true } ? $"{what} comes to the bridge itself, too"
                : $"{what} is for the bridge itself";
        }

        return isIn ? $"{what} comes in{PortOf(link)}" : $"{what} goes out, to {seen.DestinationMacValue}";

        string PortOf(LinkState? member)
        {
            if (member?.Port is not { } port)
                return "";
            // A bridge learns a station from its first packet; the others only confirm it.
            var learns = isIn && port.Learning && seen.SourceMacValue is { } station
                && learned.Add(($"{seen.Place} {seen.Interface}", station));
            var lesson = learns ? $", which learns {seen.SourceMacValue} there" : "";
            return $", port {port.Number} of {place?.LinkOf(member.MasterIndex)?.Name}{lesson}";
        }
    }

    private static string WhatOf(Sighting seen) => seen.Message switch
    {
        ProbeMessage.EchoRequest => $"echo request {seen.Sequence}",
        ProbeMessage.EchoReply => $"echo reply {seen.Sequence}",
        _ => seen.Summary.Split(", length", 2)[0],
    };

    /// <summary>A semicolon ends a line of a diagram as a line break does, a number sign begins an entity or a comment.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in VisibleText.Of(text))
        {
            escaped.Append(letter switch
            {
                ';' => ",",
                '#' => "no. ",
                _ => letter.ToString(),
            });
        }

        return escaped.ToString();
    }
}
