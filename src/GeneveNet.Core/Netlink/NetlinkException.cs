using System.Text;

namespace GeneveNet.Netlink;

/// <summary>The kernel refused a netlink request.</summary>
public sealed class NetlinkException : NetworkException
{
    /// <summary>Creates the exception with a default text.</summary>
    public NetlinkException() { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    public NetlinkException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed.</param>
    /// <param name="innerException">What led to it.</param>
    public NetlinkException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception from the kernel's answer.</summary>
    /// <param name="summary">What was asked, as a phrase that continues "Cannot …".</param>
    /// <param name="errno">The error number, positive.</param>
    /// <param name="ack">What the kernel added.</param>
    /// <param name="attribute">Name of the offending attribute, or null.</param>
    /// <param name="advice">A sentence that says what to do, or null.</param>
    public NetlinkException(string summary, int errno, ExtendedAck? ack = null, string? attribute = null, string? advice = null)
        : base(GeneveNet.Errno.KindOf(errno), Word(summary, errno, ack?.Message, attribute, advice ?? DefaultAdvice(errno)), errno) =>
        (RequestSummary, ExtendedAck, AttributeName) = (summary, ack ?? ExtendedAck.None, attribute);

    /// <summary>What was asked.</summary>
    public string RequestSummary { get; } = "";

    /// <summary>What the kernel added to the error number.</summary>
    public ExtendedAck ExtendedAck { get; } = ExtendedAck.None;

    /// <summary>Name of the attribute the kernel objects to (IFLA_…), or null where it did not say.</summary>
    public string? AttributeName { get; }

    /// <summary>The same refusal with a sentence that says what to do.</summary>
    /// <param name="advice">A whole sentence.</param>
    public NetlinkException WithAdvice(string advice) => new(RequestSummary, Errno, ExtendedAck, AttributeName, advice) { Id = Id };

    // Only for the two errors that mean the same whatever was asked; the rest is advised where the request is known.
    private static string? DefaultAdvice(int errno) => errno switch
    {
        GeneveNet.Errno.NotPermitted =>
            "This needs CAP_NET_ADMIN in the network namespace's user namespace: run as root, or with that capability.",
        GeneveNet.Errno.NoBuffers =>
            "The kernel dropped answers because it ran out of buffer space; the request may have been done in part.",
        _ => null,
    };

    private static string Word(string summary, int errno, string? text, string? attribute, string? advice)
    {
        var words = new StringBuilder("Cannot ").Append(summary).Append(": ")
            .Append((text ?? GeneveNet.Errno.TextOf(errno)).TrimEnd('.'))
            .Append(" (").Append(GeneveNet.Errno.NameOf(errno));
        if (attribute is not null)
            words.Append(", attribute ").Append(attribute);
        words.Append(").");
        if (advice is not null)
            words.Append(' ').Append(advice);
        return words.ToString();
    }
}
