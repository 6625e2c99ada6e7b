using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>One kind of link: how its settings are read, what its model is, which rules hold for it.</summary>
/// <param name="name">What the kernel calls it (IFLA_INFO_KIND).</param>
internal class LinkKind(string name)
{
    /// <summary>What the kernel calls it (IFLA_INFO_KIND).</summary>
    public string Name { get; } = name;

    /// <summary>Whether a listing of this kind has to look at all links: its model speaks of others.</summary>
    public virtual bool NeedsAllLinks => false;

    /// <summary>Reads its settings (the attributes inside IFLA_INFO_DATA).</summary>
    public virtual LinkKindData ReadData(ReadOnlySpan<byte> payload) => UnknownLinkKindData.Read(payload);

    /// <summary>Makes the model.</summary>
    /// <param name="message">What the kernel said.</param>
    /// <param name="source">The namespace the link is in.</param>
    /// <param name="master">Name of its master, or null.</param>
    /// <param name="ports">Names of the links whose master it is, as far as they were looked at.</param>
    public virtual Link ToLink(LinkMessage message, NetworkNamespace source, string? master, IReadOnlyList<string> ports) =>
        new(message, source) { Master = master };

    /// <summary>Fails when settings contradict each other, before the kernel is asked.</summary>
    /// <param name="settings">The settings of a link to be created.</param>
    /// <exception cref="NetworkException">The first rule that is broken.</exception>
    public virtual void Validate(LinkKindData settings) { }

    /// <summary>Says better why the kernel refused to create a link.</summary>
    /// <param name="refusal">What the kernel said.</param>
    /// <param name="client">Where.</param>
    /// <param name="settings">The settings of the link.</param>
    public virtual NetworkException Explain(NetlinkException refusal, RtnetlinkClient client, LinkKindData? settings) => refusal;

    /// <summary>Says better why the kernel refused to set a link up.</summary>
    /// <param name="refusal">What the kernel said.</param>
    /// <param name="client">Where the link is.</param>
    /// <param name="link">The link.</param>
    public virtual NetworkException ExplainUp(NetlinkException refusal, RtnetlinkClient client, Link link) => refusal;

    /// <summary>Whether a link of such settings can be created while another one is there, names apart.</summary>
    /// <param name="other">The other one, of this kind.</param>
    /// <param name="settings">The settings.</param>
    public virtual bool CanCoexist(Link other, LinkKindData? settings) => false;

    /// <summary>Where a link has to be created to be what it is.</summary>
    /// <param name="client">Where it is.</param>
    /// <param name="link">The link.</param>
    /// <exception cref="NetworkException">It cannot be found out.</exception>
    public virtual RtnetlinkClient FindHome(RtnetlinkClient client, Link link) => client;

    /// <summary>Settings as they were read, fit to be sent again.</summary>
    /// <param name="settings">The settings; null where the kernel reported none.</param>
    public virtual LinkKindData? Resend(LinkKindData? settings) => settings;
}

/// <summary>A kind whose settings have a table.</summary>
/// <typeparam name="TData">Its settings.</typeparam>
/// <param name="name">What the kernel calls it.</param>
/// <param name="table">Their table.</param>
internal abstract class LinkKind<TData>(string name, AttributeTable<TData> table) : LinkKind(name) where TData : LinkKindData, new()
{
    public sealed override LinkKindData ReadData(ReadOnlySpan<byte> payload)
    {
        var data = new TData();
        table.Read(payload, data);
        return data;
    }
}
