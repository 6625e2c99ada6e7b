using System.Text;

namespace GeneveNet.Tests.Support;

/// <summary>What the payload of a message or attribute is made of.</summary>
internal enum Shape
{
    Link,
    LinkInfo,
    VethData,
    Address,
    Route,
    RouteMetrics,
    NextHops,
    Neighbor,
    NamespaceId,
    Flat,
}

/// <summary>
/// Writes a netlink message as text, one attribute a line, so that two of them can be compared and a difference be read.
/// It walks the bytes by itself: a defect of the product's reader must not hide one of its writer.
/// </summary>
/// <remarks>
/// Left out, because the kernel gives it no meaning: the order of attributes of different numbers, the NLA_F_NESTED bit
/// (iproute2 sets it on few, the product on all: <see cref="NestedAttributesWithoutFlag"/> looks at it), padding, and the
/// NUL behind the kind of a link, which iproute2 leaves out and the kernel (nla_strscpy) does not need.
/// </remarks>
internal static class WireText
{
    private const int NestedFlag = 0x8000, TypeMask = 0x3fff;

    public static Shape ShapeOf(int messageType) => messageType switch
    {
        16 or 17 or 18 or 108 or 109 => Shape.Link,
        20 or 21 or 22 => Shape.Address,
        24 or 25 or 26 => Shape.Route,
        28 or 29 or 30 => Shape.Neighbor,
        88 or 90 => Shape.NamespaceId,
        _ => throw new ArgumentOutOfRangeException(nameof(messageType)),
    };

    /// <summary>A whole message; its sequence number and sender are left out.</summary>
    public static string OfMessage(ReadOnlySpan<byte> message)
    {
        var length = BitConverter.ToInt32(message);
        var type = BitConverter.ToUInt16(message[4..]);
        var text = new StringBuilder();
        text.AppendLine($"type {type} flags {BitConverter.ToUInt16(message[6..]):x4}");
        return text.Append(OfBody(message[16..length], ShapeOf(type))).ToString();
    }

    /// <summary>The payload of a message.</summary>
    /// <param name="body">The payload.</param>
    /// <param name="shape">What it is.</param>
    /// <param name="isKnown">Which attributes to write at all, by path ("18.2.1"); null for all.</param>
    public static string OfBody(ReadOnlySpan<byte> body, Shape shape, Func<string, bool>? isKnown = null)
    {
        List<string> lines = [];
        Append(lines, "", body, shape, isKnown);
        return string.Join('\n', lines);
    }

    /// <summary>Paths of the attributes that carry others without saying so by NLA_F_NESTED.</summary>
    public static IReadOnlyList<string> NestedAttributesWithoutFlag(ReadOnlySpan<byte> body, Shape shape)
    {
        List<string> paths = [];
        Walk("", body[FixedSize(shape)..], shape);
        return paths;

        void Walk(string path, ReadOnlySpan<byte> attributes, Shape around)
        {
            var all = Cut(attributes);
            foreach (var (type, isFlagged, payload) in all)
            {
                // These two hold structures; the kernel's own policy does not call them nested.
                if (ShapeOf(around, type, all) is not { } shape || shape is Shape.NextHops || (around is Shape.VethData && type == 1))
                    continue;
                if (!isFlagged)
                    paths.Add($"{path}{type}");
                Walk($"{path}{type}.", payload, shape);
            }
        }
    }

    private static int FixedSize(Shape shape) => shape switch
    {
        Shape.Link => 16,
        Shape.Address => 8,
        Shape.Route or Shape.Neighbor => 12,
        Shape.NamespaceId => 4,
        _ => 0,
    };

    private static void Append(List<string> lines, string path, ReadOnlySpan<byte> bytes, Shape shape, Func<string, bool>? isKnown)
    {
        if (shape == Shape.NextHops)
        {
            // struct rtnexthop: u16 length, u8 flags, u8 hops, int index, attributes.
            for (var hop = 0; bytes.Length >= 8; hop++)
            {
                int length = BitConverter.ToUInt16(bytes);
                lines.Add($"{path}[{hop}] fixed {Convert.ToHexStringLower(bytes[2..8])}");
                Append(lines, $"{path}[{hop}].", bytes[8..length], Shape.Flat, isKnown);
                bytes = bytes[Math.Min((length + 3) & ~3, bytes.Length)..];
            }

            return;
        }

        var size = FixedSize(shape);
        if (size > 0)
            lines.Add($"{path}fixed {Convert.ToHexStringLower(bytes[..size])}");
        var attributes = Cut(bytes[size..]);
        foreach (var (type, _, payload) in attributes.OrderBy(attribute => attribute.Type))
        {
            var here = $"{path}{type}";
            if (isKnown?.Invoke(here) == false)
                continue;
            if (ShapeOf(shape, type, attributes) is { } inner)
                Append(lines, inner == Shape.NextHops ? here : here + ".", payload, inner, isKnown);
            else
                lines.Add($"{here} = {Convert.ToHexStringLower(IsKind(shape, type) ? payload.AsSpan().TrimEnd((byte)0) : payload)}");
        }
    }

    private static bool IsKind(Shape around, int type) => (around, type) == (Shape.LinkInfo, 1);

    private static bool IsVeth((int Type, bool IsFlagged, byte[] Payload) attribute) =>
        IsKind(Shape.LinkInfo, attribute.Type) && attribute.Payload.AsSpan().StartsWith("veth"u8);

    private static Shape? ShapeOf(
        Shape around, int type, List<(int Type, bool IsFlagged, byte[] Payload)> siblings) => (around, type) switch
    {
        (Shape.Link, 18) => Shape.LinkInfo,
        (Shape.Link, 52) => Shape.Flat,
        (Shape.LinkInfo, 2) => siblings.Exists(IsVeth) ? Shape.VethData : Shape.Flat,
        (Shape.LinkInfo, 5) => Shape.Flat,
        (Shape.VethData, 1) => Shape.Link,
        (Shape.Route, 8) => Shape.RouteMetrics,
        (Shape.Route, 9) => Shape.NextHops,
        _ => null,
    };

    private static List<(int Type, bool IsFlagged, byte[] Payload)> Cut(ReadOnlySpan<byte> bytes)
    {
        List<(int, bool, byte[])> attributes = [];
        while (bytes.Length >= 4)
        {
            int length = BitConverter.ToUInt16(bytes), type = BitConverter.ToUInt16(bytes[2..]);
            attributes.Add((type & TypeMask, (type & NestedFlag) != 0, bytes[4..length].ToArray()));
            bytes = bytes[Math.Min((length + 3) & ~3, bytes.Length)..];
        }

        Assert.True(bytes.IsEmpty, "Attributes are padded to 4 bytes, so nothing is left behind the last.");
        return attributes;
    }
}
