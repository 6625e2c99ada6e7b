using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CsCheck;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Tests.Support;

/// <summary>
/// Random messages in which every property is sometimes set and sometimes not. They follow from the properties of the classes: an
/// attribute that gets a line in a table and a property is covered by that.
/// </summary>
internal static class Generators
{
    /// <summary>How many links are inside each other, as peers of veth.</summary>
    private const int Depth = 2;

    private static readonly Gen<IPAddress> Ip =
        Gen.OneOf(Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes)), Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes)));

    private static readonly Gen<MacAddress> Mac = Gen.Byte.Array[0, 32].Select(bytes => MacAddress.FromBytes(bytes));

    // Neither NUL, which ends a text, nor half of a surrogate pair, which no UTF-8 has.
    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.Char['\u0001', '\ud7ff'], Gen.Char['a', 'z']).Array[0, 40].Select(chars => new string(chars));

    private static readonly Gen<UnknownLinkKindData> OtherKind = Gen
        .Select(Gen.UShort[0, 0x3fff], Gen.Byte.Array[0, 20], (type, payload) => (type, (ReadOnlyMemory<byte>)payload))
        .Array[0, 5].Select(attributes => new UnknownLinkKindData(attributes));

    /// <summary>The types whose values cannot be any bytes.</summary>
    private static readonly Dictionary<Type, Gen<object?>> Values = new()
    {
        [typeof(bool)] = Boxed(Gen.Bool),
        [typeof(string)] = Boxed(Text),
        [typeof(IPAddress)] = Boxed(Ip),
        [typeof(MacAddress)] = Boxed(Mac),
        // 32 bits of hundredths of a second.
        [typeof(TimeSpan)] = Boxed(Gen.UInt.Select(hundredths => TimeSpan.FromTicks(hundredths * (TimeSpan.TicksPerSecond / 100)))),
        // A MAC address has 48 of the 64 bits.
        [typeof(BridgeId)] =
            Boxed(Gen.Select(Gen.UShort, Gen.ULong[0, 0xffff_ffff_ffff], (priority, address) => new BridgeId(priority, address))),
        [typeof(UnknownLinkKindData)] = Boxed(OtherKind),
    };

    /// <summary>The properties that hold more, or less, than what is read back.</summary>
    private static readonly Dictionary<(Type Owner, string Name), Gen<object?>> Properties = new()
    {
        // One byte of struct rtnexthop.
        [(typeof(NextHopMessage), nameof(NextHopMessage.Flags))] = Boxed(Gen.Byte.Select(flags => (RouteFlags)flags)),
        // What is read always has flags: those of the fixed part, at least.
        [(typeof(AddressMessage), nameof(AddressMessage.Flags))] = Boxed(Gen.UInt.Select(flags => (AddressFlags)flags)),
    };

    /// <summary>The names of the known kinds of link, and the class of the data of each.</summary>
    private static readonly (string Name, Type Data)[] Kinds =
    [
        .. from field in typeof(LinkKinds).GetFields(BindingFlags.Public | BindingFlags.Static)
           where field.IsLiteral
           let name = (string)field.GetRawConstantValue()!
           select (name, LinkKinds.Of(name).ReadData([]).GetType()),
    ];

    /// <summary>Objects of a class.</summary>
    public static Gen<T> Of<T>() where T : class => Value(typeof(T), Depth + 1).Select(made => (T)made!);

    private static Gen<object?> Value(Type type, int depth)
    {
        if (Values.TryGetValue(type, out var known))
            return known;
        if (type == typeof(LinkInfo))
            return Info(depth);
        if (type == typeof(LinkMessage))
            return depth == 0 ? Gen.Const((object?)null) : Filled(type, depth - 1);
        if (type.IsValueType)
            return Table.Call<Gen<object?>>(typeof(Generators), nameof(AnyBytes), type);
        if (ElementOf(type) is { } element)
            return Value(element, depth).Array[0, 4].Select(items => (object?)ToArray(element, items));
        return type.GetConstructor([]) is null ? Constructed(type, depth) : Filled(type, depth);
    }

    private static Gen<object?> Filled(Type type, int depth)
    {
        var properties = Array.FindAll(type.GetProperties(), property => property.CanWrite);
        return All(properties.Select(property => Property(type, property, depth))).Select(values =>
        {
            var made = Activator.CreateInstance(type);
            foreach (var (property, value) in properties.Zip(values))
                property.SetValue(made, value);
            ForgetUnsaid(made!, properties);
            return made;
        });
    }

    private static Gen<object?> Property(Type owner, PropertyInfo property, int depth)
    {
        if (Properties.TryGetValue((owner, property.Name), out var known))
            return known;
        var type = Nullable.GetUnderlyingType(property.PropertyType);
        return type is null && property.PropertyType.IsValueType
            ? Value(property.PropertyType, depth)
            : Optional(Value(type ?? property.PropertyType, depth));
    }

    /// <summary>A flag that is off is said by its absence, so it reads back as not set.</summary>
    private static void ForgetUnsaid(object made, PropertyInfo[] properties)
    {
        if (!Table.All.TryGetValue(made.GetType(), out var table))
            return;
        foreach (var property in properties)
        {
            if (property.GetValue(made) is false && !table.WrittenFor(made).Any(line => line.Property == property.Name))
                property.SetValue(made, null);
        }
    }

    private static Gen<object?> Constructed(Type type, int depth)
    {
        var constructor = type.GetConstructors().Single();
        return All(constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, depth)))
            .Select(values => (object?)constructor.Invoke(values));
    }

    /// <summary>Kind and data fit together, else the data would be read as those of another kind.</summary>
    private static Gen<object?> Info(int depth)
    {
        var known = Kinds.Select(kind => Optional(Value(kind.Data, depth)).Select(data => (kind.Name, (LinkKindData?)data)));
        var other = Gen.Select(Text, Optional(Boxed(OtherKind)), (name, data) => ("of " + name, (LinkKindData?)data));
        var bridge = Optional(Value(typeof(BridgePortData), depth)).Select(data => ((string?)LinkKinds.Bridge, (BridgePortData?)data));
        var noBridge = Optional(Boxed(Text)).Select(name => (name is null ? null : "of " + name, (BridgePortData?)null));
        return Gen.Select(Gen.OneOf([.. known, other]), Gen.OneOf(bridge, noBridge), (kind, port) => (object?)new LinkInfo
        {
            Kind = kind.Item1,
            Data = kind.Item2,
            PortKind = port.Item1,
            PortData = port.Item2,
        });
    }

    private static Gen<object?> AnyBytes<T>() where T : struct =>
        Gen.Byte.Array[Unsafe.SizeOf<T>()].Select(bytes => (object?)MemoryMarshal.Read<T>(bytes));

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : null;

    private static Array ToArray(Type element, object?[] items)
    {
        var array = Array.CreateInstance(element, items.Length);
        items.CopyTo(array, 0);
        return array;
    }

    private static Gen<object?[]> All(IEnumerable<Gen<object?>> generators) => generators.Aggregate(
        Gen.Const(Array.Empty<object?>()), (all, one) => all.Select(one, (values, value) => (object?[])[.. values, value]));

    private static Gen<object?> Optional(Gen<object?> value) => Gen.Select(Gen.Bool, value, (isSet, made) => isSet ? made : null);

    private static Gen<object?> Boxed<T>(Gen<T> value) => value.Select(made => (object?)made);
}
