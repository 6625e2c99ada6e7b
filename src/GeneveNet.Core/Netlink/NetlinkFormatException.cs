namespace GeneveNet.Netlink;

/// <summary>The bytes are not a well-formed netlink message, or a value does not fit into one.</summary>
public sealed class NetlinkFormatException : Exception
{
    /// <summary>Creates the exception with a default text.</summary>
    public NetlinkFormatException() : this("The netlink message is malformed.") { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rule was broken, with the numbers.</param>
    public NetlinkFormatException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which rule was broken, with the numbers.</param>
    /// <param name="innerException">What led to it.</param>
    public NetlinkFormatException(string message, Exception innerException) : base(message, innerException) { }
}
