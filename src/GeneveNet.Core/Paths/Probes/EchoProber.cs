using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GeneveNet.Namespaces;
using GeneveNet.Packets;

namespace GeneveNet.Paths.Probes;

/// <summary>What became of one echo request.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Size">Bytes of its IP packet.</param>
/// <param name="RoundTrip">Time until its reply, or null where none came.</param>
/// <param name="SendErrno">The error number with which the kernel refused to send it; 0 for none.</param>
internal sealed record EchoResult(int Sequence, int Size, TimeSpan? RoundTrip, int SendErrno);

/// <summary>
/// Sends echo requests from a namespace by a raw socket, so that they go the way any packet of that place would go, and counts the
/// replies.
/// </summary>
internal sealed class EchoProber : IDisposable
{
    private const int IcmpHeader = 8, IPv4Header = 20, IPv6Header = 40;
    private const byte EchoRequest = 8, EchoReply = 0, EchoRequestV6 = 128, EchoReplyV6 = 129;

    // IP_MTU_DISCOVER and IPV6_MTU_DISCOVER with the value PROBE: don't fragment, whatever is known of the path.
    private const int SolSocket = 1, BindToDevice = 25; // SOL_SOCKET, SO_BINDTODEVICE
    private const int LevelIP = 0, LevelIPv6 = 41, MtuDiscover = 10, MtuDiscoverV6 = 23, MtuProbe = 3, DontFragmentV6 = 62;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;
    private readonly bool _isV6;
    private readonly ushort _id;
    private readonly IPEndPoint _to;
    private readonly byte[] _received = new byte[ushort.MaxValue + 1];
    private ushort _sequence;

    /// <summary>Opens the socket.</summary>
    /// <param name="place">Where packets are sent from.</param>
    /// <param name="source">The address they come from, or null for the kernel's choice.</param>
    /// <param name="destination">The address they go to.</param>
    /// <param name="id">Identifier of the echoes.</param>
    /// <param name="device">Name of the VRF that they are sent in; null for none.</param>
    /// <exception cref="NetworkException">CAP_NET_RAW is missing, or the source is no address of that place.</exception>
    public EchoProber(NetworkNamespace place, IPAddress? source, IPAddress destination, ushort id, string? device = null)
    {
        _isV6 = destination.AddressFamily == AddressFamily.InterNetworkV6;
        _id = id;
        _to = new IPEndPoint(destination, 0);
        try
        {
            var protocol = _isV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp;
            _socket = NamespaceThread.RunIn(place, () => new Socket(destination.AddressFamily, SocketType.Raw, protocol));
        }
        catch (SocketException refusal) when (refusal.NativeErrorCode is not (Errno.NotPermitted or Errno.AccessDenied))
        {
            var errno = refusal.NativeErrorCode;
            throw new NetworkException(Errno.KindOf(errno), $"Cannot send probes: {refusal.Message}.", errno, refusal);
        }
        catch (SocketException refusal)
        {
            throw new NetworkException(
                FailureKind.PermissionDenied,
                $"Cannot send probes: {refusal.Message}. "
                + "This needs CAP_NET_RAW in the network namespace: run as root, or test kernel state only.",
                Errno.NotPermitted,
                refusal);
        }

        try
        {
            _socket.Blocking = false;
            if (device is not null)
                _socket.SetRawSocketOption(SolSocket, BindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            if (source is not null)
                _socket.Bind(new IPEndPoint(source, 0));
            SetDontFragment();
        }
        catch (SocketException refusal)
        {
            _socket.Dispose();
            throw new NetworkException(
                FailureKind.InvalidArgument, $"Cannot send probes from {source}: {refusal.Message}.", innerException: refusal);
        }
    }

    /// <summary>Bytes of the headers in front of an echo's data.</summary>
    public int HeaderSize => (_isV6 ? IPv6Header : IPv4Header) + IcmpHeader;

    /// <summary>Sends echo requests, one after the other, and waits for their replies.</summary>
    /// <param name="count">How many.</param>
    /// <param name="size">Bytes of each IP packet.</param>
    /// <param name="interval">Time between two.</param>
    /// <param name="timeout">How long to wait for replies after the last.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public IReadOnlyList<EchoResult> Run(int count, int size, TimeSpan interval, TimeSpan timeout, CancellationToken cancellation)
    {
        var results = new EchoResult[count];
        var sent = new TimeSpan[count];
        var clock = Stopwatch.StartNew();
        var first = _sequence + 1;
        var missing = 0;
        for (var i = 0; i < count; i++)
        {
            sent[i] = clock.Elapsed;
            var errno = Send(Request(size));
            results[i] = new EchoResult(_sequence, size, null, errno);
            missing += errno == 0 ? 1 : 0;
            Receive(clock.Elapsed + (i == count - 1 ? timeout : interval), stopEarly: i == count - 1);
        }

        return results;

        // Between two requests the whole interval passes, so that no flood arises; after the last one no reply is waited for in vain.
        void Receive(TimeSpan until, bool stopEarly)
        {
            while (clock.Elapsed < until && (!stopEarly || missing > 0))
            {
                cancellation.ThrowIfCancellationRequested();
                var left = until - clock.Elapsed;
                if (ReceiveReply(left < Slice ? left : Slice) is not { } sequence)
                    continue;
                var index = sequence - first;
                if (index < 0 || index >= count || results[index]?.RoundTrip is not null)
                    continue;
                results[index] = results[index] with { RoundTrip = clock.Elapsed - sent[index] };
                missing--;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>An error that an earlier packet met is reported to the next call; that one is then made again.</summary>
    private int Send(byte[] message)
    {
        var errno = 0;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                _socket.SendTo(message, _to);
                return 0;
            }
            catch (SocketException refusal)
            {
                errno = refusal.NativeErrorCode;
            }
        }

        return errno;
    }

    private byte[] Request(int size)
    {
        var message = new byte[Math.Max(size, HeaderSize) - (HeaderSize - IcmpHeader)];
        message[0] = _isV6 ? EchoRequestV6 : EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), _id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), ++_sequence);
        for (var i = IcmpHeader; i < message.Length; i++)
            message[i] = (byte)i;
        // The checksum of ICMPv6 covers addresses only the kernel knows; it fills it in.
        if (!_isV6)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~InternetChecksum.Fold(InternetChecksum.Sum(message)));
        return message;
    }

    /// <returns>Number of the request that a reply of ours came for, or null where none came.</returns>
    private int? ReceiveReply(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || !_socket.Poll(timeout, SelectMode.SelectRead))
            return null;
        try
        {
            return SequenceOf(_received.AsSpan(0, _socket.Receive(_received)));
        }
        catch (SocketException)
        {
            return null; // An error about a packet of ours; the witnesses see it with its text.
        }
    }

    /// <summary>A raw socket gets every ICMP message of the host, for IPv4 with the IP header in front.</summary>
    private int? SequenceOf(ReadOnlySpan<byte> packet)
    {
        if (!_isV6)
        {
            if (packet.Length < IPv4Header)
                return null;
            var header = (packet[0] & 0xf) * 4;
            if (header > packet.Length)
                return null;
            packet = packet[header..];
        }

        return packet.Length >= IcmpHeader
            && packet[0] == (_isV6 ? EchoReplyV6 : EchoReply)
            && BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) == _id
            ? BinaryPrimitives.ReadUInt16BigEndian(packet[6..])
            : null;
    }

    private void SetDontFragment()
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(value, MtuProbe);
        if (!_isV6)
        {
            _socket.SetRawSocketOption(LevelIP, MtuDiscover, value);
            return;
        }

        _socket.SetRawSocketOption(LevelIPv6, MtuDiscoverV6, value);
        BitConverter.TryWriteBytes(value, 1);
        _socket.SetRawSocketOption(LevelIPv6, DontFragmentV6, value);
    }
}
