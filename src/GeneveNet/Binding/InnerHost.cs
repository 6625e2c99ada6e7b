using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace GeneveNet.Binding;

/// <summary>
/// The host of a runspace inside the session: the same terminal and the same prompts, but `exit` ends what runs in there and not the
/// session.
/// </summary>
internal sealed class InnerHost(PSHost outer) : PSHost
{
    /// <summary>The number that `exit` was given; null where it was not used.</summary>
    public int? ExitCode { get; private set; }

    public override CultureInfo CurrentCulture => outer.CurrentCulture;

    public override CultureInfo CurrentUICulture => outer.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => outer.Name;

    public override PSObject PrivateData => outer.PrivateData;

    public override PSHostUserInterface UI => outer.UI;

    public override Version Version => outer.Version;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => outer.EnterNestedPrompt();

    public override void ExitNestedPrompt() => outer.ExitNestedPrompt();

    public override void NotifyBeginApplication() => outer.NotifyBeginApplication();

    public override void NotifyEndApplication() => outer.NotifyEndApplication();
}
