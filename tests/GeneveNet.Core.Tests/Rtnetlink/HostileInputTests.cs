using CsCheck;
using GeneveNet.Netfilter.Nftables;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;
using GeneveNet.TrafficControl;

namespace GeneveNet.Tests.Rtnetlink;

/// <summary>
/// No bytes whatever make a reader throw anything but <see cref="NetlinkFormatException"/>: neither random ones nor, which
/// reaches deeper, true answers of the kernel with some bytes changed, cut off, repeated or added.
/// </summary>
public sealed class HostileInputTests
{
    private const int RandomCases = 50_000, MutatedCases = 60_000;

    // Where lengths and types stand, these change the most.
    private static readonly byte[] Edges = [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff];
    private static readonly Gen<byte> Telling = Gen.OneOf(Gen.Byte, Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]));

    private static readonly Gen<byte[]> RandomBytes = Telling.Array[0, 200];

    private delegate void Reader(ReadOnlySpan<byte> bytes);

    /// <summary>A reader, and answers that are as they should be.</summary>
    private sealed record Target(Reader Read, Gen<byte[]> Answers);

    private static readonly Dictionary<string, Target> Targets =
        new(from message in Table.Messages
            select KeyValuePair.Create(message.Name, Table.Call<Target>(typeof(HostileInputTests), nameof(ForMessage), message)))
        {
            ["acknowledgement"] = new(static bytes => ReadAcknowledgement(NetlinkHeader.Error, bytes), Captured(NetlinkHeader.Error)),
            ["end of a dump"] = new(static bytes => ReadAcknowledgement(NetlinkHeader.Done, bytes), Captured(NetlinkHeader.Done)),
            ["expressions of a rule"] = new(
                static bytes => NftExpressions.Read(bytes),
                Gen.OneOf([.. from message in GoldenFile.Nftables["rules"].Messages
                              where message.Header.Type == NftMessageType.NewRule
                              select Gen.Const(NftRuleMessage.Read(message.Body).Expressions!)])),
            ["options of netem"] = new(
                static bytes => NetemSettings.Read(bytes),
                Gen.Select(Gen.Byte.Array[24], AttributesOf<NetemSettings>(), (simple, attributes) => (byte[])[.. simple, .. attributes])),
            ["options of a filter"] = new(
                static bytes => FilterKinds.ActionsOf(new TrafficControlMessage { Kind = "u32", Options = bytes.ToArray() }),
                AttributesOf<ActionMessage>().Select(action => Wire.Attribute(7, Wire.Attribute(1, action)))),
            ["datagram"] = new(ReadDatagram, Gen.OneOf([.. GoldenFile.Linux61.Exchanges.SelectMany(exchange => exchange.Answers)])),
        };

    public static TheoryData<string> Readers => [.. Targets.Keys];

    [Theory]
    [MemberData(nameof(Readers))]
    public void RandomBytes_AreReadOrRefused(string reader)
    {
        var read = Targets[reader].Read;
        RandomBytes.Sample(bytes => { IsReadOrRefused(read, bytes); }, iter: RandomCases, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void MutatedAnswers_AreReadOrRefused(string reader)
    {
        var (read, answers) = Targets[reader];
        var (good, refused) = (0, 0);
        Mutated(answers).Sample(
            bytes =>
            {
                var isGood = IsReadOrRefused(read, bytes);
                (good, refused) = isGood ? (good + 1, refused) : (good, refused + 1);
                return true;
            },
            iter: MutatedCases,
            threads: 1);
        // Mutations that are all refused at the door, or all read, would test nothing.
        Assert.True(good > MutatedCases / 100, $"Only {good} of {MutatedCases} were read.");
        Assert.True(refused > MutatedCases / 100, $"Only {refused} of {MutatedCases} were refused.");
    }

    [Fact]
    public void VethPeersInsideEachOther_AsDeepAsAnAttributeCanHold_AreRead()
    {
        // 65535 bytes hold some 1,600 of them: the reader calls itself for each.
        byte[] body = new byte[16];
        var depth = 0;
        while (true)
        {
            byte[] info = [.. Wire.Attribute(1, "veth"u8), .. Wire.Attribute(2, Wire.Attribute(1, body))];
            byte[] deeper = [.. new byte[16], .. Wire.Attribute(18, info)];
            if (deeper.Length > 65_000)
                break;
            (body, depth) = (deeper, depth + 1);
        }

        Assert.True(depth > 1500);
        Assert.NotNull(LinkMessage.Read(body).Info?.Data);
    }

    private static bool IsReadOrRefused(Reader read, byte[] bytes)
    {
        try
        {
            read(bytes);
            return true;
        }
        catch (NetlinkFormatException)
        {
            return false;
        }
    }

    /// <summary>Of the kernel's answers only those for the message; made ones have the attributes in them that no capture has.</summary>
    private static Target ForMessage<T>() where T : class, INetlinkMessage<T> => new(
        static bytes => T.Read(bytes),
        Gen.OneOf([
            .. Captured(type => NameOf(type) == typeof(T).Name), Generators.Of<T>().Select(message => Wire.BodyOf(message))]));

    private static string? NameOf(ushort type) => type switch
    {
        < 16 => null,
        NftMessageType.NewTable => nameof(NftTableMessage),
        NftMessageType.NewChain => nameof(NftChainMessage),
        NftMessageType.NewRule => nameof(NftRuleMessage),
        NftMessageType.Trace => nameof(NftTraceMessage),
        _ => WireText.ShapeOf(type) + "Message",
    };

    private static Gen<byte[]> AttributesOf<T>() where T : class => Generators.Of<T>().Select(((Table.Of<T>)Table.All[typeof(T)]).Write);

    private static Gen<byte[]> Captured(ushort type) => Gen.OneOf([.. Captured(one => one == type)]);

    private static IEnumerable<Gen<byte[]>> Captured(Func<ushort, bool> isMeant) =>
        from file in (GoldenFile[])[GoldenFile.Linux61, GoldenFile.Nftables]
        from exchange in file.Exchanges
        from message in exchange.Messages
        where isMeant(message.Header.Type)
        select Gen.Const(message.Body);

    private static void ReadDatagram(ReadOnlySpan<byte> bytes)
    {
        while (NetlinkHeader.TryReadMessage(ref bytes, out _, out _))
            continue;
    }

    private static void ReadAcknowledgement(ushort type, ReadOnlySpan<byte> body)
    {
        // As the kernel does for `ip`: success comes capped, a refusal repeats the request.
        var capped = ExtendedAck.ReadCode(body) == 0 ? NetlinkFlags.Capped : NetlinkFlags.None;
        ExtendedAck.Read(new NetlinkHeader(16 + body.Length, type, NetlinkFlags.AckAttributes | capped, 1, 0), body);
    }

    private static Gen<byte[]> Mutated(Gen<byte[]> answers) => Gen.Select(
        answers,
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Telling).Array[1, 4],
        (answer, changes) =>
        {
            var bytes = (byte[])answer.Clone();
            foreach (var (how, where, length, value) in changes)
                bytes = Change(bytes, how, where, length, value);
            return bytes;
        });

    private static byte[] Change(byte[] bytes, int how, int where, int length, byte value)
    {
        if (bytes.Length == 0)
            return [value];
        var at = where % bytes.Length;
        // Attributes start on multiples of four: hit their headers more often than chance would.
        var header = at & ~3;
        var end = Math.Min(bytes.Length, at + 1 + (length % 40));
        switch (how)
        {
            case 0:
                bytes[at] = value;
                return bytes;
            case 1:
                bytes[at] ^= (byte)(1 << (value % 8));
                return bytes;
            case 2:
                bytes[header] = value;
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            default:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
        }
    }
}
