namespace GeneveNet.Rtnetlink.Links;

/// <summary>Operational state of a link by RFC 2863 (IF_OPER_*, include/uapi/linux/if.h).</summary>
public enum OperationalState : byte
{
    /// <summary>The driver does not say; usual for tunnels that are up.</summary>
    Unknown = 0,
    /// <summary>Hardware is not there.</summary>
    NotPresent = 1,
    /// <summary>No packets pass.</summary>
    Down = 2,
    /// <summary>Down because a link below it is.</summary>
    LowerLayerDown = 3,
    /// <summary>In a test mode.</summary>
    Testing = 4,
    /// <summary>Waits for an external event.</summary>
    Dormant = 5,
    /// <summary>Packets pass.</summary>
    Up = 6,
}
