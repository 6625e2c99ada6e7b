namespace GeneveNet.Netlink;

/// <summary>The payload of a netlink message: a fixed structure and attributes after it.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface INetlinkMessage<TSelf> where TSelf : INetlinkMessage<TSelf>
{
    /// <summary>Reads the payload of one message.</summary>
    /// <param name="body">The bytes after the netlink header.</param>
    /// <exception cref="NetlinkFormatException">The payload is malformed.</exception>
    static abstract TSelf Read(ReadOnlySpan<byte> body);

    /// <summary>Writes the payload.</summary>
    /// <param name="writer">Where to.</param>
    void Write(ref NetlinkWriter writer);
}
