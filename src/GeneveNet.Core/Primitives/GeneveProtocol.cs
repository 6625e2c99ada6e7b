namespace GeneveNet;

/// <summary>Numbers of the Geneve protocol (RFC 8926).</summary>
public static class GeneveProtocol
{
    /// <summary>The UDP port that IANA assigned to Geneve (section 3.3).</summary>
    public const ushort DefaultPort = 6081;

    /// <summary>The largest VNI: it has 24 bits (section 3.4).</summary>
    public const uint MaxVni = (1 << 24) - 1;
}
