namespace GeneveNet;

/// <summary>IP versions to choose by.</summary>
public enum IPVersion
{
    /// <summary>IPv4.</summary>
    IPv4,
    /// <summary>IPv6.</summary>
    IPv6,
}
