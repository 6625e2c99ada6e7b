using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using GeneveNet.Host.Commands;

namespace GeneveNet.Host.Engine;

/// <summary>One runspace of the engine, one command run in it, and the exit status that follows by the rules of pwsh.</summary>
internal sealed class Session : IDisposable
{
    private readonly EngineHost _host = new();
    private readonly Runspace _runspace;
    private readonly PosixSignalRegistration _interrupt;
    private Pipeline? _running;
    private bool _interrupted;

    public Session()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.Commands.Add(StandInCommands.All);

        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;

        PreferOwnModules();
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
    }

    public int Run(CommandLine commandLine)
    {
        RuntimeException? failure = commandLine.File is { } file
            ? RunFile(file, commandLine.Arguments)
            : RunText(commandLine.Text!);

        if (failure is not null)
            Report(failure);

        if (_interrupted)
            return ExitStatus.Interrupted;

        if (_host.RequestedExitStatus is { } requested)
            return requested;

        return failure is null && LastCommandSucceeded() ? ExitStatus.Success : ExitStatus.Failure;
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _runspace.Dispose();
    }

    private RuntimeException? RunFile(string file, IEnumerable<CommandParameter> arguments)
    {
        Command script = new(file, isScript: false, useLocalScope: false);
        foreach (CommandParameter argument in arguments)
            script.Parameters.Add(argument);

        Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(script);
        EngineInternals.LetExitEndTheSession(_runspace);
        return Invoke(pipeline);
    }

    /// <summary>Only a command that is added to the history leaves its $? behind, and so decides the exit status.</summary>
    private RuntimeException? RunText(string text) => Invoke(_runspace.CreatePipeline(text, addToHistory: true));

    /// <summary>Runs with errors and output in one stream, so that they appear in the order in which they were written.</summary>
    private RuntimeException? Invoke(Pipeline pipeline)
    {
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));
        _running = pipeline;
        try
        {
            pipeline.Invoke();
            return null;
        }
        catch (PipelineStoppedException) when (_interrupted)
        {
            return null;
        }
        catch (RuntimeException error)
        {
            return error;
        }
        finally
        {
            _running = null;
            pipeline.Dispose();
        }
    }

    /// <summary>Lets the formatter of the engine write the error, so that it has the view and the position users know.</summary>
    private void Report(RuntimeException failure)
    {
        using Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add("Out-Default");
        pipeline.Invoke(new[] { EngineInternals.AsError(failure.ErrorRecord) });
    }

    private bool LastCommandSucceeded()
    {
        using Pipeline pipeline = _runspace.CreatePipeline("$global:?");
        return LanguagePrimitives.IsTrue(pipeline.Invoke() is [var only] ? only : null);
    }

    /// <summary>
    /// A Pester from the gallery needs cmdlets that the engine package lacks, so in this process the stand-in
    /// must be found first wherever both are.
    /// </summary>
    private static void PreferOwnModules()
    {
        string own = Path.Combine(AppContext.BaseDirectory, "Modules");
        string others = Environment.GetEnvironmentVariable("PSModulePath") ?? "";
        Environment.SetEnvironmentVariable("PSModulePath", own + Path.PathSeparator + others);
    }

    /// <summary>The first Ctrl-C stops the pipeline so that finally blocks run; the second ends the process.</summary>
    private void Interrupt(PosixSignalContext context)
    {
        if (_interrupted || _running is not { } pipeline)
            return;

        context.Cancel = true;
        _interrupted = true;
        pipeline.StopAsync();
    }
}
