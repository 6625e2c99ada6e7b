using System.Collections.Concurrent;
using System.Text.Json;
using GeneveNet.Namespaces;
using GeneveNet.Namespaces.Containers;

namespace GeneveNet.Paths.Sites.Remote;

/// <summary>
/// Serves a site of this host to a test that runs on another: the near end of a test calls it through a session of its shell,
/// with text in and text out. It reads and watches, and changes nothing.
/// </summary>
public static class SiteServer
{
    private static readonly ConcurrentDictionary<Guid, LocalSite> Sites = new();

    /// <summary>Answers a request.</summary>
    /// <param name="request">A <see cref="SiteRequest"/> as JSON.</param>
    /// <returns>A <see cref="SiteReply"/> as JSON. A failure is in it; none is thrown.</returns>
    public static string Answer(string request)
    {
        SiteReply reply;
        try
        {
            reply = Answer(JsonSerializer.Deserialize(request, SiteJson.Default.SiteRequest) ?? new SiteRequest());
        }
        catch (NetworkException failure)
        {
            reply = new SiteReply { Error = failure.Message, ErrorKind = failure.Kind, ErrorId = failure.Id, Errno = failure.Errno };
        }
        catch (JsonException failure)
        {
            reply = new SiteReply { Error = $"The request cannot be read: {failure.Message}", ErrorKind = FailureKind.InvalidArgument };
        }

        return JsonSerializer.Serialize(reply, SiteJson.Default.SiteReply);
    }

    private static SiteReply Answer(SiteRequest request)
    {
        if (request.Operation == SiteOperation.Close)
        {
            if (Sites.TryRemove(request.Id, out var closed))
                closed.Dispose();
            return new SiteReply();
        }

        var site = Sites.GetOrAdd(request.Id, _ => new LocalSite(Find(request.Location ?? new RemoteLocation())));
        switch (request.Operation)
        {
            case SiteOperation.Read:
                return new SiteReply { State = OnThisHost(site.Read(request.Hint, request.WithEvidence)) };
            case SiteOperation.FindStations:
                return new SiteReply { Stations = site.FindStations(request.IsIPv6) };
            case SiteOperation.Ask:
                return new SiteReply { Answer = site.Ask(request.Role, request.Question!) };
            case SiteOperation.Watch:
                site.Watch(request.Probe!);
                return new SiteReply();
            default:
                return new SiteReply { Seen = site.StopWatching() };
        }
    }

    private static LocalLocation Find(RemoteLocation location) => new(
        Find(location.Container, location.Namespace) ?? NetworkNamespace.Current,
        location.TunnelName,
        Find(location.InnerContainer, location.InnerNamespace));

    private static NetworkNamespace? Find(string? container, string? name) =>
        !string.IsNullOrEmpty(container) ? ContainerLookup.Resolve(container)
        : string.IsNullOrEmpty(name) ? null : NetworkNamespace.Resolve(name);

    private static EndState OnThisHost(EndState state)
    {
        var host = Environment.MachineName;
        return state with
        {
            Tunnel = state.Tunnel with { Host = host },
            Underlay = state.Underlay with { Host = host },
            Inner = state.Inner with { Host = host },
        };
    }
}
