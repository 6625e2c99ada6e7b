using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>What is done to a kind of object.</summary>
internal enum Verb
{
    /// <summary>Makes objects that are not there.</summary>
    Add,
    /// <summary>Makes objects again that are there.</summary>
    Replace,
    /// <summary>Reads all that are there.</summary>
    Dump,
    /// <summary>Removes them.</summary>
    Delete,
    /// <summary>Removes links all at once, by their group; only the floor does.</summary>
    Clear,
}

/// <summary>The kinds of object.</summary>
internal enum Kind
{
    /// <summary>Static neighbors of the link bench0.</summary>
    Neighbor,
    /// <summary>Static entries of the bridge br0, behind its port port0.</summary>
    Fdb,
    /// <summary>Addresses /32 of bench0.</summary>
    Address,
    /// <summary>Routes to /32 networks by bench0.</summary>
    Route,
    /// <summary>veth pairs.</summary>
    Veth,
    /// <summary>vxlan links.</summary>
    Vxlan,
    /// <summary>geneve links.</summary>
    Geneve,
}

/// <summary>One thing to be done by all contestants.</summary>
/// <param name="Kind">To which kind of object.</param>
/// <param name="Verb">What is done.</param>
/// <param name="Count">To how many.</param>
internal readonly record struct Work(Kind Kind, Verb Verb, int Count)
{
    /// <summary>As a line for a program that works.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name(Kind)} {Name(Verb)} {Count}");

    /// <summary>A name as the programs know it.</summary>
    public static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>The objects, alike for all contestants: number i counts from 0.</summary>
internal static class Objects
{
    /// <summary>Address i of a network NUMBER.0.0.0/8: its host part is i + 1.</summary>
    public static IPAddress Host(byte network, int i)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, i + 1);
        bytes[0] = network;
        return new IPAddress(bytes);
    }

    /// <summary>MAC address i: 02:00 and i + 1 in four bytes.</summary>
    public static MacAddress Station(int i)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, i + 1);
        return MacAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"02:00:{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}"));
    }
}
