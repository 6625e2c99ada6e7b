using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace GeneveNet.Host.Engine;

/// <summary>
/// Puts each stream where pwsh puts it: errors on standard error, all other streams on standard output.
/// Nobody is there to answer, so every question is an error, as with <c>pwsh -NonInteractive</c>.
/// </summary>
internal sealed class EngineUserInterface : PSHostUserInterface
{
    private readonly Lock _gate = new();

    public override PSHostRawUserInterface RawUI { get; } = new EngineRawUserInterface();

    public override bool SupportsVirtualTerminal { get; } = !Console.IsOutputRedirected;

    public override void Write(string value)
    {
        lock (_gate)
            Console.Out.Write(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void WriteLine(string value)
    {
        lock (_gate)
            Console.Out.WriteLine(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(Colour(foregroundColor, backgroundColor) + value + Reset);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteLine(Colour(foregroundColor, backgroundColor) + value + Reset);

    public override void WriteErrorLine(string value)
    {
        if (string.IsNullOrEmpty(value))
            return;

        lock (_gate)
            Console.Error.WriteLine(GetOutputString(value, SupportsVirtualTerminal && !Console.IsErrorRedirected));
    }

    public override void WriteDebugLine(string message) => WriteTagged(FormatStyle.Debug, "DEBUG: ", message);

    public override void WriteVerboseLine(string message) => WriteTagged(FormatStyle.Verbose, "VERBOSE: ", message);

    public override void WriteWarningLine(string message) => WriteTagged(FormatStyle.Warning, "WARNING: ", message);

    /// <summary>Progress is for somebody who watches; logs are better without it.</summary>
    public override void WriteProgress(long sourceId, ProgressRecord record) { }

    public override string ReadLine() => throw Refuse();

    public override SecureString ReadLineAsSecureString() => throw Refuse();

    public override Dictionary<string, PSObject> Prompt(
        string caption,
        string message,
        Collection<FieldDescription> descriptions) => throw Refuse();

    public override int PromptForChoice(
        string caption,
        string message,
        Collection<ChoiceDescription> choices,
        int defaultChoice) => throw Refuse();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName) => throw Refuse();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw Refuse();

    private const string Reset = "\e[0m";

    private void WriteTagged(FormatStyle style, string tag, string message) =>
        WriteLine(SupportsVirtualTerminal ? GetFormatStyleString(style) + tag + message + Reset : tag + message);

    private static string Colour(ConsoleColor foreground, ConsoleColor background) =>
        (foreground == EngineRawUserInterface.Unset ? "" : PSStyle.MapForegroundColorToEscapeSequence(foreground))
        + (background == EngineRawUserInterface.Unset ? "" : PSStyle.MapBackgroundColorToEscapeSequence(background));

    private static PSInvalidOperationException Refuse() =>
        new("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
}
