using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Routes;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

/// <summary>True sockets and the running kernel; any user may do this.</summary>
public sealed class SocketTests : IDisposable
{
    // Far beyond what it takes, so that a busy machine does not fail a test; a wait that never ends does.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _patience = TestNamespace.Patience();

    private RtnetlinkClient Client => new(NetworkNamespace.Current, _patience.Token);

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Wait_WithNothingToCome_EndsWhenCancelled()
    {
        using var socket = new NetlinkSocket();
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var wait = Task.Run(() => socket.Receive(new byte[64], source.Token), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wait_WithATokenThatIsCancelledAlready_EndsAtOnce()
    {
        using var socket = new NetlinkSocket();
        var wait = Task.Run(() => socket.Receive(new byte[64], new CancellationToken(true)), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wait_AfterACancelledOne_IsNotEndedByTheOldCancellation()
    {
        using var socket = new NetlinkSocket();
        for (var i = 0; i < 20; i++)
        {
            using var old = new CancellationTokenSource();
            var cancelled = Task.Run(() => socket.Receive(new byte[64], old.Token), TestContext.Current.CancellationToken);
            await old.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => cancelled.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        // A link that does not exist: refused at once, and that answer is what the next wait brings.
        var request = new NetlinkRequest<LinkMessage>(RtmType.GetLink, NetlinkFlags.None, new LinkMessage { Index = int.MaxValue }, "");
        socket.Send(Wire.MessageOf(request, NetlinkFlags.None, 5));
        var buffer = new byte[1024];
        var length = await Task.Run(() => socket.Receive(buffer, CancellationToken.None), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        ReadOnlySpan<byte> datagram = buffer.AsSpan(0, length);
        Assert.True(NetlinkHeader.TryReadMessage(ref datagram, out var header, out var body));
        Assert.Equal((5u, NetlinkHeader.Error, -19), (header.Sequence, header.Type, ExtendedAck.ReadCode(body)));
    }

    [Fact]
    public void ADatagramLargerThanTheBuffer_TellsItsWholeLength()
    {
        using var socket = new NetlinkSocket();
        var request = new NetlinkRequest<LinkMessage>(RtmType.GetLink, NetlinkFlags.None, new LinkMessage { Index = 1 }, "");
        socket.Send(Wire.MessageOf(request, NetlinkFlags.None));
        Assert.True(socket.Receive(new byte[32], _patience.Token) > 32);
    }

    [Fact]
    public void AClient_IsCancelledAsAWhole()
    {
        var client = new RtnetlinkClient(NetworkNamespace.Current, new CancellationToken(true));
        Assert.Throws<OperationCanceledException>(() => client.GetLinks());
        Assert.NotEmpty(client.WithoutCancellation().GetLinks());
    }

    [Fact]
    public void Loopback_IsFoundByNameIndexAndList()
    {
        var client = Client;
        var byName = client.GetLink("lo");
        Assert.Equal((1, "loopback", true), (byName.Index, byName.Kind, byName.IsLoopback));
        Assert.Equal("lo", client.GetLink(1).Name);
        Assert.Equal("lo", Assert.Single(client.GetLinks(), link => link.IsLoopback).Name);
    }

    [Theory]
    [InlineData("no-such-link")]
    [InlineData("a-name-of-more-than-fifteen-bytes")]
    [InlineData("a/b")]
    public void ALinkThatIsNotThere_IsNotFound(string name)
    {
        var client = Client;
        Assert.Null(client.FindLink(name));
        var exception = Assert.Throws<NetworkException>(() => client.GetLink(name));
        Assert.Equal((FailureKind.NotFound, "LinkNotFound"), (exception.Kind, exception.Id));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANameLongerThanAnyLinkCanHave_IsNotFound() => Assert.Null(Client.FindLink(new string('x', 200)));

    [Fact]
    public void AnIndexThatIsNotThere_IsNotFound() =>
        Assert.Equal(
            (FailureKind.NotFound, "LinkNotFound"),
            Assert.Throws<NetworkException>(() => Client.GetLink(int.MaxValue)) is var e ? (e.Kind, e.Id) : default);

    [Fact]
    public void Loopback_IsResolvedAsLocal()
    {
        var route = Client.ResolveRoute(IPAddress.Loopback);
        Assert.Equal((RouteType.Local, "lo", IPAddress.Loopback), (route.Type, route.Link, route.SourceValue));
    }

    [Fact]
    public void Requests_WithoutThePrivilege_SayWhichOneIsMissing()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root has the privilege.");
        var client = Client;
        var exception = Assert.Throws<NetlinkException>(() => client.AddAddress(client.GetLink("lo"), CidrAddress.Parse("127.9.9.9/32")));
        Assert.Equal(FailureKind.PermissionDenied, exception.Kind);
        Assert.Contains("CAP_NET_ADMIN", exception.Message, StringComparison.Ordinal);
    }
}
