using GeneveNet.Snapshots;

namespace GeneveNet.Tests.Paths;

/// <summary>Counters and ports as Linux 6.1 writes them.</summary>
public sealed class ProcfsTextTests
{
    [Fact]
    public void Counters_have_the_name_above_them()
    {
        Dictionary<string, long> counters = [];
        ProcfsText.AddCounters(
        [
            "TcpExt: SyncookiesSent IPReversePathFilter TCPTimeouts", "TcpExt: 0 17 4",
            "IpExt: InNoRoutes InOctets", "IpExt: 2 18446744073709551615",
            "Tcp: RtoMax MaxConn", "Tcp: 120000 -1",
        ], counters);
        Assert.Equal(17, counters["TcpExt.IPReversePathFilter"]);
        Assert.Equal(2, counters["IpExt.InNoRoutes"]);
        Assert.Equal(-1, counters["Tcp.MaxConn"]);
        Assert.False(counters.ContainsKey("IpExt.InOctets")); // More than a long holds: not counted rather than wrong.

        ProcfsText.AddNamedCounters(["Udp6InCsumErrors                \t3", "Ip6InReceives"], counters);
        Assert.Equal(3, counters["Udp6InCsumErrors"]);
        Assert.False(counters.ContainsKey("Ip6InReceives"));

        ProcfsText.AddNamedCounters(["XfrmInError             \t0", "XfrmInPolBlock          \t5"], counters, "Xfrm.");
        Assert.Equal(5, counters["Xfrm.XfrmInPolBlock"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Udp:")]
    [InlineData("Udp: A B\nUdp: 1")]
    [InlineData("Udp: A B\nOther: 1 2\n\nOther: x")]
    public void Lines_that_do_not_fit_give_no_counters_and_no_error(string text)
    {
        Dictionary<string, long> counters = [];
        ProcfsText.AddCounters(text.Split('\n'), counters);
        Assert.DoesNotContain(counters.Keys, static key => key.EndsWith(".B", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("entries  allocs table_fulls\n000f  00000a 00000010\n000f  00000b 00000002", 18L)]
    [InlineData("entries table_fulls\n000f 0\n", 0L)]
    [InlineData("entries table_fulls", 0L)] // No processor.
    [InlineData("table_fulls a\nxyz 1\n2 1\n\n", 2L)] // A line that makes no sense counts nothing.
    [InlineData("entries allocs\n1 2", null)] // Kernels before this column.
    [InlineData("", null)]
    public void A_column_is_summed_over_processors(string text, long? sum) =>
        Assert.Equal(sum, ProcfsText.SumOfColumn(text.Length == 0 ? [] : text.Split('\n'), "table_fulls"));

    [Fact]
    public void Ports_are_the_local_ones()
    {
        Assert.Equal([6081, 53], ProcfsText.UdpPorts(
        [
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
            "  100: 00000000:17C1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11403 2 0000000000000000 0",
            "  101: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 "
                + "00:00000000 00000000 0 0 1 2 0 0",
        ]));
    }
}
