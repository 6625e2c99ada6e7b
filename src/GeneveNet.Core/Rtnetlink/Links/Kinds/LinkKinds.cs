using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>The kinds of link that have a table of their own. A new kind is a class and a line here.</summary>
internal static class LinkKinds
{
    public const string Geneve = "geneve", Veth = "veth", Bridge = "bridge";

    private delegate LinkKindData Reader(ReadOnlySpan<byte> payload);

    private static readonly Dictionary<string, Reader> Readers = new(StringComparer.Ordinal)
    {
        [Geneve] = static payload => Fill(payload, new GeneveData(), GeneveData.Table),
        [Bridge] = static payload => Fill(payload, new BridgeData(), BridgeData.Table),
        [Veth] = static payload => Fill(payload, new VethData(), VethData.Table),
    };

    public static LinkKindData Read(string kind, ReadOnlySpan<byte> payload) =>
        Readers.TryGetValue(kind, out var read) ? read(payload) : UnknownLinkKindData.Read(payload);

    private static T Fill<T>(ReadOnlySpan<byte> payload, T data, AttributeTable<T> table) where T : LinkKindData
    {
        table.Read(payload, data);
        return data;
    }
}
