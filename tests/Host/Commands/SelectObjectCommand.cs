using System.Collections;
using System.Management.Automation;
using GeneveNet.Host.Commands;
using GeneveNet.Host.Engine;

namespace Microsoft.PowerShell.Commands;

/// <summary>Select-Object: some of the objects, some of their properties.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly Queue<PSObject> _tail = new();
    private readonly List<PSObject> _distinct = [];
    private List<PropertyArgument> _properties = [];
    private WildcardPattern[] _excluded = [];
    private bool _limited;
    private int _first;
    private int _last;
    private int _skipped;
    private int _written;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public string[]? ExcludeProperty { get; set; }

    [Parameter]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get => _first; set => (_first, _limited) = (value, true); }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get => _last; set => (_last, _limited) = (value, true); }

    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <summary>-Skip counts from the end where only the last objects are wanted.</summary>
    private bool SkipsAtEnd => Last > 0 && First == 0;

    protected override void BeginProcessing()
    {
        object[]? properties = Property is null or [] && ExcludeProperty is not null ? ["*"] : Property;
        _properties = PropertyArgument.ParseAll(this, properties);
        _excluded = [.. (ExcludeProperty ?? []).Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase))];
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;

        if (!SkipsAtEnd && _skipped < Skip)
        {
            _skipped++;
        }
        else if (!_limited || _written < First)
        {
            _written++;
            Project(InputObject);
        }
        else if (Last > 0)
        {
            _tail.Enqueue(InputObject);
            if (_tail.Count > Last + (SkipsAtEnd ? Skip : 0))
                _tail.Dequeue();
        }

        if (First > 0 && Last == 0 && _written >= First)
        {
            EndProcessing();
            throw EngineInternals.StopUpstream(this);
        }
    }

    protected override void EndProcessing()
    {
        for (int kept = SkipsAtEnd ? Skip : 0; _tail.Count > kept;)
            Project(_tail.Dequeue());

        WriteObject(_distinct, enumerateCollection: true);
        _distinct.Clear();
    }

    private void Project(PSObject input)
    {
        List<PSNoteProperty> selected = [.. _properties.SelectMany(property => Evaluate(property, input))];
        if (ExpandProperty is { Length: > 0 })
            Expand(input, selected);
        else if (_properties.Count == 0)
            Emit(input);
        else
            Emit(Combine(input, selected));
    }

    private IEnumerable<PSNoteProperty> Evaluate(PropertyArgument property, PSObject input)
    {
        List<PSPropertyExpressionResult> results = property.Expression.GetValues(input, expand: true, eatExceptions: true);
        if (results.Count == 0 && !property.Expression.HasWildCardCharacters)
            return [new PSNoteProperty(property.Name ?? property.Expression.ToString(), null)];

        return
            from result in results
            let name = result.ResolvedExpression.ToString()
            where !_excluded.Any(pattern => pattern.IsMatch(name))
            select new PSNoteProperty(property.Name ?? name, result.Result);
    }

    private PSObject Combine(PSObject input, IEnumerable<PSNoteProperty> selected)
    {
        PSObject result = new();
        result.TypeNames.Insert(0, "Selected." + input.BaseObject.GetType());
        AddTo(result, selected, input, "AlreadyExistingUserSpecifiedPropertyNoExpand");
        return result;
    }

    private void Expand(PSObject input, List<PSNoteProperty> selected)
    {
        List<PSPropertyExpressionResult> results = new PSPropertyExpression(ExpandProperty!).GetValues(input);
        if (results is not [var only])
        {
            (string id, string message) = results.Count == 0
                ? ("ExpandPropertyNotFound", $"Property \"{ExpandProperty}\" cannot be found.")
                : ("MutlipleExpandProperties", $"Multiple properties match \"{ExpandProperty}\".");
            WriteError(new ErrorRecord(new PSArgumentException(message), id, ErrorCategory.InvalidArgument, input));
            return;
        }

        if (only.Exception is not null)
        {
            WriteError(new ErrorRecord(only.Exception, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, input));
            return;
        }

        IEnumerable values = LanguagePrimitives.GetEnumerable(only.Result) ?? new[] { only.Result };
        foreach (object? value in values)
        {
            if (value is null)
                continue;

            // The copy keeps added properties off the object that others hold.
            PSObject item = selected.Count == 0 ? PSObject.AsPSObject(value) : PSObject.AsPSObject(value).Copy();
            AddTo(item, selected, input, "AlreadyExistingUserSpecifiedPropertyExpand");
            Emit(item);
        }
    }

    private void AddTo(PSObject receiver, IEnumerable<PSNoteProperty> properties, PSObject input, string idIfTaken)
    {
        foreach (PSNoteProperty property in properties)
        {
            if (receiver.Properties[property.Name] is null)
            {
                receiver.Properties.Add(property);
                continue;
            }

            PSArgumentException error = new($"The property cannot be processed because the property \"{property.Name}\" already exists.");
            WriteError(new ErrorRecord(error, idIfTaken, ErrorCategory.InvalidOperation, input));
        }
    }

    private void Emit(PSObject value)
    {
        if (!Unique)
            WriteObject(value);
        else if (!_distinct.Exists(earlier => Same(earlier, value)))
            _distinct.Add(value);
    }

    private bool Same(PSObject one, PSObject other)
    {
        ValueComparer comparer = new(caseSensitive: true);
        return comparer.Compare(one.BaseObject, other.BaseObject) == 0
            && (_properties.Count == 0
                || one.Properties.All(property => comparer.Compare(property.Value, other.Properties[property.Name]?.Value) == 0));
    }
}
