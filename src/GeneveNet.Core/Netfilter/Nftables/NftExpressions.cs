using System.Buffers.Binary;
using System.Text;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>What a rule does, as far as it is known here.</summary>
internal struct NftRuleMeaning
{
    /// <summary>What it does with a packet; null where it does nothing that ends its way or changes it.</summary>
    public NftVerdict? Verdict;
    /// <summary>The chain that a jump leads to.</summary>
    public string? TargetChain;
    /// <summary>Packets that it counted.</summary>
    public long? Packets;
    /// <summary>Bytes that it counted.</summary>
    public long? Bytes;
    /// <summary>Whether a map decides.</summary>
    public bool DecidesByMap;
    /// <summary>A comment that iptables made a condition.</summary>
    public string? Comment;
}

/// <summary>
/// The expressions that rules are made of (NFTA_LIST_ELEM, NFTA_EXPR_*): what of them tells what becomes of a packet is read, and
/// what marks a packet is written. Values go through register 1; the verdict is register 0.
/// </summary>
internal static class NftExpressions
{
    private const ushort Element = 1, Name = 1, Data = 2;
    private const ushort ExtensionName = 1, ExtensionData = 3; // Of targets and matches of xtables: NFTA_TARGET_*, NFTA_MATCH_*.
    private const uint VerdictRegister = 0, Register = 1;

    private delegate void Reader(ReadOnlySpan<byte> data, ref NftRuleMeaning into);

    private static readonly (byte[] Name, Reader Read)[] Readers =
    [
        ("counter"u8.ToArray(), ReadCounter),
        ("immediate"u8.ToArray(), ReadImmediate),
        ("lookup"u8.ToArray(), ReadLookup),
        ("nat"u8.ToArray(), ReadNat),
        ("target"u8.ToArray(), ReadTarget),
        ("match"u8.ToArray(), ReadMatch),
        Fixed("reject"u8, NftVerdict.Reject),
        Fixed("queue"u8, NftVerdict.Queue),
        Fixed("notrack"u8, NftVerdict.NoTrack),
        Fixed("masq"u8, NftVerdict.Masquerade),
        Fixed("redir"u8, NftVerdict.Redirect),
        Fixed("fwd"u8, NftVerdict.Forward),
        Fixed("tproxy"u8, NftVerdict.TransparentProxy),
        Fixed("synproxy"u8, NftVerdict.Stolen),
    ];

    // Targets of xtables, which iptables-nft uses where nftables has nothing of its own.
    private static readonly Dictionary<string, NftVerdict> Targets = new()
    {
        ["REJECT"] = NftVerdict.Reject,
        ["NFQUEUE"] = NftVerdict.Queue,
        ["NOTRACK"] = NftVerdict.NoTrack,
        ["DNAT"] = NftVerdict.Dnat,
        ["SNAT"] = NftVerdict.Snat,
        ["MASQUERADE"] = NftVerdict.Masquerade,
        ["REDIRECT"] = NftVerdict.Redirect,
        ["TPROXY"] = NftVerdict.TransparentProxy,
    };

    /// <summary>What a rule does.</summary>
    /// <param name="expressions">Its expressions.</param>
    /// <exception cref="NetlinkFormatException">They are malformed.</exception>
    public static NftRuleMeaning Read(ReadOnlySpan<byte> expressions)
    {
        var meaning = default(NftRuleMeaning);
        var list = new AttributeReader(expressions);
        while (list.MoveNext())
        {
            var name = Find(list.Payload, Name).TrimEnd((byte)0);
            foreach (var (known, read) in Readers)
            {
                if (name.SequenceEqual(known))
                    read(Find(list.Payload, Data), ref meaning);
            }
        }

        return meaning;
    }

    /// <summary>The comment of a rule, which nft keeps in its notes (type, length, text; the comment has type 0); or null.</summary>
    public static string? ReadComment(ReadOnlySpan<byte> notes)
    {
        for (; notes.Length > 2 && notes.Length >= 2 + notes[1]; notes = notes[(2 + notes[1])..])
        {
            if (notes[0] == 0)
                return AttributeKinds.Text.Read(notes.Slice(2, notes[1]));
        }

        return null;
    }

    /// <summary>Expressions as the payload of a rule.</summary>
    public static byte[] Of(params ReadOnlySpan<(ushort Type, byte[] Payload)> expressions) => RawMessage.Nest(expressions);

    /// <summary>Something about the packet (NFT_META_*).</summary>
    public static (ushort, byte[]) LoadMeta(uint key) => Expression("meta", With(2, key), With(1, Register));

    /// <summary>Bytes of the packet.</summary>
    /// <param name="layer">From where they are counted: 1 network header, 2 transport header.</param>
    /// <param name="offset">The first.</param>
    /// <param name="length">How many.</param>
    public static (ushort, byte[]) LoadPayload(uint layer, int offset, int length) =>
        Expression("payload", With(1, Register), With(2, layer), With(3, (uint)offset), With(4, (uint)length));

    /// <summary>The rule goes on where what was loaded is this.</summary>
    public static (ushort, byte[]) IsEqual(byte[] value) =>
        Expression("cmp", With(1, Register), With(2, 0), Nested(3, With(1, value)));

    /// <summary>Another chain decides.</summary>
    /// <param name="code">Jump or goto.</param>
    /// <param name="chain">The chain.</param>
    public static (ushort, byte[]) LeadTo(int code, string chain) => Expression(
        "immediate", With(1, VerdictRegister), Nested(2, Nested(2, With(1, (uint)code), With(2, chain))));

    /// <summary>A byte to be used.</summary>
    public static (ushort, byte[]) LoadValue(byte value) =>
        Expression("immediate", With(1, Register), Nested(2, With(1, [value])));

    /// <summary>Sets something about the packet to what was loaded.</summary>
    public static (ushort, byte[]) SetMeta(uint key) => Expression("meta", With(2, key), With(3, Register));

    private static (ushort, byte[]) Expression(string name, params ReadOnlySpan<(ushort Type, byte[] Payload)> data) =>
        Nested(Element, With(Name, name), Nested(Data, data));

    private static (ushort, byte[]) Nested(ushort type, params ReadOnlySpan<(ushort Type, byte[] Payload)> inside) =>
        (type, RawMessage.Nest(inside));

    private static (ushort, byte[]) With(ushort type, byte[] value) => (type, value);

    private static (ushort, byte[]) With(ushort type, string value) => (type, Encoding.UTF8.GetBytes(value + '\0'));

    private static (ushort, byte[]) With(ushort type, uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return (type, bytes);
    }

    private static (byte[], Reader) Fixed(ReadOnlySpan<byte> name, NftVerdict verdict) =>
        (name.ToArray(), (ReadOnlySpan<byte> _, ref NftRuleMeaning into) => into.Verdict = verdict);

    private static void ReadCounter(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        const ushort Bytes = 1, Packets = 2;
        into.Bytes = (long)AttributeKinds.U64Be.Read(Find(data, Bytes));
        into.Packets = (long)AttributeKinds.U64Be.Read(Find(data, Packets));
    }

    private static void ReadImmediate(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        const ushort Destination = 1, Value = 2, Verdict = 2;
        if (!IsVerdictRegister(Find(data, Destination)))
            return;
        var verdict = NftVerdictMessage.Kind.Read(Find(Find(data, Value), Verdict));
        into.Verdict = verdict.Code is { } code ? NftNumbers.VerdictOf(code) : null;
        into.TargetChain = verdict.Chain;
    }

    private static void ReadLookup(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        const ushort Destination = 3;
        into.DecidesByMap |= IsVerdictRegister(Find(data, Destination));
    }

    private static void ReadNat(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        const ushort Type = 1;
        into.Verdict = AttributeKinds.U32Be.Read(Find(data, Type)) == 0 ? NftVerdict.Snat : NftVerdict.Dnat;
    }

    private static void ReadTarget(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        const byte NoTrack = 1; // XT_CT_NOTRACK
        var name = AttributeKinds.Text.Read(Find(data, ExtensionName));
        if (Targets.TryGetValue(name, out var verdict))
            into.Verdict = verdict;
        else if (name == "CT" && Find(data, ExtensionData) is [var flags, ..] && (flags & NoTrack) != 0)
            into.Verdict = NftVerdict.NoTrack;
    }

    private static void ReadMatch(ReadOnlySpan<byte> data, ref NftRuleMeaning into)
    {
        if (AttributeKinds.Text.Read(Find(data, ExtensionName)) == "comment")
            into.Comment = AttributeKinds.Text.Read(Find(data, ExtensionData));
    }

    private static bool IsVerdictRegister(ReadOnlySpan<byte> register) =>
        register.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(register) == VerdictRegister;

    /// <summary>The payload of the first attribute of a number; empty where there is none.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            if (reader.Type == type)
                return reader.Payload;
        }

        return [];
    }
}
