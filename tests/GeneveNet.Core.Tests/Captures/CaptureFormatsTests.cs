using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

public sealed class CaptureFormatsTests
{
    [Theory]
    [InlineData("x.pcap", CaptureFormat.Pcap)]
    [InlineData("dir.pcapng/a.b.CAP", CaptureFormat.Pcap)]
    [InlineData("../x.pcapng", CaptureFormat.Pcapng)]
    [InlineData("X.PcapNG", CaptureFormat.Pcapng)]
    public void TheNameTellsTheFormat(string path, CaptureFormat expected) => Assert.Equal(expected, CaptureFormats.FromPath(path));

    [Theory]
    [InlineData("")]
    [InlineData("pcap")]
    [InlineData("x.pcap.gz")]
    [InlineData("x.pcapng/x")]
    [InlineData("x.txt")]
    public void AnotherName_IsRefusedWithTheOnesThatAreKnown(string path)
    {
        var refused = Assert.Throws<NetworkException>(() => CaptureFormats.FromPath(path));
        Assert.Equal((FailureKind.InvalidArgument, "CaptureExtensionUnknown"), (refused.Kind, refused.Id));
        Assert.Contains(".pcapng, .pcap or .cap", refused.Message, StringComparison.Ordinal);
    }
}
