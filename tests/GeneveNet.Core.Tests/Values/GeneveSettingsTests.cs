using System.Net;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Values;

/// <summary>The rules a tunnel's settings must keep before the kernel is asked, and what is found out afterwards.</summary>
public sealed class GeneveSettingsTests
{
    public static TheoryData<string, GeneveData> Good => new()
    {
        { "IPv4", Over("192.0.2.1") },
        { "IPv6", Over("2001:db8::1") },
        { "lowest VNI", With(d => d.Vni = 0) },
        { "highest VNI", With(d => d.Vni = 0xffffff) },
        { "external", new GeneveData { External = true } },
        { "external, not", With(d => d.External = false) },
        {
            "external with the settings of both families",
            new GeneveData { External = true, UdpChecksum = true, UdpZeroChecksum6Tx = true, UdpZeroChecksum6Rx = true, FlowLabel = 5 }
        },
        { "highest port", With(d => d.Port = 65535) },
        { "flow label over IPv6", With(d => d.FlowLabel = 0xfffff, "2001:db8::1") },
        { "no flow label over IPv4", With(d => d.FlowLabel = 0) },
        { "checksum over IPv4", With(d => d.UdpChecksum = true) },
        { "zero checksums over IPv6", With(d => (d.UdpZeroChecksum6Tx, d.UdpZeroChecksum6Rx) = (true, false), "2001:db8::1") },
        { "zero checksums accepted, over IPv4", With(d => d.UdpZeroChecksum6Rx = true) },
        { "TTL inherited", With(d => d.TtlInherit = true) },
        { "TTL not inherited but said", With(d => (d.Ttl, d.TtlInherit) = (64, false)) },
        { "local of the same family", With(d => d.Local = IPAddress.Parse("192.0.2.2")) },
        { "just below multicast", Over("223.255.255.255") },
        { "just above multicast", Over("240.0.0.1") },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void SettingsThatFit_Pass(string what, GeneveData settings)
    {
        _ = what;
        GeneveKind.Check(settings);
    }

    public static TheoryData<string, GeneveData> Bad => new()
    {
        { "takes the VNI from each packet", new GeneveData { External = true, Vni = 0 } },
        { "takes the remote from each packet", new GeneveData { External = true, Remote = IPAddress.Parse("192.0.2.1") } },
        { "A tunnel needs a VNI", new GeneveData { Remote = IPAddress.Parse("192.0.2.1") } },
        { "A tunnel needs a VNI", new GeneveData { External = false, Remote = IPAddress.Parse("192.0.2.1") } },
        { "A tunnel needs a remote", new GeneveData { Vni = 7 } },
        { "A VNI has 24 bits: 0 to 16777215", With(d => d.Vni = 0x1000000) },
        { "A VNI has 24 bits", With(d => d.Vni = uint.MaxValue) },
        { "The UDP port goes from 1", With(d => d.Port = 0) },
        { "224.0.0.1 is a multicast address", Over("224.0.0.1") },
        { "239.255.255.255 is a multicast address", Over("239.255.255.255") },
        { "ff02::1 is a multicast address", Over("ff02::1") },
        { "0.0.0.0 is not the address of a host", Over("0.0.0.0") },
        { ":: is not the address of a host", Over("::") },
        { "fe80::1 is a link-local address", Over("fe80::1") },
        { "Local and remote must both be", With(d => d.Local = IPAddress.IPv6Loopback) },
        { "Local and remote must both be", With(d => d.Local = IPAddress.Loopback, "2001:db8::1") },
        { "A flow label has 20 bits", With(d => d.FlowLabel = 0x100000, "2001:db8::1") },
        { "A flow label exists in IPv6 only", With(d => d.FlowLabel = 1) },
        { "Over IPv6 the checksum is on", With(d => d.UdpChecksum = true, "2001:db8::1") },
        { "A zero-checksum setting is for IPv6", With(d => d.UdpZeroChecksum6Tx = true) },
        { "Over IPv4 zero checksums for IPv6 are always accepted", With(d => d.UdpZeroChecksum6Rx = false) },
        { "either a number or inherited", With(d => (d.Ttl, d.TtlInherit) = (64, true)) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void SettingsThatBreakARule_AreRefusedWithTheRule(string rule, GeneveData settings)
    {
        var exception = Assert.Throws<NetworkException>(() => GeneveKind.Check(settings));
        Assert.Equal((FailureKind.InvalidArgument, "InvalidTunnelSettings", 0), (exception.Kind, exception.Id, exception.Errno));
        Assert.Contains(rule, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_AreThoseAskedForThatReadBackOtherwise()
    {
        var asked = new GeneveData
        {
            Vni = 7,
            Remote = IPAddress.Parse("192.0.2.1"),
            Ttl = 64,
            DontFragment = DontFragmentMode.Set,
            InnerProtocolInherit = true,
            SourcePorts = new PortRange(40000, 41000),
        };
        var got = new GeneveData
        {
            Vni = 7,
            Remote = IPAddress.Parse("192.0.2.1"),
            Ttl = 64,
            DontFragment = DontFragmentMode.Unset,
            Tos = 5,
        };

        Assert.Equal(
            ["IFLA_GENEVE_DF", "IFLA_GENEVE_INNER_PROTO_INHERIT", "IFLA_GENEVE_PORT_RANGE"], Names(GeneveData.Table.Compare(asked, got)));

        var ranges = ((LinkKindData)asked).Compare(got).Single(setting => setting.Attribute == "IFLA_GENEVE_PORT_RANGE");
        Assert.Equal(("SourcePorts", "40000-41000", null, "6.15"), (ranges.Property, ranges.Asked, ranges.Present, ranges.Since));
    }

    [Fact]
    public void Differences_AreNone_WhereNothingWasAsked_OrAllIsSo()
    {
        var all = new GeneveData { Vni = 7, Remote = IPAddress.Parse("2001:db8::1"), External = true, UdpChecksum = true };
        Assert.Empty(GeneveData.Table.Compare(new GeneveData(), all));
        Assert.Empty(GeneveData.Table.Compare(all, all));
    }

    [Fact]
    public void Differences_AFlagThatIsFalse_IsSaidByItsAbsence() =>
        Assert.Empty(GeneveData.Table.Compare(new GeneveData { External = false, InnerProtocolInherit = false }, new GeneveData()));

    [Fact]
    public void Differences_ValuesThatAreNotReportedAtAll_AreFound()
    {
        Assert.Equal(["IFLA_GENEVE_ID"], Names(GeneveData.Table.Compare(new GeneveData { Vni = 7 }, new GeneveData())));
        Assert.Equal(["IFLA_GENEVE_REMOTE"], Names(GeneveData.Table.Compare(Over("192.0.2.1"), new GeneveData { Vni = 7 })));
        Assert.Equal(["IFLA_GENEVE_UDP_CSUM"], Names(GeneveData.Table.Compare(new GeneveData { UdpChecksum = true }, new GeneveData())));
    }

    [Fact]
    public void Differences_AreNone_ForAnyTunnelThatIpMadeInTheCapture()
    {
        var count = 0;
        foreach (var exchange in GoldenFile.Linux61.Exchanges)
        {
            if (!exchange.Command.StartsWith("ip link add g0 type geneve", StringComparison.Ordinal))
                continue;
            var asked = TunnelOf(exchange.Request[16..]);
            var got = TunnelOf(GoldenFile.Linux61.After(exchange.Command).Message.Body);
            Assert.True(GeneveData.Table.Compare(asked, got).Count == 0, exchange.Command);
            count++;
        }

        Assert.True(count > 20);
    }

    [Fact]
    public void Differences_OffWhereTheKernelReportsNothing_IsNone()
    {
        // Of an external tunnel the kernel does not report the checksum, which each packet brings along.
        var external = TunnelOf(GoldenFile.Linux61.After("ip link add g0 type geneve external").Message.Body);
        Assert.Null(external.UdpChecksum);
        var asked = new GeneveData { External = true, UdpChecksum = false, UdpZeroChecksum6Tx = false };
        GeneveKind.Check(asked);
        Assert.Empty(GeneveData.Table.Compare(asked, external));
    }

    [Fact]
    public void Differences_RemoteOfTheOtherFamily_IsFound() =>
        Assert.Equal(["IFLA_GENEVE_REMOTE6"], Names(GeneveData.Table.Compare(Over("2001:db8::1"), Over("192.0.2.1"))));

    private static IEnumerable<string?> Names(IEnumerable<Difference> differences) =>
        differences.Select(difference => difference.Attribute);

    private static GeneveData TunnelOf(byte[] body) => Assert.IsType<GeneveData>(LinkMessage.Read(body).Info?.Data);

    private static GeneveData Over(string remote) => new() { Vni = 7, Remote = IPAddress.Parse(remote) };

    private static GeneveData With(Action<GeneveData> change, string remote = "192.0.2.1")
    {
        var data = Over(remote);
        change(data);
        return data;
    }
}
