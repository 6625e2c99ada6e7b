using GeneveNet.Changes;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

/// <summary>Links are built whole or not at all, and replaced only by what can be.</summary>
public class LinkBuilderTests
{
    private static readonly CidrAddress[] Two = [CidrAddress.Parse("10.0.0.1/24"), CidrAddress.Parse("11.200.1.1/32")];

    [Fact]
    public void ALink_IsBuiltWithAllThatWasAskedFor()
    {
        using var here = new TestNamespace();
        var bridge = (Bridge)LinkBuilder.Build(
            new LinkPlan(here.Client, "br0") { Up = true }, LinkKinds.Bridge, new BridgeData { Stp = true });
        Assert.True(bridge is { Stp: true, IsUp: true });
        var plan = new LinkPlan(here.Client, "v0")
        {
            Mtu = 1400,
            LinkLayerAddress = MacAddress.Parse("02:00:00:00:00:01"),
            Alias = "to the far side",
            Addresses = Two,
            Bridge = bridge,
            Up = true,
        };
        var (link, _) = LinkBuilder.BuildPair(plan, new LinkPlan(here.Client, "v1") { Up = true });
        Assert.Equal(
            (1400, "02:00:00:00:00:01", "to the far side", "br0", true),
            (link.Mtu, link.LinkLayerAddressValue!.ToString(), link.Alias, link.Master, link.IsUp));
        Assert.Equal(
            ["10.0.0.1/24", "11.200.1.1/32"], here.Client.GetAddresses(link).Where(a => !a.AddressValue.IsIPv6).Select(a => a.ToString()));
        Assert.Empty(LinkDifferences.Find(plan, null, link));
    }

    [Fact]
    public void ALinkThatCannotBeCompleted_IsNotThere()
    {
        using var here = new TestNamespace();
        var plan = new LinkPlan(here.Client, "b0") { Addresses = [Two[0], Two[0]], Up = true };
        Assert.Equal(17, Assert.Throws<NetlinkException>(() => LinkBuilder.Build(plan, LinkKinds.Bridge, null)).Errno);
        Assert.Null(here.Client.FindLink("b0"));
    }

    [Fact]
    public void APairWithOneEndThatCannotBeCompleted_IsNotThere()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        var second = new LinkPlan(there.Client, "v0") { Addresses = [CidrAddress.Parse("ff02::1/64")] };
        Assert.Throws<NetlinkException>(() => LinkBuilder.BuildPair(new LinkPlan(here.Client, "v0") { Up = true }, second));
        Assert.Null(here.Client.FindLink("v0"));
        Assert.Null(there.Client.FindLink("v0"));
    }

    [Fact]
    public void AReplacementThatCannotBe_LeavesTheLinkUntouched()
    {
        using var here = new TestNamespace();
        var old = LinkBuilder.Build(new LinkPlan(here.Client, "b0") { Addresses = Two, Up = true }, LinkKinds.Bridge, null);
        var plan = new LinkPlan(here.Client, "b0") { Addresses = [CidrAddress.Parse("ff02::1/64")] };
        Assert.Throws<NetlinkException>(() => LinkBuilder.Build(plan, LinkKinds.Bridge, null, old));
        // The very link, and not one like it.
        Assert.Equal(old.Index, here.Client.GetLink("b0").Index);
    }

    [Fact]
    public void AReplacement_TakesThePlace()
    {
        using var here = new TestNamespace();
        var old = LinkBuilder.Build(new LinkPlan(here.Client, "b0") { Addresses = Two, Up = true }, LinkKinds.Bridge, null);
        var made = LinkBuilder.Build(new LinkPlan(here.Client, "b0") { Mtu = 1300 }, LinkKinds.Bridge, null, old);
        Assert.Equal((1300, false), (made.Mtu, made.IsUp));
        Assert.NotEqual(old.Index, made.Index);
        Assert.Empty(here.Client.GetAddresses(made));
    }

    [Fact]
    public void AChangeThatIsRefusedHalfway_IsTakenBackWhole()
    {
        using var here = new TestNamespace();
        LinkBuilder.Build(new LinkPlan(here.Client, "taken"), LinkKinds.Bridge, null);
        var link = LinkBuilder.Build(new LinkPlan(here.Client, "b0") { Mtu = 1400, Alias = "before" }, LinkKinds.Bridge, null);
        var asked = new LinkMessage
        {
            Mtu = 1300,
            LinkLayerAddress = MacAddress.Parse("02:00:00:00:00:02"),
            Name = "taken",
            Alias = "after",
            Flags = LinkFlags.Up,
            ChangeMask = LinkFlags.Up,
        };
        var refusal = Assert.Throws<NetlinkException>(() => Transaction.Run(new LinkChange(here.Client, link, asked, "link 'b0'")));
        Assert.Contains("'taken' already", refusal.Message, StringComparison.Ordinal);
        var now = here.Client.GetLink(link.Index);
        Assert.Equal(
            (link.Name, link.Mtu, link.LinkLayerAddressValue, link.Alias, link.IsUp),
            (now.Name, now.Mtu, now.LinkLayerAddressValue, now.Alias, now.IsUp));
    }

    [Fact]
    public void ABridgeThatRefusesOneSetting_KeepsTheOthers()
    {
        using var here = new TestNamespace();
        var bridge = LinkBuilder.Build(new LinkPlan(here.Client, "br0"), LinkKinds.Bridge, null);
        // Groups 0, 1 and 2 cannot be forwarded.
        var settings = new BridgeData { Priority = 5, GroupForwardMask = 1 };
        var asked = new LinkMessage { Info = new LinkInfo { Kind = LinkKinds.Bridge, Data = settings } };
        Assert.Throws<NetlinkException>(() => Transaction.Run(new LinkChange(here.Client, bridge, asked, "bridge 'br0'")));
        Assert.Equal(32768, ((Bridge)here.Client.GetLink("br0")).Priority);
    }
}
