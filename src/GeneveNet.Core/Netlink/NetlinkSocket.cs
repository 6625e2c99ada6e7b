using System.Runtime.InteropServices;
using GeneveNet.Native;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace GeneveNet.Netlink;

/// <summary>A netlink socket. It belongs to the network namespace of the thread that opened it, for good.</summary>
public sealed unsafe class NetlinkSocket : INetlinkTransport
{
    // include/uapi/linux/netlink.h
    private const int NETLINK_ADD_MEMBERSHIP = 1, NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11, NETLINK_GET_STRICT_CHK = 12;

    // What one queued acknowledgement with a text is charged to the receive buffer (skb and its headers), on the safe side.
    private const int AnswerCost = 2048;
    private const int WantedReceiveBuffer = 2 * 1024 * 1024;
    private const int WantedSendBuffer = 512 * 1024;

    private readonly FileDescriptor _socket;
    private readonly FileDescriptor _wake;

    /// <summary>Opens a socket in the network namespace of the calling thread.</summary>
    /// <param name="protocol">Netlink family; 0 is NETLINK_ROUTE.</param>
    /// <exception cref="NetworkException">The socket cannot be had.</exception>
    public NetlinkSocket(int protocol = 0)
    {
        const string Task = "open a netlink socket";
        _socket = new FileDescriptor(SystemCalls.Check(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), Task));
        try
        {
            _wake = new FileDescriptor(SystemCalls.Check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), Task));

            // Strict checking makes the kernel filter dumps by what is asked, and refuse what it does not know.
            // Kernels older than 4.20 know none of it: they answer all the same, only with fewer words.
            SetOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            SetOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            SetOption(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);

            // The forced form passes the system's limit and needs CAP_NET_ADMIN; the other stops at the limit.
            if (!SetOption(SOL_SOCKET, SO_RCVBUFFORCE, WantedReceiveBuffer))
                SetOption(SOL_SOCKET, SO_RCVBUF, WantedReceiveBuffer);
            if (!SetOption(SOL_SOCKET, SO_SNDBUFFORCE, WantedSendBuffer))
                SetOption(SOL_SOCKET, SO_SNDBUF, WantedSendBuffer);
            AnswerCapacity = Math.Max(16, GetOption(SOL_SOCKET, SO_RCVBUF) / AnswerCost);

            var address = new NetlinkAddress { Family = (ushort)AF_NETLINK };
            SystemCalls.Check(bind(_socket.Number, (sockaddr*)&address, sizeof(NetlinkAddress)), Task);
        }
        catch
        {
            _socket.Dispose();
            _wake?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int AnswerCapacity { get; }

    /// <summary>Joins a multicast group: what the kernel tells its members is received from then on.</summary>
    /// <param name="group">Number of the group.</param>
    /// <exception cref="NetworkException">There is no such group, or a privilege is missing.</exception>
    internal void Join(int group) => SystemCalls.Check(
        setsockopt(_socket.Number, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(int)), "listen to what the kernel tells");

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        var kernel = new NetlinkAddress { Family = (ushort)AF_NETLINK };
        fixed (byte* data = datagram)
        {
            iovec part = new() { iov_base = data, iov_len = datagram.Length };
            msghdr message = new() { msg_name = &kernel, msg_namelen = sizeof(NetlinkAddress), msg_iov = &part, msg_iovlen = 1 };
            while ((long)sendmsg(_socket.Number, &message, 0) < 0)
            {
                if (errno != EINTR)
                    throw NetworkException.FromErrno("send a netlink request", errno);
            }
        }
    }

    /// <inheritdoc/>
    public int Receive(Span<byte> buffer, CancellationToken cancellation)
    {
        NetlinkAddress sender;
        fixed (byte* data = buffer)
        {
            iovec part = new() { iov_base = data, iov_len = buffer.Length };
            while (true)
            {
                msghdr message = new() { msg_name = &sender, msg_namelen = sizeof(NetlinkAddress), msg_iov = &part, msg_iovlen = 1 };
                // MSG_TRUNC as an input flag makes the call return the datagram's whole length.
                var length = (long)recvmsg(_socket.Number, &message, MSG_DONTWAIT | MSG_TRUNC);
                if (length >= 0)
                {
                    // Any process may send to this socket; only port 0 is the kernel.
                    if (sender.PortId == 0)
                        return (int)length;
                    continue;
                }

                var error = errno;
                if (error == EAGAIN)
                    Wait(cancellation);
                else if (error != EINTR)
                    throw NetworkException.FromErrno("receive a netlink answer", error);
            }
        }
    }

    /// <inheritdoc/>
    public string? FindLinkName(int index) => SystemCalls.FindLinkName(_socket, index);

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    private void Wait(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var registration = cancellation.Register(static state => ((NetlinkSocket)state!).Wake(), this);
        var descriptors = stackalloc pollfd[2];
        descriptors[0] = new pollfd { fd = _socket.Number, events = POLLIN };
        descriptors[1] = new pollfd { fd = _wake.Number, events = POLLIN };
        // With arguments that are right, only a signal ends it early; the bindings do not keep its error number.
        while (poll(descriptors, 2, -1) < 0)
        {
        }

        if (descriptors[1].revents != 0)
        {
            ulong count;
            _ = read(_wake.Number, &count, sizeof(ulong));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private void Wake()
    {
        ulong one = 1;
        _ = write(_wake.Number, &one, sizeof(ulong));
    }

    private bool SetOption(int level, int option, int value) =>
        setsockopt(_socket.Number, level, option, &value, sizeof(int)) == 0;

    private int GetOption(int level, int option)
    {
        int value;
        socklen_t size = sizeof(int);
        return getsockopt(_socket.Number, level, option, &value, &size) == 0 ? value : 0;
    }

    /// <summary>struct sockaddr_nl: port and group mask in host byte order; all zero but the family is the kernel.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint PortId;
        public uint Groups;
    }
}
