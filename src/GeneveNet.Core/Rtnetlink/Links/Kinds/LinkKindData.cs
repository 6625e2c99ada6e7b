using System.Buffers.Binary;
using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>What belongs to one kind of link (the attributes inside IFLA_INFO_DATA).</summary>
public abstract class LinkKindData
{
    internal abstract void Write(ref NetlinkWriter writer);

    /// <summary>What was asked for here and is not so in what there is.</summary>
    internal abstract IReadOnlyList<Difference> Compare(LinkKindData? got);

    /// <summary>The settings that take these back.</summary>
    internal abstract LinkKindData Revert(LinkKindData before);
}

/// <summary>Data of a kind that has a table.</summary>
/// <typeparam name="TSelf">The kind's class.</typeparam>
/// <param name="table">The kind's table.</param>
public abstract class LinkKindData<TSelf>(AttributeTable<TSelf> table) : LinkKindData where TSelf : LinkKindData<TSelf>, new()
{
    internal override void Write(ref NetlinkWriter writer) => table.Write(ref writer, (TSelf)this);

    internal override IReadOnlyList<Difference> Compare(LinkKindData? got) => table.Compare((TSelf)this, got as TSelf ?? new TSelf());

    internal override LinkKindData Revert(LinkKindData before)
    {
        var revert = new TSelf();
        table.Revert((TSelf)this, (TSelf)before, revert);
        return revert;
    }
}

/// <summary>Data of a kind that has no table here: kept as it came, so that nothing is lost.</summary>
/// <param name="attributes">Number and payload of each attribute.</param>
public sealed class UnknownLinkKindData(IReadOnlyList<(ushort Type, ReadOnlyMemory<byte> Payload)> attributes) : LinkKindData
{
    /// <summary>Number and payload of each attribute.</summary>
    public IReadOnlyList<(ushort Type, ReadOnlyMemory<byte> Payload)> Attributes { get; } = attributes;

    /// <summary>An attribute that is a port in network byte order; null where there is none of that number.</summary>
    internal int? FindPort(ushort type) =>
        Attributes.FirstOrDefault(one => one.Type == type).Payload is { Length: 2 } payload
            ? BinaryPrimitives.ReadUInt16BigEndian(payload.Span)
            : null;

    /// <summary>A number of 16 bits in the byte order of the host; null where the attribute is not there.</summary>
    internal int? FindNumber(ushort type) =>
        Attributes.FirstOrDefault(one => one.Type == type).Payload is { Length: 2 } payload
            ? BinaryPrimitives.ReadUInt16LittleEndian(payload.Span)
            : null;

    internal static UnknownLinkKindData Read(ReadOnlySpan<byte> payload)
    {
        List<(ushort, ReadOnlyMemory<byte>)> attributes = [];
        var reader = new AttributeReader(payload);
        while (reader.MoveNext())
            attributes.Add((reader.Type, reader.Payload.ToArray()));
        return new UnknownLinkKindData(attributes);
    }

    internal override void Write(ref NetlinkWriter writer)
    {
        foreach (var (type, payload) in Attributes)
        {
            var start = writer.BeginAttribute(type, "IFLA_INFO_DATA");
            payload.Span.CopyTo(writer.Append(payload.Length));
            writer.EndAttribute(start);
        }
    }

    internal override IReadOnlyList<Difference> Compare(LinkKindData? got) => [];

    internal override LinkKindData Revert(LinkKindData before) => before;
}
