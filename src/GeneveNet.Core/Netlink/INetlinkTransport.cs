namespace GeneveNet.Netlink;

/// <summary>Carries datagrams to and from the kernel. A socket in life, a script in tests.</summary>
public interface INetlinkTransport : IDisposable
{
    /// <summary>How many answers certainly fit into the receive buffer before the first of them is read.</summary>
    int AnswerCapacity { get; }

    /// <summary>Sends one datagram of one or more messages.</summary>
    /// <param name="datagram">The messages.</param>
    /// <exception cref="NetworkException">The kernel does not take it.</exception>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Waits for the next datagram from the kernel.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>The datagram's length; more than <paramref name="buffer"/> holds when it was cut off.</returns>
    /// <exception cref="NetworkException">With errno ENOBUFS when the kernel had to drop answers.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    int Receive(Span<byte> buffer, CancellationToken cancellation);

    /// <summary>
    /// The name of a link, by the socket's own call for it (SIOCGIFNAME, netdevice(7)). A netlink exchange returns the same at thirty times
    /// the cost, because it comes with everything else about the link.
    /// </summary>
    /// <param name="index">The link's index, in the namespace of the socket.</param>
    /// <returns>Null where there is none of that index.</returns>
    string? FindLinkName(int index);
}
