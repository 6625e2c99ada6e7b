using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;
using GeneveNet.Binding;
using GeneveNet.Namespaces;

namespace GeneveNet.Cmdlets;

/// <summary>Invoke-NamespaceCommand: runs a script block or a program inside a network namespace, as `ip netns exec` does.</summary>
/// <remarks>
/// The script runs in a runspace of its own on a thread that is in the namespace, and so are the programs it starts. Output and
/// errors come as they are made. Variables of the caller are reached with $using:, arguments with -ArgumentList.
/// </remarks>
[Cmdlet(VerbsLifecycle.Invoke, "NamespaceCommand", DefaultParameterSetName = "ScriptBlock")]
[OutputType(typeof(PSObject))]
public sealed class InvokeNamespaceCommand : NamespaceCmdlet
{
    private const string UsingPrefix = "__using_";
    private const int StackSize = 10 * 1024 * 1024; // What the engine gives its own pipeline threads.

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
        var (script, values) = Prepare();
        var location = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        // The manifest, so that the cmdlets and views in there are the same as out here.
        var module = MyInvocation.MyCommand.Module is { } self ? Path.Combine(self.ModuleBase, self.Name + ".psd1") : null;

        // A thread is where the one that starts it is. The timer thread of .NET lives as long as the process, so it must
        // not be the script in there that has it started.
        using var timers = new Timer(static _ => { }, null, 0, Timeout.Infinite);

        // The other thread makes what is to be written; only this thread may write it.
        using var writes = new BlockingCollection<Action>();
        object? exitCode = null;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    NamespaceThread.Enter(target);
                    if (!KeepMounts)
                        NamespaceThread.MountFiles(target.Name);
                    exitCode = Run(script, values, location, module, writes);
                }
                catch (Exception e)
                {
                    failure = e;
                }
                finally
                {
                    writes.CompleteAdding();
                }
            },
            StackSize)
        { IsBackground = true, Name = $"network namespace {target}" };
        thread.Start();
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
        finally
        {
            thread.Join();
        }

        if (exitCode is not null)
            SessionState.PSVariable.Set("global:LASTEXITCODE", exitCode);
        switch (failure)
        {
            case null:
                break;
            case PipelineStoppedException when StopToken.IsCancellationRequested:
                throw new PipelineStoppedException();
            case NetworkException:
                throw failure;
            case RuntimeException runtime:
                ThrowTerminatingError(runtime.ErrorRecord);
                break;
            default:
                ThrowTerminatingError(new ErrorRecord(failure, "NamespaceCommandFailed", ErrorCategory.NotSpecified, target));
                break;
        }
    }

    private object? Run(
        string script, Dictionary<string, object?> values, string location, string? module, BlockingCollection<Action> writes)
    {
        var state = InitialSessionState.CreateDefault2();
        if (module is not null)
            state.ImportPSModule([module]);
        using var runspace = RunspaceFactory.CreateRunspace(Host, state);
        // The engine would start a thread of its own, which would be in the session's namespace.
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(location));
        foreach (var (name, value) in values)
            runspace.SessionStateProxy.SetVariable(name, value);

        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript(script, useLocalScope: true);
        foreach (var argument in ArgumentList ?? [])
            shell.AddArgument(argument);
        // What the user's own script writes is left as it is, with its colours.
        Cmdlet plain = this;
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
                shell.Invoke<PSObject>(null, output);
            return runspace.SessionStateProxy.GetVariable("LASTEXITCODE");
        }
        finally
        {
            _running = null;
        }
    }

    private static void Forward<T>(PSDataCollection<T> from, BlockingCollection<Action> writes, Action<T> write) =>
        from.DataAdded += (_, _) =>
        {
            foreach (var item in from.ReadAll())
                writes.Add(() => write(item));
        };

    /// <summary>The script as text, with the caller's variables under names of their own.</summary>
    private (string Script, Dictionary<string, object?> Values) Prepare()
    {
        Dictionary<string, object?> values = [];
        if (FilePath is not null)
            return ($"& '{CodeGeneration.EscapeSingleQuotedStringContent(FilePath)}' @args", values);

        var ast = ScriptBlock!.Ast;
        var text = new StringBuilder(ast.Extent.Text);
        var start = ast.Extent.StartOffset;
        var uses = ast.FindAll(a => a is UsingExpressionAst, searchNestedScriptBlocks: true);
        foreach (var found in uses.OrderByDescending(a => a.Extent.StartOffset))
        {
            var variable = (VariableExpressionAst)((UsingExpressionAst)found)
                .Find(a => a is VariableExpressionAst, searchNestedScriptBlocks: false);
            var name = variable.VariablePath.UserPath;
            values[UsingPrefix + name] = SessionState.PSVariable.GetValue(name);
            text.Remove(variable.Extent.StartOffset - start, variable.Extent.Text.Length)
                .Insert(variable.Extent.StartOffset - start, string.Create(CultureInfo.InvariantCulture, $"${{{UsingPrefix}{name}}}"));
        }

        // The text of a script block has its braces around it; that of a script file has not.
        var whole = text.ToString();
        return (whole.StartsWith('{') ? whole[1..^1] : whole, values);
    }
}
