using System.Buffers.Binary;
using CsCheck;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>
/// No bytes whatever make the reader throw anything but <see cref="CaptureFormatException"/>, or allocate for what they
/// claim instead of what they hold: neither random ones nor, which reaches deeper, true captures with changes.
/// </summary>
public sealed class HostileCaptureTests
{
    private const int RandomCases = 80_000, MutatedCases = 150_000, CompressedCases = 30_000;

    // What a case may allocate besides its frames: the reader, a first buffer where the pool has none, an exception, and
    // the window of a decompressor. A length field of a frame could ask for twice as much, one of a block for far more.
    private const int Overhead = 128 * 1024, PerFrame = 200;

    // In fields of lengths, types and numbers these reach the most.
    private static readonly uint[] Edges =
    [
        0, 1, 2, 3, 4, 6, 8, 11, 12, 13, 16, 20, 28, 32, 0x7fff, 0xffff, 0x10000, 0x3ffff, 0x40000, 0x40001, 0x100000,
        0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff, 0x0a0d0d0a,
    ];

    private static readonly string[] Starts =
    [
        "", "1f8b0800000000000003",
        "d4c3b2a1020004000000000000000000ffff000001000000", "a1b23c4d00020004000000000000000000ffff0000000001",
        "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000",
    ];

    private static readonly Gen<byte[]> Random = Gen.Select(
        OneOf(Starts),
        Gen.OneOf(Gen.Byte, Gen.Byte[0, 4]).Array[0, 300],
        (start, rest) => (byte[])[.. Convert.FromHexString(start), .. rest]);

    [Fact]
    public void RandomBytes() => Check(Random, RandomCases);

    [Fact]
    public void MutatedCaptures() => Check(Mutated(Seeds()), MutatedCases);

    [Fact]
    public void MutatedCapturesInsideOfGzip() => Check(Mutated(Seeds()).Select(CaptureFile.Compress), CompressedCases);

    [Fact]
    public void MutatedGzip() => Check(Mutated([.. Seeds().Select(CaptureFile.Compress)]), CompressedCases);

    private static void Check(Gen<byte[]> captures, int cases)
    {
        var (read, cutOff, refused) = (0, 0, 0);
        captures.Sample(
            bytes =>
            {
                _ = IsReadOrRefused(bytes) switch
                {
                    null => refused++,
                    true => cutOff++,
                    false => read++,
                };
            },
            iter: cases,
            threads: 1);
        // Were all refused at the door, or all read, this would test nothing.
        Assert.True(Math.Min(read, Math.Min(cutOff, refused)) > cases / 2000, $"{read} were read, {cutOff} cut off, {refused} refused.");
    }

    /// <summary>Whether it was cut off, or null where it was refused.</summary>
    private static bool? IsReadOrRefused(byte[] bytes)
    {
        var stream = new MemoryStream(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var allowed = (long)Overhead;
        bool? isCutOff = null;
        try
        {
            using var reader = CaptureReader.Open(stream);
            while (reader.TryRead(out var frame))
            {
                Assert.True(frame.OriginalLength >= frame.Data.Length);
                _ = frame.Timestamp;
                allowed += frame.Data.Length + PerFrame;
            }

            isCutOff = reader.IsCutOff;
        }
        catch (CaptureFormatException e)
        {
            Assert.True(e.Offset >= 0);
            Assert.Equal("CaptureMalformed", e.Id);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
        return isCutOff;
    }

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static byte[][] Seeds()
    {
        var (little, big) = (new CaptureBytes(false), new CaptureBytes(true));
        foreach (var file in (CaptureBytes[])[little, big])
            file.Section()
                .Interface(1, 64, file.Option(2, "eth0"u8.ToArray()), file.Option(9, [9]), file.Option(14, file.I64(9)), file.EndOfOptions)
                .Block(5, new byte[24])
                .Enhanced(0, 1L << 60, new byte[10], 20, null, file.Option(2, file.U32(1)), file.Option(1, new byte[5]), file.EndOfOptions)
                .Obsolete(0, 1, 5, new byte[7])
                .Simple(new byte[9])
                .Simple(new byte[64], original: 100);
        return
        [
            .. GoldenCaptures.All.Where(golden => golden.Key != "Gzip").Select(golden => golden.Value.Bytes),
            little.ToArray(), big.ToArray(), [.. big.ToArray(), .. little.ToArray()],
            new CaptureBytes(true).PcapHeader(CaptureBytes.Nanoseconds).Record(1, 2, new byte[30]).Record(3, 4, [], 1500).ToArray(),
        ];
    }

    private static Gen<byte[]> Mutated(byte[][] seeds) => Gen.Select(
        Gen.Int[0, seeds.Length - 1],
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, int.MaxValue], Gen.Int[1, 40], OneOf(Edges)).Array[1, 3],
        (seed, changes) =>
        {
            var bytes = (byte[])seeds[seed].Clone();
            foreach (var (how, where, length, value) in changes)
                bytes = Change(bytes, how, where, length, value);
            return bytes;
        });

    private static byte[] Change(byte[] bytes, int how, int where, int length, uint value)
    {
        if (bytes.Length < 8)
            return [.. bytes, (byte)value];
        var at = where % bytes.Length;
        // The fields of both formats begin on multiples of four.
        var field = bytes.AsSpan(Math.Min(at & ~3, bytes.Length - 4));
        var end = Math.Min(bytes.Length, at + length);
        switch (how)
        {
            case 0:
                bytes[at] = (byte)value;
                return bytes;
            case 1:
                bytes[at] ^= (byte)(1 << (length % 8));
                return bytes;
            case 2:
                BinaryPrimitives.WriteUInt32LittleEndian(field, value);
                return bytes;
            case 3:
                BinaryPrimitives.WriteUInt32BigEndian(field, value);
                return bytes;
            case 4:
                return bytes[..at];
            case 5:
                return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            default:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
        }
    }
}
