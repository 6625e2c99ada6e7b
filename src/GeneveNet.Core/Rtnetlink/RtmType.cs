using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink;

/// <summary>Message types of rtnetlink (include/uapi/linux/rtnetlink.h).</summary>
internal static class RtmType
{
    public const ushort NewLink = 16, DeleteLink = 17, GetLink = 18;
    public const ushort NewAddress = 20, DeleteAddress = 21, GetAddress = 22;
    public const ushort NewRoute = 24, DeleteRoute = 25, GetRoute = 26;
    public const ushort NewNeighbor = 28, DeleteNeighbor = 29, GetNeighbor = 30;
    public const ushort NewRule = 32, DeleteRule = 33, GetRule = 34;
    public const ushort GetQdisc = 38, GetFilter = 46;
    public const ushort NewNamespaceId = 88, GetNamespaceId = 90;
}
