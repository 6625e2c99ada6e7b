using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>Walks the attributes (struct nlattr: u16 length, u16 type, payload, padding to 4) in a span, without copying.</summary>
/// <remarks>Attribute headers are in host byte order. The flag bits NLA_F_NESTED and NLA_F_NET_BYTEORDER are removed from the
/// type.</remarks>
/// <param name="attributes">The bytes after a message's fixed part, or the payload of a nested attribute.</param>
public ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    internal const int HeaderSize = 4;
    private const ushort TypeMask = 0x3fff;

    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>Number of the current attribute.</summary>
    public ushort Type { get; private set; }

    /// <summary>Payload of the current attribute.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Steps to the next attribute.</summary>
    /// <returns>False at the end; fewer than 4 trailing bytes are padding, as the kernel's nla_ok has it.</returns>
    /// <exception cref="NetlinkFormatException">The attribute's length contradicts the number of bytes.</exception>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderSize)
            return false;

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderSize || length > _rest.Length)
            throw new NetlinkFormatException($"A netlink attribute says it has {length} bytes, but there are {_rest.Length}.");

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Payload = _rest[HeaderSize..length];
        _rest = _rest[Math.Min(NetlinkHeader.Align(length), _rest.Length)..];
        return true;
    }
}
