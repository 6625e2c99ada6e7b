using System.Net.NetworkInformation;

namespace GeneveNet;

/// <summary>A link-layer address of 6 bytes (or of another length for other hardware), written with colons as all Linux tools do.</summary>
public sealed class MacAddress : IEquatable<MacAddress>
{
    private readonly byte[] _bytes;

    private MacAddress(byte[] bytes) => _bytes = bytes;

    /// <summary>Reads six bytes in hexadecimal with colons or hyphens between: "52:7d:b1:92:5a:0f".</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static MacAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(text.Contains('-', StringComparison.Ordinal) ? '-' : ':');
        var bytes = new byte[6];
        var isAddress = parts.Length == bytes.Length;
        for (var i = 0; isAddress && i < bytes.Length; i++)
            isAddress = parts[i].Length is 1 or 2 && byte.TryParse(parts[i], System.Globalization.NumberStyles.AllowHexSpecifier, null, out bytes[i]);
        return isAddress ? new MacAddress(bytes) : throw new FormatException($"'{text}' is no MAC address. Write six bytes with colons, for example 52:7d:b1:92:5a:0f.");
    }

    /// <summary>Takes over an address of the framework's type; null for none or for one of no bytes.</summary>
    public static MacAddress? From(PhysicalAddress? address) =>
        address?.GetAddressBytes() is { Length: > 0 } bytes ? new MacAddress(bytes) : null;

    /// <summary>The same address in the framework's type.</summary>
    public PhysicalAddress ToPhysicalAddress() => new(_bytes);

    /// <summary>Whether it is a group address (lowest bit of the first byte; IEEE 802).</summary>
    public bool IsMulticast => (_bytes[0] & 1) != 0;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => !_bytes.AsSpan().ContainsAnyExcept((byte)0);

    /// <inheritdoc/>
    public bool Equals(MacAddress? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MacAddress);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hexadecimal with colons.</summary>
    public override string ToString() => BitConverter.ToString(_bytes).Replace('-', ':').ToLowerInvariant();
}
