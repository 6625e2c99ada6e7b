using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace GeneveNet;

/// <summary>An IP address that sorts by its number, IPv4 before IPv6; equal to the framework's own address of the same number.</summary>
[SuppressMessage("Design", "MA0096", Justification = "Equality is the framework's, so that it holds in both directions.")]
public sealed class OrderedAddress : IPAddress, IComparable<IPAddress>, IComparable
{
    /// <summary>The same address, with an order.</summary>
    /// <param name="address">The address.</param>
    public OrderedAddress(IPAddress address) : base(BytesOf(address)) { }

    /// <summary>Reads an address as the framework does; the shell compares with texts by this.</summary>
    /// <param name="ipString">The text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static new OrderedAddress Parse(string ipString) => new(IPAddress.Parse(ipString));

    /// <summary>The same address with an order, or null for none.</summary>
    internal static OrderedAddress? From(IPAddress? address) => address is null ? null : new OrderedAddress(address);

    /// <summary>Sorts by version, then by the number that the address is.</summary>
    /// <param name="other">The other one.</param>
    public int CompareTo(IPAddress? other) => other is null ? 1 : NumericOrder.Compare(this, other);

    /// <inheritdoc/>
    int IComparable.CompareTo(object? obj) => CompareTo(obj as IPAddress);

    private static byte[] BytesOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.GetAddressBytes();
    }
}
