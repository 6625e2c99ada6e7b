using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Netfilter;

/// <summary>A rule that lets bridged packets through the FORWARD chain: `iptables -I FORWARD -i br0 -o br0 -j ACCEPT`.</summary>
/// <param name="Bridge">The bridge that packets come in by.</param>
/// <param name="OutBridge">The bridge they leave by.</param>
/// <param name="Backend">Which firewall has the rule.</param>
/// <param name="IsIPv6">Whether it is for IPv6.</param>
/// <param name="Position">Its place in the chain, from 1; 0 for a rule that is not needed and was not added.</param>
/// <param name="Namespace">The network namespace.</param>
public sealed record BridgeForwardRule(
    string Bridge, string OutBridge, IptablesBackend Backend, bool IsIPv6, int Position, NetworkNamespace Namespace)
    : IPlaced
{
    long[] IPlaced.Distinction => [(long)Backend, IsIPv6 ? 6 : 4, Position];

    /// <summary>As iptables lists it.</summary>
    public override string ToString() => VisibleText.Of($"-A FORWARD -i {Bridge} -o {OutBridge} -j ACCEPT");
}

/// <summary>
/// Lists, adds and removes such rules. Changes look at the chain and act under a lock of the namespace, so that several sessions at
/// once make one rule and no more.
/// </summary>
internal static class BridgeForwardRules
{
    /// <summary>The rules there are in a firewall.</summary>
    /// <param name="place">Where.</param>
    /// <param name="backend">Which firewall.</param>
    /// <param name="ipv6">Whether to list those for IPv6.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">The program of the firewall failed.</exception>
    public static IReadOnlyList<BridgeForwardRule> List(
        NetworkNamespace place, IptablesBackend backend, bool ipv6 = false, CancellationToken cancellation = default) =>
        [.. (new Iptables(place, backend, ipv6, cancellation).ReadForward() ?? ForwardChain.Empty).BridgeRules()
            .Select(rule => new BridgeForwardRule(rule.Inside, rule.Outside, backend, ipv6, rule.Position, place))];

    /// <summary>
    /// The firewalls in which a rule is needed: each whose FORWARD chain has a policy other than ACCEPT or any rule, since a packet must
    /// get through both. None where nothing filters.
    /// </summary>
    /// <param name="place">Where.</param>
    /// <param name="ipv6">Whether it is about IPv6.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">No iptables program is installed, or one failed.</exception>
    public static IReadOnlyList<IptablesBackend> FindBackends(
        NetworkNamespace place, bool ipv6, CancellationToken cancellation = default)
    {
        List<IptablesBackend> filtering = [];
        var isAnyInstalled = false;
        foreach (var backend in Enum.GetValues<IptablesBackend>())
        {
            var program = new Iptables(place, backend, ipv6, cancellation);
            isAnyInstalled |= program.IsInstalled;
            if (program.ReadForward() is { IsInUse: true })
                filtering.Add(backend);
        }

        return isAnyInstalled ? filtering : throw new NetworkException(
            FailureKind.NotFound,
            "No iptables program is installed, neither iptables-legacy nor iptables-nft. Install the package iptables.")
        { Id = "IptablesNotFound" };
    }

    /// <summary>Whether packets that come in by one bridge and leave by another pass the FORWARD chain.</summary>
    /// <param name="client">Where.</param>
    /// <param name="inside">The bridge they come in by.</param>
    /// <param name="outside">The bridge they leave by.</param>
    /// <param name="ipv6">Whether it is about IPv6.</param>
    internal static bool PassForward(RtnetlinkClient client, Bridge inside, Bridge outside, bool ipv6)
    {
        // From one bridge to another they are routed, and always pass it.
        if (inside.Index != outside.Index)
            return true;
        var table = ipv6 ? "ip6tables" : "iptables";
        var everywhere = client.GetBridgeNetfilter();
        return everywhere.IsLoaded && (everywhere[table] || client.GetBridgeNetfilter(inside)[table]);
    }

    /// <summary>Fails for a name that iptables would not take for one interface.</summary>
    internal static void RequirePlainName(string name)
    {
        var interfaces = name.Length > 1 ? $"every interface whose name begins with '{name[..^1]}'" : "all interfaces";
        if (name.EndsWith('+'))
            throw new NetworkException(
                FailureKind.InvalidArgument,
                $"There can be no rule for a bridge named '{name}': iptables reads the + at its end as a wildcard, so that the rule " +
                $"would let through packets of {interfaces}. Rename the bridge.")
            { Id = "WildcardBridgeName" };
    }

    /// <summary>What is to be done for two bridges, and the rule that stands in the way where there is one.</summary>
    /// <param name="place">Where.</param>
    /// <param name="backend">Which firewall.</param>
    /// <param name="ipv6">Whether it is about IPv6.</param>
    /// <param name="inside">The bridge that packets come in by.</param>
    /// <param name="outside">The bridge they leave by.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static (ForwardRuleStep Step, string? Obstacle) Plan(
        NetworkNamespace place, IptablesBackend backend, bool ipv6, string inside, string outside, CancellationToken cancellation) =>
        (new Iptables(place, backend, ipv6, cancellation).ReadForward() ?? ForwardChain.Empty).Plan(inside, outside);

    /// <summary>Sees to it that a rule decides about the packets: puts it at the head of the FORWARD chain, or moves it there.</summary>
    /// <param name="place">Where.</param>
    /// <param name="backend">Which firewall.</param>
    /// <param name="ipv6">Whether it is for IPv6.</param>
    /// <param name="inside">The bridge that packets come in by.</param>
    /// <param name="outside">The bridge they leave by.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">The program refused.</exception>
    public static void Add(
        NetworkNamespace place, IptablesBackend backend, bool ipv6, string inside, string outside, CancellationToken cancellation = default)
    {
        RequirePlainName(inside);
        RequirePlainName(outside);
        using var alone = NamespaceLock.Take(place, cancellation);
        var program = new Iptables(place, backend, ipv6, cancellation);
        var chain = program.ReadForward() ?? ForwardChain.Empty;
        var rule = ConditionsOf(inside, outside);
        switch (chain.Plan(inside, outside).Step)
        {
            case ForwardRuleStep.Insert:
                program.Execute(["-I", .. rule]);
                break;
            case ForwardRuleStep.Move:
                // By what they say, not by their places: those may be others by now, when somebody else changes the chain.
                var removals = chain.PositionsOf(inside, outside).Select(_ => (string[])["-D", .. rule]);
                program.ExecuteAtOnce([.. removals, ["-I", .. rule]]);
                break;
        }
    }

    /// <summary>Removes a rule.</summary>
    /// <param name="rule">The rule, as it was read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">It is gone, or the program refused.</exception>
    public static void Remove(BridgeForwardRule rule, CancellationToken cancellation = default)
    {
        using var alone = NamespaceLock.Take(rule.Namespace, cancellation);
        var program = new Iptables(rule.Namespace, rule.Backend, rule.IsIPv6, cancellation);
        if (program.ReadForward()?.PositionsOf(rule.Bridge, rule.OutBridge) is not [_, ..])
            throw new NetworkException(FailureKind.NotFound, $"The FORWARD chain ({rule.Backend}) does not have the rule {rule}.")
            {
                Id = "ForwardRuleNotFound",
            };
        program.Execute(["-D", .. ConditionsOf(rule.Bridge, rule.OutBridge)]);
    }

    private static string[] ConditionsOf(string inside, string outside) => ["FORWARD", "-i", inside, "-o", outside, "-j", "ACCEPT"];
}
