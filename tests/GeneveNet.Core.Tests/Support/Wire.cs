using GeneveNet.Netlink;

namespace GeneveNet.Tests.Support;

/// <summary>Bytes of messages, written by the product or by hand.</summary>
internal static class Wire
{
    public static byte[] BodyOf<T>(T message) where T : INetlinkMessage<T>
    {
        var writer = new NetlinkWriter(16);
        try
        {
            message.Write(ref writer);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    public static byte[] MessageOf(NetlinkRequest request, NetlinkFlags added, uint sequence = 1)
    {
        var writer = new NetlinkWriter(16);
        try
        {
            request.Write(ref writer, sequence, added);
            return writer.Written.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>A message by hand: header and payload, padded.</summary>
    public static byte[] Message(ushort type, NetlinkFlags flags, uint sequence, params ReadOnlySpan<byte> body)
    {
        var bytes = new byte[(16 + body.Length + 3) & ~3];
        BitConverter.TryWriteBytes(bytes.AsSpan(0), 16 + body.Length);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), type);
        BitConverter.TryWriteBytes(bytes.AsSpan(6), (ushort)flags);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), sequence);
        body.CopyTo(bytes.AsSpan(16));
        return bytes;
    }

    /// <summary>An attribute by hand, padded.</summary>
    public static byte[] Attribute(int type, params ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[(4 + payload.Length + 3) & ~3];
        BitConverter.TryWriteBytes(bytes.AsSpan(0), (ushort)(4 + payload.Length));
        BitConverter.TryWriteBytes(bytes.AsSpan(2), (ushort)type);
        payload.CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    /// <summary>NLMSG_ERROR: code, the request's header (NLM_F_CAPPED) and extended-ack attributes.</summary>
    public static byte[] Acknowledgement(uint sequence, int code, params ReadOnlySpan<byte> attributes)
    {
        byte[] body = [.. BitConverter.GetBytes(code), .. Message(16, NetlinkFlags.Request, sequence), .. attributes];
        return Message(2, NetlinkFlags.Capped | (attributes.IsEmpty ? NetlinkFlags.None : NetlinkFlags.AckAttributes), sequence, body);
    }

    /// <summary>NLMSG_DONE with a code.</summary>
    public static byte[] Done(uint sequence, int code = 0, NetlinkFlags flags = NetlinkFlags.Multi) =>
        Message(3, flags, sequence, BitConverter.GetBytes(code));
}
