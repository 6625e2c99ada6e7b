using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

/// <summary>What all of the tables can do: name their properties, compare, take back.</summary>
public class AttributeTableTests
{
    [Fact]
    public void EveryLine_NamesItsProperty()
    {
        Assert.All(Table.All.Values, table => Assert.NotEmpty(table.Lines));
        Assert.DoesNotContain(Table.All.Values.SelectMany(table => table.Lines), line => line.Owner.GetProperty(line.Property) is null);
    }

    [Fact]
    public void TakingBack_NamesWhatWasAsked_WithTheValuesOfBefore()
    {
        var asked = new BridgeData { Stp = true, Priority = 5 };
        var before = new BridgeData { Stp = false, Priority = 32768, VlanFiltering = true };
        var revert = (BridgeData)((LinkKindData)asked).Revert(before);
        Assert.Equal((false, (ushort)32768, null), (revert.Stp!.Value, revert.Priority!.Value, revert.VlanFiltering));
    }

    [Fact]
    public void TakingBack_WhatWasNotThere_TakesItAway()
    {
        var revert = new LinkMessage();
        LinkMessage.Table.Revert(new LinkMessage { Alias = "x", MasterIndex = 7, Mtu = 1 }, new LinkMessage { Mtu = 1500 }, revert);
        Assert.Equal(("", 0, 1500u), (revert.Alias, revert.MasterIndex!.Value, revert.Mtu!.Value));
    }

    [Fact]
    public void Comparing_LooksInsideNestedAttributes()
    {
        var asked = new LinkMessage { Mtu = 1500, Info = new LinkInfo { Kind = "bridge", Data = new BridgeData { Stp = true } } };
        var got = new LinkMessage { Mtu = 1400, Info = new LinkInfo { Kind = "bridge", Data = new BridgeData { Stp = false } } };
        Assert.Equal(
            [new Difference("Mtu", "1500", "1400", "IFLA_MTU"), new Difference("Stp", "True", "False", "IFLA_BR_STP_STATE")],
            LinkMessage.Table.Compare(asked, got));
    }
}
