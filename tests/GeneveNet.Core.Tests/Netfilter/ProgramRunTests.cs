using System.Diagnostics;
using System.Text;
using GeneveNet.Namespaces;
using GeneveNet.Native;
using GeneveNet.Netfilter;
using GeneveNet.Tests.Support;
using Tmds.Linux;

namespace GeneveNet.Tests.Netfilter;

/// <summary>Whatever a program does, it ends, and the outcome is a result or one error.</summary>
public sealed class ProgramRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Soon = TimeSpan.FromSeconds(8);

    private readonly string _folder = Directory.CreateTempSubdirectory("gnt-").FullName;

    [Theory]
    [InlineData("echo out; echo err >&2", 0, "out\n", "err\n")]
    [InlineData("exit 3", 3, "", "")]
    [InlineData("kill -KILL $$", 128 + 9, "", "")]
    [InlineData("kill -SEGV $$", 128 + 11, "", "")]
    [InlineData("cat", 0, "given", "")]
    [InlineData("exec <&-; exit 2", 2, "", "")]
    [InlineData("exec >&- 2>&-; exit 5", 5, "", "")]
    [InlineData("echo \"$LC_ALL $1 $2\"", 0, "C a b c\n", "")]
    [InlineData("printf '\\377\\0'", 0, "\ufffd\0", "")]
    [InlineData("head -c 300000 /dev/zero | tr '\\0' e >&2; echo done", 0, "done\n", null)]
    public void AProgramThatEnds_HasAResult(string script, int status, string output, string? error)
    {
        var result = Run(script);
        Assert.Equal((status, output), (result.Status, result.Output));
        if (error is not null)
            Assert.Equal(error, result.Error);
    }

    [Theory]
    [InlineData("sleep 100", "did not end within 1 s and was ended")]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 1; done", "did not end within 1 s and was ended")]
    [InlineData("sleep 5 & exit 0", "did not end within 1 s and was ended")] // Its child keeps the output open.
    [InlineData("exec >&- 2>&-; sleep 100", "did not end within 1 s and was ended")]
    [InlineData("exec cat /dev/zero", "printed more than the 32 MB that are read", 20)]
    [InlineData("exec cat /dev/zero >&2", "printed more than the 32 MB that are read", 20)]
    public void AProgramThatDoesNotEnd_IsEnded(string script, string words, int seconds = 1)
    {
        var start = Stopwatch.GetTimestamp();
        AssertFailure(() => Run(script, seconds: seconds), words);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
    }

    [Theory]
    [InlineData("not executable", "#!/bin/sh\n", false, "cannot be started: Permission denied (EACCES)")]
    [InlineData("not a program", "\u007fELF nonsense", true, "cannot be started: Exec format error")]
    [InlineData("without its interpreter", "#!/no/such/shell\n", true, "cannot be started: No such file or directory (ENOENT)")]
    public void AFileThatIsNoProgram_IsNotStarted(string name, string content, bool isExecutable, string words)
    {
        var path = Write(name, content, isExecutable);
        AssertFailure(() => new ProgramRun(NetworkNamespace.Current, path).Run([]), words);
    }

    [Fact]
    public void Cancellation_EndsTheProgramAtOnce()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        var start = Stopwatch.GetTimestamp();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Shell(seconds: 30).Run(["-c", $"echo $$ > {_folder}/pid; exec sleep 100"], "", stop.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start), Patience / 2, Soon);
        var status = $"/proc/{File.ReadAllText(_folder + "/pid").Trim()}/stat";
        // Ended, and at most not yet waited for.
        var isGone = SpinWait.SpinUntil(
            () => !File.Exists(status) || File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal), Soon);
        Assert.True(isGone);
    }

    [Fact]
    public void OneAtATime_HoldsTheLockOfANamespace()
    {
        using var here = new TestNamespace();
        using var there = new TestNamespace();
        int inside = 0, most = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            // By another object each, as other sessions have it.
            using var alone = NamespaceLock.Take(NamedNamespaces.Get(here.Name), TestContext.Current.CancellationToken);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(5);
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal(1, most);

        using var held = NamespaceLock.Take(here.Namespace, TestContext.Current.CancellationToken);
        NamespaceLock.Take(there.Namespace, TestContext.Current.CancellationToken).Dispose();
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => NamespaceLock.Take(here.Namespace, stop.Token));
    }

    private static ProgramResult Run(string script, int seconds = 1) =>
        Shell(seconds).Run(["-c", script, "sh", "a", "b c"], "given", TestContext.Current.CancellationToken);

    private static ProgramRun Shell(int seconds) => new(NetworkNamespace.Current, "/bin/sh") { Patience = seconds * Patience };

    private string Write(string name, string content, bool isExecutable)
    {
        var path = Path.Combine(_folder, name);
        const int Executable = 0x1c0, Readable = 0x180; // 0700, 0600
        using var file = SystemCalls.OpenFile(path, LibC.O_WRONLY | LibC.O_CREAT, "write", isExecutable ? Executable : Readable);
        file.Write(Encoding.Latin1.GetBytes(content));
        return path;
    }

    private static void AssertFailure(Func<object> run, string words)
    {
        var failure = Assert.Throws<NetworkException>(run);
        Assert.Equal("IptablesFailed", failure.Id);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
