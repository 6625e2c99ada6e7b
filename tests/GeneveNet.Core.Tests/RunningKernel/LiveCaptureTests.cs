using System.Net;
using System.Net.Sockets;
using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Packets.Live;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Packets;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

/// <summary>Live capture in a namespace of its own: what is received is handed out or counted as dropped.</summary>
public sealed class LiveCaptureTests
{
    private const int SmallestRing = 1;

    private static readonly byte[] Frame = GoldenFrames.All["document request"].Bytes;

    [Theory]
    [InlineData(200, LiveCapture.DefaultRingSize, false)]
    [InlineData(30_000, SmallestRing, true)]
    public void EveryPacketReceived_IsHandedOutOrDropped(int count, int ringSize, bool isTooMuch)
    {
        using var place = new TestNamespace();
        var link = place.AddVeth(up: true);
        var other = place.Client.GetLink("v1");
        using var capture = new LiveCapture(place.Namespace, new CaptureFilter { Interfaces = [other.Index], Ports = [6081] }, ringSize);
        Send(place, link.Index, count);
        List<CapturedFrame> frames = [];
        capture.Finish(frames, TestContext.Current.CancellationToken);

        var (received, dropped) = capture.Statistics;
        Assert.Equal(count, received);
        Assert.Equal(received - dropped, frames.Count);
        Assert.Equal(isTooMuch, dropped > 0);
        Assert.All(frames, frame => Assert.True(frame.Data.Span.SequenceEqual(Frame)));
        Assert.Equal(frames.OrderBy(frame => frame.TimestampNanoseconds), frames);
        // Closed: nothing comes any more, and nothing is counted.
        Send(place, link.Index, 10);
        Assert.False(capture.Read(frames, TimeSpan.FromMilliseconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(received, capture.Statistics.Received);
    }

    [Fact]
    public void SeveralNamespaces_AreInTheOrderOfTheirTimes()
    {
        using var a = new TestNamespace();
        using var b = new TestNamespace();
        var (one, two) = (a.AddVeth(up: true), b.AddVeth(up: true));
        var filter = new CaptureFilter { Ports = [6081] };
        using var capture = new LiveCapture([new CaptureSource(a.Namespace, filter), new CaptureSource(b.Namespace, filter)]);
        for (var i = 0; i < 30; i++)
        {
            Send(a, one.Index, 1);
            Send(b, two.Index, 1);
        }

        List<CapturedFrame> frames = [];
        // Out of v0 and into v1 of each.
        using var patience = TestNamespace.Patience();
        while (frames.Count < 120)
            capture.Read(frames, TimeSpan.FromSeconds(5), patience.Token);
        Assert.Equal(
            frames.OrderBy(frame => frame.TimestampNanoseconds).Select(frame => frame.TimestampNanoseconds),
            frames.Select(frame => frame.TimestampNanoseconds));
        Assert.Equal(60, frames.Count(frame => frame.Namespace!.Equals(a.Namespace)));
        Assert.Equal(4, frames.Select(frame => (frame.Namespace, frame.Interface, frame.Direction)).Distinct().Count());
    }

    [Fact]
    public void InterfaceThatGoesAway_IsTold()
    {
        using var place = new TestNamespace();
        var link = place.AddVeth(up: true);
        using var capture = new LiveCapture(place.Namespace, new CaptureFilter { Interfaces = [link.Index] });
        Assert.Empty(capture.FindGone());
        place.Client.RemoveLink(link);
        // The wait ends for it, long before its time.
        using var patience = TestNamespace.Patience();
        while (!capture.IsDown)
            capture.Read([], TimeSpan.FromMinutes(1), patience.Token);
        var gone = Assert.Single(capture.FindGone());
        Assert.Equal(("LinkNotFound", FailureKind.NotFound), (gone.Id, gone.Kind));
        Assert.Contains("'v0'", gone.Message, StringComparison.Ordinal);
        Assert.True(capture.HasEnded);
        Assert.Empty(capture.FindGone());
    }

    private static void Send(TestNamespace place, int index, int count) => NamespaceThread.RunIn(place.Namespace, () =>
    {
        using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, 0);
        var target = new LinkTarget(index);
        for (var i = 0; i < count; i++)
            socket.SendTo(Frame, target);
        return count;
    });

    /// <summary>struct sockaddr_ll, of which only family and interface count for sending.</summary>
    private sealed class LinkTarget(int index) : EndPoint
    {
        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            BitConverter.TryWriteBytes(address.Buffer.Span[4..], index);
            return address;
        }
    }
}
