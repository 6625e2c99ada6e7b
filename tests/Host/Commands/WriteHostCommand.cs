using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Write-Host: text for the reader, carried by the information stream.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : PSCmdlet
{
    private ConsoleColor? _foreground;
    private ConsoleColor? _background;

    [Parameter(Position = 0, ValueFromRemainingArguments = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public object? Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor ForegroundColor { get => _foreground ?? Host.UI.RawUI.ForegroundColor; set => _foreground = value; }

    [Parameter]
    public ConsoleColor BackgroundColor { get => _background ?? Host.UI.RawUI.BackgroundColor; set => _background = value; }

    protected override void ProcessRecord() => WriteInformation(
        new HostInformationMessage
        {
            Message = Render(Object),
            NoNewLine = NoNewline,
            ForegroundColor = ForegroundColor,
            BackgroundColor = BackgroundColor,
        },
        ["PSHOST"]);

    private string Render(object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        return bare is IEnumerable items and not string
            ? string.Join(Separator?.ToString(), items.Cast<object?>().Select(Render))
            : value?.ToString() ?? "";
    }
}
