using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Rules;

/// <summary>What the kernel can be asked about policy rules.</summary>
internal static class RuleOperations
{
    /// <summary>Policy rules, IPv4 before IPv6, in the order in which the kernel asks them.</summary>
    /// <param name="client">Where.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IReadOnlyList<RoutingRule> GetRules(this RtnetlinkClient client, IPVersion? version = null) =>
        Listing(client, version).Get();

    /// <summary>The same rules as <see cref="GetRules"/>, made one by one as they are taken.</summary>
    /// <param name="client">Where.</param>
    /// <param name="version">Only those of this IP version; null for both.</param>
    public static IEnumerable<RoutingRule> StreamRules(this RtnetlinkClient client, IPVersion? version = null) =>
        Listing(client, version).Stream();

    private static Listing<RuleMessage, RoutingRule> Listing(RtnetlinkClient client, IPVersion? version)
    {
        byte[] families = version is null ? [Family.IPv4, Family.IPv6] : [Family.Of(version)];
        return new(client, message => new RoutingRule(message, client.Namespace), Array.ConvertAll(families, RequestOf))
        {
            // A kernel may be built without policy rules, or started without IPv6.
            MeaningNone = [Errno.NotSupported, Errno.FamilyNotSupported],
        };
    }

    private static NetlinkRequest<RuleMessage> RequestOf(byte family) =>
        new(RtmType.GetRule, NetlinkFlags.None, new RuleMessage { Family = family }, "list policy rules");
}
