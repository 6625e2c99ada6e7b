using GeneveNet.Netlink;

namespace GeneveNet.Rtnetlink.Client;

/// <summary>A list of kernel objects: what is asked, which of the answers are meant, and the object that each becomes.</summary>
/// <remarks>For one list at a time: <paramref name="choose"/> may keep names that are true only for the moment.</remarks>
/// <typeparam name="TMessage">What the kernel sends.</typeparam>
/// <typeparam name="TModel">What users see.</typeparam>
/// <param name="client">Where.</param>
/// <param name="choose">Turns a message into the object, or returns null for one that is not meant.</param>
/// <param name="requests">What is asked, in order.</param>
internal sealed class Listing<TMessage, TModel>(
    RtnetlinkClient client, Func<TMessage, TModel?> choose, params NetlinkRequest<TMessage>[] requests)
    where TMessage : class, INetlinkMessage<TMessage>
    where TModel : class
{
    /// <summary>What is asked, in order.</summary>
    public IReadOnlyList<NetlinkRequest<TMessage>> Requests => requests;

    /// <summary>The error numbers that mean that there are none, rather than being an error.</summary>
    public IReadOnlyList<int> MeaningNone { get; init; } = [];

    /// <summary>The objects, all at once.</summary>
    public IReadOnlyList<TModel> Get() => [.. Choose(Ask(client.Dump<TMessage>))];

    /// <summary>The same objects, made one by one as they are taken; the kernel's bytes are kept until then.</summary>
    public IEnumerable<TModel> Stream() => Choose(Ask(client.Stream<TMessage>));

    // All requests are answered before the first object is returned: whoever takes the objects may change what is listed.
    private IEnumerable<TMessage>[] Ask(Func<NetlinkRequest, IEnumerable<TMessage>> ask) => Array.ConvertAll(requests, request =>
    {
        try
        {
            return ask(request);
        }
        catch (NetlinkException e) when (MeaningNone.Contains(e.Errno))
        {
            return [];
        }
    });

    private IEnumerable<TModel> Choose(IEnumerable<TMessage>[] answers)
    {
        foreach (var messages in answers)
        {
            foreach (var message in messages)
            {
                if (choose(message) is { } chosen)
                    yield return chosen;
            }
        }
    }
}
