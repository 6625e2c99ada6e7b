using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Changes;

/// <summary>
/// A sort of thing that the kernel drops with a link, such as its routes. They are kept as the kernel reported them, so that what
/// nobody here knows about them is kept too.
/// </summary>
/// <param name="What">In words, for errors: "route".</param>
/// <param name="FixedSize">Bytes of the fixed part of their messages.</param>
/// <param name="Get">Message type that lists them; one more than that of a removal, two more than that of a creation.</param>
/// <param name="Query">What the list is asked with.</param>
/// <param name="Create">How one is created.</param>
/// <param name="Belongs">Whether one is of this sort and belongs to the link of an index.</param>
/// <param name="Resend">Makes a request of one that was read.</param>
/// <param name="Same">By which attributes one is known, beside its family; null for all that stays.</param>
internal sealed record Belongings(
    string What,
    int FixedSize,
    ushort Get,
    byte[] Query,
    NetlinkFlags Create,
    Func<RawMessage, int, bool> Belongs,
    Func<RawMessage, RawMessage> Resend,
    ushort[]? Same)
{
    private const int AddressSize = 8, RouteSize = 12, NeighborSize = 12; // struct ifaddrmsg, rtmsg, ndmsg
    private const byte Unicast = 1, KernelProtocol = 2; // RTN_UNICAST, RTPROT_KERNEL
    private const byte Reachable = 2, Stale = 4, Usable = 0x1e, NoArp = 0x40, Permanent = 0x80; // NUD_*
    private const byte Self = 2, ByMaster = 4, Proxy = 8; // NTF_*
    private const ushort RouteOutput = 4, RouteSource = 7, RouteCache = 12; // RTA_OIF, RTA_PREFSRC, RTA_CACHEINFO
    private const ushort Station = 2, Master = 9; // NDA_LLADDR, NDA_MASTER

    /// <summary>Addresses. IPv6 ones are listed with the newest first, and so created from the end.</summary>
    public static Belongings Addresses { get; } = new(
        "address", AddressSize, RtmType.GetAddress, new byte[AddressSize], NetlinkFlags.Create | NetlinkFlags.Replace,
        static (message, index) => message.Number(4) == index, static message => message, [1, 2]);

    /// <summary>Routes; those to the host itself come and go with its addresses.</summary>
    public static Belongings Routes { get; } = new(
        "route", RouteSize, RtmType.GetRoute, new byte[RouteSize], NetlinkFlags.Create | NetlinkFlags.Append, IsRouteOf, ResendRoute, null);

    /// <summary>Neighbors with a MAC address.</summary>
    public static Belongings Neighbors { get; } = new(
        "neighbor", NeighborSize, RtmType.GetNeighbor, new byte[NeighborSize], NetlinkFlags.Create | NetlinkFlags.Replace,
        static (message, index) => IsNeighborOf(message, index) && (message.Bytes[8] & (Usable | Permanent)) != 0, ResendNeighbor, [1]);

    /// <summary>Addresses for which the link answers in the name of others.</summary>
    public static Belongings Proxies { get; } = new(
        "proxy neighbor", NeighborSize, RtmType.GetNeighbor, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Proxy, 0],
        NetlinkFlags.Create | NetlinkFlags.Replace,
        static (message, index) => IsNeighborOf(message, index) && (message.Bytes[10] & Proxy) != 0, static message => message, [1]);

    /// <summary>Entries of forwarding databases; groups of the link itself come with its addresses.</summary>
    public static Belongings Stations { get; } = new(
        "forwarding entry", NeighborSize, RtmType.GetNeighbor, [Family.Bridge, .. new byte[NeighborSize - 1]],
        NetlinkFlags.Create | NetlinkFlags.Replace,
        static (message, index) => message.Bytes[0] == Family.Bridge && message.Number(4) == index
            && (message.Find(NeighborSize, Master) is not null || (message.Find(NeighborSize, Station)?[0] & 1) == 0),
        ResendStation, [2, 5, 9]);

    /// <summary>What the link of an index has of this sort.</summary>
    public List<RawMessage> Read(RtnetlinkClient client, int index)
    {
        var request = new NetlinkRequest<RawMessage>(Get, NetlinkFlags.None, new RawMessage(Query), $"list {What} objects");
        return client.Dump<RawMessage>(request).FindAll(message => Belongs(message, index));
    }

    /// <summary>Gives a link again what it lacks, and takes away what it did not have.</summary>
    /// <param name="client">Where the link is.</param>
    /// <param name="index">Its index.</param>
    /// <param name="before">What it had.</param>
    public void Restore(RtnetlinkClient client, int index, IReadOnlyList<RawMessage> before)
    {
        var known = before.Select(Identify).ToHashSet();
        RemoveExtra();
        var there = Read(client, index).Select(Identify).ToHashSet();
        List<RawMessage> missing = [];
        foreach (var message in before)
        {
            if (there.Contains(Identify(message)))
                continue;
            var isNewestFirst = this == Addresses && message.Bytes[0] == Family.IPv6;
            missing.Insert(isNewestFirst ? 0 : missing.Count, ToRequest(message));
        }

        // A route may need another one that stands behind it in the list.
        NetlinkException? refusal = null;
        for (var count = missing.Count + 1; missing.Count > 0 && missing.Count < count;)
        {
            count = missing.Count;
            (missing, refusal) = Send(client, (ushort)(Get - 2), Create, "put back", missing);
        }

        if (refusal is not null)
            throw refusal;
        // A forwarding entry without a VLAN comes with one for each VLAN of the port.
        RemoveExtra();

        void RemoveExtra()
        {
            var extra = Read(client, index).FindAll(message => IsOn(message, index) && !known.Contains(Identify(message)));
            _ = Send(client, (ushort)(Get - 1), NetlinkFlags.None, "take away", extra.ConvertAll(ToRequest));
        }
    }

    private (List<RawMessage> Refused, NetlinkException? Why) Send(
        RtnetlinkClient client, ushort type, NetlinkFlags flags, string task, List<RawMessage> messages)
    {
        var requests = messages.ConvertAll<NetlinkRequest>(message => new NetlinkRequest<RawMessage>(
            type, message.Bytes[0] == Family.IPv6 && this == Routes ? flags & ~NetlinkFlags.Append : flags, message, $"{task} a {What}"));
        var refusals = client.ExecuteBatch(requests);
        return ([.. messages.Where((_, i) => refusals[i] is not null)], refusals.FirstOrDefault(refusal => refusal is not null));
    }

    private RawMessage ToRequest(RawMessage message) => Resend(message.Clone());

    private string Identify(RawMessage message)
    {
        var known = Resend(message.Clone());
        var attributes = known.Attributes(FixedSize).Where(one => Same?.Contains(one.Type) ?? one.Type != RouteCache);
        var fixedPart = Same is null ? known.Bytes.AsSpan(0, FixedSize) : known.Bytes.AsSpan(0, this == Addresses ? 2 : 1);
        return Convert.ToHexString([.. fixedPart, .. RawMessage.Nest([.. attributes])]);
    }

    private static bool IsRouteOf(RawMessage message, int index)
    {
        var isIP = message.Bytes[0] is Family.IPv4 or Family.IPv6;
        var comesWithAddress = message.Bytes[5] == KernelProtocol && message.Bytes[7] != Unicast;
        return isIP && !comesWithAddress && (IsRouteVia(message, index) || DependsOnAddress(message));
    }

    private static bool IsRouteVia(RawMessage message, int index) =>
        message.Find(RouteSize, RouteOutput) is { } output && MemoryMarshal.Read<int>(output) == index;

    /// <summary>IPv4 routes go with the address that they give to packets, whichever link they lead to.</summary>
    private static bool DependsOnAddress(RawMessage message) =>
        message.Bytes[0] == Family.IPv4 && message.Bytes[5] != KernelProtocol && message.Find(RouteSize, RouteSource) is not null;

    private bool IsOn(RawMessage message, int index) => this != Routes || IsRouteVia(message, index);

    private static bool IsNeighborOf(RawMessage message, int index) =>
        message.Bytes[0] is Family.IPv4 or Family.IPv6 && message.Number(4) == index;

    private static RawMessage ResendRoute(RawMessage message)
    {
        const int OnLink = 4; // RTNH_F_ONLINK; the other flags say how the route fares
        MemoryMarshal.Write(message.Bytes.AsSpan(8), message.Number(8) & OnLink);
        return message;
    }

    private static RawMessage ResendNeighbor(RawMessage message)
    {
        // What is being verified at this moment is to be verified again.
        if ((message.Bytes[8] & (Permanent | Reachable)) == 0)
            message.Bytes[8] = Stale;
        return message;
    }

    private static RawMessage ResendStation(RawMessage message)
    {
        var owner = message.Find(NeighborSize, Master) is null ? Self : ByMaster;
        message.Bytes[10] = (byte)((message.Bytes[10] & ~(Self | ByMaster)) | owner);
        if ((message.Bytes[8] & (Permanent | NoArp)) == 0)
            message.Bytes[8] = Reachable;
        return message;
    }
}
