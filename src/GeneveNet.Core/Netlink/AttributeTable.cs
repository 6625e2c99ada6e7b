using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GeneveNet.Netlink;

/// <summary>One attribute of a kernel object: one line of its table, from which both directions run.</summary>
/// <typeparam name="T">The object the attribute belongs to.</typeparam>
/// <param name="type">Attribute number.</param>
/// <param name="name">Name in the kernel's headers.</param>
/// <param name="property">Name of the property it fills.</param>
/// <param name="since">First kernel release that knows it; null where every supported kernel does.</param>
public abstract class AttributeSpec<T>(ushort type, string name, string property, string? since)
{
    /// <summary>Attribute number.</summary>
    public ushort Type { get; } = type;

    /// <summary>Name in the kernel's headers (IFLA_…, RTA_…).</summary>
    public string Name { get; } = name;

    /// <summary>Name of the property it fills.</summary>
    public string Property { get; } = property;

    /// <summary>First kernel release that knows the attribute, or null.</summary>
    public string? Since { get; } = since;

    internal abstract void Read(ReadOnlySpan<byte> payload, T into);

    internal abstract void Write(ref NetlinkWriter writer, T from);

    /// <summary>Adds how <paramref name="got"/> differs from <paramref name="asked"/>, where that sets the attribute.</summary>
    internal abstract void Compare(T asked, T got, ref List<Difference>? differences);

    /// <summary>
    /// Where <paramref name="asked"/> sets the attribute, gives <paramref name="into"/> the value of <paramref name="before"/>.
    /// </summary>
    internal abstract void Revert(T asked, T before, T into);
}

/// <summary>An attribute whose payload is of a known kind.</summary>
internal abstract class TypedAttribute<T, TValue>(
    ushort type, string name, string property, AttributeKind<TValue> kind, Action<T, TValue> set, string? since)
    : AttributeSpec<T>(type, name, property, since)
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

    internal sealed override void Compare(T asked, T got, ref List<Difference>? differences)
    {
        if (!TryGet(asked, out var wanted))
            return;
        var isThere = TryGet(got, out var found);
        if (isThere && kind.CompareInside(wanted, found!, ref differences))
            return;
        if (!(isThere ? kind.IsSame(wanted, found!) : kind.IsAbsence(wanted)))
            (differences ??= []).Add(new Difference(Property, wanted.ToString(), isThere ? found!.ToString() : null, Name, Since));
    }

    internal sealed override void Revert(T asked, T before, T into)
    {
        if (!TryGet(asked, out var wanted))
            return;
        if (TryGet(before, out var was))
            set(into, kind.Revert(wanted, was));
        else if (kind.TryGetAbsence(out var nothing))
            set(into, nothing);
    }
}

/// <summary>An attribute that fills a property holding a value type.</summary>
internal sealed class ValueAttribute<T, TValue>(
    ushort type, string name, string property, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since)
    : TypedAttribute<T, TValue>(type, name, property, kind, set, since)
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
    ushort type, string name, string property, AttributeKind<TValue> kind, Func<T, TValue?> get, Action<T, TValue> set, string? since)
    : TypedAttribute<T, TValue>(type, name, property, kind, set, since)
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

    /// <summary>Fills an object from attributes; those without a line are skipped.</summary>
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
    /// The requested attributes that differ. A kernel that does not know an attribute may silently ignore it;
    /// reading back and comparing is how that is found out.
    /// </summary>
    /// <param name="asked">What is wanted, or was sent.</param>
    /// <param name="got">What there is.</param>
    public IReadOnlyList<Difference> Compare(T asked, T got)
    {
        List<Difference>? differences = null;
        foreach (var line in _lines)
            line.Compare(asked, got, ref differences);
        return differences ?? (IReadOnlyList<Difference>)[];
    }

    /// <summary>Fills a request that takes back another one: what that asked for, with the values of before.</summary>
    /// <param name="asked">What was sent.</param>
    /// <param name="before">What there was.</param>
    /// <param name="into">The request.</param>
    public void Revert(T asked, T before, T into)
    {
        foreach (var line in _lines)
            line.Revert(asked, before, into);
    }
}

/// <summary>Short forms in which the tables are written.</summary>
internal static class Attributes
{
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>An attribute of a value type. The property is the first that <paramref name="get"/> reads.</summary>
    public static AttributeSpec<T> Value<T, TValue>(
        ushort type,
        string name,
        AttributeKind<TValue> kind,
        Func<T, TValue?> get,
        Action<T, TValue> set,
        string? since = null,
        [CallerArgumentExpression(nameof(get))] string code = "")
        where TValue : struct => new ValueAttribute<T, TValue>(type, name, PropertyOf(code), kind, get, set, since);

    /// <summary>An attribute of a reference type. The property is the first that <paramref name="get"/> reads.</summary>
    public static AttributeSpec<T> Object<T, TValue>(
        ushort type,
        string name,
        AttributeKind<TValue> kind,
        Func<T, TValue?> get,
        Action<T, TValue> set,
        string? since = null,
        [CallerArgumentExpression(nameof(get))] string code = "")
        where TValue : class => new ObjectAttribute<T, TValue>(type, name, PropertyOf(code), kind, get, set, since);

    // "d => d.Vni", "d => Only(d.Remote, …)": a line of a table says the name of the property once.
    private static string PropertyOf(string code)
    {
        var (parameter, body) = (code[..code.IndexOf(' ', StringComparison.Ordinal)], code[code.IndexOf("=>", StringComparison.Ordinal)..]);
        var name = body[(body.IndexOf(parameter + ".", StringComparison.Ordinal) + parameter.Length + 1)..];
        var end = name.AsSpan().IndexOfAnyExcept(WordCharacters);
        return end < 0 ? name : name[..end];
    }
}
