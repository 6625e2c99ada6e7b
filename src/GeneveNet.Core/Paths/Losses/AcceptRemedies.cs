using System.Net;
using System.Net.Sockets;
using GeneveNet.Netfilter;
using GeneveNet.Netfilter.Nftables;

namespace GeneveNet.Paths.Losses;

/// <summary>Rules that let pass what was dropped, and nothing else: just before the rule that drops, or at the end of its chain.</summary>
internal static class AcceptRemedies
{
    // The chains of iptables-nft are its own: nft can write into them, and iptables then cannot read them any more.
    private static readonly string[] TablesOfIptables = ["filter", "raw", "mangle", "nat", "security"];

    /// <summary>Before a rule of nftables, or at the end of a chain whose policy drops.</summary>
    /// <param name="loss">What is lost where.</param>
    /// <param name="family">Family of the table.</param>
    /// <param name="table">Table.</param>
    /// <param name="chain">Chain.</param>
    /// <param name="handle">Number of the rule; null for the policy.</param>
    /// <param name="position">Its place in the chain, from 1; 0 where that is not known.</param>
    public static IReadOnlyList<Remedy> Nft(LossPoint loss, NftFamily family, string table, string chain, ulong? handle, int position)
    {
        if (IsOfIptables(loss, family, table) && (handle is null || position > 0))
        {
            var name = family == NftFamily.Ip6 ? "ip6tables-nft" : "iptables-nft";
            return Iptables(loss, name, table, chain, handle is null ? 0 : position);
        }

        List<(string?, object?)> head = handle is { } number
            ? [(null, "insert"), (null, "rule"), .. Place(), (null, "handle"), (null, number)]
            : [(null, "add"), (null, "rule"), .. Place()];
        return [.. Matches(loss, family).Select(match => loss.Side.Program(
            loss.Role, "nft", [.. head, .. match.Select(static word => ((string?)null, (object?)word)), (null, "accept")]))];

        (string?, object?)[] Place() => [(null, NftRuleText.NameOf(family)), (null, table), (null, chain)];
    }

    /// <summary>Before a rule of the old firewall, or at the end of a chain whose policy drops.</summary>
    public static IReadOnlyList<Remedy> Legacy(LossPoint loss, LegacyRule rule)
    {
        var name = rule.IsIPv6 ? "ip6tables-legacy" : "iptables-legacy";
        return Iptables(loss, name, rule.Table, rule.Chain, rule.Number);
    }

    /// <summary>
    /// Whether a table is one of iptables: those of nft often have the same names, but their chains at hooks have small letters, and
    /// iptables would not touch them.
    /// </summary>
    public static bool IsOfIptables(LossPoint loss, NftFamily family, string table) =>
        family is NftFamily.Ip or NftFamily.Ip6 && Array.IndexOf(TablesOfIptables, table) >= 0
        && loss.Rules?.Chains.Any(one => one.IsBase && (one.Family, one.Table) == (family, table) && !IsOfIptables(one.Name)) != true;

    private static bool IsOfIptables(string chain) => chain is "INPUT" or "OUTPUT" or "FORWARD" or "PREROUTING" or "POSTROUTING";

    private static IReadOnlyList<Remedy> Iptables(LossPoint loss, string name, string table, string chain, int place)
    {
        List<(string?, object?)> head = table == "filter" ? [] : [("-t", table)];
        if (place > 0)
            head.AddRange([("-I", chain), (null, place)]);
        else
            head.Add(("-A", chain));
        if (loss.IsOuter)
            head.AddRange([("-p", "udp"), ("--dport", loss.Side.Settings?.Port)]);
        // Questions for MAC addresses go to a group, not to the other end.
        string[] kinds = loss.IsNeighbor && loss.IsIPv6 ? ["neighbor-solicitation", "neighbor-advertisement"] : [];
        return
        [
            .. kinds.Select(kind => Accept(("-p", "ipv6-icmp"), ("--icmpv6-type", kind))),
            .. Directions(loss).Select(way => Accept(("-s", way.From), ("-d", way.To))),
        ];

        Remedy Accept(params (string?, object?)[] match) => loss.Side.Program(loss.Role, name, [.. head, .. match, ("-j", "ACCEPT")]);
    }

    /// <summary>The conditions of nft that such packets meet, one for each kind of them.</summary>
    private static IEnumerable<string[]> Matches(LossPoint loss, NftFamily family)
    {
        if (family == NftFamily.Arp)
        {
            foreach (var (from, to) in Directions(loss))
                yield return ["arp", "saddr", "ip", $"{from}", "arp", "daddr", "ip", $"{to}"];
            yield break;
        }

        if (loss.IsArp && family is NftFamily.Bridge or NftFamily.Netdev)
            yield return ["ether", "type", "arp"];
        if (loss is { IsNeighbor: true, IsIPv6: true })
            yield return ["icmpv6", "type", "{ nd-neighbor-solicit, nd-neighbor-advert }"];
        foreach (var (from, to) in Directions(loss))
        {
            if (from is null || to is null)
                continue;
            var ip = from.AddressFamily == AddressFamily.InterNetworkV6 ? "ip6" : "ip";
            string[] ports = loss.IsOuter ? ["udp", "dport", $"{loss.Side.Settings?.Port}"] : [];
            yield return [ip, "saddr", $"{from}", ip, "daddr", $"{to}", .. ports];
        }
    }

    /// <summary>From where to where: what passes through a host does so both ways.</summary>
    private static IEnumerable<(IPAddress? From, IPAddress? To)> Directions(LossPoint loss)
    {
        var side = loss.Side;
        var (own, other) = loss.IsOuter
            ? (side.UnderlaySource, side.ArrivedFrom ?? side.Settings?.Remote)
            : (side.Inner, side.OtherInner);
        yield return loss.IsFromOther ? (other, own) : (own, other);
        if (loss.Stage == LossStage.Through)
            yield return loss.IsFromOther ? (own, other) : (other, own);
    }
}
