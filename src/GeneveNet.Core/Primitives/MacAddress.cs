using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GeneveNet;

/// <summary>A link-layer address of 6 bytes (or of another length for other hardware), written with colons as all Linux tools do.</summary>
public sealed class MacAddress : IEquatable<MacAddress>, IComparable<MacAddress>, IComparable
{
    private const int Usual = 6, MostPacked = 7;

    // Thousands come with a dump, so that an address of up to 7 bytes is one object without an array: its bytes in
    // memory order, the length behind them. A longer one (InfiniBand has 20) is in the array.
    private readonly ulong _packed;
    private readonly byte[]? _long;

    private MacAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostPacked)
        {
            _long = bytes.ToArray();
            return;
        }

        var packed = MemoryMarshal.AsBytes(new Span<ulong>(ref _packed));
        bytes.CopyTo(packed);
        packed[MostPacked] = (byte)bytes.Length;
    }

    /// <summary>Reads six bytes in hexadecimal with colons or hyphens between: "52:7d:b1:92:5a:0f".</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static MacAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Usual];
        var rest = text.AsSpan();
        var separator = rest.Contains('-') ? '-' : ':';
        for (var i = 0; i < Usual; i++)
        {
            var end = i == Usual - 1 ? rest.Length : rest.IndexOf(separator);
            if (end is not (1 or 2)
                || !byte.TryParse(rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
                throw new FormatException(
                    $"'{VisibleText.Of(text)}' is not a MAC address. Write six bytes with colons, for example 52:7d:b1:92:5a:0f.");
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return new MacAddress(bytes);
    }

    /// <summary>Takes over an address of the framework's type; null for none or for one of no bytes.</summary>
    /// <param name="address">The address.</param>
    public static MacAddress? From(PhysicalAddress? address) => address is null ? null : FromBytes(address.GetAddressBytes()).OrNull();

    /// <summary>Takes over an address of the framework's type, as <see cref="From"/> does.</summary>
    /// <param name="address">The address.</param>
    public static implicit operator MacAddress?(PhysicalAddress? address) => From(address);

    /// <summary>An address of any length, in wire order; one of no bytes too, which a link without an address has.</summary>
    internal static MacAddress FromBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>A random address that nobody was given: unicast, locally administered (IEEE 802, 8.2).</summary>
    internal static MacAddress NewLocal()
    {
        Span<byte> bytes = stackalloc byte[Usual];
        RandomNumberGenerator.Fill(bytes);
        bytes[0] = (byte)((bytes[0] & 0xfc) | 2);
        return new MacAddress(bytes);
    }

    /// <summary>The same address in the framework's type.</summary>
    public PhysicalAddress ToPhysicalAddress() => new(Bytes.ToArray());

    /// <summary>The bytes, in wire order; good as long as this object.</summary>
    internal ReadOnlySpan<byte> Bytes => _long ?? Packed[..Packed[MostPacked]];

    private ReadOnlySpan<byte> Packed => MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in _packed));

    /// <summary>The address as text, for those who look at properties alone, as ConvertTo-Json does.</summary>
    public string Text => ToString();

    /// <summary>Whether it is a group address (lowest bit of the first byte; IEEE 802).</summary>
    public bool IsMulticast => !Bytes.IsEmpty && (Bytes[0] & 1) != 0;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => !Bytes.ContainsAnyExcept((byte)0);

    /// <summary>Null in place of an address of no bytes.</summary>
    internal MacAddress? OrNull() => Bytes.IsEmpty ? null : this;

    /// <inheritdoc/>
    public bool Equals(MacAddress? other) => other is not null && _packed == other._packed && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MacAddress);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Sorts by the bytes, the first one first; of two that begin alike, the shorter one comes first.</summary>
    /// <param name="other">The other one.</param>
    public int CompareTo(MacAddress? other) => other is null ? 1 : Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as MacAddress);

    /// <summary>Lower-case hexadecimal with colons.</summary>
    public override string ToString() => string.Create(Math.Max(0, (Bytes.Length * 3) - 1), this, static (text, address) =>
    {
        var bytes = address.Bytes;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
                text[(i * 3) - 1] = ':';
            _ = bytes[i].TryFormat(text[(i * 3)..], out _, "x2", CultureInfo.InvariantCulture);
        }
    });
}
