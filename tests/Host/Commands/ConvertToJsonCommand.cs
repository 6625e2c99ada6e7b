using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;

namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-Json, on the writer that pwsh uses.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> _inputs = [];
    private bool _warned;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    [Parameter]
    public SwitchParameter Compress { get; set; }

    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    [Parameter]
    public SwitchParameter AsArray { get; set; }

    protected override void ProcessRecord() => _inputs.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_inputs.Count == 0)
            return;

        object? root = _inputs.Count > 1 || AsArray ? _inputs.ToArray() : _inputs[0];
        JsonSerializerSettings settings = new()
        {
            TypeNameHandling = TypeNameHandling.None,
            Formatting = Compress ? Formatting.None : Formatting.Indented,
        };
        if (EnumsAsStrings)
            settings.Converters.Add(new StringEnumConverter());
        WriteObject(JsonConvert.SerializeObject(Reduce(root, 0), settings));
    }

    /// <summary>Reduces a value to dictionaries, lists and scalars, which the writer knows.</summary>
    private object? Reduce(object? value, int level)
    {
        PSObject? wrapped = value as PSObject;
        object? bare = wrapped is null ? value : wrapped.BaseObject;
        if (bare is null or DBNull)
            return null;

        if (IsScalar(bare))
            return AddExtended(wrapped, IsWideEnum(bare) ? bare.ToString()! : bare, level);

        if (level > Depth)
        {
            WarnOnce();
            object text = bare is PSCustomObject ? wrapped! : bare;
            return LanguagePrimitives.ConvertTo(text, typeof(string), CultureInfo.InvariantCulture);
        }

        return bare switch
        {
            IDictionary table => AddExtended(wrapped, ReduceTable(table, level), level),
            IEnumerable items => AddExtended(wrapped, items.Cast<object?>().Select(item => Reduce(item, level + 1)).ToList(), level),
            _ => AddProperties(wrapped, ReduceMembers(bare, level), level, extendedOnly: false),
        };
    }

    private static bool IsScalar(object value) =>
        value is string or bool or char or DateTime or DateTimeOffset or Guid or Uri or decimal or BigInteger or Enum
        || value.GetType().IsPrimitive;

    /// <summary>JavaScript cannot hold 64 bits in a number, so such an enumeration is written by name.</summary>
    private static bool IsWideEnum(object value) =>
        value is Enum && Type.GetTypeCode(value.GetType()) is (TypeCode.Int64 or TypeCode.UInt64);

    private Dictionary<string, object?> ReduceTable(IDictionary table, int level)
    {
        Dictionary<string, object?> result = new(table.Count);
        foreach (DictionaryEntry entry in table)
        {
            if (entry.Key is not string name)
            {
                InvalidOperationException error = new(
                    $"The type '{table.GetType().FullName}' is not supported for serialization of a dictionary. Keys must be strings.");
                ThrowTerminatingError(new ErrorRecord(error, "NonStringKeyInDictionary", ErrorCategory.InvalidOperation, table));
                throw error;
            }

            result.Add(name, Reduce(entry.Value, level + 1));
        }

        return result;
    }

    private Dictionary<string, object?> ReduceMembers(object value, int level)
    {
        const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;
        Dictionary<string, object?> result = [];
        if (value is PSCustomObject)
            return result;

        foreach (FieldInfo field in value.GetType().GetFields(Members))
        {
            if (!field.IsDefined(typeof(JsonIgnoreAttribute), inherit: true))
                result.Add(field.Name, Reduce(field.GetValue(value), level + 1));
        }

        foreach (PropertyInfo property in value.GetType().GetProperties(Members))
        {
            bool readable = property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0;
            if (readable && !property.IsDefined(typeof(JsonIgnoreAttribute), inherit: true))
                result.Add(property.Name, Reduce(Read(() => property.GetValue(value)), level + 1));
        }

        return result;
    }

    /// <summary>A scalar or list that carries added properties becomes an object with its value in "value".</summary>
    private object AddExtended(PSObject? wrapped, object reduced, int level)
    {
        if (wrapped is null || wrapped.BaseObject is string or DateTime)
            return reduced;

        if (reduced is Dictionary<string, object?> table)
            return AddProperties(wrapped, table, level);

        Dictionary<string, object?> enriched = AddProperties(wrapped, new() { ["value"] = reduced }, level);
        return enriched.Count == 1 ? reduced : enriched;
    }

    private Dictionary<string, object?> AddProperties(
        PSObject? wrapped,
        Dictionary<string, object?> receiver,
        int level,
        bool extendedOnly = true)
    {
        foreach (PSPropertyInfo property in wrapped?.Properties ?? Enumerable.Empty<PSPropertyInfo>())
        {
            bool extended = property is not PSProperty;
            if ((extended || !extendedOnly) && !receiver.ContainsKey(property.Name))
                receiver[property.Name] = Reduce(Read(() => property.Value), level + 1);
        }

        return receiver;
    }

    /// <summary>A property that cannot be read is written as null, as pwsh does.</summary>
    private static object? Read(Func<object?> getter)
    {
        try
        {
            return getter();
        }
        catch (Exception error) when (error is TargetInvocationException or RuntimeException)
        {
            return null;
        }
    }

    private void WarnOnce()
    {
        if (!_warned)
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        _warned = true;
    }
}
