using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace GeneveNet.Namespaces.Containers;

/// <summary>
/// One question to a container engine and its answer, bounded in size and in time. Whatever the other side does, the outcome is an
/// answer that could be read, a <see cref="NetworkException"/>, or the caller's own cancellation.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="path">What is asked, below the root of its API.</param>
internal sealed class EngineRequest(ContainerEngine engine, string path)
{
    /// <summary>Bytes of an answer. A container takes one or two thousand in a list.</summary>
    private const int LongestAnswer = 16 * 1024 * 1024;

    // Docker's, for an address that names no port.
    private const int DefaultPort = 2375;

    private const string Unix = "unix";

    private static readonly Dictionary<HttpRequestError, (FailureKind Kind, string What)> Faults = new()
    {
        [HttpRequestError.NameResolutionError] = (FailureKind.Unreachable, "cannot be reached: its host name is not known"),
        [HttpRequestError.ConnectionError] = (FailureKind.Unreachable, "cannot be reached"),
        [HttpRequestError.ResponseEnded] = (FailureKind.Other, "closed the connection before its answer was complete"),
        [HttpRequestError.InvalidResponse] = (FailureKind.Other, "did not answer in HTTP"),
        [HttpRequestError.ConfigurationLimitExceeded] =
            (FailureKind.Other, $"answered more than the {LongestAnswer >> 20} MB that are read"),
    };

    /// <summary>Asks.</summary>
    /// <param name="read">Reads the answer; what it does not like is a <see cref="FormatException"/>.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    public T Get<T>(Func<JsonElement, T> read, CancellationToken cancellation)
    {
        RequireKnownTransport();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(engine.Patience);
        try
        {
            // Connections with a callback can only be awaited; there is no synchronization context here that waiting could block.
            using var answer = GetAsync(limit.Token).GetAwaiter().GetResult();
            return read(answer.RootElement);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(FailureKind.Unreachable, $"did not answer within {engine.Patience.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException { InnerException: SocketException } or SocketException or ArgumentException)
        {
            throw Unreachable(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var (kind, what) = e is HttpRequestException request && Faults.TryGetValue(request.HttpRequestError, out var fault)
                ? fault : (FailureKind.Other, "broke off the connection");
            throw Failure(kind, what, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Failure(FailureKind.Other, $"did not answer as Docker's API does: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>What cannot be asked safely is not asked at all: least of all in plain HTTP what was to be encrypted.</summary>
    private void RequireKnownTransport()
    {
        var isEncrypted = engine.Name == "docker" && Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY") is { Length: > 0 };
        var why = engine.Endpoint.Scheme switch
        {
            Unix when !SocketPath.StartsWith('/') => "is not the path of a socket",
            Unix => null,
            "ssh" => "would be asked by SSH, and its containers run on another machine",
            "https" => "would be asked with TLS, which is not supported",
            "tcp" or "http" when isEncrypted => "would be asked with TLS (DOCKER_TLS_VERIFY is set), which is not supported",
            "tcp" or "http" when engine.Endpoint.Host.Length == 0 => "names no host",
            "tcp" or "http" => null,
            _ => "is neither a Unix socket nor an address of plain TCP",
        };
        if (why is not null)
            throw new NetworkException(
                FailureKind.NotSupported,
                $"The container engine {engine} {why}. Set {ContainerEngine.VariableOf(engine.Name)} to the socket of an engine of this " +
                "machine, such as unix:///run/docker.sock, or do this on the machine of that engine.")
            { Id = "ContainerEngineNotSupported" };
    }

    // As it was written: in an address, a space or a percent sign would mean something else.
    private string SocketPath => engine.Endpoint.OriginalString[(Unix.Length + "://".Length)..];

    private async Task<JsonDocument> GetAsync(CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };
        var endpoint = engine.Endpoint;
        if (endpoint.Scheme == Unix)
            handler.ConnectCallback = ConnectAsync;
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        // The host of a request over a Unix socket says nothing, but HTTP wants one.
        var root = endpoint.Scheme == Unix ? new UriBuilder("http", "engine")
            : new UriBuilder("http", endpoint.Host, endpoint is { Scheme: "tcp", Port: < 0 } ? DefaultPort : endpoint.Port);
        using var answer = await client.GetAsync(
            new Uri(root.Uri, path), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw Refusal(answer.StatusCode);
        await answer.Content.LoadIntoBufferAsync(LongestAnswer, cancellation).ConfigureAwait(false);
        var content = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await JsonDocument.ParseAsync(content, cancellationToken: cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private NetworkException Unreachable(Exception cause) =>
        (cause as SocketException ?? cause.InnerException) is SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? Failure(FailureKind.PermissionDenied, "cannot be used by this user: join its group, or run as root", cause)
            : Failure(FailureKind.Unreachable, $"cannot be reached: {(cause.InnerException ?? cause).Message.TrimEnd('.')}", cause);

    // The phrase beside the number is the engine's own and may hold anything.
    private NetworkException Refusal(HttpStatusCode status) => status == HttpStatusCode.NotFound
        ? Failure(FailureKind.NotFound, "does not know what it was asked for: the container was removed, or this is not Docker's API")
        : Failure(FailureKind.Other, $"refused: HTTP status {(int)status}");

    private NetworkException Failure(FailureKind kind, string what, Exception? cause = null) =>
        new(kind, $"The container engine {engine} {what}.", innerException: cause)
        {
            Id = kind == FailureKind.PermissionDenied ? "ContainerEngineAccessDenied" : "ContainerEngineFailed",
        };
}
