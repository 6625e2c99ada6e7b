using System.Diagnostics.CodeAnalysis;

namespace GeneveNet.Netlink;

/// <summary>One attribute of a kernel object: one line of its table, from which both directions run.</summary>
/// <typeparam name="T">The object the attribute belongs to.</typeparam>
/// <param name="type">Attribute number.</param>
/// <param name="name">Name in the kernel's headers.</param>
/// <param name="since">First kernel release that knows it; null where every supported kernel does.</param>
public abstract class AttributeSpec<T>(ushort type, string name, string? since)
{
    /// <summary>Attribute number.</summary>
    public ushort Type { get; } = type;

    /// <summary>Name in the kernel's headers (IFLA_…, RTA_…).</summary>
    public string Name { get; } = name;

    /// <summary>First kernel release that knows the attribute, or null.</summary>
    public string? Since { get; } = since;

    internal abstract void Read(ReadOnlySpan<byte> payload, T into);

    internal abstract void Write(ref NetlinkWriter writer, T from);

    /// <summary>False when <paramref name="asked"/> sets the attribute and <paramref name="got"/> does not have that value.</summary>
    internal abstract bool IsHonoured(T asked, T got);

    /// <summary>The value as text, for people; null when unset.</summary>
    internal abstract string? Show(T from);
}

/// <summary>An attribute whose payload is of a known kind.</summary>
internal abstract class TypedAttribute<T, TValue>(ushort type, string name, AttributeKind<TValue> kind, Action<T, TValue> set, string? since)
    : AttributeSpec<T>(type, name, since)
    where TValue : notnull
{
    /// <summary>The property's value; false when it is unset.</summary>
    protected abstract bool TryGet(T from, [MaybeNullWhen(false)] out TValue value);

    internal sealed override void Read(ReadOnlySpan<byte> payload, T into) => set(into, kind.Read(payload));

    internal sealed override void Write(ref NetlinkWriter writer, T from)
    {
        if (!TryGet(from, out var value) || !kind.IsWritten(value))
            return;
        var start = writer.BeginAttribute(Type, Name, kind.IsNested);
        kind.Write(ref writer, value);
        writer.EndAttribute(start);
    }

    internal sealed override bool IsHonoured(T asked, T got)
    {
        if (!TryGet(asked, out var wanted))
            return true;
        // What is off may be said by its absence.
        return TryGet(got, out var found) ? kind.IsSame(wanted, found) : wanted is false;
    }

    internal sealed override string? Show(T from) => TryGet(from, out var value) ? value.ToString() : null;
}

/// <summary>An attribute that fills a property holding a value type.</summary>
internal sealed class ValueAttribute<T, TValue>(
    ushort type, string name, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since)
    : TypedAttribute<T, TValue>(type, name, kind, set, since)
    where TValue : struct
{
    protected override bool TryGet(T from, out TValue value)
    {
        var held = get(from);
        value = held.GetValueOrDefault();
        return held.HasValue;
    }
}

/// <summary>An attribute that fills a property holding a reference type.</summary>
internal sealed class ObjectAttribute<T, TValue>(
    ushort type, string name, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since)
    : TypedAttribute<T, TValue>(type, name, kind, set, since)
    where TValue : class
{
    protected override bool TryGet(T from, [MaybeNullWhen(false)] out TValue value)
    {
        value = get(from);
        return value is not null;
    }
}

/// <summary>All attributes of a kernel object. Adding one is adding a line.</summary>
/// <typeparam name="T">The object.</typeparam>
public sealed class AttributeTable<T>
{
    private readonly AttributeSpec<T>[] _lines;
    private readonly AttributeSpec<T>?[] _byType;

    /// <summary>Creates the table.</summary>
    /// <param name="lines">The attributes, in the order in which they are written.</param>
    public AttributeTable(params AttributeSpec<T>[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _lines = lines;
        var highest = 0;
        foreach (var line in lines)
            highest = Math.Max(highest, line.Type);
        _byType = new AttributeSpec<T>?[highest + 1];
        foreach (var line in lines)
            _byType[line.Type] = line;
    }

    /// <summary>The attributes.</summary>
    public IReadOnlyList<AttributeSpec<T>> Lines => _lines;

    /// <summary>Fills an object from attributes; those that no line names are passed over.</summary>
    /// <param name="attributes">The attributes' bytes.</param>
    /// <param name="into">What they fill.</param>
    /// <exception cref="NetlinkFormatException">An attribute is malformed; the text names it.</exception>
    public void Read(ReadOnlySpan<byte> attributes, T into)
    {
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            if (reader.Type >= _byType.Length || _byType[reader.Type] is not { } line)
                continue;
            try
            {
                line.Read(reader.Payload, into);
            }
            catch (NetlinkFormatException e)
            {
                throw new NetlinkFormatException($"{line.Name}: {e.Message}", e);
            }
        }
    }

    /// <summary>Writes the attributes that are set.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="from">The object.</param>
    public void Write(ref NetlinkWriter writer, T from)
    {
        foreach (var line in _lines)
            line.Write(ref writer, from);
    }

    /// <summary>
    /// The attributes that were asked for and that the kernel, by what it reports now, did not take. A kernel that
    /// does not know an attribute may ignore it without a word; this is how that is found out.
    /// </summary>
    /// <param name="asked">What was sent.</param>
    /// <param name="got">What was read back.</param>
    public IReadOnlyList<AttributeSpec<T>> FindIgnored(T asked, T got)
    {
        List<AttributeSpec<T>>? ignored = null;
        foreach (var line in _lines)
        {
            if (!line.IsHonoured(asked, got))
                (ignored ??= []).Add(line);
        }

        return ignored ?? (IReadOnlyList<AttributeSpec<T>>)[];
    }
}

/// <summary>Short forms in which the tables are written.</summary>
internal static class Attributes
{
    /// <summary>An attribute of a value type.</summary>
    public static AttributeSpec<T> Value<T, TValue>(
        ushort type, string name, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since = null)
        where TValue : struct => new ValueAttribute<T, TValue>(type, name, kind, get, set, since);

    /// <summary>An attribute of a reference type.</summary>
    public static AttributeSpec<T> Object<T, TValue>(
        ushort type, string name, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since = null)
        where TValue : class => new ObjectAttribute<T, TValue>(type, name, kind, get, set, since);
}
