namespace GeneveNet.DropMonitor;

/// <summary>Why the drop monitor cannot be used.</summary>
internal enum DropMonitorRefusal
{
    /// <summary>It can.</summary>
    None,
    /// <summary>The kernel does not have it, or one that tells no packets.</summary>
    NoKernelSupport,
    /// <summary>It is only in the initial network namespace, which cannot be reached from here.</summary>
    NotInitialNamespace,
    /// <summary>A privilege is missing.</summary>
    NotPermitted,
    /// <summary>Somebody else has it on.</summary>
    InUse,
    /// <summary>Something else failed.</summary>
    Failed,
}

/// <summary>A session, or why there is none.</summary>
/// <param name="Session">The session.</param>
/// <param name="Refusal">Why there is none.</param>
/// <param name="Text">The same in a sentence; empty where there is one.</param>
internal sealed record DropMonitorStart(
    DropMonitorSession? Session, DropMonitorRefusal Refusal = DropMonitorRefusal.None, string Text = "");
