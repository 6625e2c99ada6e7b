using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>The result of Measure-Object. The engine has a view for this type name.</summary>
public sealed class GenericMeasureInfo
{
    public int Count { get; set; }

    public double? Average { get; set; }

    public double? Sum { get; set; }

    public double? Maximum { get; set; }

    public double? Minimum { get; set; }

    public double? StandardDeviation { get; set; }

    public string? Property { get; set; }
}

/// <summary>Measure-Object for counts and numbers.</summary>
[Cmdlet("Measure", "Object")]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.OrdinalIgnoreCase);
    private int _count;
    private bool _failed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Property { get; set; } = [];

    [Parameter]
    public SwitchParameter Sum { get; set; }

    [Parameter]
    public SwitchParameter Average { get; set; }

    [Parameter]
    public SwitchParameter Maximum { get; set; }

    [Parameter]
    public SwitchParameter Minimum { get; set; }

    [Parameter]
    public SwitchParameter StandardDeviation { get; set; }

    private bool NeedsNumbers => Sum || Average || Maximum || Minimum || StandardDeviation;

    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;

        _count++;
        if (Property.Length == 0)
            Take("", InputObject);

        foreach (string name in Property)
        {
            if (InputObject.Properties[name] is { } property)
                Take(name, property.Value);
        }
    }

    protected override void EndProcessing()
    {
        if (Property.Length == 0)
            WriteObject(Summarize("", null));

        foreach (string name in Property)
        {
            if (_values.ContainsKey(name))
                WriteObject(Summarize(name, name));
        }
    }

    private void Take(string name, object? value)
    {
        if (!_values.TryGetValue(name, out List<double>? values))
            _values[name] = values = [];

        if (!NeedsNumbers)
        {
            values.Add(0);
        }
        else if (LanguagePrimitives.TryConvertTo(value, CultureInfo.CurrentCulture, out double number))
        {
            values.Add(number);
        }
        else
        {
            _failed = true;
            PSInvalidOperationException error = new($"Input object \"{value}\" is not numeric.");
            WriteError(new ErrorRecord(error, "NonNumericInputObject", ErrorCategory.InvalidType, value));
        }
    }

    private GenericMeasureInfo Summarize(string key, string? property)
    {
        List<double> values = _values.GetValueOrDefault(key) ?? [];
        bool has = values.Count > 0;
        return new GenericMeasureInfo
        {
            Count = property is null ? _count : values.Count,
            Property = property,
            Sum = Sum && !_failed ? values.Sum() : null,
            Average = Average && has && !_failed ? values.Average() : null,
            Maximum = Maximum && has ? values.Max() : null,
            Minimum = Minimum && has ? values.Min() : null,
            StandardDeviation = StandardDeviation && !_failed ? Deviation(values) : null,
        };
    }

    private static double Deviation(List<double> values)
    {
        if (values.Count < 2)
            return 0;

        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
