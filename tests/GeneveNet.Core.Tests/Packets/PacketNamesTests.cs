using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

public sealed class PacketNamesTests
{
    [Theory]
    [InlineData(0x0000, "IETF")]
    [InlineData(0x00ff, "IETF")]
    [InlineData(0x0100, "Linux")]
    [InlineData(0x0101, "Open vSwitch (OVS)")]
    [InlineData(0x0108, "Amazon.com, Inc.")]
    [InlineData(0x0110, "Amazon.com, Inc.")]
    [InlineData(0x0111, "IBM")]
    [InlineData(0x0128, "Ericsson")]
    [InlineData(0x012a, "Unassigned")]
    [InlineData(0x012f, "Unassigned")]
    [InlineData(0x0135, "Google LLC")]
    [InlineData(0x014b, "Cilium")]
    [InlineData(0x0170, "7Generation")]
    [InlineData(0x0171, "Unassigned")]
    [InlineData(0xfeff, "Unassigned")]
    [InlineData(0xff00, "Experimental")]
    [InlineData(0xffff, "Experimental")]
    public void OptionClasses_HaveTheirAssignee(int number, string name) => Assert.Equal(name, GeneveOptionClass.NameOf((ushort)number));

    [Theory]
    [InlineData(0x6558, "TEB")]
    [InlineData(0x0800, "IPv4")]
    [InlineData(0x86dd, "IPv6")]
    [InlineData(0x8847, "MPLS unicast")]
    [InlineData(0x8848, "MPLS multicast")]
    [InlineData(0x0806, "ARP")]
    [InlineData(0x1234, "unknown")]
    public void EtherTypes_HaveTcpdumpsNames(int number, string name) => Assert.Equal(name, EtherTypes.NameOf((ushort)number));

    [Fact]
    public void Option_ReadsLikeTcpdump()
    {
        Assert.Equal("class Linux (0x100) type 0x1 len 8 data 00000001", new GeneveOptionData(0x0100, 1, [0, 0, 0, 1]).ToString());
        Assert.Equal("class Experimental (0xffff) type 0x81(C) len 4", new GeneveOptionData(0xffff, 0x81).ToString());
    }

    [Fact]
    public void Options_AreEqualByTheirData()
    {
        var option = new GeneveOptionData(0x0100, 1, [0, 0, 0, 1]);
        Assert.Equal(option, new GeneveOptionData(0x0100, 1, [0, 0, 0, 1]));
        Assert.Equal(option.GetHashCode(), new GeneveOptionData(0x0100, 1, [0, 0, 0, 1]).GetHashCode());
        Assert.NotEqual(option, new GeneveOptionData(0x0100, 1, [0, 0, 0, 2]));
        Assert.NotEqual(option, new GeneveOptionData(0x0100, 2, [0, 0, 0, 1]));
    }

    [Theory]
    [InlineData(0x0064, "vlan 100, p 0", 100, 0, false)]
    [InlineData(0xf0c8, "vlan 200, p 7, DEI", 200, 7, true)]
    public void VlanTag_IsTakenApart(int tci, string text, int id, int priority, bool isDropEligible)
    {
        var tag = new VlanTag(0x8100, (ushort)tci);
        Assert.Equal((text, id, priority, isDropEligible), (tag.ToString(), tag.Id, tag.Priority, tag.IsDropEligible));
    }
}
