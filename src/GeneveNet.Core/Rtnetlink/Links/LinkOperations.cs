using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>What the kernel can be asked about links.</summary>
internal static class LinkOperations
{
    private const uint SkipStatistics = 1 << 3; // RTEXT_FILTER_SKIP_STATS
    private const int LongestName = 15; // IFNAMSIZ - 1
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/:\0 \t\n\v\f\r");

    /// <summary>All links, or all of one kind, in the kernel's order.</summary>
    /// <param name="client">Where.</param>
    /// <param name="kind">"geneve", "veth" …; null for all.</param>
    public static IReadOnlyList<Link> GetLinks(this RtnetlinkClient client, string? kind = null)
    {
        return client.ReadLinks(kind, counters: true);
    }

    /// <summary>The same, without counters where nobody will look at them: they take the kernel a third of the time.</summary>
    /// <param name="client">Where.</param>
    /// <param name="kind">Only links of this kind; null for all.</param>
    /// <param name="counters">Whether with counters.</param>
    /// <param name="master">Only ports of this link; null for all.</param>
    internal static IReadOnlyList<Link> ReadLinks(this RtnetlinkClient client, string? kind, bool counters, Link? master = null)
    {
        // The ports of a bridge are other links, so for bridges all of them are looked at.
        var query = new LinkMessage
        {
            Info = kind is null || LinkKinds.Of(kind).NeedsAllLinks ? null : new LinkInfo { Kind = kind },
            MasterIndex = master?.Index,
            ExtendedMask = counters ? null : SkipStatistics,
        };
        var messages = client.Dump<LinkMessage>(new NetlinkRequest<LinkMessage>(RtmType.GetLink, NetlinkFlags.None, query, "list links"));
        var names = new LinkNames(client);
        Dictionary<int, List<string>> ports = [];
        foreach (var message in messages)
        {
            names.Learn(message.Index, message.Name);
            if (message.MasterIndex is > 0 and var bridge)
                (CollectionsMarshal.GetValueRefOrAddDefault(ports, bridge, out _) ??= []).Add(message.Name ?? "");
        }

        List<Link> links = new(messages.Count);
        foreach (var message in messages)
        {
            // A kernel that does not have the kind loaded cannot filter by it and reports every link.
            if (kind is null || message.Info?.Kind == kind)
                links.Add(ToLink(message, client, names, ports));
        }

        return links;
    }

    /// <summary>The link of a name (or further name).</summary>
    /// <param name="client">Where.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="NetworkException">There is none.</exception>
    public static Link GetLink(this RtnetlinkClient client, string name) =>
        client.FindLink(name) ?? throw NoLink(client, $"named '{name}'", null);

    /// <summary>The link of a name (or further name), or null.</summary>
    /// <param name="client">Where.</param>
    /// <param name="name">Its name.</param>
    public static Link? FindLink(this RtnetlinkClient client, string name)
    {
        var query = new LinkMessage();
        // What is too long for a name may still be a further name (IFLA_ALT_IFNAME, up to 127 bytes).
        if (Encoding.UTF8.GetByteCount(name) <= LongestName)
            query.Name = name;
        else
            query.AlternativeName = name;
        try
        {
            return client.Fetch(query, $"read link '{name}'");
        }
        catch (NetlinkException e) when (e.Errno is Errno.NoDevice or Errno.Invalid or Errno.OutOfRange)
        {
            return null;
        }
    }

    /// <summary>The link of an index.</summary>
    /// <param name="client">Where.</param>
    /// <param name="index">Its index.</param>
    /// <exception cref="NetworkException">There is none.</exception>
    public static Link GetLink(this RtnetlinkClient client, int index) =>
        client.FindLink(index) ?? throw NoLink(client, $"with index {index}", null);

    /// <summary>The link of an index, or null.</summary>
    /// <param name="client">Where.</param>
    /// <param name="index">Its index.</param>
    public static Link? FindLink(this RtnetlinkClient client, int index)
    {
        try
        {
            return client.Fetch(new LinkMessage { Index = index }, $"read link {index}");
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoDevice)
        {
            return null;
        }
    }

    /// <summary>Creates a link.</summary>
    /// <param name="client">Where; for a tunnel this is also where its underlay is.</param>
    /// <param name="link">Name, kind and settings.</param>
    /// <param name="shownAs">The name in errors, where that is not the one that it is created with.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void CreateLink(this RtnetlinkClient client, LinkMessage link, string? shownAs = null)
    {
        var kind = link.Info?.Kind ?? "";
        try
        {
            client.Execute(CreateRequest(link, shownAs));
        }
        catch (NetlinkException e) when (e.Errno == Errno.NotSupported && IsUnknownKind(e, link))
        {
            var option = $"CONFIG_{kind.ToUpperInvariant()}";
            throw e.WithAdvice(
                $"This kernel has no {kind} links: load the module with `modprobe {kind}`, or use a kernel built with {option}.");
        }
        catch (NetlinkException e) when (e.Errno == Errno.Exists)
        {
            throw e.WithAdvice($"Network namespace '{client.Namespace}' has a link of that name already.");
        }
    }

    // Kernels before 4.20 have no text for it; a setting that is not supported is the same number.
    private static bool IsUnknownKind(NetlinkException refusal, LinkMessage link) =>
        refusal.ExtendedAck.Message == "Unknown device type" || (refusal.ExtendedAck.Message is null && link.Info?.Data is null);

    /// <summary>A request that creates a link, to be sent with others: see <see cref="RtnetlinkClient.ExecuteBatch"/>.</summary>
    /// <param name="link">Name, kind and settings.</param>
    /// <param name="shownAs">The name in errors, where that is not the one that it is created with.</param>
    public static NetlinkRequest CreateRequest(LinkMessage link, string? shownAs = null)
    {
        return new NetlinkRequest<LinkMessage>(
            RtmType.NewLink, NetlinkFlags.Create | NetlinkFlags.Exclusive, link, $"create {link.Info?.Kind} link '{shownAs ?? link.Name}'");
    }

    /// <summary>A request that removes a link, to be sent with others.</summary>
    /// <param name="link">The link, as it was read.</param>
    public static NetlinkRequest RemoveRequest(Link link)
    {
        return new NetlinkRequest<LinkMessage>(
            RtmType.DeleteLink, NetlinkFlags.None, new LinkMessage { Index = link.Index }, $"remove link '{link.Name}'");
    }

    /// <summary>A request that changes a link, to be sent with others.</summary>
    /// <param name="change">The link's index and what is to be otherwise.</param>
    /// <param name="summary">What is changed, as a phrase that continues "Cannot …".</param>
    public static NetlinkRequest ChangeRequest(LinkMessage change, string summary) =>
        new NetlinkRequest<LinkMessage>(RtmType.NewLink, NetlinkFlags.None, change, summary);

    /// <summary>Changes a link.</summary>
    /// <param name="client">Where.</param>
    /// <param name="change">The link's index and what is to be otherwise.</param>
    /// <param name="summary">What is changed, as a phrase that continues "Cannot …".</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void ChangeLink(this RtnetlinkClient client, LinkMessage change, string summary)
    {
        client.Execute(ChangeRequest(change, summary));
    }

    /// <summary>Removes a link. The other end of a veth pair goes with it.</summary>
    /// <param name="client">Where.</param>
    /// <param name="link">The link, as it was read: it is removed by index, never by a name another link may have by now.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void RemoveLink(this RtnetlinkClient client, Link link)
    {
        try
        {
            client.Execute(RemoveRequest(link));
        }
        catch (NetlinkException e) when (e.Errno == Errno.NoDevice)
        {
            // It went meanwhile, most likely with the other end of its veth pair: that is what was wanted.
        }
    }

    /// <summary>Moves a link into another namespace; the kernel takes it down and drops its addresses and routes.</summary>
    /// <param name="client">Where it is.</param>
    /// <param name="link">The link.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="newName">The name it gets there, or null to keep its name.</param>
    /// <returns>The link as it is there.</returns>
    /// <exception cref="NetworkException">The target has vanished, or the kernel refused.</exception>
    public static Link MoveLink(this RtnetlinkClient client, Link link, NetworkNamespace target, string? newName)
    {
        using var file = target.Open();
        var change = new LinkMessage { Index = link.Index, NamespaceDescriptor = file.Number, Name = newName };
        try
        {
            client.ChangeLink(change, $"move link '{link.Name}' to network namespace '{target}'");
            return client.In(target).GetLink(newName ?? link.Name);
        }
        catch (NetlinkException e) when (e.Errno == Errno.Exists)
        {
            throw e.WithAdvice($"A link named '{newName ?? link.Name}' is there already: choose another name for this one.");
        }
        catch (NetlinkException e) when (e.Errno == Errno.Invalid)
        {
            throw e.WithAdvice("Links of this kind are bound to their network namespace.");
        }
    }

    /// <summary>
    /// A name that no link has, for one that is created here and lives elsewhere: the kernel looks for its name here all the same.
    /// </summary>
    internal static string PassingName() => $"new-{Guid.NewGuid():N}"[..LongestName];

    /// <summary>Fails when a text cannot be the name of a link.</summary>
    /// <param name="name">1 to 15 bytes; no slash, colon or white space; not "." or ".." (the kernel's dev_valid_name).</param>
    public static void ValidateName(string name)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        var fault = name switch
        {
            "" => "is empty",
            "." or ".." => "stands for a folder",
            _ when name.AsSpan().ContainsAny(NotInNames) => "has a slash, colon or white space in it",
            // The kernel would put a number in the place of "%d" (dev_alloc_name), and takes no other use of it.
            _ when name.Contains('%', StringComparison.Ordinal) =>
                "has a percent sign in it, which the kernel reads as a pattern for names",
            _ when bytes > LongestName => $"has {bytes} bytes, and {LongestName} is the most",
            _ => null,
        };
        if (fault is not null)
        {
            var text = $"'{name}' cannot be the name of a link: it {fault}.";
            throw new NetworkException(FailureKind.InvalidArgument, text) { Id = "InvalidLinkName" };
        }
    }

    private static Link Fetch(this RtnetlinkClient client, LinkMessage query, string summary)
    {
        var message = client.Get<LinkMessage>(new NetlinkRequest<LinkMessage>(RtmType.GetLink, NetlinkFlags.None, query, summary));
        return ToLink(message, client, new LinkNames(client));
    }

    private static Link ToLink(LinkMessage message, RtnetlinkClient client, LinkNames names, Dictionary<int, List<string>>? ports = null)
    {
        // A master that vanished between the two answers: the port is without one by now.
        var master = message.MasterIndex is { } index ? names.Find(index) : null;
        return LinkKinds.Of(message.Info?.Kind).ToLink(message, client.Namespace, master, ports?.GetValueOrDefault(message.Index) ?? []);
    }

    private static NetworkException NoLink(RtnetlinkClient client, string which, Exception? cause) =>
        new(FailureKind.NotFound, $"There is no link {which} in network namespace '{client.Namespace}'.", Errno.NoDevice, cause)
        {
            Id = "LinkNotFound",
        };
}
