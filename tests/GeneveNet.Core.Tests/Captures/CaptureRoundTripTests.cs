using CsCheck;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;

namespace GeneveNet.Tests.Captures;

/// <summary>What is written reads back as it was, property by property, and is written to the same bytes again.</summary>
public sealed class CaptureRoundTripTests
{
    private const int Cases = 2_000;

    [Fact]
    public void Pcap() => Check(CaptureFormat.Pcap, FrameGenerator.Pcap);

    [Fact]
    public void Pcapng() => Check(CaptureFormat.Pcapng, FrameGenerator.Pcapng);

    private static void Check(CaptureFormat format, Gen<CapturedFrame[]> frames) => frames.Sample(
        written =>
        {
            var bytes = CaptureFile.Write(format, written);
            var read = CaptureFile.Read(bytes);
            // The record compares all of its properties, but of the bytes only where they are.
            Assert.Equal(written.Select(frame => frame with { Data = default }), read.Select(frame => frame with { Data = default }));
            Assert.Equal(written.Select(frame => frame.Data.ToArray()), read.Select(frame => frame.Data.ToArray()));
            Assert.Equal(bytes, CaptureFile.Write(format, read));
        },
        iter: Cases,
        threads: 1);
}
