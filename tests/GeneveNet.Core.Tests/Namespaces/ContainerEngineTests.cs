using System.Diagnostics;
using System.Globalization;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;
using static GeneveNet.Tests.Namespaces.HostileAnswer;

namespace GeneveNet.Tests.Namespaces;

/// <summary>Whatever an engine answers, it is an answer, or one error with an id.</summary>
public sealed class ContainerEngineTests
{
    private const string List = "/containers/json?all=true";
    private static readonly string Id = new('a', 64), OtherId = "aaaa" + new string('b', 60);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500), Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>What is answered when the containers are asked for, and the words that tell of it.</summary>
    private static readonly Dictionary<string, (HostileAnswer? Answer, string Words)> Lists = new()
    {
        ["an empty object"] = (Body("{}"), "should be a list and is an object"),
        ["null"] = (Body("null"), "should be a list and is null"),
        ["a number"] = (Body("17"), "should be a list and is a number"),
        ["text"] = (Body("\"containers\""), "should be a list and is text"),
        ["true"] = (Body("true"), "should be a list and is true"),
        ["a list of null"] = (Body("[null]"), "should be an object and is null"),
        ["a list of lists"] = (Body("[[]]"), "should be an object and is a list"),
        ["a list of text"] = (Body("[\"web\"]"), "should be an object and is text"),
        ["a list of empty objects"] = (Body("[{}]"), "the Id of a container is missing"),
        ["an id that is null"] = (Body("""[{"Id":null,"Names":["/web"],"State":"running"}]"""), "the Id of a container should be text"),
        ["an id that is a number"] = (Body("""[{"Id":1,"Names":["/web"],"State":"running"}]"""), "the Id of a container should be text"),
        ["an id that is empty"] = (Body("""[{"Id":"","Names":["/web"],"State":"running"}]"""), "the Id of a container is empty"),
        ["no state"] = (Body("""[{"Id":"aa","Names":["/web"]}]"""), "the State of a container is missing"),
        ["a state that is an object"] = (Body("""[{"Id":"aa","Names":["/web"],"State":{}}]"""), "the State of a container should be text"),
        ["a name that is null"] =
            (Body("""[{"Id":"aa","Names":[null],"State":"running"}]"""), "a name of a container should be text and is null"),
        ["a name that is a list"] = (Body("""[{"Id":"aa","Names":[[]],"State":"running"}]"""), "a name of a container should be text"),
        ["names that are text"] = (Body("""[{"Id":"aa","Names":"web","State":"running"}]"""), "the Names of a container should be a list"),
        ["names that are an object"] =
            (Body("""[{"Id":"aa","Names":{},"State":"running"}]"""), "the Names of a container should be a list"),
        ["half a surrogate pair"] = (Body("""[{"Id":"\ud800","Names":["/web"],"State":"running"}]"""), "as Docker's API does"),
        ["bytes that are not UTF-8"] = (Raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[\"\xff\xfe\""), "as Docker's API does"),
        ["nothing in HTTP"] = (Body(""), "as Docker's API does"),
        ["text that is not JSON"] = (Body("hello"), "as Docker's API does"),
        ["half a list"] = (Body("""[{"Id":"aa" """), "as Docker's API does"),
        ["two lists"] = (Body("[][]"), "as Docker's API does"),
        ["a hundred thousand brackets"] = (Body(new string('[', 100_000)), "as Docker's API does"),
        ["a number that does not end"] = (Body("[" + new string('9', 100_000) + "]"), "should be an object and is a number"),
        ["gzip where none was asked for"] = (Body("\u001f\u008b", headers: "Content-Encoding: gzip\r\n"), "as Docker's API does"),
        ["nothing at all"] = (Raw(""), "closed the connection before"),
        ["another protocol"] = (Raw("220 mail ready\r\n"), "did not answer in HTTP"),
        ["a line that does not end"] = (Raw("HTTP/1.1 200 OK"), "closed the connection before"),
        ["HTTP of another version"] = (Raw("HTTP/9.9 200 OK\r\n\r\n"), "did not answer in HTTP"),
        ["a status that is no number"] = (Raw("HTTP/1.1 two OK\r\n\r\n"), "did not answer in HTTP"),
        ["a header without a colon"] = (Raw("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), "did not answer in HTTP"),
        ["a body that breaks off"] = (Raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["), "closed the connection before"),
        ["a chunk without a length"] = (Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]"), "did not answer in HTTP"),
        ["a chunk longer than memory"] =
            (Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n["), "closed the connection before"),
        ["a length of gigabytes"] = (Raw("HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n["), "answered more than the 16 MB"),
        ["a body without end"] = (Endless("HTTP/1.1 200 OK\r\n\r\n[", new string(' ', 1 << 20)), "answered more than the 16 MB"),
        ["chunks without end"] = (
            Endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", $"100000\r\n{new string(' ', 1 << 20)}\r\n"),
            "answered more than the 16 MB"),
        ["headers without end"] = (Endless("HTTP/1.1 200 OK\r\n", $"X: {new string('x', 8000)}\r\n"), "answered more than the 16 MB"),
        ["interim responses without end"] = (Endless("", "HTTP/1.1 100 Continue\r\n\r\n", Tick), "did not answer within 0.5 s"),
        ["a byte now and then"] = (Endless("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[", " ", Tick), "did not answer within 0.5 s"),
        ["a header now and then"] = (Endless("HTTP/1.1 200 OK\r\n", "X: y\r\n", Tick), "did not answer within 0.5 s"),
        ["silence"] = (null, "did not answer within 0.5 s"),
        ["a switch to another protocol"] = (Raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\n\r\n"), "refused: HTTP status 101"),
        ["no content"] = (Body("", "204 No Content"), "refused: HTTP status 204"),
        ["another place"] = (Body("", "301 Moved", "Location: http://192.0.2.1/\r\n"), "refused: HTTP status 301"),
        ["a request to log in"] = (Body("", "401 Unauthorized", "WWW-Authenticate: Basic\r\n"), "refused: HTTP status 401"),
        ["a refusal"] = (Body("""{"message":"no"}""", "403 Forbidden"), "refused: HTTP status 403"),
        ["no such page"] = (Body("", "404 Not Found"), "does not know what it was asked for"),
        ["a failure with an escape sequence"] = (Body("", "500 \u001b[31mred"), "refused: HTTP status 500."),
    };

    /// <summary>What is answered when the chosen container is asked for, the id of the error and its words.</summary>
    private static readonly Dictionary<string, (HostileAnswer? Answer, string ErrorId, string Words)> States = new()
    {
        ["an empty object"] = (Body("{}"), "ContainerEngineFailed", "the State of a container is missing"),
        ["null"] = (Body("null"), "ContainerEngineFailed", "should be an object and is null"),
        ["a list"] = (Body("[]"), "ContainerEngineFailed", "should be an object and is a list"),
        ["a state that is null"] = (Body("""{"State":null}"""), "ContainerEngineFailed", "the State of a container should be an object"),
        ["a state that is text"] = (Body("""{"State":"running"}"""), "ContainerEngineFailed", "should be an object and is text"),
        ["no pid"] = (Body("""{"State":{}}"""), "ContainerEngineFailed", "the Pid of a container is missing"),
        ["a pid that is null"] = (Body("""{"State":{"Pid":null}}"""), "ContainerEngineFailed", "should be a number and is null"),
        ["a pid that is text"] = (Body("""{"State":{"Pid":"1"}}"""), "ContainerEngineFailed", "should be a number and is text"),
        ["a pid that is a list"] = (Body("""{"State":{"Pid":[1]}}"""), "ContainerEngineFailed", "should be a number and is a list"),
        ["a pid too large"] = (Body("""{"State":{"Pid":4294967296}}"""), "ContainerEngineFailed", "4294967296, which is not a process id"),
        ["a pid far too large"] = (Body("""{"State":{"Pid":1e999}}"""), "ContainerEngineFailed", "1e999, which is not a process id"),
        ["a fraction of a pid"] = (Body("""{"State":{"Pid":1.5}}"""), "ContainerEngineFailed", "1.5, which is not a process id"),
        ["a negative pid"] = (Body("""{"State":{"Pid":-1}}"""), "ContainerEngineFailed", "-1, which is not a process id"),
        ["a pid of this kernel's that nobody has"] =
            (Body("""{"State":{"Pid":2147483647}}"""), "NamespaceNotFound", "process 2147483647, which this machine does not have"),
        ["no such container any more"] = (Body("", "404 Not Found"), "ContainerEngineFailed", "the container was removed"),
        ["silence"] = (null, "ContainerEngineFailed", "did not answer within 0.5 s"),
        ["a body without end"] =
            (Endless("HTTP/1.1 200 OK\r\n\r\n[", new string(' ', 1 << 20)), "ContainerEngineFailed", "answered more than the 16 MB"),
        ["running without a process"] =
            (State("running", 0), "ContainerProcessUnknown", "'web' is running, but docker (unix:///"),
        ["paused without a process"] = (State("paused", 0), "ContainerProcessUnknown", "'web' is paused, but docker"),
        ["exited meanwhile"] = (State("exited", 0), "ContainerNotRunning", "'web' is not running (its state is exited)"),
        ["restarting"] =
            (State("restarting", 0), "ContainerNotRunning", "(its state is restarting), so it has no network namespace. Try again"),
        ["created"] =
            (State("created", 0), "ContainerNotRunning", "(its state is created), so it has no network namespace. Start it first."),
        ["removing"] =
            (State("removing", 0), "ContainerNotRunning", "(its state is removing), so it has no network namespace. It is being"),
    };

    public static TheoryData<string> ListNames => [.. Lists.Keys];

    public static TheoryData<string> StateNames => [.. States.Keys];

    [Theory]
    [MemberData(nameof(ListNames))]
    public void AListOfAnyKind_IsOneError(string name)
    {
        var (answer, words) = Lists[name];
        using var server = new HostileEngine(_ => answer);
        AssertFailure(server, "ContainerEngineFailed", words);
        // What the socket holds comes on top of what was read.
        Assert.InRange(server.BytesSent, 0, 20 << 20);
    }

    [Theory]
    [MemberData(nameof(StateNames))]
    public void AStateOfAnyKind_IsOneError(string name)
    {
        var (answer, id, words) = States[name];
        using var server = new HostileEngine(path => path == List ? Containers(("web", Id, "running")) : answer);
        AssertFailure(server, id, words);
    }

    [Theory]
    [InlineData("running")]
    [InlineData("paused")]
    public void AContainerWithAProcess_HasANamespace(string state)
    {
        using var server = new HostileEngine(path => path == List ? Containers(("web", Id, state)) : State(state, Environment.ProcessId));
        var found = ContainerLookup.Resolve([EngineOf(server)], "web", TestContext.Current.CancellationToken);
        Assert.Equal((NetworkNamespace.Current, "web", state), (found, found.Container?.Name, found.Container?.State));
    }

    [Theory]
    [InlineData("""[{"Id":"ID","Names":null,"State":"running"}]""", "aaaaaaaaaaaa")]
    [InlineData("""[{"Id":"ID","Names":[],"State":"running"}]""", "aaaaaaaaaaaa")]
    [InlineData("""[{"Id":"ID","State":"running"}]""", "aaaaaaaaaaaa")]
    [InlineData("""[{"Id":"ID","Names":["/"],"State":"running","Image":null}]""", "aaaaaaaaaaaa")]
    [InlineData("""[{"Id":"ID","Names":["/db/web","/web"],"State":"running","Image":"busybox"}]""", "web")]
    public void AContainerWithoutAName_IsCalledByItsId(string list, string name)
    {
        using var server = new HostileEngine(_ => Body(list.Replace("ID", Id, StringComparison.Ordinal)));
        Assert.Equal(name, Assert.Single(EngineOf(server).GetContainers(TestContext.Current.CancellationToken)).Name);
    }

    [Theory]
    [InlineData("web", "web")]
    [InlineData("/web", "web")]
    [InlineData("aaaaa", "web")]
    [InlineData("aaaab", "bbbb")]
    [InlineData("bbbb", "bbbb")] // a name, though an id begins with it
    [InlineData("bbbbb", "third")]
    public void AContainer_IsChosenAsDockerDoes(string reference, string name)
    {
        using var server = new HostileEngine(Three);
        Assert.Equal(name, ContainerLookup.Resolve([EngineOf(server)], reference, TestContext.Current.CancellationToken).Container?.Name);
    }

    [Theory]
    [InlineData("a", "AmbiguousContainer", "'a' matches 2 containers: web (docker, aaaaaaaaaaaa), bbbb (docker, aaaabbbbbbbb)")]
    [InlineData("aaaa", "AmbiguousContainer", "web (docker, aaaaaaaaaaaa), bbbb (docker, aaaabbbbbbbb). Give more of the id.")]
    [InlineData("/", "ContainerNotFound", "There is no container '/'.")]
    [InlineData("we", "ContainerNotFound", "There is no container 'we'.")]
    public void AContainer_IsNotGuessed(string reference, string id, string words)
    {
        using var server = new HostileEngine(Three);
        AssertFailure([EngineOf(server)], reference, id, words);
    }

    [Fact]
    public void AShortId_IsShownAsItIs()
    {
        using var server = new HostileEngine(_ => Containers(("web", "a1", "running"), ("db", "a2", "running")));
        AssertFailure([EngineOf(server)], "a", "AmbiguousContainer", "web (docker, a1), db (docker, a2)");
    }

    [Theory]
    [InlineData("ssh://root@192.0.2.1", "by SSH")]
    [InlineData("https://192.0.2.1:2376", "with TLS")]
    [InlineData("npipe:////./pipe/docker_engine", "neither a Unix socket")]
    [InlineData("fd://3", "neither a Unix socket")]
    [InlineData("ftp://192.0.2.1", "neither a Unix socket")]
    [InlineData("/run/docker.sock", "neither a Unix socket")]
    [InlineData("unix://run/docker.sock", "not the path of a socket")]
    [InlineData("unix:///", "cannot be reached", "ContainerEngineFailed")]
    [InlineData("unix:///no/such/socket", "cannot be reached", "ContainerEngineFailed")]
    [InlineData("unix:///no such/so%63ket", "(unix:///no such/so%63ket) cannot be reached: ", "ContainerEngineFailed")]
    [InlineData("unix:///etc/hostname", "cannot be reached: Connection refused", "ContainerEngineFailed")]
    [InlineData("tcp://127.0.0.1:1", "cannot be reached: Connection refused", "ContainerEngineFailed")]
    [InlineData("tcp://127.0.0.1", "cannot be reached: Connection refused", "ContainerEngineFailed")]
    [InlineData("http://[::1]:1/x?y#z", "cannot be reached: Connection refused", "ContainerEngineFailed")]
    public void AnAddress_IsAskedInNothingButWhatItSays(string address, string words, string id = "ContainerEngineNotSupported") =>
        AssertFailure([new ContainerEngine("docker", new Uri(address))], "web", id, words);

    [Fact]
    public void APathLongerThanSockets_IsOneError() =>
        AssertFailure(
            [new ContainerEngine("docker", new Uri("unix:///" + new string('x', 200)))],
            "web", "ContainerEngineFailed", "cannot be reached");

    [Fact]
    public void Cancellation_EndsTheWaitAtOnce()
    {
        using var server = new HostileEngine(_ => null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        var start = Stopwatch.GetTimestamp();
        Assert.ThrowsAny<OperationCanceledException>(
            () => ContainerLookup.Resolve([new ContainerEngine("docker", server.Endpoint)], "web", stop.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start), Patience / 2, TimeSpan.FromSeconds(5));
    }

    private static HostileAnswer? Three(string path) => path == List
        ? Containers(("web", Id, "running"), ("bbbb", OtherId, "running"), ("third", new string('b', 64), "running"))
        : State("running", Environment.ProcessId);

    private static HostileAnswer Containers(params (string Name, string Id, string State)[] containers) => Body(
        "[" + string.Join(',', containers.Select(c => $$"""{"Id":"{{c.Id}}","Names":["/{{c.Name}}"],"State":"{{c.State}}"}""")) + "]");

    private static HostileAnswer State(string status, int process) =>
        Body(string.Create(CultureInfo.InvariantCulture, $$$"""{"State":{"Status":"{{{status}}}","Pid":{{{process}}}}}"""));

    private static ContainerEngine EngineOf(HostileEngine server) => new("docker", server.Endpoint) { Patience = Patience };

    private static void AssertFailure(HostileEngine server, string id, string words) => AssertFailure([EngineOf(server)], "web", id, words);

    private static void AssertFailure(ContainerEngine[] engines, string reference, string id, string words)
    {
        var failure = Assert.Throws<NetworkException>(
            () => ContainerLookup.Resolve(engines, reference, TestContext.Current.CancellationToken));
        Assert.Equal(id, failure.Id);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }
}
