using System.Runtime.CompilerServices;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Binding;

/// <summary>A cmdlet that works on links chosen by name, wildcard or index.</summary>
public abstract class LinkCmdlet : NamespaceCmdlet
{
    /// <summary>Parameter set: links by name.</summary>
    protected const string ByName = "Name";
    /// <summary>Parameter set: links by index.</summary>
    protected const string ByIndex = "Index";

    /// <summary>The link of a name.</summary>
    private protected virtual Link Find(string name) => Client.GetLink(name);

    /// <summary>The link of an index.</summary>
    private protected virtual Link Find(int index) => Client.GetLink(index);

    /// <summary>
    /// The link that a piped object is, by its index: it may have another name by now, and another link may have its. Null where a name
    /// was typed, or the object is a row.
    /// </summary>
    private Link? FindPiped(string parameter)
    {
        if (!IsPiped(parameter) || ForeignObject.IndexOfLink(Input!) is not { } index)
            return null;
        return IsTyped(nameof(Namespace)) || IsTyped(nameof(Container)) ? null : Find(index);
    }

    /// <summary>The link that a parameter for one link has: the piped object itself, or that of a name.</summary>
    /// <param name="name">What the parameter has.</param>
    /// <param name="parameter">The parameter.</param>
    private protected Link LinkGiven(string name, [CallerArgumentExpression(nameof(name))] string parameter = "") =>
        FindPiped(parameter) ?? Find(name);

    /// <summary>
    /// Does something with each link that names or indexes choose. What was named and does not exist is an error of its own.
    /// </summary>
    /// <param name="names">Names; wildcards choose all that match; it is not an error if none does. Null for none.</param>
    /// <param name="indexes">Indexes, or null.</param>
    /// <param name="action">What to do.</param>
    /// <param name="parameter">The parameter that has the names.</param>
    private protected void ForEachLink(
        string[]? names, int[]? indexes, Action<Link> action, [CallerArgumentExpression(nameof(names))] string parameter = "")
    {
        foreach (var index in indexes ?? [])
            Try(index, () => action(Client.GetLink(index)));
        ForEachNamed(
            names, IsPiped(parameter), () => Client.GetLinks(), name => FindPiped(parameter) ?? Find(name), link => link.Name, action);
    }

    /// <summary>Does something with each Geneve tunnel that names choose; a name that is another link's is an error.</summary>
    /// <param name="names">Names; wildcards choose among the tunnels.</param>
    /// <param name="action">What to do.</param>
    /// <param name="parameter">The parameter that has the names.</param>
    private protected void ForEachTunnel(
        string[]? names, Action<GeneveTunnel> action, [CallerArgumentExpression(nameof(names))] string parameter = "") =>
        ForEachNamed(
            names,
            IsPiped(parameter),
            () => Client.GetLinks(LinkKinds.Geneve).Cast<GeneveTunnel>(),
            name => Tunnels.Of(FindPiped(parameter) ?? Client.GetLink(name)),
            tunnel => tunnel.Name,
            action);

    /// <summary>Does something with each bridge that names choose; a name that is another link's is an error.</summary>
    /// <param name="names">Names; wildcards choose among the bridges.</param>
    /// <param name="action">What to do.</param>
    /// <param name="parameter">The parameter that has the names.</param>
    private protected void ForEachBridge(
        string[]? names, Action<Bridge> action, [CallerArgumentExpression(nameof(names))] string parameter = "") =>
        ForEachNamed(
            names,
            IsPiped(parameter),
            () => Client.GetLinks(LinkKinds.Bridge).Cast<Bridge>(),
            name => Client.GetBridge(FindPiped(parameter)?.Name ?? name),
            bridge => bridge.Name,
            action);

    /// <summary>Does something with each port of a bridge that names choose; a name that is another link's is an error.</summary>
    /// <param name="names">Names; wildcards choose among the ports.</param>
    /// <param name="action">What to do.</param>
    /// <param name="parameter">The parameter that has the names.</param>
    private protected void ForEachPort(
        string[]? names, Action<BridgePort> action, [CallerArgumentExpression(nameof(names))] string parameter = "") =>
        ForEachNamed(
            names,
            IsPiped(parameter),
            () => Client.GetLinks().Where(BridgePorts.IsPort).Select(BridgePorts.Of),
            name => BridgePorts.Of(FindPiped(parameter) ?? Client.GetLink(name)),
            port => port.Name,
            action);
}
