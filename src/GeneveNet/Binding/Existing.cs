using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>What -IfNotExists means for every kind of link: what exists is returned when it is as asked, else the difference is told.</summary>
internal static class Existing
{
    /// <summary>Where an existing link differs from what is asked of any link, as phrases.</summary>
    public static IEnumerable<string> FindDifferences(RtnetlinkClient client, Link link, CidrAddress[] addresses, int? mtu, MacAddress? mac, bool up, string? bridge = null)
    {
        if (mtu is not null && mtu != link.Mtu)
            yield return $"MTU {mtu} (is {link.Mtu})";
        if (mac is not null && !mac.Equals(link.LinkLayerAddress))
            yield return $"MAC address {mac} (is {link.LinkLayerAddress})";
        var there = addresses.Length == 0 ? [] : client.GetAddresses(link);
        foreach (var address in addresses)
        {
            if (!there.Any(t => t.Address.Equals(address)))
                yield return $"address {address} (is missing)";
        }

        if (!string.IsNullOrEmpty(bridge) && link.Master != bridge)
            yield return $"port of bridge '{bridge}' (is {(link.Master is null ? "of none" : $"of '{link.Master}'")})";
        if (up && !link.IsUp)
            yield return "up (is down)";
    }

    /// <summary>Fails when there is a difference.</summary>
    /// <param name="what">The link as a phrase: "bridge 'br0'".</param>
    /// <param name="differences">Phrases.</param>
    public static void RequireSame(string what, IReadOnlyCollection<string> differences)
    {
        if (differences.Count > 0)
            throw new NetworkException(FailureKind.Exists, $"There is a {what} already, and it differs: {string.Join("; ", differences)}. Change it with Set-*, or remove it first.") { Id = "ExistsDifferent" };
    }
}
