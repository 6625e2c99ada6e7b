namespace GeneveNet.Namespaces.Containers;

/// <summary>A container as its engine reported it at one moment.</summary>
/// <param name="Name">Name, without the slash engines put before it.</param>
/// <param name="Id">Full id, 64 hexadecimal digits.</param>
/// <param name="Engine">Which engine runs it.</param>
/// <param name="State">"running", "exited", "created" …</param>
/// <param name="Image">The image it was made from.</param>
public sealed record Container(string Name, string Id, ContainerEngine Engine, string State, string Image)
{
    private const int ShortLength = 12;

    /// <summary>Whether it has processes, and so a network namespace. Those of a paused container are only not scheduled.</summary>
    public bool IsRunning => State.ToUpperInvariant() is "RUNNING" or "PAUSED";

    /// <summary>The beginning of the id that engines show.</summary>
    internal string ShortId => Id.Length <= ShortLength ? Id : Id[..ShortLength];

    /// <summary>The name.</summary>
    public override string ToString() => VisibleText.Of(Name);
}
