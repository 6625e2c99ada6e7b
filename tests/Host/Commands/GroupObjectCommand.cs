using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using GeneveNet.Host.Commands;

namespace Microsoft.PowerShell.Commands;

/// <summary>One group of Group-Object. The engine has a table view for this type name.</summary>
public sealed class GroupInfo
{
    internal GroupInfo(IEnumerable<object?> values)
    {
        Values = new ArrayList(values.Select(value => ReferenceEquals(value, ValueComparer.Missing) ? null : value).ToArray());
        Name = string.Join(", ", Values.Cast<object?>().Where(value => value is not null).Select(Describe));
    }

    public ArrayList Values { get; }

    public int Count { get; internal set; }

    public Collection<PSObject> Group { get; } = [];

    public string Name { get; }

    private static string Describe(object? value) =>
        value is ICollection items ? $"{{{string.Join(", ", items.Cast<object?>())}}}" : $"{value}";
}

/// <summary>Group-Object.</summary>
[Cmdlet(VerbsData.Group, "Object")]
public sealed class GroupObjectCommand : PSCmdlet
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
    public SwitchParameter NoElement { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    protected override void BeginProcessing()
    {
        _properties = PropertyArgument.ParseAll(this, Property);
        if (AsString && !AsHashTable)
            Refuse("The AsString parameter can be specified only with the AsHashTable parameter.", AsString);
        if (AsHashTable && !AsString && _properties.Count > 1)
            Refuse("A hashtable without AsString can have one property only.", Property!);
    }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _objects.Add(KeyedObject.From(this, InputObject, _properties));
    }

    protected override void EndProcessing()
    {
        List<GroupInfo> groups = BuildGroups();
        if (!AsHashTable)
        {
            WriteObject(groups, enumerateCollection: true);
        }
        else if (groups.Count > 0)
        {
            Hashtable table = new(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
            foreach (GroupInfo group in groups)
                table.Add(AsString ? group.Name : Base(group.Values[0]), group.Group);
            WriteObject(table);
        }
    }

    private List<GroupInfo> BuildGroups()
    {
        KeyComparer comparer = new(new bool[Math.Max(1, _properties.Count)], CaseSensitive);
        List<(KeyedObject Key, GroupInfo Group)> groups = [];

        // Values of different types have no common order; such groups stay in the order of arrival.
        foreach (KeyedObject current in KeysHaveOneType() ? _objects.Order(comparer) : _objects.AsEnumerable())
        {
            int index = groups.FindLastIndex(known => comparer.Compare(known.Key, current) == 0);
            if (index < 0)
            {
                index = groups.Count;
                groups.Add((current, new GroupInfo(current.Keys)));
            }

            groups[index].Group.Count++;
            if (!NoElement)
                groups[index].Group.Group.Add(current.Input);
        }

        return [.. groups.Select(known => known.Group)];
    }

    private bool KeysHaveOneType() => Enumerable.Range(0, Math.Max(1, _properties.Count)).All(i =>
        _objects.Select(known => known.Keys[i]).Where(key => key is not null).Select(key => Base(key).GetType()).Distinct().Count() <= 1);

    private void Refuse(string message, object target) => ThrowTerminatingError(
        new ErrorRecord(new ArgumentException(message), "ArgumentException", ErrorCategory.InvalidArgument, target));

    private static object Base(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value)!;
}
