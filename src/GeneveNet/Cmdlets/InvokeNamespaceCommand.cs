using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using GeneveNet.Binding;
using GeneveNet.Namespaces;

namespace GeneveNet.Cmdlets;

/// <summary>Invoke-NamespaceCommand: runs a script block or a program inside a network namespace, as `ip netns exec` does.</summary>
/// <remarks>
/// The script runs in a runspace of its own on a thread that is in the namespace, and so are the programs it starts. Output and
/// errors come as they are made. Variables of the caller are reached with $using:, arguments with -ArgumentList. What a script block
/// means is what it means to Invoke-Command: its text and the values it asks for go to the engine as they are.
/// </remarks>
[Cmdlet(VerbsLifecycle.Invoke, "NamespaceCommand", DefaultParameterSetName = "ScriptBlock")]
[OutputType(typeof(PSObject))]
public sealed class InvokeNamespaceCommand : NamespaceCmdlet
{
    private readonly Dictionary<NetworkNamespace, List<PSObject>> _input = [];
    private PowerShell? _running;

    /// <summary>The script block to run.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ScriptBlock")]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>A program to run: a name to look up in PATH, or a path.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Program")]
    [Alias("Command", "Program")]
    public string? FilePath { get; set; }

    /// <summary>Arguments of the script block or program.</summary>
    [Parameter(Position = 1, ValueFromRemainingArguments = true)]
    [Alias("Args")]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[] ArgumentList { get; set; } = [];

    /// <summary>Keeps /sys and /etc of this host instead of those of the namespace.</summary>
    [Parameter]
    public SwitchParameter KeepMounts { get; set; }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        _running?.Stop();
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        var target = Place ?? throw Invalid("Specify where to run it: use -Namespace or -Container.");
        if (!TakesInput)
        {
            Run(target, null);
            return;
        }

        if (!_input.TryGetValue(target, out var input))
            _input[target] = input = [];
        if (InputObject is not null)
            input.Add(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Nothing that was piped is an input as well.
        if (TakesInput && _input.Count == 0)
            ProcessRecord();
        foreach (var (target, input) in _input)
            Try(target, () => Run(target, input));
    }

    /// <summary>Whether piped objects are input of the script or program: they need not say where it runs if that was typed.</summary>
    private bool TakesInput => MyInvocation.ExpectingInput && (IsTyped(nameof(Namespace)) || IsTyped(nameof(Container)));

    private void Run(NetworkNamespace target, List<PSObject>? input)
    {
        // What belongs to the session is read by its own thread.
        Hashtable? values = null;
        if (ScriptBlock is not null)
            Require(ScriptBlock, () => values = UsingValues.Of(ScriptBlock, SessionState, InvokeCommand));
        var location = SessionState.Path.CurrentFileSystemLocation.ProviderPath;

        // The other thread makes what is to be written; only this thread may write it.
        using var writes = new BlockingCollection<Action>();
        object? exitCode = null;
        Exception? failure = null;
        NamespaceThread.Visit(
            target,
            withFiles: !KeepMounts,
            action: () =>
            {
                try
                {
                    RunHere(values, input, location, writes, out exitCode);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            ended: writes.CompleteAdding,
            meanwhile: () => Write(writes));

        if (exitCode is not null)
            SessionState.PSVariable.Set("global:LASTEXITCODE", exitCode);
        switch (failure)
        {
            case null:
                break;
            case PipelineStoppedException when StopToken.IsCancellationRequested:
                throw new PipelineStoppedException();
            case RuntimeException runtime:
                ThrowTerminatingError(runtime.ErrorRecord);
                break;
            default:
                ThrowTerminatingError(new ErrorRecord(failure, "NamespaceCommandFailed", ErrorCategory.NotSpecified, target));
                break;
        }
    }

    /// <summary>Writes what the script makes, until it has ended.</summary>
    private void Write(BlockingCollection<Action> writes)
    {
        try
        {
            foreach (var write in writes.GetConsumingEnumerable(CancellationToken.None))
                write();
        }
        catch
        {
            // The pipeline downstream wants no more objects: the script must not continue for nothing.
            _running?.Stop();
            throw;
        }
    }

    /// <summary>Runs the script on the calling thread, which is in the namespace.</summary>
    private void RunHere(
        Hashtable? values, List<PSObject>? input, string location, BlockingCollection<Action> writes, out object? exitCode)
    {
        exitCode = null;
        var state = InitialSessionState.CreateDefault2();
        // The manifest, so that the cmdlets and views in there are the same as out here.
        if (MyInvocation.MyCommand.Module is { } module)
            state.ImportPSModule([Path.Combine(module.ModuleBase, module.Name + ".psd1")]);
        var host = new InnerHost(Host);
        using var runspace = RunspaceFactory.CreateRunspace(host, state);
        // The engine would start a thread of its own, which would be in the session's namespace.
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(location));

        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript(ScriptBlock?.ToString() ?? ScriptOfProgram(input is not null), useLocalScope: true);
        foreach (var argument in ArgumentList ?? [])
            shell.AddArgument(argument);
        // What the user's own script writes is left as it is, with its colours.
        Cmdlet plain = this;
        if (values is { Count: > 0 })
            shell.AddParameter(UsingValues.Parameter, values);
        Forward(shell.Streams.Error, writes, WriteError);
        Forward(shell.Streams.Warning, writes, r => plain.WriteWarning(r.Message));
        Forward(shell.Streams.Verbose, writes, r => plain.WriteVerbose(r.Message));
        Forward(shell.Streams.Debug, writes, r => plain.WriteDebug(r.Message));
        Forward(shell.Streams.Information, writes, WriteInformation);
        Forward(shell.Streams.Progress, writes, plain.WriteProgress);
        using var output = new PSDataCollection<PSObject>();
        Forward(output, writes, WriteObject);

        _running = shell;
        try
        {
            if (!StopToken.IsCancellationRequested)
                shell.Invoke(input, output);
        }
        finally
        {
            _running = null;
            exitCode = host.ExitCode ?? runspace.SessionStateProxy.GetVariable("LASTEXITCODE");
        }
    }

    private string ScriptOfProgram(bool hasInput) =>
        $"{(hasInput ? "$input | " : "")}& '{CodeGeneration.EscapeSingleQuotedStringContent(FilePath!)}' @args";

    private static void Forward<T>(PSDataCollection<T> from, BlockingCollection<Action> writes, Action<T> write) =>
        from.DataAdded += (_, _) =>
        {
            foreach (var item in from.ReadAll())
                writes.Add(() => write(item));
        };
}
