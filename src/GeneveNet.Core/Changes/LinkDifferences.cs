using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>How links differ from what is asked of them: the one place where that is found out.</summary>
internal static class LinkDifferences
{
    /// <summary>What of a change is not so yet.</summary>
    /// <param name="link">The link, as it was read.</param>
    /// <param name="asked">The change.</param>
    public static IReadOnlyList<Difference> Find(Link link, LinkMessage asked)
    {
        var differences = LinkMessage.Table.Compare(asked, link.Message);
        var wantsUp = asked.Flags.HasFlag(LinkFlags.Up);
        if (!asked.ChangeMask.HasFlag(LinkFlags.Up) || wantsUp == link.IsUp)
            return differences;
        return [.. differences, wantsUp ? new Difference("Up", null, "down") : new Difference("Down", null, "up")];
    }

    /// <summary>What of a plan is not so in a link that exists.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">The settings of its kind, or null.</param>
    /// <param name="link">The link, as it was read.</param>
    public static IReadOnlyList<Difference> Find(LinkPlan plan, LinkKindData? settings, Link link)
    {
        var asked = plan.ToMessage();
        asked.Alias = plan.Alias;
        asked.Info = settings is null ? null : new LinkInfo { Data = settings };
        List<Difference> differences = [.. LinkMessage.Table.Compare(asked, link.Message)];
        var present = plan.Addresses.Count == 0 ? [] : plan.Client.GetAddresses(link);
        foreach (var address in plan.Addresses)
        {
            if (!present.Any(one => one.AddressValue.Equals(address)))
                differences.Add(new Difference(nameof(plan.Addresses), address.ToString(), "missing"));
        }

        if (plan.Bridge is { } bridge && link.MasterIndex != bridge.Index)
            differences.Add(new Difference(nameof(plan.Bridge), bridge.Name, link.Master ?? "none"));
        if (plan.Up && !link.IsUp)
            differences.Add(new Difference(nameof(plan.Up), null, "down"));
        return differences;
    }

    /// <summary>All that a plan asks for, but for the name.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">The settings of its kind, or null.</param>
    public static IEnumerable<Difference> List(LinkPlan plan, LinkKindData? settings)
    {
        var asked = plan.ToMessage();
        (asked.Name, asked.Alias) = (null, plan.Alias);
        foreach (var difference in settings?.Compare(null) ?? [])
            yield return difference;
        foreach (var difference in LinkMessage.Table.Compare(asked, new LinkMessage()))
            yield return difference;
        foreach (var address in plan.Addresses)
            yield return new Difference(nameof(plan.Addresses), address.ToString(), null);
        if (plan.Bridge is { } bridge)
            yield return new Difference(nameof(plan.Bridge), bridge.Name, null);
        if (plan.Up)
            yield return new Difference(nameof(plan.Up), null, "down");
    }
}
