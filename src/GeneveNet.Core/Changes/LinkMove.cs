using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Changes;

/// <summary>A link that goes into another network namespace.</summary>
/// <remarks>The kernel moves it first and renames it there, and a refused name leaves it there under its old one.</remarks>
/// <param name="client">Where it is.</param>
/// <param name="link">The link, as it was read.</param>
/// <param name="target">Where it goes.</param>
/// <param name="newName">The name it gets there, or null to keep its name.</param>
public sealed class LinkMove(RtnetlinkClient client, Link link, NetworkNamespace target, string? newName) : Change
{
    private readonly RtnetlinkClient _here = client.WithoutCancellation();
    private readonly RtnetlinkClient _there = client.WithoutCancellation().In(target);
    private readonly LinkMemory _memory = new(client, link);

    /// <summary>The link as it is there.</summary>
    public Link? Moved { get; private set; }

    internal override void Do()
    {
        if (newName is not null && _there.FindLink(newName) is not null)
        {
            throw new NetworkException(
                FailureKind.Exists,
                $"Cannot move link '{link.Name}' to network namespace '{target}': a link named '{newName}' is there already: "
                + "choose another name for this one.",
                Errno.Exists);
        }

        Moved = _here.MoveLink(link, target, newName);
    }

    internal override void Undo()
    {
        // What was refused before it left is still here.
        if (_here.FindLink(link.Index) is not null || (Moved ?? _there.FindLink(link.Name)) is not { } moved)
            return;
        _ = _there.MoveLink(moved, _here.Namespace, link.Name);
        LinkMemory.Restore([_memory]);
    }
}
