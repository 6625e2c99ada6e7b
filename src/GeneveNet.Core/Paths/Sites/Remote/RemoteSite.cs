using System.Text.Json;
using GeneveNet.Paths.Probes;
using GeneveNet.Snapshots;

namespace GeneveNet.Paths.Sites.Remote;

/// <summary>An end of a path on another host.</summary>
/// <param name="location">Where it is there.</param>
/// <param name="call">Has <see cref="SiteServer.Answer(string)"/> called on that host; its wait ends with the token.</param>
/// <param name="cancellation">Ends every wait.</param>
internal sealed class RemoteSite(
    RemoteLocation location, Func<string, CancellationToken, string> call, CancellationToken cancellation = default) : IEndpointSite
{
    private readonly Guid _id = Guid.NewGuid();
    private bool _isOpen;

    /// <inheritdoc/>
    public EndState Read(EndHint? hint, bool withEvidence = false) =>
        Call(new SiteRequest { Operation = SiteOperation.Read, Hint = hint, WithEvidence = withEvidence }).State ?? throw Broken();

    /// <inheritdoc/>
    public IReadOnlyList<StationState> FindStations(bool isIPv6) =>
        Call(new SiteRequest { Operation = SiteOperation.FindStations, IsIPv6 = isIPv6 }).Stations ?? [];

    /// <inheritdoc/>
    public RouteAnswer Ask(NamespaceRole role, RouteQuestion question) =>
        Call(new SiteRequest { Operation = SiteOperation.Ask, Role = role, Question = question }).Answer ?? throw Broken();

    /// <inheritdoc/>
    public void Watch(ProbeIdentity probe) => Call(new SiteRequest { Operation = SiteOperation.Watch, Probe = probe });

    /// <inheritdoc/>
    public bool IsElsewhere => true;

    /// <inheritdoc/>
    public WatchReport StopWatching() =>
        _isOpen ? Call(new SiteRequest { Operation = SiteOperation.StopWatching }).Seen ?? new WatchReport() : new WatchReport();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isOpen)
            return;
        try
        {
            // Also after Ctrl-C: what was opened there is to be closed.
            Call(new SiteRequest { Operation = SiteOperation.Close }, CancellationToken.None);
        }
        catch (NetworkException)
        {
            // The session is gone, and with it what was opened there.
        }

        _isOpen = false;
    }

    private SiteReply Call(SiteRequest request) => Call(request, cancellation);

    private SiteReply Call(SiteRequest request, CancellationToken end)
    {
        _isOpen = true;
        var text = call(JsonSerializer.Serialize(request with { Id = _id, Location = location }, SiteJson.Default.SiteRequest), end);
        SiteReply reply;
        try
        {
            reply = JsonSerializer.Deserialize(text, SiteJson.Default.SiteReply) ?? throw Broken();
            if (!reply.IsWhole)
                throw Broken();
        }
        catch (JsonException failure)
        {
            throw Broken(failure);
        }

        return reply.Error is null ? reply
            : throw new NetworkException(reply.ErrorKind, $"On the far host: {reply.Error}", reply.Errno) { Id = reply.ErrorId };
    }

    private static NetworkException Broken(JsonException? failure = null) => new(
        FailureKind.Other,
        "The far host gave an answer that is not understood; the module there may have another version.",
        innerException: failure)
    { Id = "PeerSessionFailed" };
}
