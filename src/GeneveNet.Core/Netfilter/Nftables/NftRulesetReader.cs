using GeneveNet.Namespaces;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>Reads the rules of nftables of a namespace. Nothing is changed, and no module is loaded for it.</summary>
internal static class NftRulesetReader
{
    /// <summary>More rules are not kept; no path that people debug has them.</summary>
    internal const int MostRules = 50_000;

    private const int Attempts = 32, AttemptsWithoutBuffers = 3;

    /// <summary>Reads them.</summary>
    /// <param name="place">The namespace.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>An empty ruleset where the kernel does not have nftables.</returns>
    /// <exception cref="NetworkException">
    /// <see cref="FailureKind.PermissionDenied"/> without CAP_NET_ADMIN there: nobody has looked, and nothing is known.
    /// <see cref="FailureKind.Interrupted"/> where the rules change faster than they can be read.
    /// </exception>
    public static NftRuleset Read(NetworkNamespace place, CancellationToken cancellation = default)
    {
        if (!NftSubsystem.IsLoaded)
            return NftRuleset.Empty;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var connection = new NetlinkConnection(NftSubsystem.OpenSocket(place));
                return Read(connection, cancellation);
            }
            catch (NetworkException refusal) when (NftSubsystem.IsAbsence(refusal))
            {
                return NftRuleset.Empty;
            }
            catch (NetworkException refusal) when (refusal.Errno == Errno.NoBuffers && attempt < AttemptsWithoutBuffers)
            {
                // What was left in the socket is gone with it. A read can simply be made again.
            }
        }
    }

    /// <summary>Reads them over a connection.</summary>
    internal static NftRuleset Read(NetlinkConnection connection, CancellationToken cancellation)
    {
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                if (TryRead(connection, cancellation) is { } ruleset)
                    return ruleset;
            }
        }
        catch (NetlinkFormatException failure)
        {
            throw NftSubsystem.Malformed(failure);
        }

        throw new NetworkException(
            FailureKind.Interrupted, "Cannot read the rules of nftables: they changed each time they were read. Try again later.");
    }

    /// <summary>Reads them once; null where they changed meanwhile.</summary>
    private static NftRuleset? TryRead(NetlinkConnection connection, CancellationToken cancellation)
    {
        var tables = connection.Dump<NftTableMessage>(Question(NftMessageType.GetTable, "tables"), cancellation);
        if (tables.Count == 0)
            return NftRuleset.Empty;
        // Every answer says how many changes there were before it.
        var generation = tables[0].ResourceId;
        var chains = connection.Dump<NftChainMessage>(Question(NftMessageType.GetChain, "chains"), cancellation);
        var rules = new List<NftRule>();
        var isCut = false;
        // The kernel says the rules of a chain one after the other, but a name may stand for chains of several tables.
        Dictionary<(NftFamily, string, string), int> positions = [];
        foreach (var message in connection.DumpBytes<NftRuleMessage>(Question(NftMessageType.GetRule, "rules"), cancellation))
        {
            if (message.ResourceId != generation)
                return null;
            isCut = rules.Count == MostRules;
            if (isCut)
                break;
            rules.Add(ToRule(message, positions));
        }

        return tables.Exists(IsLater) || chains.Exists(IsLater) ? null : new NftRuleset
        {
            Tables = tables.ConvertAll(ToTable),
            Chains = chains.ConvertAll(ToChain),
            Rules = rules,
            IsCut = isCut,
        };

        bool IsLater(NftMessage message) => message.ResourceId != generation;
    }

    private static NetlinkRequest<NftPlainMessage> Question(ushort type, string what) =>
        new(type, NetlinkFlags.None, new NftPlainMessage(), $"read the {what} of nftables");

    private static NftTable ToTable(NftTableMessage message) => new()
    {
        Family = message.Family,
        Name = message.Name ?? "",
        Handle = message.Handle ?? 0,
        IsDormant = ((message.Flags ?? 0) & NftTableMessage.Dormant) != 0,
        IsOwned = ((message.Flags ?? 0) & NftTableMessage.Owned) != 0,
    };

    private static NftChain ToChain(NftChainMessage message)
    {
        var hook = message.Hook;
        return new NftChain
        {
            Family = message.Family,
            Table = message.Table ?? "",
            Name = message.Name ?? "",
            Handle = message.Handle ?? 0,
            Hook = hook?.Number is { } number ? NftNumbers.HookOf(message.Family, number) : null,
            Priority = hook is null ? null : hook.Priority ?? 0,
            Policy = hook is null || message.Policy is not { } policy ? null : NftNumbers.VerdictOf((int)policy),
            Type = message.Type,
            Devices = hook?.Devices ?? (hook?.Device is { } device ? [device] : []),
        };
    }

    private static NftRule ToRule(NftRuleMessage message, Dictionary<(NftFamily, string, string), int> positions)
    {
        var meaning = NftExpressions.Read(message.Expressions);
        var (table, chain) = (message.Table ?? "", message.Chain ?? "");
        var place = (message.Family, table, chain);
        var position = positions[place] = positions.GetValueOrDefault(place) + 1;
        return new NftRule
        {
            Family = message.Family,
            Table = table,
            Chain = chain,
            Handle = message.Handle ?? 0,
            Position = position,
            Verdict = meaning.Verdict,
            TargetChain = meaning.TargetChain,
            DecidesByMap = meaning.DecidesByMap,
            Packets = meaning.Packets,
            Bytes = meaning.Bytes,
            Comment = NftExpressions.ReadComment(message.UserData) ?? meaning.Comment,
        };
    }
}
