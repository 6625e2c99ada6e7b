using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

public sealed class LinkNamesTests
{
    [Fact]
    public void Names_AreFound_BeThereFewLinksOrMany()
    {
        using var here = new TestNamespace();
        for (var i = 0; i < 8; i++)
            here.AddVeth($"v{i}", $"p{i}");
        var expected = here.Client.GetLinks().ToDictionary(link => link.Index, link => link.Name);

        var names = new LinkNames(here.Client);
        foreach (var (index, name) in expected)
            Assert.Equal(name, names.Find(index));
        // Twice, one that is not there, and no link at all.
        foreach (var (index, name) in expected)
            Assert.Equal(name, names.Find(index));
        Assert.Null(names.Find(expected.Keys.Max() + 1));
        Assert.Null(names.Find(0));
        Assert.Null(new LinkNames(here.Client).Find(expected.Keys.Max() + 1));
    }

    [Fact]
    public void AKnownLink_IsNotAskedFor()
    {
        using var here = new TestNamespace();
        var link = here.AddVeth();
        var names = LinkNames.Of(here.Client, link);
        here.Client.RemoveLink(link);
        Assert.Equal("v0", names.Find(link.Index));
        Assert.Null(names.Find(link.Index + 1));
        Assert.Null(new LinkNames((Link?)null).Find(link.Index));
    }
}
