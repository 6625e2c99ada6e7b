using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>What other programs wrote is read as tshark reads it.</summary>
public sealed class GoldenCaptureTests
{
    public static TheoryData<string> Names => [.. GoldenCaptures.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void FilesOfOtherPrograms_AreReadAsTsharkReadsThem(string name)
    {
        var golden = GoldenCaptures.All[name];
        Assert.Equal(golden.Frames, CaptureFile.Read(golden.Bytes).Select(FrameText.Of));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WrittenAgain_TheyReadTheSame(string name)
    {
        var golden = GoldenCaptures.All[name];
        var again = CaptureFile.Write(CaptureFormat.Pcapng, CaptureFile.Read(golden.Bytes));
        Assert.Equal(golden.Frames, CaptureFile.Read(again).Select(FrameText.Of));
    }

    [Theory]
    [InlineData("TcpdumpSll2", CaptureFormat.Pcap)]
    [InlineData("Gzip", CaptureFormat.Pcap)]
    [InlineData("Dumpcap", CaptureFormat.Pcapng)]
    public void TheFormatIsTold(string name, CaptureFormat expected)
    {
        var stream = new MemoryStream(GoldenCaptures.All[name].Bytes);
        using var reader = CaptureReader.Open(stream, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected, reader.Format);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CutOffAnywhere_TheWholeFramesAreRead_AndTheRestIsTold(string name)
    {
        var golden = GoldenCaptures.All[name];
        var seen = new HashSet<int>();
        for (var length = 0; length < golden.Bytes.Length; length++)
        {
            try
            {
                var (frames, isCutOff) = CaptureFile.ReadUpToCut(golden.Bytes[..length]);
                Assert.Equal(golden.Frames.Take(frames.Count), frames.Select(FrameText.Of));
                // Between two frames or blocks nothing is missing, as far as the bytes tell.
                if (name != "Gzip")
                    Assert.Equal(!EndsBetweenBlocks(golden.Bytes, length), isCutOff);
                seen.Add(frames.Count);
            }
            catch (CaptureFormatException e)
            {
                Assert.Equal(0, e.Offset);
                Assert.Empty(seen);
            }
        }

        Assert.Superset(new HashSet<int> { 0, golden.Frames.Count - 1 }, seen);
    }

    /// <summary>Walks the lengths; all of these files are little-endian.</summary>
    private static bool EndsBetweenBlocks(byte[] bytes, int end)
    {
        var isPcapng = bytes[0] == 0x0a;
        var at = isPcapng ? 0 : 24;
        while (at < end)
            at += isPcapng ? BitConverter.ToInt32(bytes, at + 4) : 16 + BitConverter.ToInt32(bytes, at + 8);
        return at == end;
    }
}
