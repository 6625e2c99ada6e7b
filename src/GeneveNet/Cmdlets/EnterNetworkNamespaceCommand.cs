using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Language;
using GeneveNet.Binding;
using GeneveNet.Namespaces;

namespace GeneveNet.Cmdlets;

/// <summary>
/// Enter-NetworkNamespace: gives the terminal to a shell, or another program, inside a network namespace, as
/// `ip netns exec NAME bash` does, until it ends.
/// </summary>
/// <remarks>
/// The program has the standard input, output and error of this process: nothing of it passes through the pipeline. It is started as
/// the engine starts a program at the prompt, in the same process group, so Ctrl-C is for both: the program does what it does then,
/// and the session waits for it to end.
/// </remarks>
[Cmdlet(VerbsCommon.Enter, "NetworkNamespace")]
public sealed class EnterNetworkNamespaceCommand : NamespaceCmdlet
{
    private readonly HashSet<NetworkNamespace> _targets = [];

    /// <inheritdoc/>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Netns")]
    [SupportsWildcards]
    [NamespaceArgument(Several = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public override NetworkNamespace[]? Namespace { get; set; }

    /// <summary>The program to run: a name to look up in PATH, or a path. The default is the user's shell.</summary>
    [Parameter(Position = 1)]
    [Alias("Command", "Program")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "$env:SHELL, else pwsh, else sh")]
    public string? FilePath { get; set; }

    /// <summary>Arguments of the program.</summary>
    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    [Alias("Args")]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>Keeps /sys and /etc of this host instead of those of the namespace.</summary>
    [Parameter]
    public SwitchParameter KeepMounts { get; set; }

    /// <inheritdoc/>
    protected override void Process() =>
        _targets.Add(Place ?? throw Invalid("Specify which network namespace to enter: use -Namespace or -Container."));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_targets.Count == 0)
            return;
        var target = _targets.First();
        Require(target, () => Enter(target));
    }

    private void Enter(NetworkNamespace target)
    {
        if (_targets.Count > 1)
        {
            var names = string.Join(", ", _targets.Select(one => $"'{one}'"));
            throw Invalid($"A terminal can be in one network namespace, and {names} were given. Name one.", "SeveralNamespaces");
        }

        // What is far or in the background talks to the one who started it by its standard input and output.
        if (Host.Name is "ServerRemoteHost")
        {
            throw new NetworkException(
                FailureKind.NotSupported,
                "A remote session or background job has no terminal to give away. Use Invoke-NamespaceCommand there.")
            { Id = "NoTerminal" };
        }

        var start = new ProcessStartInfo(FindProgram())
        {
            UseShellExecute = false,
            WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
        };
        foreach (var word in WordsFor(start.FileName, target))
            start.ArgumentList.Add(word);

        var exitCode = 0;
        NamespaceThread.Visit(target, withFiles: !KeepMounts, () =>
        {
            using var program = System.Diagnostics.Process.Start(start)!;
            program.WaitForExit();
            exitCode = program.ExitCode;
        });
        SessionState.PSVariable.Set("global:LASTEXITCODE", exitCode);
    }

    private string FindProgram()
    {
        string?[] wanted = FilePath is null ? [Environment.GetEnvironmentVariable("SHELL"), "pwsh", "sh"] : [FilePath];
        var found = wanted.Where(name => !string.IsNullOrEmpty(name))
            .Select(name => InvokeCommand.GetCommand(WildcardPattern.Escape(name!), CommandTypes.Application))
            .FirstOrDefault(command => command is not null);
        return found?.Source ?? throw new NetworkException(
            FailureKind.NotFound, $"There is no program '{wanted[^1]}' in PATH. Give -FilePath a program of this host.")
        { Id = "ProgramNotFound" };
    }

    private string[] WordsFor(string program, NetworkNamespace target)
    {
        if (ArgumentList.Length > 0 || Path.GetFileName(program) != "pwsh")
            return ArgumentList;
        // A prompt that says where it is, whatever the profile made of it, as in a session entered with Enter-PSSession.
        var place = CodeGeneration.EscapeSingleQuotedStringContent(target.ToString());
        return
        [
            "-NoExit", "-Command",
            $"& {{ $prompt = $function:prompt; $function:global:prompt = {{ '[{place}]: ' + (& $prompt) }}.GetNewClosure() }}",
        ];
    }
}
