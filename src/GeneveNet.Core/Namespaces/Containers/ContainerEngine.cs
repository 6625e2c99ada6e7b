using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace GeneveNet.Namespaces.Containers;

/// <summary>A container engine that speaks Docker's API over a Unix socket or TCP: Docker itself, or Podman.</summary>
/// <param name="Name">"docker" or "podman".</param>
/// <param name="Endpoint">unix:///run/docker.sock, tcp://127.0.0.1:2375 …</param>
public sealed record ContainerEngine(string Name, Uri Endpoint)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The engines of this host: those that DOCKER_HOST and CONTAINER_HOST name, and nothing else where one is set; else those
    /// whose sockets are at the usual places.
    /// </summary>
    public static IReadOnlyList<ContainerEngine> FindAll()
    {
        List<ContainerEngine> found = [];
        foreach (var (variable, name) in ((string, string)[])[("DOCKER_HOST", "docker"), ("CONTAINER_HOST", "podman")])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text)
            {
                found.Add(Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
                    ? new ContainerEngine(name, endpoint)
                    : throw new NetworkException(
                        FailureKind.InvalidArgument,
                        $"{variable} is '{text}', which is not an address such as unix:///run/docker.sock.") { Id = "NoContainerEngine" });
            }
        }

        if (found.Count > 0)
            return found;

        var own = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        foreach (var (name, path) in ((string, string?)[])
        [
            ("docker", "/run/docker.sock"),
            ("podman", "/run/podman/podman.sock"),
            ("docker", own is null ? null : own + "/docker.sock"),
            ("podman", own is null ? null : own + "/podman/podman.sock"),
        ])
        {
            if (path is not null && File.Exists(path))
                found.Add(new ContainerEngine(name, new Uri("unix://" + path)));
        }

        return found;
    }

    /// <summary>All containers of the engine, stopped ones too.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">The engine cannot be reached or refused.</exception>
    public IReadOnlyList<Container> GetContainers(CancellationToken cancellation = default) =>
        Get("containers/json?all=true", ReadContainers, cancellation);

    /// <summary>The process id of a container's first process, as this host counts; 0 when it does not run.</summary>
    /// <param name="id">The container's full id.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal int GetProcessId(string id, CancellationToken cancellation) =>
        Get($"containers/{Uri.EscapeDataString(id)}/json",
            answer => answer.GetProperty("State").GetProperty("Pid").GetInt32(),
            cancellation);

    /// <summary>The name and where it answers.</summary>
    public override string ToString() => $"{Name} ({Endpoint})";

    private List<Container> ReadContainers(JsonElement answer)
    {
        List<Container> containers = [];
        foreach (var item in answer.EnumerateArray())
        {
            // A container can have several names when others link to it; its own has no second slash.
            var name = "";
            foreach (var one in item.GetProperty("Names").EnumerateArray())
            {
                var text = one.GetString()!.TrimStart('/');
                if (name.Length == 0 || !text.Contains('/', StringComparison.Ordinal))
                    name = text;
            }

            containers.Add(new Container(name, Text(item, "Id"), this, Text(item, "State"), Text(item, "Image")));
        }

        return containers;
    }

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // JSON that is not what the reader expects is a failure of the engine, like text that is not JSON at all.
    private T Get<T>(string path, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            // Connections with a callback can only be awaited; there is no synchronization context here that waiting could block.
            using var answer = GetAsync(path, limit.Token).GetAwaiter().GetResult();
            return read(answer.RootElement);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(FailureKind.Unreachable, $"did not answer within {Patience.TotalSeconds:0} s", null);
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
                ? Failure(FailureKind.PermissionDenied, "cannot be used by this user: join its group, or run as root", e)
                : Failure(FailureKind.Unreachable, $"cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Failure(FailureKind.Other, $"did not answer as Docker's API does: {e.Message}", e);
        }
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        if (Endpoint.Scheme == "unix")
            handler.ConnectCallback = ConnectAsync;
        using var client = new HttpClient(handler);
        // The host of a request over a Unix socket says nothing, but HTTP wants one.
        var root = Endpoint.Scheme == "unix" ? "http://engine" : $"http://{Endpoint.Authority}";
        using var answer = await client.GetAsync(
            new Uri($"{root}/{path}"), HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
        var content = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            var why = answer.StatusCode == HttpStatusCode.NotFound ? "no longer knows the container"
                : $"refused: {(int)answer.StatusCode} {answer.ReasonPhrase}";
            throw Failure(answer.StatusCode == HttpStatusCode.NotFound ? FailureKind.NotFound : FailureKind.Other, why, null);
        }

        return await JsonDocument.ParseAsync(content, cancellationToken: cancellation).ConfigureAwait(false);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Endpoint.AbsolutePath), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private NetworkException Failure(FailureKind kind, string what, Exception? cause) =>
        new(kind, $"The container engine {this} {what}.", innerException: cause)
        {
            Id = kind == FailureKind.PermissionDenied ? "ContainerEngineAccessDenied" : "ContainerEngineFailed",
        };
}
