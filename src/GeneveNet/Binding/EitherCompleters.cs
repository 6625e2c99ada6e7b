using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace GeneveNet.Binding;

/// <summary>Completes a first argument that may be an address or the place of one (<see cref="ArgumentOrder"/>).</summary>
/// <param name="address">Completes the address.</param>
/// <param name="place">Completes the place.</param>
/// <param name="parameter">The parameter that says where, and may have been given already.</param>
public abstract class EitherCompleter(IArgumentCompleter address, IArgumentCompleter place, string parameter) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var addresses = address.CompleteArgument(commandName, parameterName, wordToComplete, commandAst, fakeBoundParameters);
        if (fakeBoundParameters?.Contains(parameter) == true || IsNamed(wordToComplete, commandAst))
            return addresses;
        return addresses.Concat(place.CompleteArgument(commandName, parameter, wordToComplete, commandAst, fakeBoundParameters!));
    }

    // `-Address WORD` is an address, and WORD alone may be either.
    private static bool IsNamed(string? word, CommandAst command)
    {
        var before = command.CommandElements.Count - (string.IsNullOrEmpty(word) ? 1 : 2);
        return before > 0 && command.CommandElements[before] is CommandParameterAst { Argument: null };
    }
}

/// <summary>Completes IP addresses of links, and links.</summary>
public sealed class LinkOrAddressCompleter() : EitherCompleter(new LinkAddressCompleter(), new LinkCompleter(), "Link");

/// <summary>Completes IP addresses of neighbors, and links.</summary>
public sealed class LinkOrNeighborCompleter() : EitherCompleter(new NeighborCompleter(), new LinkCompleter(), "Link");

/// <summary>Completes destinations of routes, and links.</summary>
public sealed class LinkOrDestinationCompleter() : EitherCompleter(new RouteDestinationCompleter(), new LinkCompleter(), "Link");

/// <summary>Completes MAC addresses of forwarding databases, and bridges.</summary>
public sealed class BridgeOrFdbAddressCompleter() : EitherCompleter(new FdbAddressCompleter(), new BridgeCompleter(), "Bridge");
