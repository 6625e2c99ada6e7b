using CsCheck;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

/// <summary>
/// No bytes whatever make the decoder throw, read beyond them, or allocate more than a bound, however deep it is asked: neither random ones
/// nor, which reaches deeper, good frames with some bytes changed, cut off, repeated or added.
/// </summary>
public sealed class HostilePacketTests
{
    private const int RandomCases = 200_000, MutatedCases = 400_000;

    /// <summary>Two headers full of empty options are the most that a frame can ask for, whatever its length.</summary>
    private const long AllocationLimit = 32 * 1024;

    private static readonly LinkType[] LinkTypes = Enum.GetValues<LinkType>();

    // Where lengths, versions and types stand, these change the most.
    private static readonly byte[] Edges = [0, 1, 4, 6, 8, 17, 0x3f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0x81, 0xff];
    private static readonly Gen<byte> Telling = Gen.OneOf(Gen.Byte, Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]));

    private static readonly List<byte[]> Seeds = [.. GoldenFrames.All.Values.Select(frame => frame.Bytes)];

    private static readonly Gen<byte[]> Mutated = Gen.Select(
        Gen.Int[0, Seeds.Count - 1],
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Telling).Array[1, 4],
        (seed, changes) =>
        {
            var bytes = (byte[])Seeds[seed].Clone();
            foreach (var (how, where, length, value) in changes)
                bytes = Change(bytes, how, where, length, value);
            return bytes;
        });

    [Fact]
    public void RandomBytes_AreDecoded()
    {
        Use([0], LinkType.RawIP, 0); // what is allocated once
        Gen.Select(Telling.Array[0, 200], Gen.Int[0, LinkTypes.Length - 1], Gen.Int[0, 300])
            .Sample((bytes, linkType, missing) => { Use(bytes, LinkTypes[linkType], missing); }, iter: RandomCases, threads: 1);
    }

    [Fact]
    public void MutatedFrames_AreDecoded()
    {
        foreach (var seed in Seeds)
            Use(seed, LinkType.Ethernet, 0);
        var (geneve, dropped) = (0, 0);
        Gen.Select(Mutated, Gen.Int[0, 3]).Sample(
            (bytes, missing) =>
            {
                var frame = Use(bytes, LinkType.Ethernet, missing * 50);
                geneve += frame.Geneve is null ? 0 : 1;
                dropped += frame.Geneve is { ShouldDrop: true } ? 1 : 0;
            },
            iter: MutatedCases,
            threads: 1);
        // Mutations that are all stopped at the door, or all good, would test nothing.
        Assert.True(geneve > MutatedCases / 2, $"Only {geneve} of {MutatedCases} were Geneve.");
        Assert.True(dropped > MutatedCases / 20, $"Only {dropped} of {MutatedCases} were to be dropped.");
    }

    [Fact]
    public void LargestFrames_AllocateNoMore()
    {
        byte[] emptyOptions = [.. Enumerable.Repeat<byte[]>([0xff, 0, 0x81, 0xe0], 63).SelectMany(option => option)];
        byte[] header = [0x3f, 0x40, 0x65, 0x58, 0, 3, 0xe8, 0, .. emptyOptions];
        var seed = Seeds[0];
        // Geneve in Geneve in Geneve …, each header with as many options as it can have, up to 64 KiB.
        List<byte> bytes = [];
        while (bytes.Count < 64_000)
        {
            bytes.AddRange(seed.AsSpan(0, 42));
            bytes[^26] = bytes[^25] = 0; // IP and UDP length: the rest
            bytes[^4] = bytes[^3] = 0;
            bytes.AddRange(header);
        }

        Use([.. bytes], LinkType.Ethernet, 0);
        Assert.NotNull(Use([.. bytes], LinkType.Ethernet, 0).Geneve!.Inner!.Geneve);
    }

    [Fact]
    public void DeepNesting_IsReadAsDeepAsAsked()
    {
        var seed = Seeds[0].AsSpan(0, 50);
        List<byte> bytes = [];
        while (bytes.Count < 64_000)
        {
            bytes.AddRange(seed);
            bytes[^34] = bytes[^33] = 0;
            bytes[^12] = bytes[^11] = 0;
        }

        var frame = new CapturedFrame { Data = bytes.ToArray(), OriginalLength = bytes.Count };
        var text = new GeneveDecoder(nesting: GeneveDecoder.MaxNesting).Decode(frame)!.ToString();
        Assert.Equal(GeneveDecoder.MaxNesting + 1, text.Split("Geneve").Length - 1);
        Assert.Equal(
            FailureKind.InvalidArgument,
            Assert.Throws<NetworkException>(() => new GeneveDecoder(nesting: GeneveDecoder.MaxNesting + 1)).Kind);
    }

    /// <summary>Looks at everything a user can look at.</summary>
    private static DecodedFrame Use(byte[] bytes, LinkType linkType, int missing)
    {
        var captured = new CapturedFrame { Data = bytes, LinkType = linkType, OriginalLength = bytes.Length + missing };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frame = GeneveDecoder.Default.DecodeFrame(captured);
        for (var packet = frame.Geneve; packet is not null; packet = packet.Inner?.Geneve)
            Assert.True(packet.Payload.Length <= bytes.Length);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= AllocationLimit, $"{allocated} bytes were allocated for a frame of {bytes.Length}.");

        Assert.NotEmpty(frame.Summary);
        Assert.True(frame.Fault != LayerFault.Cut || frame.IsTruncated || frame.Geneve is not null);
        if (frame.Geneve is { } geneve)
        {
            Assert.Equal(geneve.ShouldDrop, geneve.DropReason is not null);
            Assert.Equal(geneve.Notes == GeneveNotes.None, geneve.NoteRules.Count == 0);
            if (geneve.Fault is GeneveFault.None or GeneveFault.UnknownCriticalOption && (geneve.Notes & GeneveNotes.HeaderCut) == 0)
                Assert.Equal(geneve.Options.Count, GeneveDecoder.Default.DecodeGeneve(geneve.ToSpecification().ToBytes()).Options.Count);
        }

        return frame;
    }

    private static byte[] Change(byte[] bytes, int how, int where, int length, byte value)
    {
        if (bytes.Length == 0)
            return [value];
        var at = where % bytes.Length;
        var end = Math.Min(bytes.Length, at + 1 + (length % 40));
        switch (how)
        {
            case 0:
                bytes[at] = value;
                return bytes;
            case 1:
                bytes[at] ^= (byte)(1 << (value % 8));
                return bytes;
            case 2: // the headers
                bytes[where % Math.Min(bytes.Length, 60)] = value;
                return bytes;
            case 3:
                return length % 4 == 0 ? bytes[..at] : bytes;
            case 4:
                return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            default:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
        }
    }
}
