using System.Buffers.Binary;

namespace GeneveNet.Packets.Inner;

/// <summary>Reads IPv4 and IPv6 headers.</summary>
internal static class IPReader
{
    private const int IPv4Size = 20, IPv6Size = 40, FragmentSize = 8;

    /// <summary>The most extension headers looked at; real packets have no more than a few.</summary>
    private const int ExtensionLimit = 16;

    /// <summary>Reads an IPv4 header.</summary>
    /// <param name="cursor">At the header; afterwards past it.</param>
    /// <param name="pseudo">What UDP sums up of the header, without protocol and length; null where it is unknown.</param>
    public static IPHeader? ReadIPv4(ref LayerCursor cursor, out ulong? pseudo)
    {
        pseudo = null;
        if (!cursor.TryPeek(IPv4Size, Layer.IP, out var bytes))
            return null;
        if (bytes[0] >> 4 != 4)
        {
            cursor.Fail(LayerFault.BadVersion, Layer.IP);
            return null;
        }

        var headerLength = (bytes[0] & 0xf) * 4;
        // Packets that are still to be cut into segments say 0 where 16 bits are too few.
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) is > 0 and var said ? said : cursor.Left;
        if (headerLength < IPv4Size || totalLength < headerLength)
        {
            cursor.Fail(LayerFault.BadHeaderLength, Layer.IP);
            return null;
        }

        cursor.SetLeft(totalLength, Layer.IP);
        if (!cursor.TryTake(headerLength, Layer.IP, out bytes))
            return null;
        pseudo = InternetChecksum.Sum(bytes[12..20]);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        return new IPHeader(bytes[12..16], bytes[16..20])
        {
            Version = 4,
            Protocol = bytes[9],
            Ttl = bytes[8],
            Tos = bytes[1],
            Identification = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            DontFragment = (fragment & 0x4000) != 0,
            MoreFragments = (fragment & 0x2000) != 0,
            FragmentOffset = (fragment & 0x1fff) * 8,
            HeaderLength = headerLength,
            TotalLength = totalLength,
        };
    }

    /// <summary>Reads an IPv6 header and the extension headers after it.</summary>
    /// <param name="cursor">At the header; afterwards past the extension headers.</param>
    /// <param name="pseudo">What UDP sums up of the header, without protocol and length; null where it is unknown.</param>
    public static IPHeader? ReadIPv6(ref LayerCursor cursor, out ulong? pseudo)
    {
        pseudo = null;
        var start = cursor.Position;
        if (!cursor.TryPeek(IPv6Size, Layer.IP, out var bytes))
            return null;
        if (bytes[0] >> 4 != 6)
        {
            cursor.Fail(LayerFault.BadVersion, Layer.IP);
            return null;
        }

        // 0 and a hop-by-hop header: a jumbogram, as packets that are still to be cut into segments.
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var totalLength = payloadLength == 0 && bytes[6] == IPProtocols.HopByHop ? cursor.Left : IPv6Size + payloadLength;
        cursor.SetLeft(totalLength, Layer.IP);
        cursor.TryTake(IPv6Size, Layer.IP, out bytes);

        var chain = ReadExtensions(ref cursor, bytes[6]);
        // The last address of a routing header belongs in the pseudo header, not the one that is in the packet now.
        if (!chain.IsRouted)
            pseudo = InternetChecksum.Sum(bytes[8..40]);
        return new IPHeader(bytes[8..24], bytes[24..40])
        {
            Version = 6,
            Protocol = chain.Protocol,
            Ttl = bytes[7],
            Tos = (byte)(BinaryPrimitives.ReadUInt16BigEndian(bytes) >> 4),
            FlowLabel = BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xfffff,
            Identification = chain.Identification,
            MoreFragments = chain.MoreFragments,
            FragmentOffset = chain.FragmentOffset,
            HeaderLength = cursor.Position - start,
            TotalLength = totalLength,
        };
    }

    private static Chain ReadExtensions(ref LayerCursor cursor, byte next)
    {
        var chain = new Chain { Protocol = next };
        for (var count = 0; ; count++)
        {
            if (!IsExtension(chain.Protocol) || chain.FragmentOffset > 0)
                return chain;
            if (count == ExtensionLimit)
            {
                cursor.Fail(LayerFault.TooDeep, Layer.IP);
                return chain;
            }

            if (!cursor.TryPeek(FragmentSize, Layer.IP, out var bytes))
                return chain;
            var size = chain.Protocol switch
            {
                IPProtocols.Fragment => FragmentSize,
                IPProtocols.Authentication => (bytes[1] + 2) * 4,
                _ => (bytes[1] + 1) * 8,
            };
            if (!cursor.TryTake(size, Layer.IP, out bytes))
                return chain;
            if (chain.Protocol == IPProtocols.Fragment)
            {
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
                chain.FragmentOffset = fragment & 0xfff8;
                chain.MoreFragments = (fragment & 1) != 0;
                chain.Identification = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            }

            chain.IsRouted |= chain.Protocol == IPProtocols.Routing;
            chain.Protocol = bytes[0];
        }
    }

    private static bool IsExtension(byte protocol) => protocol is IPProtocols.HopByHop or IPProtocols.Routing or IPProtocols.Fragment
        or IPProtocols.Authentication or IPProtocols.DestinationOptions or IPProtocols.Mobility
        or IPProtocols.HostIdentity or IPProtocols.Shim6;

    /// <summary>What the extension headers say.</summary>
    private struct Chain
    {
        public byte Protocol;
        public bool IsRouted, MoreFragments;
        public int FragmentOffset;
        public uint? Identification;
    }
}
