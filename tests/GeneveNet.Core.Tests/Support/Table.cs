using System.Reflection;
using GeneveNet.Netlink;

namespace GeneveNet.Tests.Support;

/// <summary>A line of a table: the class it belongs to, the kernel's name and the property it fills.</summary>
internal sealed record TableLine(Type Owner, string Name, string Property)
{
    public override string ToString() => $"{Owner.Name}.{Property} ({Name})";
}

/// <summary>The message classes and attribute tables of the product, found in its assembly so that none can be forgotten.</summary>
internal abstract class Table
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type[] Core = typeof(NetlinkRequest).Assembly.GetTypes();

    /// <summary>The classes that are the payload of a message, but for the one that keeps it as bytes.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
        [.. Core.Where(type => type.IsClass && type != typeof(RawMessage) && Array.Exists(type.GetInterfaces(), IsMessage))];

    /// <summary>The tables, by the class whose attributes they list.</summary>
    public static IReadOnlyDictionary<Type, Table> All { get; } = Core
        .SelectMany(type => type.GetFields(Static))
        .Where(field => IsOf(field.FieldType, typeof(AttributeTable<>)))
        .ToDictionary(field => field.FieldType.GetGenericArguments()[0], Create);

    /// <summary>All lines.</summary>
    public abstract IEnumerable<TableLine> Lines { get; }

    /// <summary>The lines that write an attribute for an object.</summary>
    public abstract IEnumerable<TableLine> WrittenFor(object source);

    /// <summary>Calls a generic method, which a type found by reflection is given to.</summary>
    public static TResult Call<TResult>(Type owner, string method, Type argument, params object?[] values) =>
        (TResult)owner.GetMethod(method, Static)!.MakeGenericMethod(argument)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, values, null)!;

    private static bool IsMessage(Type type) => IsOf(type, typeof(INetlinkMessage<>));

    private static bool IsOf(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static Table Create(FieldInfo field) =>
        (Table)Activator.CreateInstance(typeof(Of<>).MakeGenericType(field.FieldType.GetGenericArguments()), field.GetValue(null))!;

    /// <summary>The table of a class.</summary>
    public sealed class Of<T>(AttributeTable<T> attributes) : Table
    {
        public AttributeTable<T> Attributes { get; } = attributes;

        public override IEnumerable<TableLine> Lines => Attributes.Lines.Select(ToLine);

        public override IEnumerable<TableLine> WrittenFor(object source) =>
            Attributes.Lines.Where(line => Write(new AttributeTable<T>(line), (T)source).Length > 0).Select(ToLine);

        /// <summary>The attributes of an object.</summary>
        public byte[] Write(T source) => Write(Attributes, source);

        private static TableLine ToLine(AttributeSpec<T> line) => new(typeof(T), line.Name, line.Property);

        private static byte[] Write(AttributeTable<T> attributes, T source)
        {
            var writer = new NetlinkWriter(16);
            try
            {
                attributes.Write(ref writer, source);
                return writer.Written.ToArray();
            }
            finally
            {
                writer.Dispose();
            }
        }
    }
}
