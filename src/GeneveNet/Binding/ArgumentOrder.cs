using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;

namespace GeneveNet.Binding;

/// <summary>
/// Lets the positional arguments of a cmdlet be in either order where they can be told apart: what it is about comes before where that is
/// (<see cref="ArgumentBeforeAttribute"/>), but a link that comes before an address is one all the same. And where it comes by the
/// pipeline, a lone argument is the other one (<see cref="NameArgumentAttribute.PipedBefore"/>).
/// </summary>
internal sealed class ArgumentOrder
{
    private sealed record Pair(PropertyInfo What, PropertyInfo Place, ArgumentTransformationAttribute Reader)
    {
        public bool IsPiped => Reader is NameArgumentAttribute;
    }

    private static readonly ConcurrentDictionary<Type, Pair?> Known = [];

    private readonly PSCmdlet _cmdlet;
    private readonly HashSet<string> _typed;
    private readonly Pair _pair;
    private string[]? _moved;
    private object? _movedValue;

    private ArgumentOrder(PSCmdlet cmdlet, HashSet<string> typed, Pair pair) => (_cmdlet, _typed, _pair) = (cmdlet, typed, pair);

    /// <summary>The order of a cmdlet's arguments; null for one that takes them only as they are declared.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="typed">The parameters that were given on the command line.</param>
    public static ArgumentOrder? Of(PSCmdlet cmdlet, HashSet<string> typed) =>
        Known.GetOrAdd(cmdlet.GetType(), Find) is { } pair ? new ArgumentOrder(cmdlet, typed, pair) : null;

    private static Pair? Find(Type cmdlet)
    {
        foreach (var property in cmdlet.GetProperties())
        {
            if (property.GetCustomAttribute<ArgumentBeforeAttribute>() is { } reader)
                return new Pair(property, cmdlet.GetProperty(reader.Place)!, reader);
            if (property.GetCustomAttribute<NameArgumentAttribute>() is { PipedBefore: { } next } names)
                return new Pair(property, cmdlet.GetProperty(next)!, names);
        }

        return null;
    }

    /// <summary>Finds out which of the two the arguments of the command line are.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">They are neither.</exception>
    public void ReadCommandLine()
    {
        var unread = Unread();
        if (unread.Count == 0 || !_typed.Contains(_pair.What.Name))
            return;
        if (!_typed.Contains(_pair.Place.Name))
        {
            if (unread.Count < ListOf(_pair.What).Count || (unread.Count > 1 && !_pair.Place.PropertyType.IsArray))
                throw Wrong(unread[0]);
            MoveToPlace([.. unread]);
            return;
        }

        var read = _pair.Reader.Transform(null!, ListOf(_pair.Place));
        var texts = ((IList)read!).Cast<object?>().Select(ArgumentBeforeAttribute.UnreadTextOf);
        if (texts.FirstOrDefault(text => text is not null) is { } other)
            throw Wrong(IsLikeAddress(other) && !IsLikeAddress(unread[0]) ? other : unread[0]);
        Set(_pair.What, read);
        Set(_pair.Place, unread.ToArray());
    }

    /// <summary>Exchanges the two, of which each can be the other: two names.</summary>
    public void Swap()
    {
        var what = ListOf(_pair.What);
        Set(_pair.What, ListOf(_pair.Place));
        Set(_pair.Place, what);
    }

    /// <summary>Finds out what an object from the pipeline says for the two.</summary>
    /// <param name="input">The object; null for none.</param>
    /// <exception cref="ArgumentTransformationMetadataException">It says something that cannot be read.</exception>
    public void ReadInput(PSObject? input)
    {
        if (_moved is null && IsLoneArgumentForPlace(input))
            MoveToPlace([.. ListOf(_pair.What).Cast<string>()]);
        if (_moved is not null)
        {
            Set(_pair.Place, _movedValue);
            Set(_pair.What, WhatOf(input));
        }

        if (Unread() is [var text, ..])
            throw Wrong(text);
    }

    /// <summary>Whether the object says what the cmdlet is about, so that the only argument must be the other one.</summary>
    private bool IsLoneArgumentForPlace(PSObject? input)
    {
        if (!_pair.IsPiped || !_typed.Contains(_pair.What.Name) || _typed.Contains(_pair.Place.Name) || SaidBy(input) is null)
            return false;
        var isOfSet = _pair.Place.GetCustomAttributes<ParameterAttribute>()
            .Any(rule => rule.ParameterSetName == ParameterAttribute.AllParameterSets || rule.ParameterSetName == _cmdlet.ParameterSetName);
        return isOfSet && TryReadPlace([.. ListOf(_pair.What).Cast<string>()], out _);
    }

    private void MoveToPlace(string[] texts)
    {
        _ = TryReadPlace(texts, out _movedValue);
        _moved = texts;
        _typed.Remove(_pair.What.Name);
        _typed.Add(_pair.Place.Name);
    }

    /// <summary>Reads texts as the engine would have read them for the place.</summary>
    private bool TryReadPlace(string[] texts, out object? value)
    {
        value = _pair.Place.PropertyType.IsArray ? texts : texts[0];
        if (texts.Length > 1 && !_pair.Place.PropertyType.IsArray)
            return false;
        var engine = _cmdlet.GetVariableValue("ExecutionContext") as EngineIntrinsics;
        try
        {
            foreach (var reader in _pair.Place.GetCustomAttributes<ArgumentTransformationAttribute>())
                value = reader.Transform(engine!, value);
            return true;
        }
        catch (ArgumentTransformationMetadataException)
        {
            return false;
        }
    }

    /// <summary>What the engine would have bound, if nothing had been typed in its place.</summary>
    private object? WhatOf(PSObject? input)
    {
        var said = SaidBy(input);
        if (said is null && RulesOfWhat().Any(rule => rule.Mandatory))
            throw Wrong(_moved![0]);
        return _pair.Reader.Transform(null!, said);
    }

    /// <summary>What an object says of what the cmdlet is about; a namespace only says where.</summary>
    private object? SaidBy(PSObject? input)
    {
        if (input is null || ForeignObject.IsNamespace(input))
            return null;
        object? said = null;
        if (RulesOfWhat().Any(rule => rule.ValueFromPipelineByPropertyName))
        {
            var values = CmdletParameters.NamesOf(_pair.What).Select(name => input.Properties[name]?.Value);
            said = values.FirstOrDefault(value => value is not null);
        }

        return said ?? (RulesOfWhat().Any(rule => rule.ValueFromPipeline) ? input.BaseObject as string : null);
    }

    private IEnumerable<ParameterAttribute> RulesOfWhat() => _pair.What.GetCustomAttributes<ParameterAttribute>();

    private List<string> Unread() => [.. ListOf(_pair.What).Cast<object?>().Select(ArgumentBeforeAttribute.UnreadTextOf).OfType<string>()];

    private IList ListOf(PropertyInfo property) => property.GetValue(_cmdlet) switch
    {
        null => Array.Empty<object>(),
        IList list => list,
        var one => new[] { one },
    };

    private void Set(PropertyInfo property, object? value)
    {
        if (value is IList { Count: 1 } one && !property.PropertyType.IsArray)
            value = one[0];
        property.SetValue(_cmdlet, LanguagePrimitives.ConvertTo(value, property.PropertyType));
    }

    private ArgumentTransformationMetadataException Wrong(string text) =>
        new((_pair.Reader as ArgumentBeforeAttribute)?.Explain(text)
            ?? $"'{text}' says where, and nothing says what: use -{_pair.What.Name}.");

    private static bool IsLikeAddress(string text) => text.AsSpan().ContainsAny('/', ':', '.');
}
