using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>
/// The names of links by their indexes, for one list of objects that tell only indexes; each is asked for when it is first needed, and
/// none is kept longer, so that a name is as fresh as the list.
/// </summary>
internal sealed class LinkNames
{
    private readonly RtnetlinkClient? _client;
    private readonly Link? _known;
    private Dictionary<int, string?>? _names;

    /// <summary>Asks when a name is needed.</summary>
    /// <param name="client">Where the links are.</param>
    public LinkNames(RtnetlinkClient client) => _client = client;

    /// <summary>Knows one link, or none, and asks nobody.</summary>
    /// <param name="known">The link.</param>
    public LinkNames(Link? known) => _known = known;

    /// <summary>Knows some names, and asks nobody.</summary>
    /// <param name="known">The names.</param>
    internal LinkNames(IReadOnlyDictionary<int, string> known) => _names = known.ToDictionary(one => one.Key, one => (string?)one.Value);

    /// <summary>Knows a link that was asked about, or else asks.</summary>
    /// <param name="client">Where the links are.</param>
    /// <param name="known">The link, or null.</param>
    public static LinkNames Of(RtnetlinkClient client, Link? known) => known is null ? new LinkNames(client) : new LinkNames(known);

    /// <summary>Keeps a name that was told anyway.</summary>
    public void Learn(int index, string? name) => (_names ??= [])[index] = name;

    /// <summary>The name of a link; null where there is none of that index (any more).</summary>
    public string? Find(int index)
    {
        if (_known?.Index == index)
            return _known.Name;
        if (_names is not null && _names.TryGetValue(index, out var name))
            return name;
        if (_client is null || index <= 0)
            return null;
        Learn(index, name = _client.FindLinkName(index));
        return name;
    }
}
