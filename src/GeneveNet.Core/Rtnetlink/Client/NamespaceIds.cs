using System.Runtime.InteropServices;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Rtnetlink.Client;

/// <summary>The numbers by which one namespace knows others (NETNSA_*, include/uapi/linux/net_namespace.h).</summary>
internal sealed class NamespaceIdMessage : INetlinkMessage<NamespaceIdMessage>
{
    private static readonly AttributeTable<NamespaceIdMessage> Table = new(
        Value<NamespaceIdMessage, int>(1, "NETNSA_NSID", S32, m => m.Id, (m, v) => m.Id = v),
        Value<NamespaceIdMessage, int>(3, "NETNSA_FD", S32, m => m.Descriptor, (m, v) => m.Descriptor = v));

    /// <summary>The number; -1 for none.</summary>
    public int? Id { get; private set; }

    /// <summary>Request: descriptor of the other namespace.</summary>
    public int? Descriptor { get; set; }

    public static NamespaceIdMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new NamespaceIdMessage();
        FixedPart.Read<Header>(body, out var attributes);
        Table.Read(attributes, message);
        return message;
    }

    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(default(Header));
        Table.Write(ref writer, this);
    }

    // struct rtgenmsg, padded: its family is never looked at.
    [StructLayout(LayoutKind.Sequential, Size = 4)]
    private readonly struct Header;
}

/// <summary>Questions about those numbers.</summary>
internal static class NamespaceIds
{
    /// <summary>The number by which the client's namespace knows another; null when it does not.</summary>
    public static int? GetNamespaceId(this RtnetlinkClient client, NetworkNamespace other)
    {
        using var file = other.Open();
        var answer = client.Get<NamespaceIdMessage>(new NetlinkRequest<NamespaceIdMessage>(
            RtmType.GetNamespaceId,
            NetlinkFlags.None,
            new NamespaceIdMessage { Descriptor = file.Number },
            $"look up the id of network namespace '{other}'"));
        return answer.Id is >= 0 ? answer.Id : null;
    }
}
