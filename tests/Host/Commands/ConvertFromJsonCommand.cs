using System.Collections;
using System.Management.Automation;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertFrom-Json, on the reader that pwsh uses, so that numbers and dates get the same types.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(ValidateRangeKind.Positive)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    /// <summary>Several inputs are either one document each, or the lines of one document: the first input decides.</summary>
    protected override void EndProcessing()
    {
        if (_lines.Count == 0)
            return;

        if (_lines.Count > 1 && !IsDocument(_lines[0]))
            Write(string.Join(Environment.NewLine, _lines));
        else
            _lines.ForEach(Write);
    }

    private bool IsDocument(string text)
    {
        try
        {
            return Parse(text) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Write(string text) => WriteObject(Convert(Parse(text)), !NoEnumerate);

    private object? Parse(string text)
    {
        try
        {
            return JsonConvert.DeserializeObject(text, new JsonSerializerSettings
            {
                TypeNameHandling = TypeNameHandling.None,
                MetadataPropertyHandling = MetadataPropertyHandling.Ignore,
                MaxDepth = Depth,
            });
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"Conversion from JSON failed with error: {error.Message}", error);
        }
    }

    private object? Convert(object? token) => token switch
    {
        JObject entries => AsHashtable ? ConvertToTable(entries) : ConvertToObject(entries),
        JArray items => items.Where(item => item.Type != JTokenType.Comment).Select(Convert).ToArray(),
        JValue value => value.Value,
        _ => token,
    };

    private PSObject ConvertToObject(JObject entries)
    {
        PSObject result = new();
        foreach ((string name, JToken? value) in entries)
        {
            if (name.Length == 0)
                Refuse("The provided JSON includes a property whose name is an empty string; use -AsHashtable.", "EmptyKeyInJsonString");
            if (result.Properties[name] is not null)
                Refuse($"The JSON has keys that differ only in case: '{name}'; use -AsHashtable.", "KeysWithDifferentCasingInJsonString");
            result.Properties.Add(new PSNoteProperty(name, Convert(value)));
        }

        return result;
    }

    private OrderedHashtable ConvertToTable(JObject entries)
    {
        OrderedHashtable result = new(entries.Count);
        foreach ((string name, JToken? value) in entries)
            result.Add(name, Convert(value));
        return result;
    }

    private void Refuse(string message, string id) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), id, ErrorCategory.InvalidOperation, null));
}
