using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Reflection;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Binding;

/// <summary>A cmdlet that works in network namespaces, one after the other, and takes objects that say in which.</summary>
public abstract class NamespaceCmdlet : NetworkCmdlet
{
    private NetworkNamespace? _place;
    private bool _inputSaysWhere;

    /// <summary>
    /// <para type="description">An object from the pipeline. It means itself: its name is never a wildcard, and its namespace is
    /// where the cmdlet works. A network namespace says where to work, and a text is a name as if it was typed.</para>
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public virtual PSObject? InputObject { get; set; }

    /// <summary>
    /// <para type="description">Network namespaces: names from Get-NetworkNamespace, wildcards, process ids, paths, or objects with
    /// a Namespace. The default is the namespace of this session.</para>
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Netns")]
    [SupportsWildcards]
    [PSDefaultValue(Help = "The namespace of this session")]
    [NamespaceArgument(Several = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [SuppressMessage("Naming", "CA1716", Justification = "Cmdlets are written here, in C#; users know it as a parameter.")]
    public virtual NetworkNamespace[]? Namespace { get; set; }

    /// <summary>
    /// <para type="description">Container (Docker or Podman) whose network namespace to use: a name, an id, or the beginning of
    /// an id. Takes precedence over Namespace.</para>
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string? Container { get; set; }

    /// <summary>Where the cmdlet works at the moment; null is the namespace of this session.</summary>
    private protected NetworkNamespace? Place => _place;

    /// <inheritdoc/>
    private protected sealed override NetworkNamespace PlaceOfNames => Client.Namespace;

    /// <summary>Asks the kernel there.</summary>
    private protected RtnetlinkClient Client => ClientOf(Place);

    /// <summary>The place as a phrase that follows the name of an object: empty for the session's own.</summary>
    private protected string Where => PhraseOf(Place);

    /// <inheritdoc/>
    private protected sealed override PSObject? Input => _inputSaysWhere ? null : InputObject;

    /// <inheritdoc/>
    private protected sealed override void ProcessInput()
    {
        var references = LinkReference.FindIn(this);
        foreach (var place in FindPlaces())
        {
            if (NamespaceArgumentAttribute.ErrorOf(place) is { } missing)
            {
                WriteError(missing);
                continue;
            }

            _place = place;
            Try(place, () =>
            {
                foreach (var (parameter, text) in references)
                    parameter.SetValue(this, LinkReference.Decode(text, Client.Namespace));
                Process();
            });
        }

        // One that does not exist was said, and is nothing to say again for each object.
        if (IsTyped(nameof(Namespace)) && Namespace is { } places)
            Namespace = Array.FindAll(places, static place => NamespaceArgumentAttribute.ErrorOf(place) is null);
    }

    private NetworkNamespace?[] FindPlaces()
    {
        if (InputObject is { } input)
        {
            ForeignObject.RefuseRemote(input);
            _inputSaysWhere = ForeignObject.IsNamespace(input);
            if (_inputSaysWhere)
                ForgetWhatNamespaceSaid();
            if (!IsTyped(nameof(Namespace)))
            {
                if (_inputSaysWhere)
                    Namespace = [NamespaceArgumentAttribute.Resolve(input, null)!];
                // The text of a cell is a name and never a wildcard.
                else if (ForeignObject.IsOne(input) && input.Properties[nameof(Namespace)]?.Value is string text
                    && NamePattern.IsSpecial(text))
                    Namespace = NamespaceArgumentAttribute.Resolve(text, null, literal: true) is { } one ? [one] : null;
            }
        }

        if (IsTyped(nameof(Container)) && string.IsNullOrEmpty(Container))
            throw Invalid("The container has an empty name: leave -Container out to work in the namespace of this session.");
        if (NamespaceOf(Container) is { } container)
            return [container];
        return Namespace ?? (NetworkNamespace?[])[null];
    }

    /// <summary>
    /// Gives the parameters that took a property of a namespace what they have without: its name is not that of a link, for example.
    /// </summary>
    private void ForgetWhatNamespaceSaid()
    {
        var fresh = Activator.CreateInstance(GetType())!;
        foreach (var name in MyInvocation.BoundParameters.Keys.Where(name => !IsTyped(name)))
        {
            if (name is nameof(InputObject) or nameof(Namespace) || GetType().GetProperty(name) is not { } property)
                continue;
            if (property.GetCustomAttributes<ParameterAttribute>().Any(one => one.Mandatory))
                throw Invalid($"A network namespace only says where to work: give -{name} on the command line.", "NamespaceSaysWhere");
            property.SetValue(this, property.GetValue(fresh));
        }
    }
}
