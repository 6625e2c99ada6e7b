using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Links;

/// <summary>The further names of a link (IFLA_PROP_LIST with IFLA_ALT_IFNAME inside).</summary>
/// <param name="Names">Up to 127 bytes each.</param>
public sealed record AlternativeNames(IReadOnlyList<string> Names);

internal sealed class AlternativeNamesKind : AttributeKind<AlternativeNames>
{
    private const ushort AlternativeName = 53; // IFLA_ALT_IFNAME

    public override bool IsNested => true;

    public override AlternativeNames Read(ReadOnlySpan<byte> payload)
    {
        List<string> names = [];
        var reader = new AttributeReader(payload);
        while (reader.MoveNext())
        {
            if (reader.Type == AlternativeName)
                names.Add(AttributeKinds.Text.Read(reader.Payload));
        }

        return new AlternativeNames(names);
    }

    public override void Write(ref NetlinkWriter writer, AlternativeNames value)
    {
        foreach (var name in value.Names)
        {
            var start = writer.BeginAttribute(AlternativeName, "IFLA_ALT_IFNAME");
            AttributeKinds.Text.Write(ref writer, name);
            writer.EndAttribute(start);
        }
    }
}
