using System.Globalization;
using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class LinkTests
{
    [Fact]
    public void ABatchOfAThousandAddresses_IsDoneAsAWhole_AndARefusalIsThatOfItsOwnRequest()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        var addresses = Enumerable.Range(0, 1000)
            .Select(i => CidrAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.7.{i / 250}.{i % 250}/32"))).ToList();
        var requests = addresses.ConvertAll(
            address => (NetlinkRequest)AddressOperations.AddRequest(link, address, peer: null, replace: false));
        // One that is there already by then, far from either end.
        requests.Insert(700, AddressOperations.AddRequest(link, addresses[5], peer: null, replace: false));

        var refusals = here.Client.ExecuteBatch(requests);

        Assert.Equal(1001, refusals.Count);
        Assert.Equal([700], Enumerable.Range(0, 1001).Where(i => refusals[i] is not null));
        Assert.Equal(
            (17, FailureKind.Exists, $"add address {addresses[5]} to link 'v0'"),
            (refusals[700]!.Errno, refusals[700]!.Kind, refusals[700]!.RequestSummary));
        Assert.Equal(
            addresses.Select(a => a.ToString()).Order(StringComparer.Ordinal),
            here.Client.GetAddresses(link).Where(a => !a.AddressValue.IsIPv6).Select(a => a.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThreadsThatShareAClient_EachGetTheirOwnAnswer()
    {
        using var here = new TestNamespace();
        const int Threads = 8, Rounds = 60;
        for (var i = 0; i < Threads; i++)
            here.AddVeth($"a{i}", $"b{i}");
        var expected = here.Client.GetLinks().Select(link => link.Name).ToList();
        Assert.Equal((2 * Threads) + 1, expected.Count);

        List<Exception> failures = [];
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                var (own, gone) = ($"a{number}", $"no{number}");
                for (var round = 0; round < Rounds; round++)
                {
                    Assert.Equal(own, here.Client.GetLink(own).Name);
                    Assert.Equal($"b{number}", here.Client.GetLink(here.Client.GetLink(own).ParentIndex).Name);
                    Assert.Contains(
                        $"'{gone}'", Assert.Throws<NetworkException>(() => here.Client.GetLink(gone)).Message, StringComparison.Ordinal);
                    if (round % 20 == 0)
                        Assert.Equal(expected, here.Client.GetLinks().Select(link => link.Name));
                }
            }
            catch (Exception e)
            {
                lock (failures)
                    failures.Add(e);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Empty(failures);
    }

    [Fact]
    public void Alias_IsSetAndTakenAwayAgain()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        here.Client.ChangeLink(new LinkMessage { Index = link.Index, Alias = "to the far side" }, "set its alias");
        Assert.Equal("to the far side", here.Client.GetLink("v0").Alias);
        here.Client.ChangeLink(new LinkMessage { Index = link.Index, Alias = "" }, "take its alias away");
        Assert.Null(here.Client.GetLink("v0").Alias);
    }

    [Fact]
    public void Alias_CanHave255Bytes()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        var alias = new string('x', 255);
        here.Client.ChangeLink(new LinkMessage { Index = link.Index, Alias = alias }, "set its alias");
        Assert.Equal(alias, here.Client.GetLink("v0").Alias);
    }

    [Fact]
    public void Move_TakesTheLinkToTheOtherNamespace_UnderANewName()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        var link = here.AddVeth();
        here.Client.MoveLink(link, there.Namespace, "moved");

        Assert.Null(here.Client.FindLink("v0"));
        var moved = there.Client.GetLink("moved");
        Assert.Equal("veth", moved.Kind);
        // The peer is known by the number the namespaces have for each other.
        Assert.Equal(there.Client.GetNamespaceId(here.Namespace), moved.ParentNamespaceId);
        Assert.Equal(here.Client.GetNamespaceId(there.Namespace), here.Client.GetLink("v1").ParentNamespaceId);
    }

    [Fact]
    public void Move_OntoATakenName_SaysSo_AndLeavesTheLink()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        var link = here.AddVeth();
        there.AddVeth();
        var exception = Assert.Throws<NetlinkException>(() => here.Client.MoveLink(link, there.Namespace, newName: null));
        Assert.Equal(FailureKind.Exists, exception.Kind);
        Assert.Contains("'v0' is there already", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(here.Client.FindLink("v0"));
    }

    [Fact]
    public void Create_OfATakenName_SaysSo()
    {
        using var here = new TestNamespace();
        here.AddVeth();
        var exception = Assert.Throws<NetlinkException>(() => here.AddVeth("v0", "v9"));
        Assert.Equal(FailureKind.Exists, exception.Kind);
        Assert.Contains($"'{here.Name}' has a link of that name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OfAKindNobodyKnows_SaysWhatIsMissing()
    {
        using var here = new TestNamespace();
        var exception = Assert.Throws<NetlinkException>(
            () => here.Client.CreateLink(new LinkMessage { Name = "x", Info = new LinkInfo { Kind = "nonesuch" } }));
        Assert.Equal(FailureKind.NotSupported, exception.Kind);
        Assert.Contains("modprobe nonesuch", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1/24", null)]
    [InlineData("10.0.0.0/31", null)]
    [InlineData("11.200.1.1/32", null)]
    [InlineData("10.0.0.1/32", "10.0.0.2")]
    [InlineData("2001:db8::1/64", null)]
    [InlineData("2001:db8::1/128", "2001:db8::2")]
    public void Address_IsAddedReadAndRemoved(string text, string? peer)
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        here.Client.AddAddress(link, CidrAddress.Parse(text), peer is null ? null : IPAddress.Parse(peer));

        var read = Assert.Single(here.Client.GetAddresses(link));
        Assert.Equal((text, peer, "v0", link.Index), (read.ToString(), read.PeerValue?.ToString(), read.Link, read.Index));

        here.Client.RemoveAddress(read);
        Assert.Empty(here.Client.GetAddresses(link));
        Assert.Equal(FailureKind.NotFound, Assert.Throws<NetlinkException>(() => here.Client.RemoveAddress(read)).Kind);
    }

    [Fact]
    public void Address_AddedAgain_IsRefused_UnlessItIsReplaced()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        var address = CidrAddress.Parse("10.0.0.1/24");
        here.Client.AddAddress(link, address);
        Assert.Equal(FailureKind.Exists, Assert.Throws<NetlinkException>(() => here.Client.AddAddress(link, address)).Kind);
        here.Client.AddAddress(link, address, replace: true);
        Assert.Single(here.Client.GetAddresses(link));
    }
}
