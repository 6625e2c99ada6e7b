namespace GeneveNet.Packets.Captures;

/// <summary>Bytes that are no well-formed capture. Its <see cref="NetworkException.Id"/> is "CaptureMalformed".</summary>
public sealed class CaptureFormatException : NetworkException
{
    private const string StableId = "CaptureMalformed";

    /// <summary>Creates the exception with a default text.</summary>
    public CaptureFormatException() : this("The capture is malformed.") { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rule was broken, with the numbers.</param>
    public CaptureFormatException(string message) : base(FailureKind.InvalidArgument, message) => Id = StableId;

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rule was broken, with the numbers.</param>
    /// <param name="innerException">What led to it.</param>
    public CaptureFormatException(string message, Exception innerException)
        : base(FailureKind.InvalidArgument, message, innerException: innerException) => Id = StableId;

    /// <summary>Creates the exception.</summary>
    /// <param name="offset">Where the record or block begins that breaks the rule.</param>
    /// <param name="rule">Which rule was broken, as a sentence with the numbers.</param>
    /// <param name="innerException">What led to it, or null.</param>
    public CaptureFormatException(long offset, string rule, Exception? innerException = null)
        : base(FailureKind.InvalidArgument, $"The capture is malformed at byte {offset}: {rule}", innerException: innerException) =>
        (Offset, Id) = (offset, StableId);

    /// <summary>
    /// Where the record or block begins that breaks the rule: in bytes from where the stream was opened, of the
    /// uncompressed capture where it is compressed.
    /// </summary>
    public long Offset { get; }
}
