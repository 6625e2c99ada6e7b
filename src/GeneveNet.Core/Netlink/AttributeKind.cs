using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GeneveNet.Netlink;

/// <summary>How the payload of one attribute is laid out: the only place where a value is turned into bytes and back.</summary>
/// <typeparam name="TValue">The value in .NET.</typeparam>
public abstract class AttributeKind<TValue>
{
    /// <summary>Reads the payload.</summary>
    /// <param name="payload">The attribute's payload.</param>
    /// <exception cref="NetlinkFormatException">The payload is too short for this kind.</exception>
    public abstract TValue Read(ReadOnlySpan<byte> payload);

    /// <summary>Writes the payload.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    public abstract void Write(ref NetlinkWriter writer, TValue value);

    /// <summary>Whether the attribute carries others (NLA_F_NESTED).</summary>
    public virtual bool IsNested => false;

    /// <summary>Whether the value is written at all; a flag attribute that is false is left out.</summary>
    public virtual bool IsWritten(TValue value) => true;

    /// <summary>Whether the kernel did what was asked, judging by what is read back.</summary>
    public virtual bool IsSame(TValue asked, TValue got) => EqualityComparer<TValue>.Default.Equals(asked, got);

    /// <summary>The value that an absent attribute stands for; false where it stands for none.</summary>
    /// <param name="value">That value.</param>
    public virtual bool TryGetAbsence([MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        return false;
    }

    /// <summary>Whether a value says the same as an absent attribute.</summary>
    /// <param name="value">The value.</param>
    public bool IsAbsence(TValue value) => TryGetAbsence(out var nothing) && IsSame(value, nothing);

    /// <summary>Adds what differs inside the value; false where it is compared as a whole.</summary>
    internal virtual bool CompareInside(TValue asked, TValue got, ref List<Difference>? differences) => false;

    /// <summary>The value that takes a change back: the one there was, or of several inside it those that were changed.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="was">What there was.</param>
    public virtual TValue Revert(TValue asked, TValue was) => was;

    internal static ReadOnlySpan<byte> Need(ReadOnlySpan<byte> payload, int size) =>
        payload.Length >= size
            ? payload
            : throw new NetlinkFormatException($"The attribute's value takes {size} bytes, but there are {payload.Length}.");
}

/// <summary>A number or structure that is laid out alike in both worlds.</summary>
/// <typeparam name="TValue">An unmanaged type, host byte order.</typeparam>
internal sealed class PlainKind<TValue> : AttributeKind<TValue> where TValue : unmanaged
{
    /// <inheritdoc/>
    public override TValue Read(ReadOnlySpan<byte> payload) =>
        MemoryMarshal.Read<TValue>(Need(payload, Unsafe.SizeOf<TValue>()));

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TValue value) => writer.Append(value);
}

/// <summary>A structure of which older kernels know only a beginning: what is missing reads as zero.</summary>
/// <typeparam name="TValue">The structure as the newest kernel has it.</typeparam>
internal sealed class GrowingKind<TValue> : AttributeKind<TValue> where TValue : unmanaged
{
    /// <inheritdoc/>
    public override TValue Read(ReadOnlySpan<byte> payload)
    {
        TValue value = default;
        var bytes = MemoryMarshal.AsBytes(new Span<TValue>(ref value));
        payload[..Math.Min(payload.Length, bytes.Length)].CopyTo(bytes);
        return value;
    }

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TValue value) => writer.Append(value);
}

/// <summary>A number in network byte order.</summary>
/// <typeparam name="TValue">An unsigned integer.</typeparam>
internal sealed class BigEndianKind<TValue> : AttributeKind<TValue>
    where TValue : unmanaged, IBinaryInteger<TValue>, IUnsignedNumber<TValue>
{
    /// <inheritdoc/>
    public override TValue Read(ReadOnlySpan<byte> payload) =>
        TValue.ReadBigEndian(Need(payload, Unsafe.SizeOf<TValue>())[..Unsafe.SizeOf<TValue>()], isUnsigned: true);

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TValue value) =>
        value.WriteBigEndian(writer.Append(Unsafe.SizeOf<TValue>()));
}

/// <summary>An attribute without payload: there or not.</summary>
internal sealed class FlagKind : AttributeKind<bool>
{
    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> payload) => true;

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, bool value) { }

    /// <inheritdoc/>
    public override bool IsWritten(bool value) => value;

    /// <summary>False is written by leaving the attribute out.</summary>
    public override bool TryGetAbsence(out bool value) => !(value = false);
}

/// <summary>A byte that is zero or not.</summary>
internal sealed class BooleanKind : AttributeKind<bool>
{
    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> payload) => Need(payload, 1)[0] != 0;

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, bool value) => writer.Append(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>False may be written by leaving the attribute out.</summary>
    public override bool TryGetAbsence(out bool value) => !(value = false);
}

/// <summary>A flag that the kernel keeps in 32 bits.</summary>
internal sealed class WideBooleanKind : AttributeKind<bool>
{
    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> payload) => MemoryMarshal.Read<uint>(Need(payload, sizeof(uint))) != 0;

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, bool value) => writer.Append<uint>(value ? 1u : 0u);
}

/// <summary>The index of another link; 0, or no attribute, for none.</summary>
internal sealed class LinkIndexKind : AttributeKind<int>
{
    /// <inheritdoc/>
    public override int Read(ReadOnlySpan<byte> payload) => MemoryMarshal.Read<int>(Need(payload, sizeof(int)));

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, int value) => writer.Append<int>(value);

    /// <inheritdoc/>
    public override bool TryGetAbsence(out int value) => (value = 0) == 0;
}

/// <summary>A time in hundredths of a second, 32 bit: what the kernel calls clock_t.</summary>
internal sealed class CentisecondsKind : AttributeKind<TimeSpan>
{
    private const long Ticks = TimeSpan.TicksPerSecond / 100;

    /// <inheritdoc/>
    public override TimeSpan Read(ReadOnlySpan<byte> payload) => new(MemoryMarshal.Read<uint>(Need(payload, sizeof(uint))) * Ticks);

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TimeSpan value) =>
        writer.Append((uint)Math.Clamp(value.Ticks / Ticks, 0, uint.MaxValue));

    /// <summary>The kernel counts in ticks of its own, of up to 10 ms, and rounds.</summary>
    public override bool IsSame(TimeSpan asked, TimeSpan got) => (asked - got).Duration() <= TimeSpan.FromMilliseconds(20);
}

/// <summary>A text, UTF-8 with a NUL at the end.</summary>
internal sealed class TextKind : AttributeKind<string>
{
    /// <inheritdoc/>
    public override string Read(ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? payload : payload[..end]);
    }

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, string value) =>
        Encoding.UTF8.GetBytes(value, writer.Append(Encoding.UTF8.GetByteCount(value) + 1));
}

/// <summary>A text without a NUL at the end, where the kernel counts the bytes.</summary>
internal sealed class BareTextKind : AttributeKind<string>
{
    /// <inheritdoc/>
    public override string Read(ReadOnlySpan<byte> payload) => AttributeKinds.Text.Read(payload);

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, string value) =>
        Encoding.UTF8.GetBytes(value, writer.Append(Encoding.UTF8.GetByteCount(value)));

    /// <summary>An empty text takes the attribute away.</summary>
    public override bool TryGetAbsence([MaybeNullWhen(false)] out string value) => (value = "").Length == 0;
}

/// <summary>An IPv4 or IPv6 address in network byte order; 4 or 16 bytes say which.</summary>
internal sealed class AddressKind : AttributeKind<IPAddress>
{
    /// <inheritdoc/>
    public override IPAddress Read(ReadOnlySpan<byte> payload) => payload.Length is 4 or 16
        ? new IPAddress(payload)
        : throw new NetlinkFormatException($"An IP address takes 4 or 16 bytes, but there are {payload.Length}.");

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, IPAddress value) =>
        value.TryWriteBytes(writer.Append(value.AddressFamily == AddressFamily.InterNetwork ? 4 : 16), out _);
}

/// <summary>A link-layer address of any length, in wire order.</summary>
internal sealed class LinkLayerAddressKind : AttributeKind<MacAddress>
{
    /// <inheritdoc/>
    public override MacAddress Read(ReadOnlySpan<byte> payload) => MacAddress.FromBytes(payload);

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, MacAddress value) => value.Bytes.CopyTo(writer.Append(value.Bytes.Length));
}

/// <summary>Bytes that are kept as they are.</summary>
internal sealed class BytesKind : AttributeKind<byte[]>
{
    /// <inheritdoc/>
    public override byte[] Read(ReadOnlySpan<byte> payload) => payload.ToArray();

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, byte[] value) => value.CopyTo(writer.Append(value.Length));

    /// <inheritdoc/>
    public override bool IsSame(byte[] asked, byte[] got) => asked.AsSpan().SequenceEqual(got);
}

/// <summary>Attributes inside an attribute, read and written by a table of their own.</summary>
/// <typeparam name="TValue">What the nested attributes fill.</typeparam>
/// <param name="table">Their table.</param>
internal sealed class NestedKind<TValue>(AttributeTable<TValue> table) : AttributeKind<TValue> where TValue : class, new()
{
    /// <inheritdoc/>
    public override bool IsNested => true;

    /// <inheritdoc/>
    public override TValue Read(ReadOnlySpan<byte> payload)
    {
        var value = new TValue();
        table.Read(payload, value);
        return value;
    }

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TValue value) => table.Write(ref writer, value);

    internal override bool CompareInside(TValue asked, TValue got, ref List<Difference>? differences)
    {
        if (table.Compare(asked, got) is { Count: > 0 } found)
            (differences ??= []).AddRange(found);
        return true;
    }

    /// <inheritdoc/>
    public override TValue Revert(TValue asked, TValue was)
    {
        var value = new TValue();
        table.Revert(asked, was, value);
        return value;
    }
}

/// <summary>A list of objects, each an attribute that carries its own; the kernel counts them from 1.</summary>
/// <typeparam name="TValue">What the attributes of one fill.</typeparam>
/// <param name="table">Their table.</param>
internal sealed class NestedListKind<TValue>(AttributeTable<TValue> table) : AttributeKind<TValue[]> where TValue : class, new()
{
    /// <inheritdoc/>
    public override bool IsNested => true;

    /// <inheritdoc/>
    public override TValue[] Read(ReadOnlySpan<byte> payload)
    {
        List<TValue> values = [];
        var reader = new AttributeReader(payload);
        while (reader.MoveNext())
        {
            var value = new TValue();
            table.Read(reader.Payload, value);
            values.Add(value);
        }

        return [.. values];
    }

    /// <inheritdoc/>
    public override void Write(ref NetlinkWriter writer, TValue[] value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var start = writer.BeginAttribute((ushort)(i + 1), typeof(TValue).Name, nested: true);
            table.Write(ref writer, value[i]);
            writer.EndAttribute(start);
        }
    }
}

/// <summary>The kinds of payload in use, by the names the kernel's specifications use.</summary>
internal static class AttributeKinds
{
    public static readonly AttributeKind<byte> U8 = new PlainKind<byte>();
    public static readonly AttributeKind<ushort> U16 = new PlainKind<ushort>();
    public static readonly AttributeKind<uint> U32 = new PlainKind<uint>();
    public static readonly AttributeKind<ulong> U64 = new PlainKind<ulong>();
    public static readonly AttributeKind<int> S32 = new PlainKind<int>();
    public static readonly AttributeKind<ushort> U16Be = new BigEndianKind<ushort>();
    public static readonly AttributeKind<uint> U32Be = new BigEndianKind<uint>();
    public static readonly AttributeKind<ulong> U64Be = new BigEndianKind<ulong>();
    public static readonly AttributeKind<bool> Flag = new FlagKind();
    public static readonly AttributeKind<bool> Bool = new BooleanKind();
    public static readonly AttributeKind<bool> Bool32 = new WideBooleanKind();
    public static readonly AttributeKind<int> LinkIndex = new LinkIndexKind();
    public static readonly AttributeKind<TimeSpan> Centiseconds = new CentisecondsKind();
    public static readonly AttributeKind<string> Text = new TextKind();
    public static readonly AttributeKind<string> BareText = new BareTextKind();
    public static readonly AttributeKind<IPAddress> Ip = new AddressKind();
    public static readonly AttributeKind<byte[]> Bytes = new BytesKind();
    public static readonly AttributeKind<MacAddress> Mac = new LinkLayerAddressKind();
}
