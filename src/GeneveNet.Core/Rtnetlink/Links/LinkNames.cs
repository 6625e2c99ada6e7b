using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>
/// The names of links by their indexes, for one list of objects that tell only indexes; never kept longer, so that a name is as fresh as
/// the list. Most lists lead to few links, which are asked for one by one: reading a link costs the kernel more than reading ten routes,
/// and there may be thousands.
/// </summary>
internal sealed class LinkNames
{
    private const int MostSingles = 2;

    private readonly RtnetlinkClient? _client;
    private readonly Link? _known;
    private Dictionary<int, string?>? _names;
    private int _singles;

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

    /// <summary>The name of a link; null where there is none of that index (any more).</summary>
    public string? Find(int index)
    {
        if (_known?.Index == index)
            return _known.Name;
        _names ??= [];
        if (_names.TryGetValue(index, out var name) || _client is null || index <= 0 || _singles > MostSingles)
            return name;
        if (_singles++ < MostSingles)
            return _names[index] = _client.FindLinkName(index);
        foreach (var (key, value) in _client.GetLinkNames())
            _names[key] = value;
        return _names.GetValueOrDefault(index);
    }
}
