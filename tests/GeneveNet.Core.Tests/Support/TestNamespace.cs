using System.Globalization;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Tests.Support;

/// <summary>A network namespace of a test's own, gone with it. Skips the test where none can be made.</summary>
internal sealed class TestNamespace : IDisposable
{
    private static int _count;

    // A wait that never ends fails its test instead of stopping them all.
    private readonly CancellationTokenSource _patience = Patience();

    public TestNamespace()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Network namespaces need root.");
        Name = NewName();
        try
        {
            Namespace = NamedNamespaces.Create(Name);
        }
        catch (NetworkException e) when (e.Kind == FailureKind.PermissionDenied)
        {
            Assert.Skip($"Root may not make network namespaces here: {e.Message}");
            throw;
        }

        Client = new RtnetlinkClient(Namespace, _patience.Token);
    }

    public string Name { get; }

    public NetworkNamespace Namespace { get; }

    public RtnetlinkClient Client { get; }

    public static string NewName() =>
        string.Create(CultureInfo.InvariantCulture, $"gnt-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");

    /// <summary>Far longer than any test takes.</summary>
    public static CancellationTokenSource Patience()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromMinutes(1));
        return source;
    }

    /// <summary>Makes a pair of veth, the peer in another namespace where one is given.</summary>
    public Link AddVeth(string name = "v0", string peer = "v1", TestNamespace? peerIn = null, bool up = false)
    {
        using var there = peerIn?.Namespace.Open();
        var settings = new VethData { Peer = new LinkMessage { Name = peer, NamespaceDescriptor = there?.Number } };
        Client.CreateLink(new LinkMessage { Name = name, Info = new LinkInfo { Kind = LinkKinds.Veth, Data = settings } });
        if (up)
        {
            Up(Client, name);
            Up(peerIn?.Client ?? Client, peer);
        }

        return Client.GetLink(name);
    }

    private static void Up(RtnetlinkClient client, string name) =>
        client.ChangeLink(
            new LinkMessage { Index = client.GetLink(name).Index, Flags = LinkFlags.Up, ChangeMask = LinkFlags.Up }, "set it up");

    public void Dispose()
    {
        if (NamedNamespaces.IsTaken(Name))
            NamedNamespaces.Remove(Name);
        _patience.Dispose();
    }
}
