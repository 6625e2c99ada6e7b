using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Paths;
using GeneveNet.Paths.Sites;
using GeneveNet.Paths.Sites.Remote;
using GeneveNet.Paths.Testing;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>What the cmdlets that look at a path have in common: its two ends.</summary>
public abstract class GenevePathCmdlet : LinkCmdlet
{
    /// <summary>Names of tunnels; wildcards choose among the tunnels.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Interface", "ifname", "InterfaceAlias")]
    [NameArgument(PipedBefore = nameof(Destination))]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GeneveTunnelCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Inner address to reach. Default is one that the tunnel's addresses and routes point to.</summary>
    [Parameter(Position = 1)]
    [IPAddressArgument]
    public IPAddress? Destination { get; set; }

    /// <summary>Inner address to come from. Default is the one the kernel chooses.</summary>
    [Parameter]
    [IPAddressArgument]
    public IPAddress? Source { get; set; }

    /// <summary>
    /// Network namespace where inner traffic starts, where that is not the tunnel's: a container's behind the tunnel's bridge.
    /// </summary>
    [Parameter]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? SourceNamespace { get; set; }

    /// <summary>Container where inner traffic starts. Goes before SourceNamespace.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? SourceContainer { get; set; }

    /// <summary>Network namespace of the tunnel's underlay, where it was moved out of it and the kernel does not tell.</summary>
    [Parameter]
    [NamespaceArgument]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public NetworkNamespace? UnderlayNamespace { get; set; }

    /// <summary>
    /// Session on the far host, where this module is installed too. The other Peer and Destination parameters then count there.
    /// </summary>
    [Parameter]
    public PSSession? PeerSession { get; set; }

    /// <summary>
    /// Network namespace of the far end's tunnel: a name, process id, path, or an object with a Namespace. Default with PeerSession
    /// is that of the session; without, the far end is not looked at.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public object? PeerNamespace { get; set; }

    /// <summary>Container of the far end's tunnel. Goes before PeerNamespace.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? PeerContainer { get; set; }

    /// <summary>Name of the far end's tunnel. Default is the one that fits, or comes nearest to it.</summary>
    [Parameter]
    public string? PeerName { get; set; }

    /// <summary>Network namespace where inner traffic ends, where that is not the far tunnel's: a container's behind its bridge.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public object? DestinationNamespace { get; set; }

    /// <summary>Container where inner traffic ends. Goes before DestinationNamespace.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? DestinationContainer { get; set; }

    /// <summary>How long to wait for replies, in seconds or as a TimeSpan. Default 1 second.</summary>
    [Parameter]
    [SecondsArgument]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What is done with a path.</summary>
    /// <param name="title">The tunnel and where it is, by the words of a sentence.</param>
    /// <param name="tester">Tests it.</param>
    private protected abstract void Look(string title, PathTester tester);

    /// <summary>How it is tested.</summary>
    private protected abstract PathOptions Options { get; }

    /// <inheritdoc/>
    protected override void Process()
    {
        ForEachNamed(
            Name,
            IsPiped(nameof(Name)),
            () => Client.GetLinks(LinkKinds.Geneve).Select(tunnel => tunnel.Name),
            // What is not a tunnel, or not there, is a verdict of its own; a link can be named by one of its other names.
            name => Client.FindLink(name)?.Name ?? name,
            name => name,
            LookAt);
    }

    private IEndpointSite? FarSite()
    {
        if (PeerSession is not null)
        {
            var there = new RemoteLocation(
                PeerNamespace?.ToString(), PeerContainer, PeerName, DestinationNamespace?.ToString(), DestinationContainer);
            return SessionSite.Open(PeerSession, there, StopToken);
        }


        var peer = NamespaceOf(PeerContainer) ?? NamespaceArgumentAttribute.Resolve(PeerNamespace, null);
        var destination = NamespaceOf(DestinationContainer) ?? NamespaceArgumentAttribute.Resolve(DestinationNamespace, null);
        return peer is not null ? new LocalSite(new LocalLocation(peer, PeerName, destination), StopToken)
            : destination is null && PeerName is null ? null
            : throw Invalid(
                "DestinationNamespace, DestinationContainer and PeerName describe the far end: also use PeerNamespace, PeerContainer or "
                + "PeerSession.");
    }

    private bool IsFarInnerGiven => DestinationNamespace is not null || !string.IsNullOrEmpty(DestinationContainer);

    /// <summary>Looks at the path of a tunnel; a path may also be put off.</summary>
    private protected virtual void LookAt(string name)
    {
        using var path = new PathOfTunnel(this, name);
        var progress = new ProgressRecord(0, $"Path of tunnel '{name}'{Where}", "Starting");
        try
        {
            Look(path.Title, path.Tester(Report));
        }
        finally
        {
            progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(progress);
        }

        void Report(string what, int percent)
        {
            progress.StatusDescription = what;
            progress.PercentComplete = percent;
            WriteProgress(progress);
        }
    }

    /// <summary>The path of a tunnel, with all that the arguments of the moment say about it.</summary>
    private protected sealed class PathOfTunnel : IDisposable
    {
        private readonly LocalLocation _location;
        private readonly LocalSite _near;
        private readonly IEndpointSite? _far;
        private readonly PathOptions _options;
        private readonly bool _isFarInnerGiven;
        private readonly CancellationToken _stop;

        public PathOfTunnel(GenevePathCmdlet cmdlet, string name)
        {
            Title = $"'{name}'{cmdlet.Where}";
            var source = cmdlet.NamespaceOf(cmdlet.SourceContainer) ?? cmdlet.SourceNamespace;
            _location = new LocalLocation(cmdlet.Client.Namespace, name, source, cmdlet.UnderlayNamespace);
            (_options, _isFarInnerGiven, _stop) = (cmdlet.Options, cmdlet.IsFarInnerGiven, cmdlet.StopToken);
            _near = new LocalSite(_location, _stop);
            _far = cmdlet.FarSite();
        }

        /// <summary>The tunnel and where it is, by the words of a sentence.</summary>
        public string Title { get; }

        public PathTester Tester(Action<string, int>? report) =>
            new(_near, _far, _location, _options, _isFarInnerGiven, report, _stop);

        public void Dispose()
        {
            _near.Dispose();
            _far?.Dispose();
        }
    }
}

/// <summary>Test-GenevePath: says whether a path through a tunnel works, and if not, why, and what fixes it. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "GenevePath")]
[OutputType(typeof(PathVerdict), typeof(bool))]
public sealed class TestGenevePathCommand : GenevePathCmdlet
{
    /// <summary>Echo requests to send, 1 to 100. Default 3.</summary>
    [Parameter]
    [NumberArgument(1, 100, "A count of probes")]
    public int Count { get; set; } = 3;

    /// <summary>Bytes of their IP packets. Default 84.</summary>
    [Parameter]
    [NumberArgument(28, 65535, "Bytes of an IP packet")]
    public int Size { get; set; } = 84;

    /// <summary>Looks at kernel state only and sends nothing.</summary>
    [Parameter]
    public SwitchParameter Static { get; set; }

    /// <summary>
    /// Also has the kernel say what it drops: by its drop monitor, where nobody else uses that, and by a trace through nftables. Both end
    /// with the test.
    /// </summary>
    [Parameter]
    public SwitchParameter Deep { get; set; }

    /// <summary>Returns only $true or $false; $false, with a warning, where nothing could be tested.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override PathOptions Options => new()
    {
        Destination = Destination,
        Source = Source,
        Count = Count,
        Size = Size,
        Timeout = Timeout,
        IsStatic = Static,
        IsDeep = Deep,
    };

    /// <summary>Tests several paths at the same time; the verdicts come in the order of the tunnels.</summary>
    [Parameter]
    public SwitchParameter Parallel { get; set; }

    /// <summary>How many at the same time, 1 to 64. Default 8.</summary>
    [Parameter]
    [NumberArgument(1, 64, "A count of paths at the same time")]
    public int ThrottleLimit { get; set; } = 8;

    private readonly List<PathOfTunnel> _paths = [];

    private protected override void LookAt(string name)
    {
        if (Parallel)
            _paths.Add(new PathOfTunnel(this, name));
        else
            base.LookAt(name);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_paths.Count == 0)
            return;
        // A host has one drop monitor: tests that use it take turns.
        using var free = new SemaphoreSlim(Deep ? 1 : ThrottleLimit);
        var tests = _paths.ConvertAll(path => Task.Factory.StartNew(
            () =>
            {
                free.Wait(StopToken);
                try
                {
                    return path.Tester(null).Test();
                }
                finally
                {
                    free.Release();
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var progress = new ProgressRecord(0, "Paths of tunnels", "Testing");
        try
        {
            for (var i = 0; i < tests.Count; i++)
            {
                progress.StatusDescription = $"{i} of {tests.Count}";
                progress.PercentComplete = 100 * i / tests.Count;
                WriteProgress(progress);
                var (test, path) = (tests[i], _paths[i]);
                Try(path.Title, () => Write(path.Title, test.GetAwaiter().GetResult()));
            }
        }
        finally
        {
            // Whatever ended it, nothing is left that watches.
            Task.WaitAll([.. tests.Select(static test => test.ContinueWith(static _ => { }, TaskScheduler.Default))]);
            progress.RecordType = ProgressRecordType.Completed;
            WriteProgress(progress);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _paths.ForEach(static path => path.Dispose());
        base.Dispose(disposing);
    }

    private protected override void Look(string title, PathTester tester) => Write(title, tester.Test());

    private void Write(string title, PathVerdict bare)
    {
        var verdict = RemedyText.Complete(bare, CmdletParameters.Escape);
        foreach (var check in verdict.Checks)
            WriteVerbose(check.ToString());
        if (!Quiet)
        {
            WriteObject(verdict);
            return;
        }

        // Where nothing could be sent, nothing is known of the path, unless nothing was to be sent.
        var isKnown = Static || verdict.Mode == PathTestMode.Probes;
        if (verdict.Passed && !isKnown)
            WriteWarning($"The path of tunnel {title} was not tested. {string.Join(' ', verdict.Notes)}");
        WriteObject(verdict.Passed && isKnown);
    }
}

/// <summary>Trace-GenevePath: shows one probe on its way, at every interface it passes, and where it ends. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "GenevePath")]
[OutputType(typeof(PathHop), typeof(string))]
public sealed class TraceGenevePathCommand : GenevePathCmdlet
{
    /// <summary>Returns the text of a Mermaid sequence diagram instead of steps.</summary>
    [Parameter]
    public SwitchParameter AsMermaid { get; set; }

    private protected override PathOptions Options => new() { Destination = Destination, Source = Source, Timeout = Timeout };

    private protected override void Look(string title, PathTester tester)
    {
        var trace = tester.Trace();
        var hops = PathStory.Tell(RemedyText.Complete(trace.Verdict, CmdletParameters.Escape), trace.Near, trace.Far);
        if (AsMermaid)
            WriteObject(PathStory.ToMermaid(hops));
        else
            WriteObject(hops, enumerateCollection: true);
    }
}
