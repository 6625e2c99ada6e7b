namespace GeneveNet;

/// <summary>One setting that is not as it was asked for.</summary>
/// <param name="Property">The setting's property in the model: "Mtu", "VlanFiltering".</param>
/// <param name="Asked">The value asked for, as text; null where the property alone says it ("Up").</param>
/// <param name="Present">The value there is, as text; null for none.</param>
/// <param name="Attribute">The attribute's name in the kernel's headers, or null where the setting is not one attribute.</param>
/// <param name="Since">The kernel release that brought the attribute, or null.</param>
public sealed record Difference(string Property, string? Asked, string? Present, string? Attribute = null, string? Since = null)
{
    /// <summary>"Mtu 1400 (is 1500)".</summary>
    public override string ToString() => VisibleText.Of($"{Property}{(Asked is null ? "" : $" {Asked}")} (is {Present ?? "unset"})");
}
