using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class NamespaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Create_MakesAnEmptyNamespaceUnderItsName()
    {
        using var here = new TestNamespace();
        Assert.Equal("lo", Assert.Single(here.Client.GetLinks()).Name);
        Assert.NotEqual(NetworkNamespace.Current, here.Namespace);
        Assert.Equal(here.Namespace, NetworkNamespace.Resolve(here.Name));
        Assert.Equal(here.Namespace, NetworkNamespace.Resolve("/run/netns/" + here.Name));
        Assert.Contains(NamedNamespaces.List(), found => found.Name == here.Name && found.Equals(here.Namespace));
    }

    [Fact]
    public void Create_OfATakenName_IsRefused_AndTheFirstStays()
    {
        using var here = new TestNamespace();
        Assert.Equal(FailureKind.Exists, Assert.Throws<NetworkException>(() => NamedNamespaces.Create(here.Name)).Kind);
        Assert.Equal(here.Namespace, NamedNamespaces.Find(here.Name));
    }

    [Fact]
    public void Remove_TakesTheNameAway()
    {
        using var here = new TestNamespace();
        NamedNamespaces.Remove(here.Name);
        Assert.Null(NamedNamespaces.Find(here.Name));
        Assert.False(NamedNamespaces.IsTaken(here.Name));
        var exception = Assert.Throws<NetworkException>(() => NamedNamespaces.Remove(here.Name));
        Assert.Equal((FailureKind.NotFound, "NamespaceNotFound"), (exception.Kind, exception.Id));
    }

    [Fact]
    public void Remove_OfALeftoverName_TakesTheFileAway()
    {
        using var here = new TestNamespace();
        NamedNamespaces.Remove(here.Name);
        File.WriteAllText("/run/netns/" + here.Name, "");
        Assert.Null(NamedNamespaces.Find(here.Name));
        NamedNamespaces.Remove(here.Name);
        Assert.False(File.Exists("/run/netns/" + here.Name));
    }

    [Fact]
    public void Attach_GivesANamespaceASecondName_AndItLivesOnUnderThat()
    {
        using var here = new TestNamespace();
        here.AddVeth();
        var second = TestNamespace.NewName();
        var attached = NamedNamespaces.Attach(second, here.Namespace);
        try
        {
            Assert.Equal(here.Namespace, attached);
            NamedNamespaces.Remove(here.Name);
            Assert.NotNull(new RtnetlinkClient(attached).FindLink("v0"));
        }
        finally
        {
            NamedNamespaces.Remove(second);
        }
    }

    [Fact]
    public void AClientOfAVanishedNamespace_SaysNotFound()
    {
        using var here = new TestNamespace();
        Assert.NotEmpty(here.Client.GetLinks());
        NamedNamespaces.Remove(here.Name);
        var exception = Assert.Throws<NetworkException>(() => here.Client.GetLinks());
        Assert.Equal((FailureKind.NotFound, "NamespaceNotFound"), (exception.Kind, exception.Id));
        Assert.Contains(here.Name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AClientWhoseNameStandsForAnotherNamespaceNow_SaysNotFound()
    {
        using var here = new TestNamespace();
        // The first one lives on, so that the second is certainly another one.
        var keep = TestNamespace.NewName();
        NamedNamespaces.Attach(keep, here.Namespace);
        try
        {
            NamedNamespaces.Remove(here.Name);
            NamedNamespaces.Create(here.Name);
            Assert.Equal(FailureKind.NotFound, Assert.Throws<NetworkException>(() => here.Client.GetLinks()).Kind);
        }
        finally
        {
            NamedNamespaces.Remove(keep);
        }
    }

    [Fact]
    public void Remove_EndsTheNamespace_ThoughItWasAskedJustBefore()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        here.AddVeth(peerIn: there);
        Assert.NotNull(there.Client.FindLink("v1"));

        NamedNamespaces.Remove(there.Name);

        // The kernel takes the namespace down in the background, and the pair with it.
        AssertEventually(() => here.Client.FindLink("v0") is null);
    }

    [Fact]
    public void RemovalBySomebodyElse_EndsTheNamespace_OnceItIsNotAskedAnyMore()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        here.AddVeth(peerIn: there);
        Assert.NotNull(there.Client.FindLink("v1"));

        // As `ip netns del` does, which tells nobody.
        Assert.Equal(0, SystemCalls.TryUnmountLazily("/run/netns/" + there.Name, 0));
        File.Delete("/run/netns/" + there.Name);

        AssertEventually(() => here.Client.FindLink("v0") is null);
    }

    [Fact]
    public void AThreadInANamespace_ChangesNothingForItsCaller()
    {
        using var here = new TestNamespace();
        var before = NetworkNamespace.Current;
        Assert.Equal(here.Namespace, NamespaceThread.RunIn(here.Namespace, () => NetworkNamespace.Current));
        Assert.Equal(before, NetworkNamespace.Current);

        Assert.Throws<InvalidTimeZoneException>(
            () => NamespaceThread.RunIn<int>(here.Namespace, () => throw new InvalidTimeZoneException()));
        Assert.Equal(before, NetworkNamespace.Current);

        here.Client.GetLinks();
        Assert.Equal(before, NetworkNamespace.Current);
        Assert.Equal(before, new RtnetlinkClient().Namespace);
    }

    [Fact]
    public void Numbers_AreKnownOnlyWhereANeighbourWasSeen()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        Assert.Null(here.Client.GetNamespaceId(there.Namespace));
        here.AddVeth(peerIn: there);
        Assert.Equal(here.Client.GetLink("v0").ParentNamespaceId, here.Client.GetNamespaceId(there.Namespace));
        Assert.NotNull(here.Client.GetNamespaceId(there.Namespace));
    }

    [Theory]
    [InlineData("no-such-namespace")]
    [InlineData("/run/netns/no-such-namespace")]
    [InlineData("/etc/hostname")]
    [InlineData("/")]
    [InlineData("2147483647")]
    [InlineData("0")]
    public void AReferenceToNothing_IsNotFound(string reference)
    {
        var exception = Assert.Throws<NetworkException>(() => NetworkNamespace.Resolve(reference));
        Assert.Equal((FailureKind.NotFound, "NamespaceNotFound"), (exception.Kind, exception.Id));
    }

    [Fact]
    public void AReference_MayBeAProcess() =>
        Assert.Equal(
            NetworkNamespace.Current,
            NetworkNamespace.Resolve(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void ANamespaceOfAnotherKind_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Entering a namespace needs root.");
        var mount = NetworkNamespace.FromPath("/proc/self/ns/mnt");
        var exception = Assert.Throws<NetworkException>(() => new RtnetlinkClient(mount).GetLinks());
        Assert.Contains("not a network namespace", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertEventually(Func<bool> condition)
    {
        var start = DateTime.UtcNow;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow - start < Patience, "It never came true.");
            Thread.Sleep(50);
        }
    }
}

/// <summary>Counts the descriptors of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class DescriptorTests
{
    [Fact]
    public void CreatingAskingAndRemoving_ManyTimes_LeavesNoDescriptorOpen()
    {
        using (var warm = new TestNamespace())
            Cycle(warm, 0);
        var before = Count();
        using (var here = new TestNamespace())
        {
            for (var i = 0; i < 270; i++)
                Cycle(here, i);
        }

        for (var i = 0; i < 30; i++)
        {
            using var each = new TestNamespace();
            Cycle(each, i);
            Assert.Throws<NetworkException>(() => NamedNamespaces.Create(each.Name));
        }

        // A descriptor leaked each time would be hundreds.
        Assert.InRange(Count(), 0, before + 10);
    }

    private static void Cycle(TestNamespace here, int i)
    {
        var link = here.AddVeth($"a{i}", $"b{i}");
        here.Client.RemoveLink(link);
        Assert.Null(here.Client.FindLink($"b{i}"));
        Assert.Null(here.Client.GetNamespaceId(NetworkNamespace.Current));
    }

    private static int Count() => Directory.GetFiles("/proc/self/fd").Length;
}
