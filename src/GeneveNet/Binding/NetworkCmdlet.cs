using System.Management.Automation;
using GeneveNet.Changes;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;
using GeneveNet.Netlink;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>What all cmdlets have in common: errors become records in one place, and Ctrl-C ends every wait.</summary>
public abstract class NetworkCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private HashSet<string> _typed = [];
    private readonly Dictionary<string, NetworkNamespace> _containers = [];
    private RtnetlinkClient? _client;
    private NetworkNamespace? _current;
    private ArgumentOrder? _order;

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>Does what the cmdlet does for one input object.</summary>
    protected abstract void Process();

    /// <summary>The object that came by the pipeline, or null.</summary>
    private protected virtual PSObject? Input => null;

    /// <summary>The namespace that names are looked up in.</summary>
    private protected virtual NetworkNamespace PlaceOfNames => Current;

    /// <summary>Whether a parameter was given on the command line.</summary>
    /// <param name="parameter">The parameter.</param>
    private protected bool IsTyped(string parameter) => _typed.Contains(parameter);

    /// <summary>Whether a parameter has what an object said that came by the pipeline; a text from there counts as typed.</summary>
    /// <param name="parameter">The parameter.</param>
    private protected bool IsPiped(string parameter) => Input is { BaseObject: not string } && !IsTyped(parameter);

    /// <summary>The input object, where it is what the cmdlet works on, and nobody typed something else.</summary>
    /// <typeparam name="T">What the cmdlet works on.</typeparam>
    /// <param name="parameter">The parameter that names one.</param>
    private protected T? Piped<T>(string parameter) where T : class => IsTyped(parameter) ? null : Input?.BaseObject as T;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _typed = [.. MyInvocation.BoundParameters.Keys];
        _order = ArgumentOrder.Of(this, _typed);
        if (Order(order => order.ReadCommandLine()) is { } wrong)
            ThrowTerminatingError(wrong);
    }

    /// <summary>Puts positional arguments in their order.</summary>
    /// <param name="action">What to do with them.</param>
    /// <returns>What is wrong with them, or null: the error that the engine reports for an argument that cannot be read.</returns>
    private protected ErrorRecord? Order(Action<ArgumentOrder> action)
    {
        try
        {
            if (_order is not null)
                action(_order);
            return null;
        }
        catch (ArgumentTransformationMetadataException failure)
        {
            return new ErrorRecord(failure, "ParameterArgumentTransformationError", ErrorCategory.InvalidData, Input);
        }
    }

    /// <summary>Finds out what an input object means, and does what the cmdlet does.</summary>
    private protected virtual void ProcessInput() => Process();

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (Order(order => order.ReadInput(Input)) is { } wrong)
            WriteError(wrong);
        else if (NamespaceArgumentAttribute.FindFault(this, IsTyped) is { } fault)
            WriteError(fault);
        else
            Try(null, ProcessInput);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>The namespace of this session: looked up once, since the thread of a pipeline stays where it is.</summary>
    private NetworkNamespace Current => _current ??= NetworkNamespace.Current;

    /// <summary>Asks the kernel in a namespace; null is the one this session is in.</summary>
    private protected RtnetlinkClient ClientOf(NetworkNamespace? place)
    {
        place ??= Current;
        if (_client?.Namespace.Equals(place) != true || !ReferenceEquals(_client.Namespace, place))
            _client = new RtnetlinkClient(place, StopToken);
        return _client;
    }

    /// <summary>The namespace of a container; null for no container. The engine is asked once for each name in an invocation.</summary>
    private protected NetworkNamespace? NamespaceOf(string? container)
    {
        if (string.IsNullOrEmpty(container))
            return null;
        if (!_containers.TryGetValue(container, out var found))
            _containers[container] = found = ContainerLookup.Resolve(container, StopToken);
        return found;
    }

    /// <summary>A namespace as a phrase that follows the name of an object: empty for the session's own.</summary>
    private protected string PhraseOf(NetworkNamespace? place) =>
        place is null || place.Equals(Current) ? ""
        : place.Container is null ? $" in network namespace '{place}'" : $" in container '{place}'";

    /// <summary>Does something for one object; a failure is reported for that object and the next one has its turn.</summary>
    /// <param name="target">The object, for the error record.</param>
    /// <param name="action">What to do.</param>
    /// <returns>Whether it was done.</returns>
    private protected bool Try(object? target, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (NetworkException failure)
        {
            if (failure is SettingNotSupportedException unknown)
            {
                var ignored = unknown.Ignored
                    .Select(setting => $"{setting.Attribute} {setting.Asked} (is {setting.Present ?? "not set"})");
                WriteDebug(string.Join(", ", ignored));
            }

            WriteError(ErrorRecords.From(failure, target));
        }
        catch (NetlinkFormatException failure)
        {
            WriteError(ErrorRecords.From(failure, target));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        return false;
    }

    /// <summary>
    /// Does something with each object that names choose: a wildcard chooses all of a list that match, and it is not an error if
    /// none does; any other name means that one object, and not finding it is an error of its own.
    /// </summary>
    /// <param name="names">Names and wildcards; null for none.</param>
    /// <param name="literal">Whether they are names as they stand, because an object said them.</param>
    /// <param name="list">All there are to choose from.</param>
    /// <param name="find">The one of a name, or an error that says why there is none.</param>
    /// <param name="nameOf">The name a wildcard is compared with.</param>
    /// <param name="action">What to do.</param>
    private protected void ForEachNamed<T>(
        string[]? names, bool literal, Func<IEnumerable<T>> list, Func<string, T> find, Func<T, string> nameOf, Action<T> action)
    {
        foreach (var name in names ?? [])
        {
            if (literal || name.Contains('\0', StringComparison.Ordinal) || NamePattern.Find(name) is not { } pattern)
            {
                Try(
                    LinkReference.TargetOf(name),
                    () => action(find(LinkReference.Decode(name, PlaceOfNames) ?? (literal ? name : NamePattern.Unescape(name)))));
                continue;
            }

            foreach (var item in list())
            {
                if (pattern.IsMatch(nameOf(item)))
                    Try(item, () => action(item));
            }
        }
    }

    /// <summary>Does something without which the whole command makes no sense: a failure ends it.</summary>
    /// <param name="target">The object, for the error record.</param>
    /// <param name="action">What to do.</param>
    private protected void Require(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (NetworkException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure, target));
        }
    }

    /// <summary>Makes a change where something differs from what was asked, if the user agrees, and reports it.</summary>
    /// <param name="what">What is changed: "bridge 'br0'".</param>
    /// <param name="where">Where it is, as a phrase.</param>
    /// <param name="differences">What is not as asked; nothing means there is nothing to do.</param>
    /// <param name="change">Makes the change.</param>
    /// <returns>Whether it is as asked now; false when the user did not agree.</returns>
    private protected bool Apply(string what, string where, IReadOnlyList<Difference> differences, Func<Change> change)
    {
        if (differences.Count == 0)
        {
            WriteVerbose($"Nothing to change: {what}{where} is already as requested.");
            return true;
        }

        var text = DifferenceText.OfChange(differences);
        if (!ShouldProcess(what + where, $"Set {text}"))
            return false;
        Transaction.Run(change());
        WriteVerbose($"Changed {what}{where}: {text}.");
        return true;
    }

    /// <summary>Makes a change to a link where it is not as asked.</summary>
    /// <param name="client">Where the link is.</param>
    /// <param name="link">The link, as it was read.</param>
    /// <param name="asked">What is asked of it.</param>
    /// <param name="what">The link in words: "bridge 'br0'".</param>
    private protected bool Apply(RtnetlinkClient client, Link link, LinkMessage asked, string what) =>
        Apply(what, PhraseOf(client.Namespace), LinkDifferences.Find(link, asked), () => new LinkChange(client, link, asked, what));

    // What a cmdlet says and asks has names of others in it. These stand in the way of the engine's own, so that nothing gets past them.

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)"/>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(VisibleText.Of(target), VisibleText.Of(action));

    /// <inheritdoc cref="Cmdlet.WriteVerbose(string)"/>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(VisibleText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteWarning(string)"/>
    private protected new void WriteWarning(string text) => base.WriteWarning(VisibleText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteDebug(string)"/>
    private protected new void WriteDebug(string text) => base.WriteDebug(VisibleText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteProgress(ProgressRecord)"/>
    private protected new void WriteProgress(ProgressRecord progress)
    {
        (progress.Activity, progress.StatusDescription) = (VisibleText.Of(progress.Activity), VisibleText.Of(progress.StatusDescription));
        base.WriteProgress(progress);
    }

    /// <summary>
    /// Ends a pipeline that is being stopped. What ran inside a script block is stopped first and may just end, so that the input of
    /// this cmdlet ends before it hears of it; the engine starts nothing in a pipeline that is being stopped.
    /// </summary>
    private protected void ThrowIfStopped() => _ = InvokeCommand.InvokeScript("& {}");

    /// <summary>Waits until something is so that somebody else may be doing at this moment.</summary>
    /// <param name="isSo">Looks.</param>
    /// <param name="patience">How long it can take them; null for what the creation of a link needs at most.</param>
    private protected void Await(Func<bool> isSo, TimeSpan? patience = null)
    {
        var end = Environment.TickCount64 + (long)(patience ?? TimeSpan.FromSeconds(2)).TotalMilliseconds;
        while (!isSo() && Environment.TickCount64 < end)
        {
            StopToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20));
            StopToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The value of a switch that was given (-Up, -Up:$false), or null where it was not.</summary>
    private protected bool? Asked(SwitchParameter value, string name) => IsGiven(name) ? value.IsPresent : null;

    /// <summary>Whether a parameter was given: on the command line, or by a cell of a row that is not empty.</summary>
    /// <remarks>
    /// What changes something takes its settings from rows, and not from objects of the kernel: those say which one is meant, and what
    /// it was like when somebody looked.
    /// </remarks>
    /// <param name="parameter">The parameter.</param>
    private protected bool IsGiven(string parameter)
    {
        if (!MyInvocation.BoundParameters.ContainsKey(parameter))
            return false;
        if (!IsPiped(parameter))
            return true;
        if (!CreatesCopy && ForeignObject.IsOfKernel(Input!))
            return false;
        return ForeignObject.HasCell(Input!, CmdletParameters.NamesOf(GetType().GetProperty(parameter)!));
    }

    private bool CreatesCopy => MyInvocation.MyCommand.Name.StartsWith("New-", StringComparison.Ordinal);

    /// <summary>The settings that were given: parameters and settings of the same name are the same thing.</summary>
    /// <typeparam name="T">The settings of a kind of link.</typeparam>
    private protected T Bound<T>() where T : new()
    {
        var settings = new T();
        foreach (var name in MyInvocation.BoundParameters.Keys)
        {
            if (typeof(T).GetProperty(name) is not { } setting || !IsGiven(name))
                continue;
            var value = GetType().GetProperty(name)!.GetValue(this);
            setting.SetValue(settings, value is SwitchParameter given ? given.IsPresent : value);
        }

        return settings;
    }

    private protected static NetworkException NotFound(string message, string id) => new(FailureKind.NotFound, message) { Id = id };

    private protected static NetworkException Invalid(string message, string id = "InvalidArgument") =>
        new(FailureKind.InvalidArgument, message) { Id = id };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives up what is held.</summary>
    /// <param name="disposing">Whether it was asked for.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _stop.Dispose();
    }
}
