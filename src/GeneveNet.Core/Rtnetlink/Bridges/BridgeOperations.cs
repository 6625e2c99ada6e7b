using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Bridges;

/// <summary>What the kernel can be asked about bridges and their ports.</summary>
public static class BridgeOperations
{
    /// <summary>The bridge of a name.</summary>
    /// <param name="client">Where.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="NetworkException">There is none, or the link is of another kind.</exception>
    public static Bridge GetBridge(this RtnetlinkClient client, string name)
    {
        ArgumentNullException.ThrowIfNull(client);
        var link = client.GetLink(name);
        if (link is not Bridge)
            throw new NetworkException(FailureKind.InvalidArgument, $"Link '{name}' is no bridge; its kind is '{link.Kind}'.") { Id = "NotABridge" };
        // Its ports are known only from a look at all links.
        foreach (var one in client.GetLinks(LinkKinds.Bridge))
        {
            if (one.Index == link.Index)
                return (Bridge)one;
        }

        return (Bridge)link;
    }

    /// <summary>Creates a bridge and makes sure it is what was asked for; else nothing is left of it.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">Name, and where wanted MTU and MAC address.</param>
    /// <param name="settings">The bridge's settings.</param>
    /// <exception cref="NetworkException">The kernel refused.</exception>
    public static Bridge CreateBridge(this RtnetlinkClient client, LinkMessage link, BridgeData settings)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(link);
        link.Info = new LinkInfo { Kind = LinkKinds.Bridge, Data = settings };
        client.CreateLink(link);
        var patient = client.WithoutCancellation();
        var created = (Bridge)patient.GetLink(link.Name!);
        var ignored = settings.FindIgnored(created.Message.Info!.Data!);
        if (ignored.Count == 0)
            return created;
        patient.RemoveLink(created);
        throw IgnoredSetting.Refusal($"create bridge '{link.Name}'", ignored, "The bridge was removed again.");
    }

    /// <summary>Changes a bridge that exists.</summary>
    /// <param name="client">Where.</param>
    /// <param name="bridge">The bridge, as it was read.</param>
    /// <param name="settings">What is to be otherwise.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void ChangeBridge(this RtnetlinkClient client, Bridge bridge, BridgeData settings)
    {
        ArgumentNullException.ThrowIfNull(bridge);
        client.ChangeLink(
            new LinkMessage { Index = bridge.Index, Info = new LinkInfo { Kind = LinkKinds.Bridge, Data = settings } },
            $"change bridge '{bridge.Name}'");
        var ignored = settings.FindIgnored(client.GetLink(bridge.Index).Message.Info!.Data!);
        if (ignored.Count > 0)
            throw IgnoredSetting.Refusal($"change bridge '{bridge.Name}'", ignored, "What else was asked for is done.");
    }

    /// <summary>Makes a link a port of a bridge.</summary>
    /// <param name="client">Where both are.</param>
    /// <param name="link">The link.</param>
    /// <param name="bridge">The bridge.</param>
    /// <exception cref="NetworkException">The link is a port of another bridge, or the kernel refused.</exception>
    public static void AddBridgePort(this RtnetlinkClient client, Link link, Bridge bridge)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(bridge);
        // The kernel would move it over without a word; a port of another bridge was not named to leave it.
        if (link.MasterIndex != 0 && link.MasterIndex != bridge.Index)
            throw new NetworkException(FailureKind.Busy, $"Link '{link.Name}' is a port of '{link.Master}' already: take it off there first.") { Id = "PortBusy" };
        try
        {
            client.ChangeLink(new LinkMessage { Index = link.Index, MasterIndex = bridge.Index }, $"make link '{link.Name}' a port of bridge '{bridge.Name}'");
        }
        catch (NetlinkException e) when (e.Errno is Errno.Invalid or Errno.NotSupported or Errno.Loop)
        {
            throw e.WithAdvice($"A bridge takes Ethernet links only, and no bridge or loopback; '{link.Name}' is of kind '{link.Kind}'.");
        }
    }

    /// <summary>Takes a port off its bridge; the link itself stays.</summary>
    /// <param name="client">Where.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void RemoveBridgePort(this RtnetlinkClient client, BridgePort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        client.ChangeLink(new LinkMessage { Index = port.Index, MasterIndex = 0 }, $"take port '{port.Name}' off bridge '{port.Bridge}'");
    }

    /// <summary>Changes the settings of a port.</summary>
    /// <param name="client">Where.</param>
    /// <param name="port">The port.</param>
    /// <param name="settings">What is to be otherwise.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void ChangeBridgePort(this RtnetlinkClient client, BridgePort port, BridgePortData settings)
    {
        ArgumentNullException.ThrowIfNull(port);
        client.ChangeLink(
            new LinkMessage { Index = port.Index, Info = new LinkInfo { PortKind = LinkKinds.Bridge, PortData = settings } },
            $"change bridge port '{port.Name}'");
        if (client.GetLink(port.Index).Message.Info?.PortData is not { } got)
            return;
        List<IgnoredSetting> ignored = [];
        foreach (var line in BridgePortData.Table.FindIgnored(settings, got))
            ignored.Add(new IgnoredSetting(line.Name, line.Since, line.Show(settings), line.Show(got)));
        if (ignored.Count > 0)
            throw IgnoredSetting.Refusal($"change bridge port '{port.Name}'", ignored, "Without a spanning tree the kernel itself sets the state of a port that is up.");
    }
}
