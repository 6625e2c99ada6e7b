using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Netfilter;

/// <summary>A rule that lets bridged packets through the FORWARD chain: `iptables -I FORWARD -i br0 -o br0 -j ACCEPT`.</summary>
/// <param name="Bridge">The bridge that packets come in by.</param>
/// <param name="OutBridge">The bridge they leave by.</param>
/// <param name="Backend">Which firewall has the rule.</param>
/// <param name="IsIPv6">Whether it is for IPv6.</param>
/// <param name="Position">Its place in the chain, from 1.</param>
/// <param name="Namespace">The network namespace.</param>
public sealed record BridgeForwardRule(
    string Bridge, string OutBridge, IptablesBackend Backend, bool IsIPv6, int Position, NetworkNamespace Namespace)
{
    /// <summary>As iptables lists it.</summary>
    public override string ToString() => VisibleText.Of($"-A FORWARD -i {Bridge} -o {OutBridge} -j ACCEPT");
}

/// <summary>Lists, adds and removes such rules.</summary>
public static class BridgeForwardRules
{
    /// <summary>The rules there are, in both firewalls.</summary>
    /// <param name="place">Where.</param>
    /// <param name="ipv6">Whether to list those for IPv6.</param>
    public static IReadOnlyList<BridgeForwardRule> List(NetworkNamespace place, bool ipv6 = false)
    {
        List<BridgeForwardRule> rules = [];
        foreach (var backend in Enum.GetValues<IptablesBackend>())
        {
            var program = new Iptables(place, backend, ipv6);
            var position = 0;
            foreach (var line in (program.IsInstalled ? program.ListForward() : null) ?? [])
            {
                if (!line.StartsWith("-A FORWARD ", StringComparison.Ordinal))
                    continue;
                position++;
                // Only a rule with no further condition lets everything through.
                if (line.Split(' ') is ["-A", "FORWARD", "-i", var inside, "-o", var outside, "-j", "ACCEPT"])
                    rules.Add(new BridgeForwardRule(inside, outside, backend, ipv6, position, place));
            }
        }

        return rules;
    }

    /// <summary>
    /// The firewalls in which a rule is needed: each whose FORWARD chain has a policy other than ACCEPT or any rule, since a
    /// packet must get through both. Where neither has, the one that is installed, legacy tables first where they are in use.
    /// </summary>
    /// <param name="place">Where.</param>
    /// <param name="ipv6">Whether it is about IPv6.</param>
    /// <exception cref="NetworkException">No iptables program is installed.</exception>
    public static IReadOnlyList<IptablesBackend> FindBackends(NetworkNamespace place, bool ipv6)
    {
        List<IptablesBackend> filtering = [];
        List<IptablesBackend> working = [];
        foreach (var backend in Enum.GetValues<IptablesBackend>())
        {
            var program = new Iptables(place, backend, ipv6);
            if (!program.IsInstalled || program.ListForward() is not { } chain)
                continue;
            working.Add(backend);
            if (chain.Any(line => line != "-P FORWARD ACCEPT"))
                filtering.Add(backend);
        }

        if (filtering.Count > 0)
            return filtering;
        if (working.Count > 0)
            return [working[0]];
        foreach (var backend in (IptablesBackend[])[IptablesBackend.Nft, IptablesBackend.Legacy])
        {
            if (new Iptables(place, backend, ipv6).IsInstalled)
                return [backend];
        }

        throw new NetworkException(
            FailureKind.NotFound,
            "No iptables program is installed, neither iptables-legacy nor iptables-nft. Install the package iptables.")
        { Id = "IptablesNotFound" };
    }

    /// <summary>Puts a rule at the head of the FORWARD chain.</summary>
    /// <param name="place">Where.</param>
    /// <param name="backend">Which firewall.</param>
    /// <param name="ipv6">Whether it is for IPv6.</param>
    /// <param name="inside">The bridge that packets come in by.</param>
    /// <param name="outside">The bridge they leave by.</param>
    /// <exception cref="NetworkException">The program refused.</exception>
    public static void Add(NetworkNamespace place, IptablesBackend backend, bool ipv6, string inside, string outside) =>
        new Iptables(place, backend, ipv6).Execute("-I", "FORWARD", "-i", inside, "-o", outside, "-j", "ACCEPT");

    /// <summary>Removes a rule.</summary>
    /// <param name="rule">The rule, as it was read.</param>
    /// <exception cref="NetworkException">The program refused.</exception>
    public static void Remove(BridgeForwardRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        new Iptables(rule.Namespace, rule.Backend, rule.IsIPv6).Execute(
            "-D", "FORWARD", "-i", rule.Bridge, "-o", rule.OutBridge, "-j", "ACCEPT");
    }
}
