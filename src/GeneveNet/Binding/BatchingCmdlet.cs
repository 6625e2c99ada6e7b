using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// A cmdlet that takes many objects from the pipeline and sends their requests together: thousands cost a few system
/// calls. Each failure is still reported for its own object, and output keeps the order of the input.
/// </summary>
/// <remarks>
/// While the kernel works on one batch, the engine binds the objects of the next: binding takes the engine as long as most
/// requests take the kernel, or longer. There is never more than one batch on its way, so requests are done in order.
/// </remarks>
public abstract class BatchingCmdlet : LinkCmdlet
{
    // Enough for the cost of a system call to vanish; few enough that output and errors come while the pipeline runs.
    private const int Most = 256;

    private readonly List<Pending> _pending = [];
    private readonly Dictionary<(NetworkNamespace, string), Link> _links = [];
    private readonly Dictionary<object, object> _read = [];
    private RtnetlinkClient? _place;
    private Flight? _flight;

    private readonly record struct Pending(
        NetlinkRequest Request, object Target, Action? Done, Func<NetlinkException, NetworkException?>? Explain);

    /// <summary>A batch the kernel works on.</summary>
    private readonly record struct Flight(Pending[] Batch, Task<IReadOnlyList<NetlinkException?>> Outcome);

    /// <summary>Puts a request in the queue.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The object it is about, for the error record.</param>
    /// <param name="done">What follows when it was done, or null.</param>
    /// <param name="explain">Adds what to do to a refusal, or says by null that it is none; null to report refusals as they are.</param>
    /// <param name="place">Where it goes; null for where the cmdlet works.</param>
    private protected void Enqueue(
        NetlinkRequest request, object target, Action? done = null, Func<NetlinkException, NetworkException?>? explain = null,
        RtnetlinkClient? place = null)
    {
        place ??= Client;
        if (_pending.Count == Most || (_place is not null && !_place.Namespace.Equals(place.Namespace)))
            Send();
        _place = place;
        _pending.Add(new Pending(request, target, done, explain));
    }

    /// <summary>
    /// What is read once after a batch was done, for all of its objects: reading a table for each would take ever longer.
    /// </summary>
    /// <typeparam name="T">A list.</typeparam>
    /// <param name="of">What it is the list of.</param>
    /// <param name="read">Reads it.</param>
    private protected T ReadOnce<T>(object of, Func<T> read) where T : notnull
    {
        if (!_read.TryGetValue(of, out var known))
            _read[of] = known = read();
        return (T)known;
    }

    /// <inheritdoc/>
    private protected sealed override Link Find(string name) => LinkOf(name);

    /// <inheritdoc/>
    private protected sealed override Link Find(int index) => LinkOf($"#{index}", () => Client.GetLink(index));

    /// <summary>The link of a name; asked for once for each batch, so that it cannot be long out of date.</summary>
    private protected Link LinkOf(string name) => LinkOf(name, () => Client.GetLink(name));

    private Link LinkOf(string key, Func<Link> find)
    {
        // An index counts in its own namespace only, and the next object may be in another one.
        var client = Client;
        if (!_links.TryGetValue((client.Namespace, key), out var link))
            _links[(client.Namespace, key)] = link = find();
        return link;
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Land();
        // A single object, the usual case at a prompt, sees no other thread.
        if (Take() is { Length: > 0 } rest)
            Report(rest, () => Execute(_place!, rest));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // After a stop the outcome does not matter, and it comes at once: the wait for it was ended too.
        if (disposing && _flight is { } flight)
            Task.WaitAny(flight.Outcome);
        base.Dispose(disposing);
    }

    private void Send()
    {
        Land();
        if (Take() is { Length: > 0 } batch)
        {
            var place = _place!;
            _flight = new Flight(batch, Task.Run(() => Execute(place, batch)));
        }
    }

    private void Land()
    {
        if (_flight is not { } flight)
            return;
        _flight = null;
        Report(flight.Batch, () => flight.Outcome.GetAwaiter().GetResult());
    }

    private Pending[] Take()
    {
        _links.Clear();
        var batch = _pending.ToArray();
        _pending.Clear();
        return batch;
    }

    private static IReadOnlyList<NetlinkException?> Execute(RtnetlinkClient place, Pending[] batch) =>
        place.ExecuteBatch(Array.ConvertAll(batch, pending => pending.Request));

    private void Report(Pending[] batch, Func<IReadOnlyList<NetlinkException?>> outcome) => Try(batch[0].Target, () =>
    {
        var refusals = outcome();
        _read.Clear();
        for (var i = 0; i < batch.Length; i++)
        {
            var refusal = refusals[i] is not { } said ? null : batch[i].Explain is { } explain ? explain(said) : said;
            if (refusal is not null)
                WriteError(ErrorRecords.From(refusal, batch[i].Target));
            else if (refusals[i] is null && batch[i].Done is { } done)
                Try(batch[i].Target, done);
        }
    });
}
