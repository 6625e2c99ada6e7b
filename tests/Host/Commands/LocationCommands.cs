using System.Management.Automation;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Location.</summary>
[Cmdlet(VerbsCommon.Get, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class GetLocationCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(SessionState.Path.CurrentLocation);
}

/// <summary>What the cmdlets that go somewhere have in common.</summary>
public abstract class ChangeLocationCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected void Change(string path, bool literal) => ForEachPath([path], target =>
    {
        PathInfo location = SessionState.Path.SetLocation(literal ? WildcardPattern.Escape(target) : target);
        if (PassThru)
            WriteObject(location);
    });
}

/// <summary>Set-Location.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path")]
public sealed class SetLocationCommand : ChangeLocationCommand
{
    protected override void ProcessRecord() => Change(LiteralPath ?? Path ?? "~", LiteralPath is not null);
}

/// <summary>Push-Location.</summary>
[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = "Path")]
public sealed class PushLocationCommand : ChangeLocationCommand
{
    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation("");
        if ((LiteralPath ?? Path) is { } path)
            Change(path, LiteralPath is not null);
    }
}

/// <summary>Pop-Location.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
public sealed class PopLocationCommand : PSCmdlet
{
    protected override void ProcessRecord() => SessionState.Path.PopLocation("");
}
