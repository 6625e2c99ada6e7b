using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>The payload of a message as it came, so that it can be sent again with all that nobody here knows.</summary>
/// <param name="bytes">The bytes behind the netlink header.</param>
internal sealed class RawMessage(byte[] bytes) : INetlinkMessage<RawMessage>
{
    /// <summary>The bytes; changing them changes the message.</summary>
    public byte[] Bytes { get; } = bytes;

    public static RawMessage Read(ReadOnlySpan<byte> body) => new(body.ToArray());

    public void Write(ref NetlinkWriter writer) => Bytes.CopyTo(writer.Append(Bytes.Length));

    /// <summary>A copy, to be changed.</summary>
    public RawMessage Clone() => new([.. Bytes]);

    /// <summary>A number of 32 bits in the fixed part.</summary>
    public int Number(int offset) => MemoryMarshal.Read<int>(Bytes.AsSpan(offset));

    /// <summary>The payload of an attribute, or null.</summary>
    /// <param name="fixedSize">Bytes of the fixed part.</param>
    /// <param name="path">Number of the attribute, or of the nested ones that lead to it.</param>
    public byte[]? Find(int fixedSize, params ReadOnlySpan<ushort> path)
    {
        ReadOnlySpan<byte> found = Bytes.AsSpan(fixedSize);
        foreach (var type in path)
        {
            var reader = new AttributeReader(found);
            do
            {
                if (!reader.MoveNext())
                    return null;
            }
            while (reader.Type != type);
            found = reader.Payload;
        }

        return found.ToArray();
    }

    /// <summary>All attributes behind the fixed part.</summary>
    /// <param name="fixedSize">Bytes of the fixed part.</param>
    public IEnumerable<(ushort Type, byte[] Payload)> Attributes(int fixedSize) => AttributesIn(Bytes.AsSpan(fixedSize));

    /// <summary>All attributes in the payload of one.</summary>
    /// <param name="payload">The payload.</param>
    public static IReadOnlyList<(ushort Type, byte[] Payload)> AttributesIn(ReadOnlySpan<byte> payload)
    {
        List<(ushort, byte[])> all = [];
        var reader = new AttributeReader(payload);
        while (reader.MoveNext())
            all.Add((reader.Type, reader.Payload.ToArray()));
        return all;
    }

    /// <summary>A message of a fixed part and attributes.</summary>
    /// <param name="fixedPart">The fixed part.</param>
    /// <param name="attributes">The attributes.</param>
    public static RawMessage Of(ReadOnlySpan<byte> fixedPart, params ReadOnlySpan<(ushort Type, byte[] Payload)> attributes) =>
        new([.. fixedPart, .. Nest(attributes)]);

    /// <summary>Attributes as the payload of another one.</summary>
    /// <param name="attributes">The attributes.</param>
    public static byte[] Nest(params ReadOnlySpan<(ushort Type, byte[] Payload)> attributes)
    {
        var writer = new NetlinkWriter(256);
        try
        {
            foreach (var (type, payload) in attributes)
            {
                var start = writer.BeginAttribute(type, "attribute");
                payload.CopyTo(writer.Append(payload.Length));
                writer.EndAttribute(start);
            }

            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }
}
