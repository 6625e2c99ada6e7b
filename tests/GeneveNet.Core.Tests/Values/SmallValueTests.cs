using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Rtnetlink.Routes;

namespace GeneveNet.Tests.Values;

public sealed class SmallValueTests
{
    [Theory]
    [InlineData("40000-41000", 40000, 41000)]
    [InlineData("1-65535", 1, 65535)]
    [InlineData("6081-6081", 6081, 6081)]
    public void PortRange_TakesLowAndHigh(string text, int low, int high)
    {
        var range = PortRange.Parse(text);
        Assert.Equal((low, high), (range.Low, range.High));
        Assert.Equal(text, range.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("6081")]
    [InlineData("6081-")]
    [InlineData("-6081")]
    [InlineData("2-1")]
    [InlineData("0-1")]
    [InlineData("1-65536")]
    [InlineData("1-2-3")]
    [InlineData("a-b")]
    [InlineData("1:2")]
    public void PortRange_RefusesWhatIsNone(string text) => Assert.Throws<FormatException>(() => PortRange.Parse(text));

    [Theory]
    [InlineData(" 1- 2")]
    [InlineData("+1-+2")]
    public void PortRange_TakesDigitsAlone(string text) => Assert.Throws<FormatException>(() => PortRange.Parse(text));

    [Theory]
    [InlineData("main", 254, "main")]
    [InlineData("LOCAL", 255, "local")]
    [InlineData("Default", 253, "default")]
    [InlineData("254", 254, "main")]
    [InlineData("1", 1, "1")]
    [InlineData("1000", 1000, "1000")]
    [InlineData("4294967295", 4294967295, "4294967295")]
    public void RouteTable_TakesNamesAndNumbers(string text, uint number, string name)
    {
        Assert.Equal(number, RouteTable.Parse(text));
        Assert.Equal(name, RouteTable.NameOf(number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("4294967296")]
    [InlineData("mine")]
    [InlineData(null)]
    public void RouteTable_RefusesWhatIsNone(string? text) => Assert.Throws<FormatException>(() => RouteTable.Parse(text!));

    [Theory]
    [InlineData("g")]
    [InlineData("geneve0")]
    [InlineData("fifteen-bytes-x")]
    [InlineData("eth0.100@x")]
    [InlineData("...")]
    [InlineData("ünïcôdé")]
    public void LinkName_OfUpToFifteenBytes_Passes(string name) => LinkOperations.ValidateName(name);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(".", "stands for a folder")]
    [InlineData("..", "stands for a folder")]
    [InlineData("a/b", "has a slash")]
    [InlineData("a:b", "colon")]
    [InlineData("a b", "white space")]
    [InlineData("a\tb", "white space")]
    [InlineData("a\nb", "white space")]
    [InlineData("a\vb", "white space")]
    [InlineData("a\fb", "white space")]
    [InlineData("a\rb", "white space")]
    [InlineData("a\0b", "it has")]
    [InlineData("sixteen-bytes-xx", "has 16 bytes, and 15 is the most")]
    [InlineData("ünïcôdéünïcôd", "has 20 bytes, and 15 is the most")]
    public void LinkName_ThatTheKernelWouldRefuse_IsRefusedWithTheRule(string name, string rule) =>
        AssertRefused(() => LinkOperations.ValidateName(name), "InvalidLinkName", rule);

    [Fact]
    public void NamespaceName_OfUpTo255Bytes_Passes()
    {
        foreach (var name in new[] { "blue", "1", "...", "a b:c", new string('x', 255) })
            NamedNamespaces.ValidateName(name);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(".", "stands for a folder")]
    [InlineData("..", "stands for a folder")]
    [InlineData("a/b", "slash")]
    [InlineData("../etc", "slash")]
    [InlineData("a\0", "NUL")]
    public void NamespaceName_ThatIsNoFileName_IsRefusedWithTheRule(string name, string rule) =>
        AssertRefused(() => NamedNamespaces.ValidateName(name), "InvalidNamespaceName", rule);

    [Fact]
    public void NamespaceName_CountsBytes() =>
        AssertRefused(() => NamedNamespaces.ValidateName(new string('ü', 128)), "InvalidNamespaceName", "longer than 255 bytes");

    [Theory]
    [InlineData(1, "EPERM", FailureKind.PermissionDenied)]
    [InlineData(4, "EINTR", FailureKind.Interrupted)]
    [InlineData(5, "EIO", FailureKind.DeviceFailed)]
    [InlineData(13, "EACCES", FailureKind.PermissionDenied)]
    [InlineData(16, "EBUSY", FailureKind.Busy)]
    [InlineData(17, "EEXIST", FailureKind.Exists)]
    [InlineData(19, "ENODEV", FailureKind.NotFound)]
    [InlineData(21, "EISDIR", FailureKind.InvalidArgument)]
    [InlineData(22, "EINVAL", FailureKind.InvalidArgument)]
    [InlineData(28, "ENOSPC", FailureKind.ResourceExhausted)]
    [InlineData(30, "EROFS", FailureKind.PermissionDenied)]
    [InlineData(95, "EOPNOTSUPP", FailureKind.NotSupported)]
    [InlineData(101, "ENETUNREACH", FailureKind.Unreachable)]
    [InlineData(105, "ENOBUFS", FailureKind.ResourceExhausted)]
    [InlineData(122, "EDQUOT", FailureKind.ResourceExhausted)]
    [InlineData(200, "errno 200", FailureKind.Other)]
    public void ErrorNumber_HasItsNameAndKind(int errno, string name, FailureKind kind) =>
        Assert.Equal((name, kind), (Errno.NameOf(errno), Errno.KindOf(errno)));

    private static void AssertRefused(Action action, string id, string rule)
    {
        var exception = Assert.Throws<NetworkException>(action);
        Assert.Equal((FailureKind.InvalidArgument, id), (exception.Kind, exception.Id));
        Assert.Contains(rule, exception.Message, StringComparison.Ordinal);
    }
}
