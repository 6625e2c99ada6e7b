namespace GeneveNet;

/// <summary>What sort of failure it was: callers decide by this, not by texts.</summary>
public enum FailureKind
{
    /// <summary>None of the others.</summary>
    Other,
    /// <summary>What was named does not exist.</summary>
    NotFound,
    /// <summary>What should be created exists already.</summary>
    Exists,
    /// <summary>Another object holds what is needed.</summary>
    Busy,
    /// <summary>A privilege is missing.</summary>
    PermissionDenied,
    /// <summary>A value is wrong, or does not fit the others.</summary>
    InvalidArgument,
    /// <summary>This kernel cannot do it.</summary>
    NotSupported,
    /// <summary>No route leads there, or the link that would is down.</summary>
    Unreachable,
    /// <summary>Memory, buffers or the room on a disk are used up.</summary>
    ResourceExhausted,
    /// <summary>The kernel's tables changed faster than they could be read.</summary>
    Interrupted,
    /// <summary>A disk, or what else a file leads to, failed.</summary>
    DeviceFailed,
}
