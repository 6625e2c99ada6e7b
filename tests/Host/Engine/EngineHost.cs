using System.Globalization;
using System.Management.Automation.Host;

namespace GeneveNet.Host.Engine;

/// <summary>What the engine asks of the program around it: an identity, a user interface and a way to end.</summary>
internal sealed class EngineHost : PSHost
{
    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "GeneveNet.Host";

    public override Version Version { get; } = typeof(EngineHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI { get; } = new EngineUserInterface();

    /// <summary>The status given to <c>exit</c>, once a script has called it.</summary>
    public int? RequestedExitStatus { get; private set; }

    public override void SetShouldExit(int exitCode) => RequestedExitStatus = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("There is no prompt to nest.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("There is no prompt to leave.");

    // Native commands inherit the terminal as it is: nothing is captured that had to be given back to them.
    public override void NotifyBeginApplication() { }

    public override void NotifyEndApplication() { }
}
