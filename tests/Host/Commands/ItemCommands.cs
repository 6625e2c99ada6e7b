using System.Management.Automation;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the cmdlets that name items have in common.</summary>
public abstract class ItemCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected bool IsLiteral => ParameterSetName == "LiteralPath";

    private protected string[] Paths => IsLiteral ? LiteralPath : Path;
}

/// <summary>Get-Item.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : ItemCommand
{
    protected override void ProcessRecord() => ForEachPath(Paths, path =>
        WriteObject(InvokeProvider.Item.Get([path], Force, IsLiteral), enumerateCollection: true));
}

/// <summary>Get-ChildItem.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = ["."];

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    [Alias("s", "r")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    [Parameter]
    [Alias("af")]
    public SwitchParameter File { get; set; }

    [Parameter]
    public SwitchParameter Name { get; set; }

    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        ForEachPath(literal ? LiteralPath : Path, path =>
        {
            string root = GetUnresolvedProviderPathFromPSPath(path);
            foreach (PSObject item in InvokeProvider.ChildItem.Get([path], Recurse, uint.MaxValue, Force, literal))
            {
                if (IsWanted(item.BaseObject))
                    WriteObject(Name ? System.IO.Path.GetRelativePath(root, ((FileSystemInfo)item.BaseObject).FullName) : item);
            }
        });
    }

    private bool IsWanted(object item) =>
        (!Directory || item is DirectoryInfo)
        && (!File || item is FileInfo)
        && (Filter is null || item is FileSystemInfo { Name: var name } && Matches(name));

    private bool Matches(string name) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Filter, name);
}

/// <summary>New-Item for files and directories.</summary>
[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true)]
public sealed class NewItemCommand : ProviderCommand
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord() => ForEachPath(Path, path =>
    {
        string target = string.IsNullOrEmpty(Name) ? path : SessionState.Path.Combine(path, Name);
        string kind = "directory".StartsWith(ItemType ?? "file", StringComparison.OrdinalIgnoreCase) ? "Directory" : "File";
        if (ShouldProcess($"Destination: {GetUnresolvedProviderPathFromPSPath(target)}", $"Create {kind}"))
            WriteObject(InvokeProvider.Item.New([target], null, ItemType, Value, Force), enumerateCollection: true);
    });
}

/// <summary>Remove-Item.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class RemoveItemCommand : ItemCommand
{
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    protected override void ProcessRecord() => ForEachPath(Paths, path =>
    {
        foreach (string target in Resolve(path, IsLiteral))
        {
            // pwsh asks here; nobody can answer, and what cannot be asked must not be done.
            if (!Recurse && Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
                throw new PSInvalidOperationException($"The item at {target} has children and -Recurse was not given.");

            if (ShouldProcess(target, Directory.Exists(target) ? "Remove Directory" : "Remove File"))
                InvokeProvider.Item.Remove([target], Recurse, Force, literalPath: true);
        }
    });
}

/// <summary>Copy-Item.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class CopyItemCommand : ItemCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    protected override void ProcessRecord() => ForEachPath(Paths, path =>
    {
        if (ShouldProcess($"Item: {path} Destination: {Destination}", "Copy File"))
            InvokeProvider.Item.Copy([path], Destination, Recurse, CopyContainers.CopyTargetContainer, Force, IsLiteral);
    });
}

/// <summary>Move-Item.</summary>
[Cmdlet(VerbsCommon.Move, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class MoveItemCommand : ItemCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    protected override void ProcessRecord() => ForEachPath(Paths, path =>
    {
        if (ShouldProcess($"Item: {path} Destination: {Destination}", "Move File"))
            InvokeProvider.Item.Move([path], Destination, Force, IsLiteral);
    });
}
