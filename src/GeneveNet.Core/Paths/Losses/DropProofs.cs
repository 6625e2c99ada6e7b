using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Paths.Checks;
using GeneveNet.Paths.Probes;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;
using GeneveNet.TrafficControl;

namespace GeneveNet.Paths.Losses;

/// <summary>
/// Finds what dropped packets of the probe, and takes only proofs: the kernel's own word for these packets, or a counter that grew by
/// what was lost while it was.
/// </summary>
/// <param name="seen">What was watched of the probe.</param>
internal sealed class DropProofs(WatchReport seen)
{
    // Other packets may meet the same rule meanwhile; more of them than this, and the counter says nothing about ours.
    private const int Others = 6;

    private static readonly NftHook[] OutHooks = [NftHook.Output, NftHook.Postrouting, NftHook.Egress];
    private static readonly NftHook[] InHooks = [NftHook.Prerouting, NftHook.Input, NftHook.Ingress];
    private static readonly string[] OutChains = ["OUTPUT", "POSTROUTING"], InChains = ["PREROUTING", "INPUT"];
    private static readonly string[] ThroughChains = ["PREROUTING", "FORWARD", "POSTROUTING"];
    private static readonly string[] BuiltIn = [.. OutChains, .. InChains, "FORWARD"];

    /// <summary>What is proven to drop them; null for nothing.</summary>
    public Culprit? Find(LossPoint loss) =>
        Traced(loss) ?? Counted(loss) ?? Certain(loss) ?? CountedByOthers(loss);

    /// <summary>What is proven to have dropped some of them, where others passed; null for nothing.</summary>
    public Culprit? FindPartial(LossPoint loss) =>
        Traced(loss) ?? Counted(loss) ?? CountedByOthers(loss);

    private static Culprit? CountedByOthers(LossPoint loss) => CountedByLegacy(loss) ?? CountedByTraffic(loss) ?? CountedByIpsec(loss);

    /// <summary>What could drop them as far as rules go, and was not seen to; in words, for who has to look.</summary>
    public static IReadOnlyList<string> Suspects(LossPoint loss)
    {
        if (loss.Rules is not { } rules)
            return [];
        List<string> suspects = [];
        foreach (var chain in rules.Chains)
        {
            if (!chain.IsBase || !Fits(loss, chain) || IsDormant(rules, chain))
                continue;
            if (chain.Policy == NftVerdict.Drop || Reachable(rules, chain).Any(static rule => rule.MayDrop))
                suspects.Add($"chain '{chain.Name}' of table {NftRuleText.NameOf(chain.Family)} '{chain.Table}'");
        }

        return suspects;
    }

    private Culprit? Traced(LossPoint loss)
    {
        var place = loss.Side.State[loss.Role].Id;
        foreach (var trace in seen.Traces)
        {
            var where = trace.Drop.Where;
            var isMeant = where.Packet == NftTracePacket.Neighbor ? loss.IsNeighbor || IsUnderlayQuestion(loss)
                : (where.Packet == NftTracePacket.Outer) == loss.IsOuter && IsOnTheWay(loss, where);
            if (trace.Place != place || !isMeant)
                continue;
            var rule = FindRule(loss, where.Family, where.Table, where.Chain, where.RuleHandle);
            var verb = where.IsDrop ? null : rule?.Verdict switch
            {
                NftVerdict.Dnat or NftVerdict.Redirect => "sends them to another destination",
                _ => null,
            };
            if (verb is null && !where.IsDrop)
                continue;
            var (table, chain, handle) = (where.Table, where.Chain, where.RuleHandle);
            var found = ByNft(loss, where.Family, table, chain, handle, rule?.Position ?? 0, trace.Text, trace.Drop.Packets);
            // The kernel remembers a redirection for half a minute, whatever its rules say by then: no rule lets them through at once.
            var remedies = rule?.Verdict == NftVerdict.Redirect ? [] : found.Remedies;
            return verb is null ? found : found with { Verb = verb, Remedies = remedies };
        }

        return null;
    }

    // What this host sends itself has not come in by a link: a request that comes in is told from its answer by that.
    private static bool IsOnTheWay(LossPoint loss, NftTraceEvent where) => loss.Stage switch
    {
        LossStage.Out => where.InputIndex == 0,
        LossStage.In => where.InputIndex != 0,
        _ => true,
    };

    // A packet that waits for the MAC address of the underlay's next hop is as good as lost on the way out.
    private static bool IsUnderlayQuestion(LossPoint loss) => loss is { IsOuter: true };

    private static NftRule? FindRule(LossPoint loss, NftFamily family, string table, string chain, ulong? handle) =>
        loss.Rules?.Rules.FirstOrDefault(
            one => (one.Family, one.Table, one.Chain) == (family, table, chain) && one.Handle == handle);

    private static Culprit ByNft(
        LossPoint loss, NftFamily family, string table, string chain, ulong? handle, int position, string? text, long packets)
    {
        var place = $"chain '{chain}' of table {NftRuleText.NameOf(family)} '{table}'";
        var what = handle is null ? $"the policy of {place}" : $"rule {handle} in {place}{(text is null ? "" : $" ({text})")}";
        return new Culprit(
            $"{what} (nftables)",
            AcceptRemedies.Nft(loss, family, table, chain, handle, position),
            [
                ("Family", NftRuleText.NameOf(family)), ("Table", table), ("Chain", chain), ("RuleHandle", handle), ("Rule", text),
                ("Packets", packets),
            ])
        {
            IsInForwardOfIptables = table == "filter" && AcceptRemedies.IsOfIptables(loss, family, table),
        };
    }

    private static Culprit? Counted(LossPoint loss)
    {
        if (Evidence(loss) is not ({ Nftables: { } before }, { Nftables: { } after }))
            return null;
        foreach (var (rule, packets, _) in NftRuleset.Growth(before, after))
        {
            if (rule is { MayDrop: true, DecidesByMap: false } && IsOurs(loss, packets) && IsMet(loss, after, rule))
                return ByNft(loss, rule.Family, rule.Table, rule.Chain, rule.Handle, rule.Position, null, packets);
        }

        return null;
    }

    /// <summary>Whether a chain that such packets pass has the rule, or leads to it.</summary>
    private static bool IsMet(LossPoint loss, NftRuleset rules, NftRule rule) => rules.Chains.Any(
        chain => chain.IsBase && (chain.Family, chain.Table) == (rule.Family, rule.Table) && Fits(loss, chain)
            && Reachable(rules, chain).Contains(rule));

    /// <summary>A chain that lets nothing pass: its policy drops, and none of its rules accepts or leads elsewhere.</summary>
    private static Culprit? Certain(LossPoint loss)
    {
        // Of rules that were not read one may accept.
        if (loss.Rules is not { IsCut: false } rules)
            return null;
        var chain = rules.Chains.FirstOrDefault(one => one is { IsBase: true, Policy: NftVerdict.Drop }
            && Fits(loss, one) && !IsDormant(rules, one) && !MayBeLeftOut(loss, one)
            && !rules.Rules.Any(rule => (rule.Family, rule.Table, rule.Chain) == (one.Family, one.Table, one.Name)
                && (rule.DecidesByMap || rule.Verdict is not (null or NftVerdict.Drop or NftVerdict.Reject))));
        return chain is null ? null : ByNft(loss, chain.Family, chain.Table, chain.Name, null, 0, null, loss.Lost);
    }

    // With br_netfilter some kernels (6.1) leave out what looks at IP packets in a bridge at the priority of that itself.
    private static bool MayBeLeftOut(LossPoint loss, NftChain chain) =>
        chain is { Family: NftFamily.Bridge, Priority: 0 } && BridgeChecks.PassesFirewall(loss.Side);

    private static Culprit? CountedByLegacy(LossPoint loss)
    {
        if (loss.IsArp || !MeetsIP(loss) || Evidence(loss) is not ({ Legacy: { } before }, { Legacy: { } after }))
            return null;
        var chains = loss.Stage switch { LossStage.Out => OutChains, LossStage.In => InChains, _ => ThroughChains };
        foreach (var (rule, packets) in LegacyRules.Growth(before, after))
        {
            // The chains of users are met from any of the others.
            var isThere = Array.IndexOf(chains, rule.Chain) >= 0 || Array.IndexOf(BuiltIn, rule.Chain) < 0;
            var isDrop = rule.Target is "DROP" or "REJECT" or "NFQUEUE";
            if (!isDrop || !isThere || rule.IsIPv6 != loss.IsIPv6 || (!IsOurs(loss, packets) && !IsForOurPort(loss, rule, packets)))
                continue;
            var name = rule.IsIPv6 ? "ip6tables" : "iptables";
            return new Culprit(
                $"\"{rule.Text}\" in table {rule.Table} ({name}-legacy)",
                AcceptRemedies.Legacy(loss, rule),
                [("Table", rule.Table), ("Chain", rule.Chain), ("Number", rule.Number), ("Rule", rule.Text), ("Packets", packets)])
            {
                IsInForwardOfIptables = rule.Table == "filter",
            };
        }

        return null;
    }

    /// <summary>However busy the tunnel is: a rule for its very port drops all of its packets, ours among them.</summary>
    private static bool IsForOurPort(LossPoint loss, LegacyRule rule, long packets) =>
        loss.IsOuter && packets >= loss.Lost && $"{rule.Text} ".Contains($"--dport {loss.Side.Settings?.Port} ", StringComparison.Ordinal);

    private static Culprit? CountedByTraffic(LossPoint loss)
    {
        if (Evidence(loss) is not ({ } before, { } after))
            return null;
        var place = loss.Side.After[loss.Role];
        foreach (var drops in after.TrafficControl.Growth(before.TrafficControl))
        {
            var link = place.LinkOf(drops.LinkIndex);
            // What loses everything need not have lost just these: they may still wait for a MAC address that was asked for in vain.
            var enough = drops.Qdisc?.Netem?.LossPercent >= 100 ? 1 : Math.Max(1, loss.Lost);
            if (link is null || !loss.Links.Contains(link.Name) || drops.Packets < enough)
                continue;
            return new Culprit(
                $"tc on '{link.Name}' ({(drops.Filter is null ? drops.Qdisc!.ToString() : $"filter {drops.Filter}")})",
                TrafficRemedy(loss, link.Name, drops),
                [("Link", link.Name), ("Qdisc", drops.Qdisc?.ToString()), ("Filter", drops.Filter?.ToString()), ("Packets", drops.Packets)],
                PathCause.TrafficControlDrop);
        }

        return null;
    }

    /// <summary>
    /// A discipline that loses packets on purpose, and a filter that drops all there is, can go as a whole: nothing passes there that
    /// would be missed. What else tc does is somebody's design.
    /// </summary>
    private static List<Remedy> TrafficRemedy(LossPoint loss, string link, TrafficDrops drops)
    {
        if (drops.Filter is { Kind: "matchall" } filter)
        {
            var words = $"filter del dev {link} {filter}".Split(' ');
            return [loss.Side.Program(loss.Role, "tc", [.. words.Select(static word => ((string?)null, (object?)word))])];
        }

        return drops.Qdisc is { Netem.Harms: true, Parent: TrafficHandle.Root }
            ? [loss.Side.Program(loss.Role, "tc", (null, "qdisc"), (null, "del"), (null, "dev"), (null, link), (null, "root"))]
            : [];
    }

    private static Culprit? CountedByIpsec(LossPoint loss)
    {
        if (!loss.IsOuter)
            return null;
        var (before, after) = (loss.Side.State[loss.Role], loss.Side.After[loss.Role]);
        var direction = loss.Stage == LossStage.In ? "Xfrm.XfrmIn" : "Xfrm.XfrmOut";
        foreach (var (name, _) in after.Counters)
        {
            if (!name.StartsWith(direction, StringComparison.Ordinal))
                continue;
            var growth = after.Growth(before, name);
            // A policy drops what else goes between the two hosts as well: more is no doubt where nothing else can have dropped ours.
            if (IsOurs(loss, growth) || (growth >= Math.Max(1, loss.Lost) && Suspects(loss).Count == 0))
            {
                return new Culprit(
                    $"a policy of IPsec (ip xfrm; the counter {name["Xfrm.".Length..]} grew by {growth})",
                    [], [("Counter", name), ("Packets", growth)], PathCause.IpsecPolicy);
            }
        }

        return null;
    }

    private static (DropEvidence? Before, DropEvidence? After) Evidence(LossPoint loss) =>
        (loss.Side.State[loss.Role].Evidence, loss.Side.After[loss.Role].Evidence);

    private static bool IsOurs(LossPoint loss, long packets)
    {
        var lost = Math.Max(1, loss.Lost);
        return packets >= lost && packets <= (2 * Math.Max(lost, loss.Passing)) + Others;
    }

    private static bool Fits(LossPoint loss, NftChain chain)
    {
        if (chain.Type == "nat" || chain.Hook is not { } hook)
            return false;
        if (chain.Devices.Count > 0 && !chain.Devices.Any(loss.Links.Contains))
            return false;
        // Neighbor discovery is IPv6; ARP meets its own family and what looks at frames.
        var isIP = chain.Family is NftFamily.Inet or NftFamily.Ip or NftFamily.Ip6 && hook != NftHook.Ingress;
        if ((chain.Family == NftFamily.Arp && !loss.IsArp) || (isIP && (loss.IsArp || !MeetsIP(loss))))
            return false;
        if (chain.Family == (loss.IsIPv6 ? NftFamily.Ip : NftFamily.Ip6))
            return false;
        if (chain.Family == NftFamily.Bridge)
            return loss.Side.PathBridge is not null;
        return loss.Stage switch
        {
            LossStage.Out => Array.IndexOf(OutHooks, hook) >= 0,
            LossStage.In => Array.IndexOf(InHooks, hook) >= 0,
            _ => !isIP || hook is not (NftHook.Input or NftHook.Output),
        };
    }

    /// <summary>Whether packets meet the firewall of IP there: through a bridge they do with br_netfilter alone.</summary>
    private static bool MeetsIP(LossPoint loss) =>
        loss.Stage != LossStage.Through || loss.Side.IsRouted || BridgeChecks.PassesFirewall(loss.Side);

    private static bool IsDormant(NftRuleset rules, NftChain chain) =>
        rules.Tables.Any(table => table.IsDormant && (table.Family, table.Name) == (chain.Family, chain.Table));

    /// <summary>The rules of a chain and of those that it leads to.</summary>
    private static IEnumerable<NftRule> Reachable(NftRuleset rules, NftChain chain)
    {
        HashSet<string> done = [chain.Name];
        Queue<string> next = new(done);
        while (next.TryDequeue(out var name))
        {
            foreach (var rule in rules.Rules)
            {
                if ((rule.Family, rule.Table, rule.Chain) != (chain.Family, chain.Table, name))
                    continue;
                if (rule.TargetChain is { } target && done.Add(target))
                    next.Enqueue(target);
                yield return rule;
            }
        }
    }
}
