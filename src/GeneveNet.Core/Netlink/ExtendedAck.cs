using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>What the kernel adds to an error (NLMSGERR_ATTR_*, include/uapi/linux/netlink.h).</summary>
/// <param name="Message">Its explanation, or null.</param>
/// <param name="Offset">Offset of the offending attribute in the request, counted from the message header; or null.</param>
/// <param name="MissingType">Number of an attribute that is required and missing; or null.</param>
/// <param name="Cookie">Bytes the subsystem attached; empty when none.</param>
public sealed record ExtendedAck(string? Message, int? Offset, int? MissingType, ReadOnlyMemory<byte> Cookie)
{
    private const int ErrorCodeSize = 4;

    /// <summary>No extended acknowledgement.</summary>
    public static readonly ExtendedAck None = new(null, null, null, default);

    /// <summary>Reads the error code of an NLMSG_ERROR or NLMSG_DONE payload.</summary>
    /// <returns>0, or a negative errno.</returns>
    internal static int ReadCode(ReadOnlySpan<byte> body) => body.Length >= ErrorCodeSize
        ? MemoryMarshal.Read<int>(body)
        : throw new NetlinkFormatException($"An acknowledgement takes at least {ErrorCodeSize} bytes, but there are {body.Length}.");

    /// <summary>Reads the attributes after an acknowledgement.</summary>
    /// <param name="header">The acknowledgement's header.</param>
    /// <param name="body">Its payload: error code and, in NLMSG_ERROR, the request's header and possibly its payload.</param>
    internal static ExtendedAck Read(in NetlinkHeader header, ReadOnlySpan<byte> body)
    {
        if (!header.Flags.HasFlag(NetlinkFlags.AckAttributes))
            return None;

        var skip = ErrorCodeSize;
        if (header.Type == NetlinkHeader.Error)
        {
            if (body.Length < ErrorCodeSize + NetlinkHeader.Size)
                throw new NetlinkFormatException($"An acknowledgement's payload of {body.Length} bytes lacks the request's header.");
            // Without NLM_F_CAPPED the whole request stands between the code and the attributes.
            var echoed = header.Flags.HasFlag(NetlinkFlags.Capped) ? NetlinkHeader.Size : MemoryMarshal.Read<int>(body[ErrorCodeSize..]);
            if (echoed < NetlinkHeader.Size || echoed > body.Length - ErrorCodeSize)
                throw new NetlinkFormatException(
                    $"An acknowledgement says it repeats {echoed} bytes of the request, but there are {body.Length - ErrorCodeSize}.");
            skip += NetlinkHeader.Align(echoed);
        }

        var values = new Values();
        Values.Table.Read(skip < body.Length ? body[skip..] : default, values);
        return new ExtendedAck(values.Message, (int?)values.Offset, (int?)values.MissingType, values.Cookie);
    }

    private sealed class Values
    {
        public static readonly AttributeTable<Values> Table = new(
            Attributes.Object<Values, string>(1, "NLMSGERR_ATTR_MSG", AttributeKinds.Text, v => v.Message, (v, x) => v.Message = x),
            Attributes.Value<Values, uint>(2, "NLMSGERR_ATTR_OFFS", AttributeKinds.U32, v => v.Offset, (v, x) => v.Offset = x),
            Attributes.Object<Values, byte[]>(3, "NLMSGERR_ATTR_COOKIE", AttributeKinds.Bytes, v => v.Cookie, (v, x) => v.Cookie = x),
            Attributes.Value<Values, uint>(
                5, "NLMSGERR_ATTR_MISS_TYPE", AttributeKinds.U32, v => v.MissingType, (v, x) => v.MissingType = x));

        public string? Message { get; private set; }
        public uint? Offset { get; private set; }
        public byte[]? Cookie { get; private set; }
        public uint? MissingType { get; private set; }
    }
}
