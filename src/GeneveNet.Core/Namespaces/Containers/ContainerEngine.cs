namespace GeneveNet.Namespaces.Containers;

/// <summary>A container engine that speaks Docker's API over a Unix socket or TCP: Docker itself, or Podman.</summary>
/// <param name="Name">"docker" or "podman".</param>
/// <param name="Endpoint">unix:///run/docker.sock, tcp://127.0.0.1:2375 …</param>
public sealed record ContainerEngine(string Name, Uri Endpoint)
{
    private static readonly (string Variable, string Name)[] Variables = [("DOCKER_HOST", "docker"), ("CONTAINER_HOST", "podman")];

    /// <summary>How long an answer is waited for.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The engines of this host: those that DOCKER_HOST and CONTAINER_HOST name, and nothing else where one is set; else those
    /// whose sockets are at the usual places.
    /// </summary>
    /// <exception cref="NetworkException">A variable does not hold an address.</exception>
    public static IReadOnlyList<ContainerEngine> FindAll()
    {
        List<ContainerEngine> found = [];
        foreach (var (variable, name) in Variables)
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
    /// <exception cref="NetworkException">The engine cannot be reached, refused, or did not answer as Docker's API does.</exception>
    public IReadOnlyList<Container> GetContainers(CancellationToken cancellation = default) =>
        new EngineRequest(this, "containers/json?all=true")
            .Get(answer => EngineAnswers.ReadContainers(answer, this), cancellation);

    /// <summary>The first process of a container, as this host counts, 0 when there is none; and its state, where that is said.</summary>
    /// <param name="id">The container's full id.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal (int Process, string? Status) GetState(string id, CancellationToken cancellation) =>
        new EngineRequest(this, $"containers/{Uri.EscapeDataString(id)}/json").Get(EngineAnswers.ReadState, cancellation);

    /// <summary>The variable that says where an engine is.</summary>
    internal static string VariableOf(string name) => Array.Find(Variables, one => one.Name == name).Variable ?? Variables[0].Variable;

    /// <summary>The name and where it answers.</summary>
    public override string ToString() => $"{Name} ({Endpoint.OriginalString})";
}
