using System.Net;

namespace GeneveNet.Tests.Values;

public sealed class CidrAddressTests
{
    [Theory]
    [InlineData("11.200.1.1/32", "11.200.1.1", 32)]
    [InlineData("10.0.0.1/24", "10.0.0.1", 24)] // host bits stay
    [InlineData("10.0.0.1", "10.0.0.1", 32)]
    [InlineData("0.0.0.0/0", "0.0.0.0", 0)]
    [InlineData("default", "0.0.0.0", 0)]
    [InlineData("DEFAULT", "0.0.0.0", 0)]
    [InlineData("255.255.255.255/1", "255.255.255.255", 1)]
    [InlineData("2001:DB8::1/64", "2001:db8::1", 64)]
    [InlineData("2001:db8::1", "2001:db8::1", 128)]
    [InlineData("::/0", "::", 0)]
    [InlineData("::ffff:192.0.2.1/128", "::ffff:192.0.2.1", 128)]
    [InlineData("fe80::1/64", "fe80::1", 64)]
    public void Parse_TakesAddressAndLength(string text, string address, int length)
    {
        var parsed = CidrAddress.Parse(text);
        Assert.Equal(new CidrAddress(IPAddress.Parse(address), length), parsed);
        Assert.Equal($"{address}/{length}", parsed.ToString());
        Assert.Equal(address.Contains(':', StringComparison.Ordinal), parsed.IsIPv6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/24")]
    [InlineData("10.0.0.1/")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/-1")]
    [InlineData("10.0.0.1/+1")]
    [InlineData("10.0.0.1/ 8")]
    [InlineData("10.0.0.1/8 ")]
    [InlineData("10.0.0.1/8/8")]
    [InlineData("10.0.0.1/255.0.0.0")]
    [InlineData("10.0.0.1/4294967320")]
    [InlineData("10.0.0.1/2\u0664")] // a digit, but no ASCII one
    [InlineData("::1/129")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("10.0.1")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10.0.0.1 ")]
    [InlineData(" 10.0.0.1")]
    [InlineData("fe80::1%1/64")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("geneve0")]
    [InlineData("defaultx")]
    [InlineData("2001:db8::1::2/64")]
    public void Parse_RefusesWhatIsNone(string text) => Assert.Throws<FormatException>(() => CidrAddress.Parse(text));

    // IPAddress reads these; `ip` and people read something else in them, or nothing.
    [Theory]
    [InlineData("010.0.0.1/24")] // octal: 8.0.0.1
    [InlineData("10.0.0.010")]
    [InlineData("0x0a.0.0.1/24")]
    [InlineData("[2001:db8::1]/64")]
    [InlineData("[2001:db8::1]:6081")]
    public void Parse_RefusesNotationsThatMeanSomethingElse(string text) => Assert.Throws<FormatException>(() => CidrAddress.Parse(text));

    [Fact]
    public void Parse_TellsTheRangeOfTheLength() =>
        Assert.Equal(
            "'33' is not a prefix length for 10.0.0.1: the range is 0 to 32.",
            Assert.Throws<FormatException>(() => CidrAddress.Parse("10.0.0.1/33")).Message);

    [Theory]
    [InlineData("10.1.2.3/24", "10.1.2.0/24")]
    [InlineData("10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("10.1.2.3/31", "10.1.2.2/31")]
    [InlineData("10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("255.255.255.255/9", "255.128.0.0/9")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("2001:db8:ffff::1/33", "2001:db8:8000::/33")]
    [InlineData("2001:db8::ffff/127", "2001:db8::fffe/127")]
    [InlineData("2001:db8::1/128", "2001:db8::1/128")]
    [InlineData("ffff::/0", "::/0")]
    public void Network_ClearsTheHostBits(string text, string network)
    {
        Assert.Equal(CidrAddress.Parse(network), CidrAddress.Parse(text).NetworkValue);
        Assert.Equal(CidrAddress.Parse(network), CidrAddress.Parse(network).NetworkValue);
    }

    [Theory]
    [InlineData("10.0.0.1/32", true)]
    [InlineData("10.0.0.1/31", false)]
    [InlineData("::1/128", true)]
    [InlineData("::1/32", false)]
    public void IsHost_SaysWhetherEveryBitCounts(string text, bool expected) => Assert.Equal(expected, CidrAddress.Parse(text).IsHost);

    [Fact]
    public void Equality_CountsTheHostBits() => Assert.NotEqual(CidrAddress.Parse("10.0.0.1/24"), CidrAddress.Parse("10.0.0.2/24"));
}
