using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;
using GeneveNet.Rendering;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Binding;

/// <summary>
/// Completes a word from names that the kernel knows. A failure to find them means no proposals, never an error at the prompt.
/// </summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <summary>The names, each with a line about it.</summary>
    /// <param name="boundParameters">What the command line says so far.</param>
    private protected abstract IEnumerable<(string Name, string About)> Find(IDictionary boundParameters);

    /// <summary>What is proposed for one of them, so that the command line means exactly that.</summary>
    private protected virtual string Write(string commandName, string parameterName, string name) =>
        ShellWord.Of(CmdletParameters.Escape(commandName, parameterName, 0, name));

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        List<CompletionResult> results = [];
        try
        {
            var begins = BeginningOf(wordToComplete ?? "");
            foreach (var (name, about) in Find(fakeBoundParameters))
            {
                if (!begins(name))
                    continue;
                var (text, shown) = (Write(commandName, parameterName, name), VisibleText.Of(name));
                results.Add(new CompletionResult(text, shown, CompletionResultType.ParameterValue, VisibleText.Of(about)));
            }
        }
        catch (Exception failure) when (failure is NetworkException or ArgumentTransformationMetadataException or FormatException)
        {
            // An unknown namespace on the same command line, for example: the command itself will say so.
        }

        return results;
    }

    /// <summary>Whether a name can be what was typed so far: a part of it as it is or escaped, or a wildcard.</summary>
    private static Func<string, bool> BeginningOf(string typed)
    {
        var word = TypedWord.Read(typed);
        var literal = NamePattern.Unescape(word);
        var pattern = NamePattern.Find(word + "*", WildcardOptions.IgnoreCase);
        return name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(literal, StringComparison.OrdinalIgnoreCase)
            || pattern?.IsMatch(name) == true;
    }

    /// <summary>The namespace the command line names, or the session's own.</summary>
    private protected static NetworkNamespace Place(IDictionary? boundParameters, string parameter = "Namespace") =>
        parameter == "Namespace" && boundParameters?["Container"] is string { Length: > 0 } container ? ContainerLookup.Resolve(container)
        : boundParameters?[parameter] is { } place
            ? NamespaceArgumentAttribute.Resolve(place, null)!
            : NetworkNamespace.Current;
}

/// <summary>Completes names of network namespaces.</summary>
public sealed class NamespaceCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters)
    {
        foreach (var item in NamedNamespaces.List())
            yield return (item.Name!, NamespaceIdentity.TextOf(item.Inode));
    }
}

/// <summary>Completes names of running containers; an engine that is slow to answer gives none.</summary>
public sealed class ContainerCompleter : NameCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters)
    {
        using var limit = new CancellationTokenSource(Patience);
        List<Container> found = [];
        try
        {
            found.AddRange(ContainerLookup.ListContainers(limit.Token));
        }
        catch (OperationCanceledException)
        {
        }

        foreach (var container in found)
        {
            if (container.IsRunning)
                yield return (container.Name, $"{container.Engine.Name} {container.Id[..12]} {container.Image}");
        }
    }
}

/// <summary>Completes names of links, in the namespace the command line names.</summary>
public class LinkCompleter : NameCompleter
{
    private readonly string? _kind;

    /// <summary>All links.</summary>
    public LinkCompleter() : this(null) { }

    private protected LinkCompleter(string? kind) => _kind = kind;

    /// <summary>The parameter that says where the link is.</summary>
    private protected virtual string PlaceParameter => "Namespace";

    /// <summary>Whether a link fits what else the command line says.</summary>
    private protected virtual bool Fits(Link link, IDictionary? boundParameters) => true;

    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters)
    {
        foreach (var link in new RtnetlinkClient(Place(boundParameters, PlaceParameter)).GetLinks(_kind))
        {
            if (Fits(link, boundParameters))
                yield return (link.Name, $"{link.Kind} {(link.IsUp ? "up" : "down")} mtu {link.Mtu}");
        }
    }
}

/// <summary>Completes names of Geneve tunnels.</summary>
public sealed class GeneveTunnelCompleter() : LinkCompleter(LinkKinds.Geneve);

/// <summary>Completes names of bridges.</summary>
public sealed class BridgeCompleter() : LinkCompleter(LinkKinds.Bridge);

/// <summary>Completes names of the ports of bridges; of the one bridge where the command line names it.</summary>
public sealed class BridgePortCompleter : LinkCompleter
{
    private protected override bool Fits(Link link, IDictionary? boundParameters) =>
        BridgePorts.IsPort(link) && (boundParameters?["Bridge"] is not string bridge || link.Master == bridge);
}

/// <summary>Completes names of links that a bridge can take as a port: not bridges, and not ports already.</summary>
public sealed class FreeLinkCompleter : LinkCompleter
{
    private protected override bool Fits(Link link, IDictionary? boundParameters) =>
        link is { IsLoopback: false, MasterIndex: 0, Kind: not LinkKinds.Bridge };
}

/// <summary>Completes names of links for a cmdlet whose Namespace is where the link goes.</summary>
public sealed class SourceLinkCompleter : LinkCompleter
{
    private protected override string PlaceParameter => "SourceNamespace";
}

/// <summary>Completes the usual kinds of links.</summary>
public sealed class LinkKindCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters) =>
        [("geneve", "Geneve tunnels"), ("veth", "veth pairs"), ("bridge", "bridges"), ("vxlan", "VXLAN tunnels"), ("dummy", "dummies"),
         ("loopback", "the loopback")];
}

/// <summary>Completes the tables the kernel names.</summary>
public sealed class RouteTableCompleter : NameCompleter
{
    private protected override IEnumerable<(string Name, string About)> Find(IDictionary boundParameters) =>
        [("main", "where routes usually are"), ("local", "the kernel's own, of local and broadcast addresses"),
         ("default", "for late decisions"), ("all", "every table (Get-Route)")];
}
