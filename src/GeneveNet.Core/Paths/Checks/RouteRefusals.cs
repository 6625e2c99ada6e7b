using System.Net;
using System.Net.Sockets;
using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Rtnetlink.Rules;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>
/// Why routing refuses a destination. The kernel's answer names no rule and no table, so the policy rules are gone through as it does:
/// the first that drops, or whose table has a route that does, is the one.
/// </summary>
/// <param name="What">What refuses, as a phrase; empty where there is just no route.</param>
/// <param name="Rule">The rule that refuses or leads to the route; null for the kernel's own.</param>
/// <param name="Route">The route that refuses; null where a rule does, or nothing leads there.</param>
internal sealed record RouteRefusal(string What, RuleState? Rule, RefusingRouteState? Route)
{
    /// <summary>No route at all.</summary>
    public static RouteRefusal None { get; } = new("", null, null);

    /// <summary>The answer with what it comes from: "the kernel answers EACCES by rule 50 (…)".</summary>
    public string Describe(RouteAnswer answer) => $"the kernel answers {answer.Refusal}{(What.Length == 0 ? "" : $", by {What}")}";
}

/// <summary>Finds what refuses, and what lets one destination pass all the same.</summary>
internal static class RouteRefusals
{
    private const int LastOfUsers = 32765, MainPriority = 32766;
    private const byte Udp = 17;

    /// <summary>Finds it.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="to">The destination.</param>
    /// <param name="from">The source, or null.</param>
    /// <param name="udpPort">UDP port of the destination; 0 for another protocol.</param>
    public static RouteRefusal Find(NetworkState place, IPAddress to, IPAddress? from, int udpPort = 0)
    {
        var isIPv6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        RuleState main = new() { IsIPv6 = isIPv6, Priority = MainPriority, Action = RuleAction.Lookup, TableId = RouteTable.Main };
        foreach (var rule in place.Rules.Where(one => one.IsIPv6 == isIPv6).Append(main).OrderBy(static one => one.Priority))
        {
            if (!Matches(rule, to, from, udpPort))
                continue;
            if (rule.Drops)
                return new RouteRefusal($"rule \"{rule}\"", rule, null);
            var route = rule.Action != RuleAction.Lookup ? null : place.RefusingRoutes
                .Where(one => one.TableId == rule.TableId && one.Destination.IsIPv6 == isIPv6 && one.Destination.Holds(to))
                .MaxBy(static one => one.Destination.PrefixLength);
            if (route is null)
                continue;
            var (type, own) = (route.Type.ToString().ToLowerInvariant(), ReferenceEquals(rule, main) ? null : rule);
            var table = own is null ? "" : $" of table {RouteTable.NameOf(route.TableId)}, to which rule \"{own}\" leads";
            return new RouteRefusal($"the route \"{type} {route.Destination}\"{table}", own, route);
        }

        return RouteRefusal.None;
    }

    /// <summary>Lets just this destination pass by a link.</summary>
    public static IReadOnlyList<Remedy> Remedies(
        Endpoint side, NamespaceRole role, RouteRefusal refusal, IPAddress to, LinkState? link, IPAddress? gateway = null)
    {
        if (link is null)
            return [];
        if (refusal.Rule is { Drops: true } rule)
        {
            // A rule before it; the table main then has to have a route.
            var priority = Math.Min(rule.Priority - 1, LastOfUsers);
            if (priority < 1)
                return [];
            var host = new CidrAddress(to, CidrAddress.BitsOf(to));
            var before = side.Program(
                role, "ip",
                (null, host.IsIPv6 ? "-6" : "-4"), (null, "rule"), (null, "add"), (null, "to"), (null, host),
                (null, "lookup"), (null, "main"), (null, "pref"), (null, priority));
            var place = side.State[role];
            var hasRoute = place.HostRoutes.Any(r => r.Address.Equals(to) && r.LinkIndex == link.Index)
                || place.Addresses.Any(a => a.LinkIndex == link.Index && a.Address.Holds(to));
            return hasRoute ? [before] : [before, side.Cmdlet(role, "Add-Route", (null, to), (null, link.Name), ("Gateway", gateway))];
        }

        var isSame = refusal.Route is { } route && route.Destination.IsHost;
        var table = refusal.Route is { TableId: not RouteTable.Main } other ? RouteTable.NameOf(other.TableId) : null;
        return [side.Cmdlet(
            role, "Add-Route", (null, to), (null, link.Name), ("Gateway", gateway), ("Table", table), ("Force", isSame ? true : null))];
    }

    // What looks at marks, users, links or a flow that is not known here may be met or not: it is passed over.
    private static bool Matches(RuleState rule, IPAddress to, IPAddress? from, int udpPort) =>
        !rule.IsInverted && !rule.IsOfUsers && rule.Mask == 0 && rule.OutgoingLink is null && rule.IncomingLink is null or "lo"
        && (rule.Destination is null || rule.Destination.Holds(to))
        && (rule.Source is null || (from is not null && rule.Source.Holds(from)))
        && (rule.IPProtocol == 0 || (udpPort > 0 && rule.IPProtocol == Udp))
        && (rule.FirstDestinationPort == 0 || (udpPort >= rule.FirstDestinationPort && udpPort <= rule.LastDestinationPort));
}
