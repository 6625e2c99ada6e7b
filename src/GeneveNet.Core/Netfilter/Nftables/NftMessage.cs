using System.Buffers.Binary;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>What messages of nftables are about: the subsystem (10) and the kernel's number for it (NFT_MSG_*).</summary>
internal static class NftMessageType
{
    public const ushort BatchBegin = 0x10, BatchEnd = 0x11;
    public const ushort NewTable = 0x0a00, GetTable = 0x0a01, NewChain = 0x0a03, GetChain = 0x0a04, NewRule = 0x0a06, GetRule = 0x0a07;
    public const ushort Trace = 0x0a11;
}

/// <summary>What all messages of nftables begin with: struct nfgenmsg (include/uapi/linux/netfilter/nfnetlink.h).</summary>
internal abstract class NftMessage
{
    /// <summary>What packets it is about.</summary>
    public NftFamily Family { get; set; }

    /// <summary>
    /// In answers the lower half of the number that counts the changes of all rules; at the ends of a batch the subsystem.
    /// </summary>
    public ushort ResourceId { get; set; }

    /// <summary>Reads the structure and returns the attributes.</summary>
    protected static ReadOnlySpan<byte> ReadHeader(ReadOnlySpan<byte> body, NftMessage into)
    {
        var header = FixedPart.Read<Header>(body, out var attributes);
        (into.Family, into.ResourceId) = ((NftFamily)header.Family, InNetworkOrder(header.ResourceId));
        return attributes;
    }

    /// <summary>Writes the structure.</summary>
    protected void WriteHeader(ref NetlinkWriter writer) =>
        writer.Append(new Header { Family = (byte)Family, ResourceId = InNetworkOrder(ResourceId) });

    private static ushort InNetworkOrder(ushort number) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public byte Family;
        private byte _version;
        public ushort ResourceId;
    }
}

/// <summary>The beginning or the end of a batch, of what is done at once or not at all; and the question for all of a kind.</summary>
internal sealed class NftPlainMessage : NftMessage, INetlinkMessage<NftPlainMessage>
{
    /// <inheritdoc/>
    public static NftPlainMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NftPlainMessage();
        ReadHeader(body, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer) => WriteHeader(ref writer);
}
