using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Changes;

/// <summary>Settings of a link that exists, whatever its kind, and of the link as a port.</summary>
/// <remarks>The kernel applies a request setting by setting, and stops at the first that it refuses.</remarks>
/// <param name="client">Where the link is.</param>
/// <param name="before">The link, as it was read.</param>
/// <param name="asked">What is to be otherwise.</param>
/// <param name="what">The link in words: "bridge 'br0'".</param>
public sealed class LinkChange(RtnetlinkClient client, Link before, LinkMessage asked, string what) : Change
{
    private const uint LeastForIPv6 = 1280; // IPV6_MIN_MTU

    private readonly RtnetlinkClient _client = client.WithoutCancellation();

    // With too small an MTU a link loses IPv6, addresses and settings.
    private readonly LinkMemory? _memory = asked.Mtu < LeastForIPv6 && before.Mtu >= LeastForIPv6 ? new LinkMemory(client, before) : null;

    internal override void Do()
    {
        asked.Index = before.Index;
        try
        {
            _client.ChangeLink(asked, $"change {what}");
        }
        catch (NetlinkException refusal)
        {
            throw Explain(refusal);
        }

        var ignored = LinkMessage.Table.Compare(asked, _client.GetLink(before.Index).Message);
        if (ignored.Count > 0)
            throw new SettingNotSupportedException($"change {what}", ignored, $"All is as it was before.{Advice(ignored)}");
    }

    internal override void Undo()
    {
        if (_client.FindLink(before.Index) is not { } now)
            return;
        var revert = new LinkMessage { Index = before.Index };
        LinkMessage.Table.Revert(asked, before.Message, revert);
        // The state of a port can only be set while it is up, be it the one that it has.
        if (revert.Info?.PortData is { } port && port.State == now.Message.Info?.PortData?.State)
            port.State = null;
        var wasUp = asked.ChangeMask.HasFlag(LinkFlags.Up) && now.IsUp != before.IsUp;
        // First the state: a link that is up cannot get back another name or MAC address everywhere.
        if (wasUp)
        {
            var state = new LinkMessage { Index = before.Index, Flags = before.Message.Flags, ChangeMask = LinkFlags.Up };
            _client.ChangeLink(state, $"put {what} back as it was");
        }

        if (LinkMessage.Table.Compare(revert, now.Message).Count > 0)
            _client.ChangeLink(revert, $"put {what} back as it was");
        if (_memory is not null)
            LinkMemory.Restore([_memory]);
    }

    private static string Advice(IReadOnlyList<Difference> ignored) =>
        ignored.Any(difference => difference.Attribute == "IFLA_BRPORT_STATE")
            ? " Without a spanning tree the kernel itself sets the state of a port that is up."
            : "";

    private NetworkException Explain(NetlinkException refusal) => refusal switch
    {
        { Errno: Errno.AddressInUse } when asked.Flags.HasFlag(LinkFlags.Up) =>
            LinkKinds.Of(before.Kind).ExplainUp(refusal, _client, before),
        { Errno: Errno.Busy } when asked.Name is not null && before.IsUp =>
            refusal.WithAdvice("Kernels before 6.2 do not rename a link that is up: set it down first."),
        { Errno: Errno.Busy } when asked.LinkLayerAddress is not null && before.IsUp =>
            refusal.WithAdvice("Set the link down first."),
        { Errno: Errno.Exists } when asked.Name is not null =>
            refusal.WithAdvice($"Network namespace '{_client.Namespace}' has a link named '{asked.Name}' already."),
        { Errno: Errno.Invalid } when asked.Mtu is not null =>
            refusal.WithAdvice($"Its MTU goes from {before.MinMtu} to {(before.MaxMtu == 0 ? "any size" : before.MaxMtu)}."),
        { Errno: Errno.Invalid or Errno.NotSupported or Errno.Loop } when asked.MasterIndex > 0 =>
            refusal.WithAdvice(
                $"A bridge takes Ethernet links only, and no bridge or loopback; '{before.Name}' is of kind '{before.Kind}'."),
        _ => refusal,
    };
}
