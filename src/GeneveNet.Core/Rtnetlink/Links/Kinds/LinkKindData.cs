using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>What belongs to one kind of link (the attributes inside IFLA_INFO_DATA).</summary>
public abstract class LinkKindData
{
    internal abstract void Write(ref NetlinkWriter writer);

    /// <summary>What was asked for here and is not so in what was read back.</summary>
    internal abstract IReadOnlyList<IgnoredSetting> FindIgnored(LinkKindData got);
}

/// <summary>A setting that the kernel does not have as it was asked for.</summary>
/// <param name="Name">The attribute's name in the kernel's headers.</param>
/// <param name="Since">The kernel release that brought it, or null.</param>
/// <param name="Asked">The value asked for.</param>
/// <param name="Got">The value there is, or null for none.</param>
internal sealed record IgnoredSetting(string Name, string? Since, string? Asked, string? Got)
{
    public override string ToString() => $"{Name} {Asked} (is {Got ?? "unset"})";

    /// <summary>What is told of a kernel that passes over a setting without a word.</summary>
    /// <param name="task">What could not be done, as a phrase that continues "Cannot …".</param>
    /// <param name="ignored">The settings.</param>
    /// <param name="outcome">What has become of it, as a sentence.</param>
    public static NetworkException Refusal(string task, IReadOnlyList<IgnoredSetting> ignored, string outcome)
    {
        var since = ignored[0].Since is { } release ? $", which Linux knows since {release}" : "";
        return new NetworkException(
            FailureKind.NotSupported,
            $"Cannot {task}: this kernel, Linux {Environment.OSVersion.Version.ToString(3)}, ignored {string.Join(", ", ignored)}{since}. {outcome}")
        { Id = "SettingNotSupported" };
    }
}

/// <summary>Data of a kind that has a table.</summary>
/// <typeparam name="TSelf">The kind's class.</typeparam>
/// <param name="table">The kind's table.</param>
public abstract class LinkKindData<TSelf>(AttributeTable<TSelf> table) : LinkKindData where TSelf : LinkKindData<TSelf>
{
    internal override void Write(ref NetlinkWriter writer) => table.Write(ref writer, (TSelf)this);

    internal override IReadOnlyList<IgnoredSetting> FindIgnored(LinkKindData got)
    {
        List<IgnoredSetting> ignored = [];
        if (got is TSelf same)
        {
            foreach (var line in table.FindIgnored((TSelf)this, same))
                ignored.Add(new IgnoredSetting(line.Name, line.Since, line.Show((TSelf)this), line.Show(same)));
        }

        return ignored;
    }
}

/// <summary>Data of a kind that has no table here: kept as it came, so that nothing is lost.</summary>
/// <param name="attributes">Number and payload of each attribute.</param>
public sealed class UnknownLinkKindData(IReadOnlyList<(ushort Type, ReadOnlyMemory<byte> Payload)> attributes) : LinkKindData
{
    /// <summary>Number and payload of each attribute.</summary>
    public IReadOnlyList<(ushort Type, ReadOnlyMemory<byte> Payload)> Attributes { get; } = attributes;

    internal static UnknownLinkKindData Read(ReadOnlySpan<byte> payload)
    {
        List<(ushort, ReadOnlyMemory<byte>)> attributes = [];
        var reader = new AttributeReader(payload);
        while (reader.MoveNext())
            attributes.Add((reader.Type, reader.Payload.ToArray()));
        return new UnknownLinkKindData(attributes);
    }

    internal override void Write(ref NetlinkWriter writer)
    {
        foreach (var (type, payload) in Attributes)
        {
            var start = writer.BeginAttribute(type, "IFLA_INFO_DATA");
            payload.Span.CopyTo(writer.Append(payload.Length));
            writer.EndAttribute(start);
        }
    }

    internal override IReadOnlyList<IgnoredSetting> FindIgnored(LinkKindData got) => [];
}
