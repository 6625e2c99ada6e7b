using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class FdbTests
{
    [Fact]
    public void Entries_AreFoundByBridgeAndByPort_WithNamesAndPortNumbers()
    {
        using var here = new TestNamespace();
        foreach (var bridge in (string[])["br0", "br1"])
        {
            here.Client.CreateLink(new LinkMessage { Name = bridge, Info = new LinkInfo { Kind = "bridge" } });
            for (var port = 0; port < 2; port++)
            {
                var link = here.AddVeth($"{bridge}p{port}", $"{bridge}q{port}");
                here.Client.ChangeLink(
                    new LinkMessage { Index = link.Index, MasterIndex = here.Client.GetLink(bridge).Index }, "make it a port");
                var station = MacAddress.Parse($"02:00:00:00:0{bridge[^1]}:0{port}");
                here.Client.Execute(FdbOperations.AddFdbRequest(
                    here.Client.GetLink(link.Name), station, FdbEntryKind.Static, null, replace: false));
            }
        }

        var all = Shown(here.Client.GetFdbEntries());
        Assert.Equal(
            [
                "02:00:00:00:00:00 br0p0 1 br0", "02:00:00:00:00:01 br0p1 2 br0",
                "02:00:00:00:01:00 br1p0 1 br1", "02:00:00:00:01:01 br1p1 2 br1",
            ],
            all);
        Assert.Equal(
            all.Where(line => line.EndsWith("br1", StringComparison.Ordinal)),
            Shown(here.Client.GetFdbEntries(here.Client.GetLink("br1"))));
        Assert.Equal(
            all.Where(line => line.Contains("br0p1", StringComparison.Ordinal)),
            Shown(here.Client.GetFdbEntries(port: here.Client.GetLink("br0p1"))));
        Assert.Equal(all.Take(1), Shown(here.Client.StreamFdbEntries(here.Client.GetLink("br0"), here.Client.GetLink("br0p0"))));
        Assert.Empty(Shown(here.Client.GetFdbEntries(here.Client.GetLink("br0"), here.Client.GetLink("br1p0"))));
        // What is on the bridge itself is its own.
        var own = MacAddress.Parse("02:00:00:00:00:aa");
        here.Client.Execute(FdbOperations.AddFdbRequest(here.Client.GetLink("br0"), own, FdbEntryKind.Permanent, null, replace: false));
        Assert.Contains(
            here.Client.GetFdbEntries(here.Client.GetLink("br0")),
            e => e.LinkLayerAddressValue.Equals(own) && e is { Port: "br0", Bridge: "br0" });
        Assert.Contains(
            here.Client.GetFdbEntries(port: here.Client.GetLink("br0")),
            e => e.LinkLayerAddressValue.Equals(own) && e is { Port: "br0", Bridge: "br0" });
    }

    private static List<string> Shown(IEnumerable<BridgeFdbEntry> entries)
    {
        var shown = entries
            .Where(e => e.Kind == FdbEntryKind.Static)
            .Select(e => $"{e.LinkLayerAddressValue} {e.Port} {e.PortNumber} {e.Bridge}");
        return [.. shown.Order(StringComparer.Ordinal)];
    }
}
