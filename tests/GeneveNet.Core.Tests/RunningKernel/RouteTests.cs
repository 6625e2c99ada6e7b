using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class RouteTests
{
    [Fact]
    public void OfOneVersion_IsEverythingOfItAndNothingElse()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        here.Client.AddRoute(new RouteSpecification { Destination = To("10.1.1.0/24"), Link = link });
        here.Client.AddRoute(new RouteSpecification { Destination = To("2001:db8:5::/48"), Link = link });
        foreach (var version in Enum.GetValues<IPVersion>())
        {
            var routes = here.Client.GetRoutes(version: version);
            Assert.Equal(
                here.Client.GetRoutes().Where(r => r.DestinationValue.IsIPv6 == (version == IPVersion.IPv6)).Select(r => r.ToString()),
                routes.Select(r => r.ToString()));
            Assert.NotEmpty(routes);
            Assert.Equal(routes.Select(r => r.ToString()), here.Client.StreamRoutes(version: version).Select(r => r.ToString()));
            var addresses = here.Client.GetAddresses(link, version);
            Assert.Equal(
                here.Client.GetAddresses(link).Where(a => a.AddressValue.IsIPv6 == (version == IPVersion.IPv6)).Select(a => a.ToString()),
                addresses.Select(a => a.ToString()));
            Assert.NotEmpty(addresses);
        }
    }

    [Fact]
    public void EveryKindOfRoute_IsAddedReadAndRemoved_AndNoOtherOneWithIt()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        var (gateway, gateway6) = (IPAddress.Parse("10.0.0.2"), IPAddress.Parse("2001:db8::2"));
        (RouteSpecification Route, string Expected)[] rows =
        [
            (new() { Destination = To("10.1.1.0/24"), Link = link }, "10.1.1.0/24 dev v0 main Link"),
            (new() { Destination = To("10.1.2.0/24"), Gateway = gateway }, "10.1.2.0/24 via 10.0.0.2 dev v0 main Global"),
            (
                new() { Destination = To("10.1.3.0/24"), Gateway = gateway, Source = IPAddress.Parse("10.0.0.1") },
                "10.1.3.0/24 via 10.0.0.2 dev v0 main Global src 10.0.0.1"),
            (new() { Destination = To("10.1.4.0/24"), Link = link, Metric = 50 }, "10.1.4.0/24 dev v0 main Link metric 50"),
            (new() { Destination = To("10.1.4.0/24"), Link = link, Metric = 60 }, "10.1.4.0/24 dev v0 main Link metric 60"),
            (new() { Destination = To("10.1.5.0/24"), Link = link, Table = 1000 }, "10.1.5.0/24 dev v0 1000 Link"),
            (new() { Destination = To("10.1.5.0/24"), Link = link, Table = 100 }, "10.1.5.0/24 dev v0 100 Link"),
            (
                new() { Destination = To("10.1.6.0/24"), Link = link, Gateway = IPAddress.Parse("192.0.2.77"), OnLink = true },
                "10.1.6.0/24 via 192.0.2.77 dev v0 main Global OnLink"),
            (new() { Destination = To("10.1.7.7/32"), Link = link, Mtu = 1300 }, "10.1.7.7 dev v0 main Link mtu 1300"),
            (new() { Destination = To("10.1.8.0/24"), Type = RouteType.Blackhole }, "blackhole 10.1.8.0/24 main Global"),
            (new() { Destination = To("10.1.9.0/24"), Type = RouteType.Unreachable }, "unreachable 10.1.9.0/24 main Global"),
            (new() { Destination = To("10.1.10.0/24"), Gateway = gateway6 }, "10.1.10.0/24 via 2001:db8::2 dev v0 main Global"),
            (new() { Destination = To("default"), Gateway = gateway }, "default via 10.0.0.2 dev v0 main Global"),
            (new() { Destination = To("default"), Gateway = gateway6 }, "default via 2001:db8::2 dev v0 main Global metric 1024"),
            (
                new() { Destination = To("2001:db8:5::/48"), Gateway = gateway6 },
                "2001:db8:5::/48 via 2001:db8::2 dev v0 main Global metric 1024"),
            (
                new() { Destination = To("2001:db8:6::/48"), Link = link, Metric = 7, Table = 1000 },
                "2001:db8:6::/48 dev v0 1000 Global metric 7"),
            (
                new() { Destination = To("2001:db8:7::1/128"), Link = link, Gateway = IPAddress.Parse("fe80::7") },
                "2001:db8:7::1 via fe80::7 dev v0 main Global metric 1024"),
        ];

        foreach (var (route, _) in rows)
            here.Client.AddRoute(route);
        var expected = rows.Select(row => row.Expected).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, Shown());

        // Taken away one by one, each time exactly that one is gone. Where less is said than which one is meant, the kernel
        // takes the one with the lowest metric, so those with the highest go first here.
        foreach (var route in Own().OrderByDescending(route => route.Metric).ToList())
        {
            here.Client.RemoveRoute(route);
            expected.Remove(Show(route));
            Assert.Equal(expected, Shown());
        }

        Assert.Empty(expected);

        // What the kernel itself made stays; IPv6 also has multicast and local routes of its own.
        IEnumerable<Route> Own() => here.Client.GetRoutes(table: null).Where(route => route.Protocol == RouteProtocol.Boot);
        List<string> Shown() => [.. Own().Select(Show).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void SeveralNextHops_AreReadAndRemoved()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        var message = new RouteMessage
        {
            Family = 2,
            Destination = IPAddress.Parse("10.1.1.0"),
            DestinationLength = 24,
            TableByte = 254,
            Protocol = RouteProtocol.Boot,
            Type = RouteType.Unicast,
            NextHops =
            [
                new NextHopMessage { Index = link.Index, Gateway = IPAddress.Parse("10.0.0.2") },
                new NextHopMessage { Index = link.Index, Via = new Via(IPAddress.Parse("2001:db8::2")), Hops = 3 },
            ],
        };
        here.Client.Execute(new NetlinkRequest<RouteMessage>(RtmType.NewRoute, NetlinkFlags.Create, message, "add it"));

        var route = Assert.Single(here.Client.GetRoutes(link: link), route => route.NextHops.Count > 0);
        Assert.Equal(["via 10.0.0.2 dev v0 weight 1", "via 2001:db8::2 dev v0 weight 4"], route.NextHops.Select(hop => hop.ToString()));

        here.Client.RemoveRoute(route);
        Assert.DoesNotContain(here.Client.GetRoutes(), r => r.NextHops.Count > 0);
    }

    [Fact]
    public void ATableWithoutRoutes_IsEmpty()
    {
        using var here = new TestNamespace();
        Assert.Empty(here.Client.GetRoutes(table: 4242));
    }

    [Fact]
    public void Routes_AreFilteredByTableAndLink()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        var other = here.AddVeth("w0", "w1", up: true);
        here.Client.AddRoute(new() { Destination = To("10.1.1.0/24"), Link = link, Table = 1000 });
        here.Client.AddRoute(new() { Destination = To("10.1.2.0/24"), Link = other, Table = 1000 });
        Assert.Equal(["10.1.2.0/24 dev w0"], here.Client.GetRoutes(1000, other).Select(route => route.ToString()));
        Assert.Equal(2, here.Client.GetRoutes(1000).Count);
        Assert.DoesNotContain(here.Client.GetRoutes(), route => route.Table == "1000");
    }

    [Fact]
    public void ARouteThatIsThereAlready_IsRefused_UnlessItIsReplaced()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        var route = new RouteSpecification { Destination = To("10.1.1.0/24"), Link = link };
        here.Client.AddRoute(route);
        Assert.Equal(FailureKind.Exists, Assert.Throws<NetlinkException>(() => here.Client.AddRoute(route)).Kind);
        here.Client.AddRoute(route with { Gateway = IPAddress.Parse("10.0.0.2") }, replace: true);
        Assert.Equal(
            "10.1.1.0/24 via 10.0.0.2 dev v0", Assert.Single(here.Client.GetRoutes(), r => r.Protocol == RouteProtocol.Boot).ToString());
    }

    [Fact]
    public void AGatewayNobodyLeadsTo_IsRefusedWithAdvice()
    {
        using var here = new TestNamespace();
        Prepare(here);
        var exception = Assert.Throws<NetlinkException>(
            () => here.Client.AddRoute(new() { Destination = To("10.1.1.0/24"), Gateway = IPAddress.Parse("203.0.113.1") }));
        Assert.Equal(FailureKind.Unreachable, exception.Kind);
        Assert.Contains("No route leads to the gateway 203.0.113.1 itself", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARouteOverALinkThatIsDown_IsRefusedWithAdvice()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        var exception = Assert.Throws<NetlinkException>(() => here.Client.AddRoute(new() { Destination = To("10.1.1.0/24"), Link = link }));
        Assert.Contains("Link 'v0' is down", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lookup_AnswersForOwnAndForForwardedPackets()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        here.Client.AddRoute(new() { Destination = To("10.1.1.0/24"), Gateway = IPAddress.Parse("10.0.0.2") });

        var own = here.Client.ResolveRoute(IPAddress.Parse("10.1.1.9"));
        Assert.Equal(("10.0.0.2", "v0", "10.0.0.1"), (own.GatewayValue?.ToString(), own.Link, own.SourceValue?.ToString()));

        // The question whether the kernel would answer an ARP request.
        var incoming = here.Client.ResolveRoute(IPAddress.Parse("10.0.0.1"), source: IPAddress.Parse("10.0.0.2"), input: link);
        Assert.Equal(RouteType.Local, incoming.Type);

        var nowhere = Assert.Throws<NetlinkException>(() => here.Client.ResolveRoute(IPAddress.Parse("203.0.113.1")));
        Assert.Equal(FailureKind.Unreachable, nowhere.Kind);
    }

    [Fact]
    public void Lookup_NamesTheTableThatARuleLedTo()
    {
        using var here = new TestNamespace();
        var link = Prepare(here);
        here.Client.AddRoute(new() { Destination = To("10.1.1.0/24"), Link = link, Table = 1000 });
        // `ip rule add to 10.1.1.0/24 lookup 1000`: struct fib_rule_hdr (IPv4, 24 bits of destination, FR_ACT_TO_TBL), FRA_DST, FRA_TABLE.
        byte[] destination = Wire.Attribute(1, 10, 1, 1, 0), table = Wire.Attribute(15, BitConverter.GetBytes(1000));
        byte[] rule = [2, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. destination, .. table];
        try
        {
            here.Client.Execute(new RawRequest(32, NetlinkFlags.Create | NetlinkFlags.Exclusive, rule));
        }
        catch (NetlinkException e) when (e.Kind == FailureKind.NotSupported)
        {
            Assert.Skip("This kernel has no routing rules.");
        }

        Assert.Equal("1000", here.Client.ResolveRoute(IPAddress.Parse("10.1.1.9")).Table);
    }

    private static Link Prepare(TestNamespace here)
    {
        var link = here.AddVeth(up: true);
        here.Client.AddAddress(link, CidrAddress.Parse("10.0.0.1/24"));
        here.Client.AddAddress(link, CidrAddress.Parse("2001:db8::1/64"));
        return link;
    }

    private static CidrAddress To(string text) => CidrAddress.Parse(text);

    private static string Show(Route r) =>
        $"{r} {r.Table} {r.Scope}{(r.Metric != 0 ? $" metric {r.Metric}" : "")}"
        + (r.SourceValue is null ? "" : $" src {r.SourceValue}")
        + (r.Mtu is null ? "" : $" mtu {r.Mtu}")
        + (r.Flags.HasFlag(RouteFlags.OnLink) ? " OnLink" : "");

    private sealed class RawRequest(ushort type, NetlinkFlags flags, byte[] body) : NetlinkRequest(type, flags, "send bytes")
    {
        internal override void WriteBody(ref NetlinkWriter writer) => body.CopyTo(writer.Append(body.Length));
    }
}
