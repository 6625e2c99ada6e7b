using System.Runtime.InteropServices;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.Netlink;

/// <summary>Generic netlink: families of the kernel that are known by name and numbered when they are loaded.</summary>
internal static class GenericNetlink
{
    /// <summary>The protocol of its sockets (NETLINK_GENERIC).</summary>
    public const int Protocol = 16;

    private const ushort Control = 16; // GENL_ID_CTRL
    private const byte GetFamily = 3; // CTRL_CMD_GETFAMILY

    /// <summary>Finds a family; the kernel loads the module that has it.</summary>
    /// <param name="connection">A connection over a socket of this protocol.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkException">With ENOENT where there is none in this network namespace.</exception>
    public static GenericFamily FindFamily(NetlinkConnection connection, string name, CancellationToken cancellation = default)
    {
        var query = new GenericFamilyMessage { Header = new GenericHeader(GetFamily, 1), Name = name };
        var answer = connection.Get<GenericFamilyMessage>(
            new NetlinkRequest<GenericFamilyMessage>(Control, NetlinkFlags.None, query, $"find the kernel's '{name}'"), cancellation);
        Dictionary<string, int> groups = [];
        foreach (var group in answer.Groups ?? [])
        {
            if (group is { Name: { } called, Id: { } number })
                groups[called] = (int)number;
        }

        return new GenericFamily(answer.Id.GetValueOrDefault(), (byte)answer.FamilyVersion.GetValueOrDefault(), groups);
    }
}

/// <summary>A family of generic netlink.</summary>
/// <param name="Id">Message type of all its messages.</param>
/// <param name="Version">Version of its commands.</param>
/// <param name="Groups">Numbers of its multicast groups, by name.</param>
internal sealed record GenericFamily(ushort Id, byte Version, IReadOnlyDictionary<string, int> Groups);

/// <summary>What a message of any family begins with (struct genlmsghdr, include/uapi/linux/genetlink.h).</summary>
/// <param name="Command">What is asked or told; each family has numbers of its own.</param>
/// <param name="Version">Version of the family.</param>
/// <param name="Reserved">Zero.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GenericHeader(byte Command, byte Version, ushort Reserved = 0);

/// <summary>A family as the kernel speaks of it (CTRL_ATTR_*, include/uapi/linux/genetlink.h).</summary>
internal sealed class GenericFamilyMessage : INetlinkMessage<GenericFamilyMessage>
{
    internal static readonly AttributeTable<GenericFamilyMessage> Table = new(
        Value<GenericFamilyMessage, ushort>(1, "CTRL_ATTR_FAMILY_ID", U16, m => m.Id, (m, v) => m.Id = v),
        Object<GenericFamilyMessage, string>(2, "CTRL_ATTR_FAMILY_NAME", Text, m => m.Name, (m, v) => m.Name = v),
        Value<GenericFamilyMessage, uint>(3, "CTRL_ATTR_VERSION", U32, m => m.FamilyVersion, (m, v) => m.FamilyVersion = v),
        Object<GenericFamilyMessage, GenericGroup[]>(
            7, "CTRL_ATTR_MCAST_GROUPS", new NestedListKind<GenericGroup>(GenericGroup.Table), m => m.Groups, (m, v) => m.Groups = v));

    /// <summary>What it begins with.</summary>
    public GenericHeader Header { get; set; }
    /// <summary>Message type of the family.</summary>
    public ushort? Id { get; set; }
    /// <summary>Its name.</summary>
    public string? Name { get; set; }
    /// <summary>Its version.</summary>
    public uint? FamilyVersion { get; set; }
    /// <summary>Its multicast groups.</summary>
    public GenericGroup[]? Groups { get; set; }

    /// <inheritdoc/>
    public static GenericFamilyMessage Read(ReadOnlySpan<byte> body)
    {
        var message = new GenericFamilyMessage { Header = FixedPart.Read<GenericHeader>(body, out var attributes) };
        Table.Read(attributes, message);
        return message;
    }

    /// <inheritdoc/>
    public void Write(ref NetlinkWriter writer)
    {
        writer.Append(Header);
        Table.Write(ref writer, this);
    }
}

/// <summary>A multicast group of a family (CTRL_ATTR_MCAST_GRP_*).</summary>
internal sealed class GenericGroup
{
    internal static readonly AttributeTable<GenericGroup> Table = new(
        Object<GenericGroup, string>(1, "CTRL_ATTR_MCAST_GRP_NAME", Text, g => g.Name, (g, v) => g.Name = v),
        Value<GenericGroup, uint>(2, "CTRL_ATTR_MCAST_GRP_ID", U32, g => g.Id, (g, v) => g.Id = v));

    /// <summary>Its name.</summary>
    public string? Name { get; set; }
    /// <summary>Its number.</summary>
    public uint? Id { get; set; }
}
