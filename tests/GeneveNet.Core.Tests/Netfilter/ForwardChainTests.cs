using GeneveNet.Netfilter;

namespace GeneveNet.Tests.Netfilter;

public sealed class ForwardChainTests
{
    private const string Own = "-A FORWARD -i br0 -o br0 -j ACCEPT";

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("hello")]
    [InlineData("-A FORWARD -j DROP")]
    [InlineData("-P INPUT ACCEPT")]
    [InlineData("-P FORWARD ACCEPT\n-P FORWARD DROP")]
    [InlineData("-P FORWARD ACCEPT\nand more")]
    [InlineData("-P FORWARD ACCEPT\n-A INPUT -j DROP")]
    [InlineData("Chain FORWARD (policy ACCEPT)\ntarget prot opt source destination")]
    public void WhatIsNoChain_IsRefused(string text) => Assert.Null(ForwardChain.TryParse(text));

    [Theory]
    [InlineData("-P FORWARD ACCEPT", false)]
    [InlineData("# Table `filter' contains incompatible base-chains, use 'nft' tool to list them.\n-P FORWARD ACCEPT\n", false)]
    [InlineData("-P FORWARD DROP", true)]
    [InlineData("-P FORWARD ACCEPT\n-A FORWARD -j DOCKER-USER", true)]
    public void AChain_IsInUse_WithARuleOrAPolicy(string text, bool isInUse) => Assert.Equal(isInUse, ForwardChain.TryParse(text)!.IsInUse);

    [Theory]
    // Missing.
    [InlineData("")]
    [InlineData("-A FORWARD -j ACCEPT")]
    [InlineData("-A FORWARD -i br0 -o br1 -j ACCEPT")]
    [InlineData("-A FORWARD -i br0 -o br0 -p tcp -j ACCEPT")]
    [InlineData("-A FORWARD -i br0 -o br0 -j DROP")]
    [InlineData("-A FORWARD ! -i br0 -o br0 -j ACCEPT")]
    // Nothing before it can drop.
    [InlineData(Own, "Keep")]
    [InlineData(Own + "|-A FORWARD -j DROP", "Keep")]
    [InlineData("-A FORWARD -j ACCEPT|" + Own, "Keep")]
    [InlineData("-A FORWARD -j LOG --log-prefix \"a -j DROP\"|" + Own, "Keep")]
    [InlineData("-A FORWARD -m comment --comment \"say \\\"x\\\" -j DROP\" -j ACCEPT|" + Own, "Keep")]
    [InlineData("-A FORWARD -s 192.0.2.1/32|" + Own, "Keep")]
    [InlineData("-A FORWARD -i br1 -o br1 -j ACCEPT|" + Own, "Keep")]
    [InlineData("-A FORWARD -i eth0 -j DROP|" + Own, "Keep")]
    [InlineData("-A FORWARD -o eth0 -j DROP|" + Own, "Keep")]
    [InlineData("-A FORWARD -i eth+ -j DROP|" + Own, "Keep")]
    [InlineData("-A FORWARD ! -i br0 -o br0 -j DROP|" + Own, "Keep")]
    [InlineData("-A FORWARD -i br0 ! -o br0 -j DROP|" + Own, "Keep")]
    [InlineData("-A FORWARD ! -i br+ -j DROP|" + Own, "Keep")]
    // Something before it may.
    [InlineData("-A FORWARD -j DROP|" + Own, "Move", "-A FORWARD -j DROP")]
    [InlineData("-A FORWARD -j REJECT --reject-with tcp-reset|" + Own, "Move", "-A FORWARD -j REJECT --reject-with tcp-reset")]
    [InlineData("-A FORWARD -j DOCKER-USER|-A FORWARD -j DOCKER-FORWARD|" + Own, "Move", "-A FORWARD -j DOCKER-USER")]
    [InlineData("-A FORWARD -g elsewhere|" + Own, "Move", "-A FORWARD -g elsewhere")]
    [InlineData("-A FORWARD -j RETURN|" + Own, "Move", "-A FORWARD -j RETURN")]
    [InlineData("-A FORWARD -i br0 -j DROP|" + Own, "Move", "-A FORWARD -i br0 -j DROP")]
    [InlineData("-A FORWARD -i br+ -j DROP|" + Own, "Move", "-A FORWARD -i br+ -j DROP")]
    [InlineData("-A FORWARD ! -i eth0 -j DROP|" + Own, "Move", "-A FORWARD ! -i eth0 -j DROP")]
    [InlineData("-A FORWARD ! -i eth+ -j DROP|" + Own, "Move", "-A FORWARD ! -i eth+ -j DROP")]
    [InlineData("-A FORWARD --comment \"-j ACCEPT\" -j DROP|" + Own, "Move", "-A FORWARD --comment \"-j ACCEPT\" -j DROP")]
    [InlineData("-A FORWARD -s 192.0.2.0/24 -j DROP|" + Own + "|" + Own, "Move", "-A FORWARD -s 192.0.2.0/24 -j DROP")]
    public void ARule_IsKept_Inserted_OrMoved(string rules, string step = "Insert", string? obstacle = null)
    {
        foreach (var policy in new[] { "ACCEPT", "DROP" })
        {
            var chain = ForwardChain.TryParse($"-P FORWARD {policy}\n{rules.Replace('|', '\n')}\n")!;
            Assert.Equal((Enum.Parse<ForwardRuleStep>(step), obstacle), chain.Plan("br0", "br0"));
        }
    }

    [Fact]
    public void Rules_HaveTheirPlaces()
    {
        var chain = ForwardChain.TryParse($"-P FORWARD DROP\n-A FORWARD -j LOG\n{Own}\n-A FORWARD -i br0 -o br1 -j ACCEPT\n{Own}\n")!;
        Assert.Equal([(2, "br0", "br0"), (3, "br0", "br1"), (4, "br0", "br0")], chain.BridgeRules());
        Assert.Equal([2, 4], chain.PositionsOf("br0", "br0"));
        Assert.Empty(chain.PositionsOf("br1", "br0"));
    }
}
