namespace GeneveNet;

/// <summary>
/// Something that was asked for could not be done. The message is one clear sentence and, where it helps, what to do; names in it are
/// made visible here, for all of them.
/// </summary>
public class NetworkException : Exception
{
    /// <summary>Creates the exception with a default text.</summary>
    public NetworkException() : this("The operation failed.") { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what to do.</param>
    public NetworkException(string message) : base(VisibleText.Of(message)) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">What led to it.</param>
    public NetworkException(string message, Exception innerException) : base(VisibleText.Of(message), innerException) =>
        (Kind, Errno) = innerException is NetworkException inner ? (inner.Kind, inner.Errno) : (FailureKind.Other, 0);

    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="errno">The kernel's error number, or 0.</param>
    /// <param name="innerException">What led to it.</param>
    public NetworkException(FailureKind kind, string message, int errno = 0, Exception? innerException = null)
        : base(VisibleText.Of(message), innerException) => (Kind, Errno) = (kind, errno);

    /// <summary>What sort of failure it is.</summary>
    public FailureKind Kind { get; }

    /// <summary>The kernel's error number (positive), or 0 where the kernel was not asked.</summary>
    public int Errno { get; }

    /// <summary>The name of <see cref="Errno"/>, "EBUSY"; empty where the kernel was not asked.</summary>
    public string ErrnoName => Errno == 0 ? "" : GeneveNet.Errno.NameOf(Errno);

    /// <summary>A stable name of the failure where <see cref="Kind"/> alone would not tell it; or null.</summary>
    public string? Id { get; init; }

    /// <summary>Words an error number the way all of the project does.</summary>
    /// <param name="task">What could not be done, as a phrase that continues "Cannot …".</param>
    /// <param name="errno">The error number.</param>
    internal static NetworkException FromErrno(string task, int errno) =>
        new(GeneveNet.Errno.KindOf(errno), $"Cannot {task}: {GeneveNet.Errno.TextOf(errno)} ({GeneveNet.Errno.NameOf(errno)}).", errno);
}
