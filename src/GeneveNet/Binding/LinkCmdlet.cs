using System.Management.Automation;
using GeneveNet.Rtnetlink.Links;

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

    /// <summary>Does something with each link that names or indexes choose. What was named and does not exist is an error of its own.</summary>
    /// <param name="names">Names; wildcards choose all that fit and are no error when none does. Null for none.</param>
    /// <param name="indexes">Indexes, or null.</param>
    /// <param name="action">What to do.</param>
    private protected void ForEachLink(string[]? names, int[]? indexes, Action<Link> action)
    {
        foreach (var index in indexes ?? [])
            Try(index, () => action(Client.GetLink(index)));
        foreach (var name in names ?? [])
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                var pattern = WildcardPattern.Get(name, WildcardOptions.None);
                foreach (var link in Client.GetLinks())
                {
                    if (pattern.IsMatch(link.Name))
                        Try(link, () => action(link));
                }
            }
            else
            {
                Try(name, () => action(Find(name)));
            }
        }
    }
}
