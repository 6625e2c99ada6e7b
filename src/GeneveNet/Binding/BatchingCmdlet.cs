using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// A cmdlet that takes many objects from the pipeline and sends their requests together: thousands cost a few system
/// calls. Each failure is still reported for its own object, and output keeps the order of the input.
/// </summary>
public abstract class BatchingCmdlet : LinkCmdlet
{
    // Enough for the cost of a system call to vanish; few enough that output and errors come while the pipeline runs.
    private const int Most = 512;

    private readonly List<Pending> _pending = [];
    private readonly Dictionary<(NetworkNamespace, string), Link> _links = [];
    private RtnetlinkClient? _place;

    private readonly record struct Pending(NetlinkRequest Request, object Target, Action? Done, Func<NetlinkException, NetworkException>? Explain);

    /// <summary>Puts a request in the queue.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The object it is about, for the error record.</param>
    /// <param name="done">What follows when it was done, or null.</param>
    /// <param name="explain">Adds what to do to a refusal, or null.</param>
    /// <param name="place">Where it goes; null for where the cmdlet works.</param>
    private protected void Enqueue(
        NetlinkRequest request, object target, Action? done = null, Func<NetlinkException, NetworkException>? explain = null, RtnetlinkClient? place = null)
    {
        place ??= Client;
        if (_pending.Count == Most || (_place is not null && !_place.Namespace.Equals(place.Namespace)))
            Flush();
        _place = place;
        _pending.Add(new Pending(request, target, done, explain));
    }

    /// <inheritdoc/>
    private protected sealed override Link Find(string name) => LinkOf(name);

    /// <summary>The link of a name; asked for once for each batch, so that it cannot be long out of date.</summary>
    private protected Link LinkOf(string name)
    {
        // An index counts in its own namespace only, and the next object may be in another one.
        var client = Client;
        if (!_links.TryGetValue((client.Namespace, name), out var link))
            _links[(client.Namespace, name)] = link = client.GetLink(name);
        return link;
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Flush();

    private void Flush()
    {
        _links.Clear();
        if (_pending.Count == 0)
            return;
        var batch = _pending.ToArray();
        _pending.Clear();
        Try(batch[0].Target, () =>
        {
            var refusals = _place!.ExecuteBatch(Array.ConvertAll(batch, p => p.Request));
            for (var i = 0; i < batch.Length; i++)
            {
                if (refusals[i] is { } refusal)
                    WriteError(ErrorRecords.From(batch[i].Explain?.Invoke(refusal) ?? refusal, batch[i].Target));
                else if (batch[i].Done is { } done)
                    Try(batch[i].Target, done);
            }
        });
    }
}
