using System.Net.NetworkInformation;

namespace GeneveNet.Tests.Values;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("52:7d:b1:92:5a:0f", "52:7d:b1:92:5a:0f")]
    [InlineData("52:7D:B1:92:5A:0F", "52:7d:b1:92:5a:0f")]
    [InlineData("52-7D-B1-92-5A-0F", "52:7d:b1:92:5a:0f")]
    [InlineData("2:0:0:0:0:1", "02:00:00:00:00:01")]
    [InlineData("00:00:00:00:00:00", "00:00:00:00:00:00")]
    [InlineData("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff")]
    public void Parse_TakesColonsAndHyphens(string text, string expected) => Assert.Equal(expected, MacAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("52:7d:b1:92:5a")]
    [InlineData("52:7d:b1:92:5a:0f:01")]
    [InlineData("52:7d:b1:92:5a:")]
    [InlineData(":7d:b1:92:5a:0f")]
    [InlineData("52:7d:b1:92:5a:0g")]
    [InlineData("52:7d:b1:92:5a:00f")]
    [InlineData("52:7d:b1:92:5a: f")]
    [InlineData("52:7d:b1:92:5a:-1")]
    [InlineData("52-7d:b1-92-5a-0f")]
    [InlineData("527db1925a0f")]
    [InlineData("527d.b192.5a0f")]
    [InlineData("52 7d b1 92 5a 0f")]
    public void Parse_RefusesWhatIsNone(string text) =>
        Assert.Contains(
            "is not a MAC address", Assert.Throws<FormatException>(() => MacAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("01:00:5e:00:00:01", true, false)]
    [InlineData("33:33:00:00:00:01", true, false)]
    [InlineData("ff:ff:ff:ff:ff:ff", true, false)]
    [InlineData("02:00:00:00:00:01", false, false)]
    [InlineData("00:01:00:00:00:00", false, false)]
    [InlineData("00:00:00:00:00:01", false, false)]
    [InlineData("00:00:00:00:00:00", false, true)]
    public void GroupAndZeroAddresses_AreTold(string text, bool isMulticast, bool isZero)
    {
        var address = MacAddress.Parse(text);
        Assert.Equal((isMulticast, isZero), (address.IsMulticast, address.IsZero));
    }

    [Fact]
    public void Equality_GoesByTheBytes()
    {
        var (one, same, other) = (
            MacAddress.Parse("02:00:00:00:00:01"), MacAddress.Parse("02-00-00-00-00-01"), MacAddress.Parse("02:00:00:00:00:02"));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
        Assert.False(one.Equals((object)"02:00:00:00:00:01"));
        Assert.False(one.Equals(null));
    }

    [Fact]
    public void FrameworkAddresses_GoBothWays_AtAnyLength()
    {
        Assert.Null(MacAddress.From(null));
        Assert.Null(MacAddress.From(PhysicalAddress.None));
        var infiniband = new PhysicalAddress([.. Enumerable.Range(0, 20).Select(i => (byte)i)]);
        Assert.Equal(infiniband, MacAddress.From(infiniband)?.ToPhysicalAddress());
        Assert.Equal("00:01:02", MacAddress.From(infiniband)?.ToString()[..8]);
        MacAddress? converted = infiniband;
        Assert.Equal(MacAddress.From(infiniband), converted);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "01")]
    [InlineData(7, "01:02:03:04:05:06:07")]
    [InlineData(8, "01:02:03:04:05:06:07:08")]
    [InlineData(9, "01:02:03:04:05:06:07:08:09")]
    public void AnyLength_IsKept(int length, string text)
    {
        byte[] bytes = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
        var address = MacAddress.FromBytes(bytes);
        bytes.AsSpan().Clear(); // what it was read from is a buffer that is used again
        Assert.Equal((text, length), (address.ToString(), address.Bytes.Length));
        Assert.Equal(length == 0, address.OrNull() is null);
        Assert.Equal(address, MacAddress.FromBytes(address.Bytes));
        Assert.NotEqual(address, MacAddress.FromBytes([.. address.Bytes, 0]));
    }

    [Fact]
    public void A_new_local_address_is_one_that_nobody_was_given()
    {
        var all = Enumerable.Range(0, 500).Select(static _ => MacAddress.NewLocal()).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, static mac =>
        {
            Assert.False(mac.IsMulticast, mac.ToString());
            Assert.Equal(2, mac.Bytes[0] & 2);
            Assert.Equal(mac, MacAddress.Parse(mac.ToString()));
        });
    }
}
