namespace GeneveNet.Namespaces.Containers;

/// <summary>A container as its engine reported it at one moment.</summary>
/// <param name="Name">Name, without the slash engines put before it.</param>
/// <param name="Id">Full id, 64 hexadecimal digits.</param>
/// <param name="Engine">Which engine runs it.</param>
/// <param name="State">"running", "exited", "created" …</param>
/// <param name="Image">The image it was made from.</param>
public sealed record Container(string Name, string Id, ContainerEngine Engine, string State, string Image)
{
    /// <summary>Whether it runs, and so has a network namespace.</summary>
    public bool IsRunning => string.Equals(State, "running", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name.</summary>
    public override string ToString() => VisibleText.Of(Name);
}
