using System.Management.Automation;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>Sort-Object.</summary>
[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<KeyedObject> _objects = [];
    private List<PropertyArgument> _properties = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Stable { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    protected override void BeginProcessing() => _properties = PropertyArgument.ParseAll(this, Property);

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _objects.Add(KeyedObject.From(this, InputObject, _properties));
    }

    protected override void EndProcessing()
    {
        bool[] descending = _properties.Count == 0
            ? [Descending]
            : [.. _properties.Select(property => property.Descending ?? Descending)];
        KeyComparer comparer = new(descending, CaseSensitive);

        // A stable order is one of the orders an unstable sort may give, so -Stable needs no code of its own.
        KeyedObject? previous = null;
        foreach (KeyedObject current in _objects.Order(comparer))
        {
            if (!Unique || previous is null || comparer.Compare(previous, current) != 0)
                WriteObject(current.Input);
            previous = current;
        }
    }
}
