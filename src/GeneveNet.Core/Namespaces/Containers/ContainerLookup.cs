namespace GeneveNet.Namespaces.Containers;

/// <summary>Finds containers and their network namespaces across all engines of this host.</summary>
internal static class ContainerLookup
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
        return Resolve(engines, reference, cancellation);
    }

    /// <summary>The network namespace of a running container of some engines.</summary>
    internal static NetworkNamespace Resolve(
        IReadOnlyList<ContainerEngine> engines, string reference, CancellationToken cancellation = default)
    {
        List<Container> all = [];
        foreach (var engine in engines)
            all.AddRange(engine.GetContainers(cancellation));

        var container = Choose(all, reference);
        var (process, status) = container.Engine.GetState(container.Id, cancellation);
        container = container with { State = status ?? container.State };
        if (process == 0)
            throw WithoutProcess(container);
        try
        {
            return NetworkNamespace.FromContainer(container, process);
        }
        catch (NetworkException e) when (e.Kind == FailureKind.NotFound)
        {
            throw new NetworkException(
                e.Kind,
                $"Container '{container.Name}' is said by {container.Engine} to run as process {process}, which this machine does not " +
                "have: the container has just ended, or the engine runs in a virtual machine or on another host.",
                innerException: e)
            { Id = e.Id };
        }
    }

    /// <summary>The network namespaces of all running containers that can be seen; engines that do not answer are skipped.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    public static IReadOnlyList<NetworkNamespace> ListRunning(CancellationToken cancellation = default)
    {
        List<NetworkNamespace> found = [];
        HashSet<ContainerEngine> silent = [];
        foreach (var container in ListContainers(cancellation))
        {
            if (!container.IsRunning || silent.Contains(container.Engine))
                continue;
            try
            {
                if (container.Engine.GetState(container.Id, cancellation).Process is > 0 and var process)
                    found.Add(NetworkNamespace.FromContainer(container, process));
            }
            catch (NetworkException e)
            {
                // It stopped between the two questions; or its engine answers no more, and is not waited for once again.
                if (e.Kind == FailureKind.Unreachable)
                    silent.Add(container.Engine);
            }
        }

        return found;
    }

    /// <summary>All containers that can be seen; engines that do not answer are skipped.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    internal static IReadOnlyList<Container> ListContainers(CancellationToken cancellation)
    {
        List<Container> all = [];
        foreach (var engine in OrNone(ContainerEngine.FindAll))
            all.AddRange(OrNone(() => engine.GetContainers(cancellation)));
        return all;

        // Looking around must not fail because one engine is down.
        static IReadOnlyList<T> OrNone<T>(Func<IReadOnlyList<T>> find)
        {
            try
            {
                return find();
            }
            catch (NetworkException)
            {
                return [];
            }
        }
    }

    private static Container Choose(List<Container> all, string reference)
    {
        // An id takes precedence over a name, and both over the beginning of an id, as with the engines' own commands.
        var name = reference.TrimStart('/');
        foreach (var fits in (Predicate<Container>[])
        [
            c => c.Id == reference,
            c => c.Name == name,
            c => c.Id.StartsWith(reference, StringComparison.OrdinalIgnoreCase),
        ])
        {
            var found = all.FindAll(fits);
            if (found.Count == 1)
                return found[0];
            if (found.Count > 1)
            {
                var names = string.Join(", ", found.ConvertAll(c => $"{c.Name} ({c.Engine.Name}, {c.ShortId})"));
                throw Failure(
                    FailureKind.InvalidArgument, "AmbiguousContainer",
                    $"'{reference}' matches {found.Count} containers: {names}. Give more of the id.");
            }
        }

        throw Failure(
            FailureKind.NotFound, "ContainerNotFound",
            $"There is no container '{reference}'{(all.Count == 0 ? "; there are no containers" : "")}.");
    }

    private static NetworkException WithoutProcess(Container container)
    {
        if (container.IsRunning)
            return Failure(
                FailureKind.NotFound, "ContainerProcessUnknown",
                $"Container '{container.Name}' is {container.State}, but {container.Engine} names no process of it, so its network " +
                "namespace cannot be found: it may run in a virtual machine.");
        var remedy = container.State.ToUpperInvariant() switch
        {
            "RESTARTING" => "Try again when it has started; if it never does, its log says why.",
            "REMOVING" or "DEAD" => "It is being removed: create it again.",
            _ => "Start it first.",
        };
        return Failure(
            FailureKind.InvalidArgument, "ContainerNotRunning",
            $"Container '{container.Name}' is not running (its state is {container.State}), so it has no network namespace. {remedy}");
    }

    private static NetworkException Failure(FailureKind kind, string id, string text) => new(kind, text) { Id = id };
}
