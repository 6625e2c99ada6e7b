using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GeneveNet;

/// <summary>An IP address with a prefix length, "11.200.1.1/32"; host bits are kept.</summary>
public sealed record CidrAddress : IComparable<CidrAddress>, IComparable
{
    /// <summary>An address with a prefix length.</summary>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">How many leading bits are the network's: 0 to 32, or to 128 for IPv6.</param>
    public CidrAddress(IPAddress address, int prefixLength) => (AddressValue, PrefixLength) = (address, prefixLength);

    /// <summary>The word "default": the default route of IPv4, or of the IP version that other settings say.</summary>
    internal static readonly CidrAddress Default = new(IPAddress.Any, 0);

    /// <summary>Reads "ADDRESS/LENGTH", "ADDRESS" (all bits), or "default" (0.0.0.0/0).</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static CidrAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Equals("default", StringComparison.OrdinalIgnoreCase))
            return Default;

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        var address = Read(host, "192.0.2.1/24 or 2001:db8::1/64");
        var bits = BitsOf(address);
        if (slash < 0)
            return new CidrAddress(address, bits);
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bits
            ? new CidrAddress(address, length)
            : throw new FormatException(
                $"'{VisibleText.Of(text[(slash + 1)..])}' is not a prefix length for {address}: the range is 0 to {bits}.");
    }

    /// <summary>Reads the address of one host: "ADDRESS", or with all bits as the prefix length.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPAddress ParseHost(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('/', StringComparison.Ordinal))
            return Read(text, "192.0.2.1 or 2001:db8::1; host names are not looked up");
        var parsed = Parse(text);
        return parsed.IsHost
            ? parsed.AddressValue
            : throw new FormatException($"'{VisibleText.Of(text)}' is a network; a single address is needed.");
    }

    private static IPAddress Read(string text, string form)
    {
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        if (zone > 0 && IPAddress.TryParse(text[..zone], out _))
        {
            throw new FormatException(
                $"'{VisibleText.Of(text)}' has a zone: give the address alone, and the link by its own parameter.");
        }

        var isAddress = IPAddress.TryParse(text, out var address);
        // The framework also takes "1" and "1.2" for IPv4, which is never what is meant, and IPv6 in brackets.
        var isInFull = isAddress && (address!.AddressFamily == AddressFamily.InterNetworkV6
            ? !text.Contains('[', StringComparison.Ordinal)
            : address.ToString() == text);
        return isInFull
            ? address!
            : throw new FormatException($"'{VisibleText.Of(text)}' is not an IPv4 or IPv6 address. Write it as {form}.");
    }

    /// <summary>Sorts by version, then by the number that the address is, then by the prefix length.</summary>
    /// <param name="other">The other one.</param>
    public int CompareTo(CidrAddress? other)
    {
        if (other is null)
            return 1;
        var byAddress = NumericOrder.Compare(AddressValue, other.AddressValue);
        return byAddress != 0 ? byAddress : PrefixLength.CompareTo(other.PrefixLength);
    }

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as CidrAddress);

    /// <summary>Address and prefix length as text, for those who look at properties alone, as ConvertTo-Json does.</summary>
    public string Text => ToString();

    /// <summary>The address.</summary>
    public string Address => AddressValue.ToString();

    internal IPAddress AddressValue { get; init; }

    /// <summary>How many leading bits are the network's: 0 to 32, or to 128 for IPv6.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Whether it is an IPv6 address.</summary>
    public bool IsIPv6 => AddressValue.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Whether every bit counts, as for a single host.</summary>
    public bool IsHost => PrefixLength == BitsOf(AddressValue);

    /// <summary>The network: the same with the host bits cleared.</summary>
    public string Network => NetworkValue.ToString();

    internal CidrAddress NetworkValue
    {
        get
        {
            var bytes = AddressValue.GetAddressBytes();
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] &= (byte)(0xff00 >> Math.Clamp(PrefixLength - (8 * i), 0, 8));
            return new CidrAddress(new IPAddress(bytes), PrefixLength);
        }
    }

    /// <summary>Whether an address is in the same network; one of the other version is not.</summary>
    /// <param name="address">The address.</param>
    internal bool Holds(IPAddress address) => address.AddressFamily == AddressValue.AddressFamily
        && new CidrAddress(address, PrefixLength).NetworkValue.Equals(NetworkValue);

    /// <summary>Number of bits of an address: 32 or 128.</summary>
    internal static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;

    /// <summary>"ADDRESS/LENGTH".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AddressValue}/{PrefixLength}");
}
