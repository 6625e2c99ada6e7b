using System.Net;

namespace GeneveNet;

/// <summary>The order of addresses by the numbers that they are: 10.0.0.9 comes before 10.0.0.10.</summary>
internal static class NumericOrder
{
    /// <summary>Compares two addresses; IPv4 comes before IPv6.</summary>
    public static int Compare(IPAddress first, IPAddress second)
    {
        if (first.AddressFamily != second.AddressFamily)
            return first.AddressFamily.CompareTo(second.AddressFamily);
        Span<byte> left = stackalloc byte[16], right = stackalloc byte[16];
        first.TryWriteBytes(left, out var count);
        second.TryWriteBytes(right, out _);
        return left[..count].SequenceCompareTo(right[..count]);
    }
}
