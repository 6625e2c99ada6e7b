namespace GeneveNet.Namespaces.Containers;

/// <summary>Finds containers and their network namespaces across all engines of this host.</summary>
public static class ContainerLookup
{
    /// <summary>The network namespace of a running container.</summary>
    /// <param name="reference">Its name, its id, or the beginning of its id.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetworkException">There is no engine, no such container, more than one, or it is not running.</exception>
    public static NetworkNamespace Resolve(string reference, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        var engines = ContainerEngine.FindAll();
        if (engines.Count == 0)
            throw Failure(
                FailureKind.NotFound, "NoContainerEngine",
                "No container engine was found: neither Docker's nor Podman's socket exists. Start the engine, or set DOCKER_HOST.");

        List<Container> all = [];
        foreach (var engine in engines)
            all.AddRange(engine.GetContainers(cancellation));

        var container = Choose(all, reference);
        var process = container.IsRunning ? container.Engine.GetProcessId(container.Id, cancellation) : 0;
        return process > 0
            ? NetworkNamespace.FromContainer(container, process)
            : throw Failure(
                FailureKind.InvalidArgument, "ContainerNotRunning",
                $"Container '{container.Name}' is not running (its state is {container.State}), so it has no network namespace. " +
                "Start it first.");
    }

    /// <summary>The network namespaces of all running containers that can be seen; engines that do not answer are skipped.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    public static IReadOnlyList<NetworkNamespace> ListRunning(CancellationToken cancellation = default)
    {
        List<NetworkNamespace> found = [];
        foreach (var container in ListContainers(cancellation))
        {
            try
            {
                if (container.IsRunning && container.Engine.GetProcessId(container.Id, cancellation) is > 0 and var process)
                    found.Add(NetworkNamespace.FromContainer(container, process));
            }
            catch (NetworkException)
            {
                // It stopped between the two questions.
            }
        }

        return found;
    }

    /// <summary>All containers that can be seen; engines that do not answer are skipped.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    internal static IReadOnlyList<Container> ListContainers(CancellationToken cancellation)
    {
        List<Container> all = [];
        foreach (var engine in ContainerEngine.FindAll())
        {
            try
            {
                all.AddRange(engine.GetContainers(cancellation));
            }
            catch (NetworkException)
            {
                // Looking around must not fail because one engine is down.
            }
        }

        return all;
    }

    private static Container Choose(List<Container> all, string reference)
    {
        // A name takes precedence over an id, and both over the beginning of an id, as with the engines' own commands.
        foreach (var fits in (Predicate<Container>[])
        [
            c => c.Name == reference.TrimStart('/'),
            c => c.Id == reference,
            c => c.Id.StartsWith(reference, StringComparison.OrdinalIgnoreCase),
        ])
        {
            var found = all.FindAll(fits);
            if (found.Count == 1)
                return found[0];
            if (found.Count > 1)
            {
                var names = string.Join(", ", found.ConvertAll(c => $"{c.Name} ({c.Engine.Name}, {c.Id[..12]})"));
                throw Failure(
                    FailureKind.InvalidArgument, "AmbiguousContainer",
                    $"'{reference}' matches {found.Count} containers: {names}. Give more of the id.");
            }
        }

        throw Failure(
            FailureKind.NotFound, "ContainerNotFound",
            $"There is no container '{reference}'{(all.Count == 0 ? "; there are no containers" : "")}.");
    }

    private static NetworkException Failure(FailureKind kind, string id, string text) => new(kind, text) { Id = id };
}
