using GeneveNet.Paths.Endpoints;
using GeneveNet.Paths.Sites;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Checks;

/// <summary>
/// Follows a packet through the VLANs of a bridge, as the kernel does (net/bridge/br_vlan.c): what comes in without a tag belongs to
/// the port's PVID; what belongs to no VLAN of a port passes it in neither direction.
/// </summary>
internal static class VlanChecks
{
    /// <summary>What becomes of a packet: the tag it has (0 for none), or why the bridge drops it.</summary>
    private readonly record struct Outcome(int Tag, Finding? Drop);

    /// <summary>This end's bridge drops what this end sends.</summary>
    public static Finding? Filtered(Endpoint side) => Send(side).Drop;

    /// <summary>What the other end sends comes in with a tag that leads nowhere here, or without one that is needed.</summary>
    public static Finding? Mismatch(Endpoint side)
    {
        if (side.Other is not { Tunnel: not null, In: not null } other || side.Tunnel is null || side.In is null)
            return null;
        var sent = Send(other);
        return sent.Drop is null ? Receive(side, sent.Tag).Drop : null;
    }

    private static Outcome Send(Endpoint side)
    {
        var tag = StationTag(side);
        if (Filtering(side) is not { } bridge)
            return new Outcome(tag, null);
        var tunnel = side.Tunnel!;
        var entry = side.InnerPort ?? bridge;
        if (Enter(side, entry, tag, out var vlan) is { } refused)
            return new Outcome(0, refused);
        if (tunnel.Vlans.FirstOrDefault(v => v.Id == vlan) is { } left)
            return new Outcome(left.IsUntagged ? 0 : vlan, null);
        // A port that is in no VLAN at all is nobody's yet.
        var remedy = tunnel.Vlans.Count > 0 ? null : side.Program(
            NamespaceRole.Tunnel, "bridge",
            (null, "vlan"), (null, "add"), (null, "dev"), (null, tunnel.Name), (null, "vid"), (null, vlan),
            (null, tag > 0 ? null : "pvid"), (null, tag > 0 ? null : "untagged"));
        return new Outcome(0, Dropped(side, entry, tunnel, vlan, remedy));
    }

    private static Outcome Receive(Endpoint side, int tag)
    {
        var (station, tunnel) = (StationTag(side), side.Tunnel!);
        var name = side.Station?.Name ?? side.In!.Name;
        if (Filtering(side) is not { } bridge)
            return new Outcome(tag, tag == station ? null : Strange(side, tag, name, station));
        if (Enter(side, tunnel, tag, out var vlan) is { } refused)
            return new Outcome(0, refused);
        var exit = side.InnerPort ?? bridge;
        if (exit.Vlans.FirstOrDefault(v => v.Id == vlan) is not { } left)
            return new Outcome(0, Dropped(side, tunnel, exit, vlan, null));
        var leaves = left.IsUntagged ? 0 : vlan;
        return new Outcome(leaves, leaves == station ? null : Strange(side, leaves, name, station));
    }

    /// <summary>The bridge that tells VLANs apart between the tunnel and the inner side, or null.</summary>
    private static LinkState? Filtering(Endpoint side) =>
        side.PathBridge is { Bridge.VlanFiltering: true } bridge && side.Tunnel?.MasterIndex == bridge.Index ? bridge : null;

    /// <summary>The VLAN of the link with the inner address; 0 where it is not a VLAN's.</summary>
    private static int StationTag(Endpoint side)
    {
        var home = side.State.Inner.AddressOf(side.Inner) is { } address ? side.State.Inner.LinkOf(address.LinkIndex) : null;
        var below = side.IsApart ? side.In : side.OverlayLink;
        var isOnIt = home is { Kind: "vlan", ParentNamespaceId: null } && home.ParentIndex == below?.Index;
        return (isOnIt ? home!.VlanId : side.In?.VlanId) ?? 0;
    }

    private static Finding? Enter(Endpoint side, LinkState port, int tag, out int vlan)
    {
        vlan = tag > 0 ? tag : port.Vlans.FirstOrDefault(static v => v.IsPvid)?.Id ?? 0;
        var id = vlan;
        if (vlan > 0 && port.Vlans.Any(v => v.Id == id))
            return null;
        var what = tag > 0 ? $"packets of VLAN {tag}, which that port is not in" : "packets without a tag, as that port has no PVID";
        return Finding.Of(
            $"Bridge '{side.PathBridge!.Name}' {side.At()} filters VLANs and drops what comes in by '{port.Name}': {what}.",
            ("Bridge", side.PathBridge.Name), ("Port", port.Name), ("Vlan", tag), ("Vlans", Text(port)));
    }

    private static Finding Dropped(Endpoint side, LinkState from, LinkState to, int vlan, Remedy? remedy) => Finding.Of(
        $"Bridge '{side.PathBridge!.Name}' {side.At()} filters VLANs: packets from '{from.Name}' belong to VLAN {vlan}, "
        + $"and '{to.Name}' is {(to.Vlans.Count == 0 ? "in none" : $"in VLAN {Text(to)} only")}.",
        remedy,
        ("Bridge", side.PathBridge.Name), ("From", from.Name), ("To", to.Name), ("Vlan", vlan), ("Vlans", Text(to)));

    private static Finding Strange(Endpoint side, int tag, string station, int wanted) => Finding.Of(
        tag == 0
            ? $"Packets of the other end arrive on '{station}' {side.At()} without a VLAN tag, and the inner address is on VLAN {wanted}."
            : $"Packets of the other end arrive on '{station}' {side.At()} with the tag of VLAN {tag}, and "
                + (wanted == 0 ? "the inner address is on no VLAN." : $"the inner address is on VLAN {wanted}."),
        ("Tag", tag), ("Expected", wanted), ("Station", station));

    private static string Text(LinkState port) => string.Join(", ", port.Vlans.Select(static v => v.Id).Order());
}
