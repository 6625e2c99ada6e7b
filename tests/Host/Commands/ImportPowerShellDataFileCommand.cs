using System.Management.Automation;
using System.Management.Automation.Language;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>Import-PowerShellDataFile: reads a file that holds one hashtable of constants.</summary>
[Cmdlet(VerbsData.Import, "PowerShellDataFile", DefaultParameterSetName = "ByPath")]
public sealed class ImportPowerShellDataFileCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "ByPath", Mandatory = true, ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "ByLiteralPath";
        ForEachPath(literal ? LiteralPath : Path, path =>
        {
            foreach (string file in Resolve(path, literal))
                Read(file);
        });
    }

    private void Read(string file)
    {
        ScriptBlockAst script = Parser.ParseFile(file, out _, out ParseError[] errors);
        if (errors.Length > 0)
            WriteError(Invalid(file, "CouldNotParseAsPowerShellDataFile"));
        else if (script.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is HashtableAst table)
            WriteObject(table.SafeGetValue());
        else
            WriteError(Invalid(file, "CouldNotParseAsPowerShellDataFileNoHashtableRoot"));
    }

    private static ErrorRecord Invalid(string file, string id) => new(
        new InvalidOperationException($"The file '{file}' could not be parsed as a PowerShell Data File."),
        id,
        ErrorCategory.InvalidData,
        file);
}
