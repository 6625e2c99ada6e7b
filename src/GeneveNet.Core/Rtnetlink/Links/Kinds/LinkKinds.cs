namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>The kinds of link that are known here. A new kind is a folder, and a line in the list.</summary>
internal static class LinkKinds
{
    public const string Geneve = "geneve", Veth = "veth", Bridge = "bridge", Dummy = "dummy";

    private static readonly Dictionary<string, LinkKind> All = ((LinkKind[])
    [
        new GeneveKind(),
        new BridgeKind(),
        new VethKind(),
        new LinkKind(Dummy),
    ]).ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    private static readonly LinkKind Unknown = new("");

    /// <summary>The kind of a name; a plain one for a name that is not known here.</summary>
    public static LinkKind Of(string? name) => name is not null && All.TryGetValue(name, out var kind) ? kind : Unknown;
}
