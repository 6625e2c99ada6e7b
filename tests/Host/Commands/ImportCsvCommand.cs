using System.Management.Automation;
using System.Text;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>Import-Csv: the lines of a file of comma-separated values as objects, named by its first line.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : ProviderCommand
{
    [Parameter(Position = 0, ParameterSetName = "Path", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1)]
    [ValidateNotNull]
    public char Delimiter { get; set; } = ',';

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
        StreamReader text;
        try
        {
            text = File.OpenText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(error, "FileOpenFailure", ErrorCategory.OpenError, null));
            return;
        }

        using (text)
        {
            List<string>? names = null;
            while (ReadRecord(text) is { } values)
            {
                // A blank line is no record, and one of Export-Csv's about types no header.
                if (values is [""] || (names is null && values[0].StartsWith("#TYPE", StringComparison.OrdinalIgnoreCase)))
                    continue;
                if (names is null)
                {
                    names = values;
                    continue;
                }

                var record = new PSObject();
                for (int i = 0; i < names.Count; i++)
                    record.Properties.Add(new PSNoteProperty(names[i], i < values.Count ? values[i] : null));
                WriteObject(record);
            }
        }
    }

    /// <summary>The values up to the end of a line that is in no quotes; null at the end of the file.</summary>
    private List<string>? ReadRecord(StreamReader text)
    {
        if (text.Peek() < 0)
            return null;
        List<string> values = [];
        var value = new StringBuilder();
        bool inQuotes = false, wasQuoted = false;
        while (text.Read() is >= 0 and var read)
        {
            char next = (char)read;
            if (inQuotes && next == '"' && text.Peek() == '"')
                value.Append((char)text.Read());
            else if (next == '"' && inQuotes)
                inQuotes = false;
            else if (next == '"' && value.ToString().Trim().Length == 0)
            {
                value.Clear();
                (inQuotes, wasQuoted) = (true, true);
            }
            else if (inQuotes || (next != Delimiter && next != '\n'))
            {
                // Between a closing quote and the end of the value nothing counts.
                if (inQuotes || !wasQuoted)
                    value.Append(next);
            }
            else if (next == Delimiter)
                Take();
            else
                break;
        }

        Take();
        return values;

        void Take()
        {
            // Spaces around a value count within quotes only.
            values.Add(wasQuoted ? value.ToString() : value.ToString().Trim());
            value.Clear();
            wasQuoted = false;
        }
    }
}
