using System.Net;
using GeneveNet.Netlink;

namespace GeneveNet.Tests.Netlink;

public sealed class DeferredTextTests
{
    [Fact]
    public void Text_IsAsWithPlainInterpolation()
    {
        var (address, count, nothing) = (IPAddress.Parse("192.0.2.1"), 3, (string?)null);
        Assert.Equal("move 3 of 192.0.2.1 to ", Text($"move {count} of {address} to {nothing}"));
        Assert.Equal("192.0.2.13", Text($"{address}{count}"));
        Assert.Equal("just words", Text($"just words"));
        Assert.Equal("a name", Text("a name"));
        Assert.Equal("", default(DeferredText).ToString());
    }

    [Fact]
    public void Text_IsMadeOnlyWhenRead()
    {
        var subject = new Subject();
        DeferredText text = $"remove {subject}";
        Assert.Equal(0, subject.Asked);
        Assert.Equal("remove it", text.ToString());
        Assert.Equal(1, subject.Asked);
    }

    private static string Text(DeferredText text) => text.ToString();

    private sealed class Subject
    {
        public int Asked { get; private set; }

        public override string ToString()
        {
            Asked++;
            return "it";
        }
    }
}
