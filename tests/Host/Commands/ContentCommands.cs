using System.Management.Automation;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Content for text files.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = long.MaxValue;

    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        ForEachPath(literal ? LiteralPath : Path, path =>
        {
            foreach (string file in Resolve(path, literal))
                Read(file);
        });
    }

    private void Read(string file)
    {
        if (Directory.Exists(file))
        {
            InvalidOperationException error = new(
                $"Unable to get content because it is a directory: '{file}'. Please use 'Get-ChildItem' instead.");
            WriteError(new ErrorRecord(error, "GetContainerContentException", ErrorCategory.InvalidOperation, null));
            return;
        }

        try
        {
            if (Raw)
            {
                WriteObject(File.ReadAllText(file));
                return;
            }

            long left = TotalCount;
            foreach (string line in File.ReadLines(file))
            {
                if (left-- <= 0)
                    return;
                WriteObject(line);
            }
        }
        catch (FileNotFoundException error)
        {
            WriteError(new ErrorRecord(error, "PathNotFound", ErrorCategory.ObjectNotFound, file));
        }
        catch (UnauthorizedAccessException error)
        {
            WriteError(new ErrorRecord(error, "GetContentReaderUnauthorizedAccessError", ErrorCategory.PermissionDenied, file));
        }
        catch (IOException error)
        {
            WriteError(new ErrorRecord(error, "GetContentReaderIOError", ErrorCategory.ReadError, file));
        }
    }
}

/// <summary>What Set-Content and Add-Content have in common: UTF-8 text into files.</summary>
public abstract class WriteContentCommand : ProviderCommand
{
    private readonly List<StreamWriter> _files = [];

    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    private protected abstract bool Append { get; }

    protected override void BeginProcessing() => ForEachPath(LiteralPath.Concat(Path), path =>
    {
        string file = GetUnresolvedProviderPathFromPSPath(path);
        if (ShouldProcess(file))
            Open(file);
    });

    protected override void ProcessRecord()
    {
        foreach (StreamWriter file in _files)
        {
            foreach (object? item in Value ?? [])
                file.Write(NoNewline ? $"{item}" : $"{item}{Environment.NewLine}");
        }
    }

    protected override void EndProcessing() => _files.ForEach(file => file.Dispose());

    protected override void StopProcessing() => EndProcessing();

    private void Open(string file)
    {
        try
        {
            _files.Add(new StreamWriter(file, Append));
        }
        catch (DirectoryNotFoundException error)
        {
            WriteError(new ErrorRecord(error, "GetContentWriterDirectoryNotFoundError", ErrorCategory.ObjectNotFound, file));
        }
        catch (IOException error)
        {
            WriteError(new ErrorRecord(error, "GetContentWriterIOError", ErrorCategory.WriteError, file));
        }
        catch (UnauthorizedAccessException error)
        {
            WriteError(new ErrorRecord(error, "GetContentWriterUnauthorizedAccessError", ErrorCategory.PermissionDenied, file));
        }
    }
}

/// <summary>Set-Content.</summary>
[Cmdlet(VerbsCommon.Set, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class SetContentCommand : WriteContentCommand
{
    private protected override bool Append => false;
}

/// <summary>Add-Content.</summary>
[Cmdlet(VerbsCommon.Add, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class AddContentCommand : WriteContentCommand
{
    private protected override bool Append => true;
}
