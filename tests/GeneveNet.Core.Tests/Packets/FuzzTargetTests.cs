using CsCheck;
using GeneveNet.Fuzz;

namespace GeneveNet.Tests.Packets;

/// <summary>
/// What a fuzzer runs holds for the corpus it starts from, and for that corpus with some bytes changed; together with the other tests of
/// hostile packets and captures a million inputs.
/// </summary>
public sealed class FuzzTargetTests
{
    private const int MutatedCases = 60_000;

    private static readonly byte[] Edges = [0, 1, 4, 6, 8, 17, 0x3f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0x81, 0xff];

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_Holds(string name)
    {
        var target = FuzzTarget.Find(name)!;
        var inputs = Corpus.Of(name).ToList();
        Assert.True(inputs.Count > 7, $"There are only {inputs.Count} inputs.");
        Assert.Equal(inputs.Count, inputs.Select(input => input.Name).Distinct().Count());
        foreach (var (_, bytes) in inputs)
            target.Run(bytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void MutatedCorpus_Holds(string name)
    {
        var target = FuzzTarget.Find(name)!;
        var inputs = Corpus.Of(name).Select(input => input.Bytes).ToList();
        target.Run(inputs[0]); // what is allocated once
        Gen.Select(
            Gen.Int[0, inputs.Count - 1],
            Gen.Select(Gen.Int[0, 119], Gen.OneOf(Gen.Byte, Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]))).Array[1, 4],
            Gen.Int[0, 400]).Sample(
                (seed, changes, cut) =>
                {
                    var bytes = (byte[])inputs[seed].Clone();
                    foreach (var (at, value) in changes)
                        bytes[at % bytes.Length] = value;
                    target.Run(cut < bytes.Length && cut % 4 == 0 ? bytes[..cut] : bytes);
                },
                iter: MutatedCases,
                threads: 1);
    }

    [Fact]
    public void Failures_AreNoticed()
    {
        Assert.Throws<FuzzException>(() => FuzzException.Unless(false, "no"));
        Assert.Throws<FuzzException>(() => FuzzException.WhenAllocatingMore(1000, () => new byte[2000]));
        Assert.Equal(1, FuzzException.WhenAllocatingMore(1000, () => 1));
    }
}
