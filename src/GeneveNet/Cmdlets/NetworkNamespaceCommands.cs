using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;

namespace GeneveNet.Cmdlets;

/// <summary>
/// Get-NetworkNamespace: the named network namespaces and those of running containers, or the one of a process, file, container,
/// or this session.
/// </summary>
[Cmdlet(VerbsCommon.Get, "NetworkNamespace", DefaultParameterSetName = "Name")]
[OutputType(typeof(NetworkNamespace))]
public sealed class GetNetworkNamespaceCommand : NetworkCmdlet
{
    /// <summary>Names, or wildcards. The default is all names.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Name")]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>An object from the pipeline; its name is never a wildcard.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    private protected override PSObject? Input => InputObject;

    /// <summary>The namespace that this process runs in.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Process")]
    [Alias("Id", "Pid")]
    public int ProcessId { get; set; }

    /// <summary>The namespace that this file stands for.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    public string Path { get; set; } = "";

    /// <summary>The namespace of this container: a name, an id, or the beginning of an id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Container")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string[] Container { get; set; } = [];

    /// <summary>The namespace of this session.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Current")]
    public SwitchParameter Current { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (ParameterSetName)
        {
            case "Process":
                Try(ProcessId, () => WriteObject(NetworkNamespace.FromProcess(ProcessId)));
                break;
            case "Path":
                Try(Path, () => WriteObject(NetworkNamespace.FromPath(GetUnresolvedProviderPathFromPSPath(Path))));
                break;
            case "Container":
                foreach (var container in Container)
                    Try(container, () => WriteObject(NamespaceOf(container)));
                break;
            case "Current":
                WriteObject(NetworkNamespace.Current);
                break;
            default:
                ForEachNamed(Name, IsPiped(nameof(Name)), NamedNamespaces.List, NamedNamespaces.Get, item => item.Name!, WriteObject);
                if (Name is ["*"])
                    WriteObject(ContainerLookup.ListRunning(StopToken), enumerateCollection: true);
                break;
        }
    }
}

/// <summary>New-NetworkNamespace: creates network namespaces, or names an existing one.</summary>
[Cmdlet(VerbsCommon.New, "NetworkNamespace", SupportsShouldProcess = true, DefaultParameterSetName = "New")]
[OutputType(typeof(NetworkNamespace))]
public sealed class NewNetworkNamespaceCommand : NetworkCmdlet
{
    /// <summary>Names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    /// <summary>Names the namespace of this process instead of creating one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Process")]
    [Alias("Pid")]
    public int ProcessId { get; set; }

    /// <summary>Names the namespace of this file instead of creating one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    public string Path { get; set; } = "";

    /// <summary>Names the namespace of this container instead of creating one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Container")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    public string Container { get; set; } = "";

    /// <summary>Returns the namespace if one of that name already exists.</summary>
    [Parameter]
    public SwitchParameter IfNotExists { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var name in Name)
            Try(name, () => Create(name));
    }

    private void Create(string name)
    {
        NamedNamespaces.ValidateNewName(name);
        var existing = ParameterSetName switch
        {
            "Process" => NetworkNamespace.FromProcess(ProcessId),
            "Container" => NamespaceOf(Container),
            "Path" => NetworkNamespace.FromPath(GetUnresolvedProviderPathFromPSPath(Path)),
            _ => null,
        };
        if (IfNotExists && NamedNamespaces.Find(name) is { } found)
        {
            WriteSame(name, found, existing);
            return;
        }

        if (!ShouldProcess($"network namespace '{name}'", existing is null ? "Create" : $"Name {NamespaceIdentity.TextOf(existing.Inode)}"))
            return;
        try
        {
            WriteObject(existing is null ? NamedNamespaces.Create(name) : NamedNamespaces.Attach(name, existing));
        }
        catch (NetworkException refusal) when (IfNotExists && refusal.Kind == FailureKind.Exists)
        {
            // Somebody else names one in this moment: first there is a file, then the namespace is mounted on it.
            NetworkNamespace? made = null;
            Await(() => (made = NamedNamespaces.Find(name)) is not null, TimeSpan.FromSeconds(1));
            if (made is null)
                throw;
            WriteSame(name, made, existing);
        }
    }

    private void WriteSame(string name, NetworkNamespace found, NetworkNamespace? wanted)
    {
        if (wanted is not null && !wanted.Equals(found))
            throw new NetworkException(
                FailureKind.Exists,
                $"The name '{name}' already belongs to another network namespace, "
                + $"{NamespaceIdentity.TextOf(found.Inode)}.") { Id = "ExistsDifferent" };
        WriteObject(found);
    }
}

/// <summary>
/// Remove-NetworkNamespace: removes names of network namespaces; with its last name, a namespace and its links are removed.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "NetworkNamespace", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveNetworkNamespaceCommand : NetworkCmdlet
{
    /// <summary>Names, or wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NameArgument]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>A namespace from the pipeline; a name that was given to another one by now is left alone.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    private protected override PSObject? Input => InputObject;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (IsPiped(nameof(Name)))
            NamespaceArgumentAttribute.OfObject(InputObject!)?.Verify();
        ForEachNamed(
            Name, IsPiped(nameof(Name)), () => NamedNamespaces.List().Select(item => item.Name!), name => name, name => name, Remove);
    }

    private void Remove(string name)
    {
        NamedNamespaces.RequireTaken(name);
        if (ShouldProcess($"network namespace '{name}'", "Remove"))
            NamedNamespaces.Remove(name);
    }
}
