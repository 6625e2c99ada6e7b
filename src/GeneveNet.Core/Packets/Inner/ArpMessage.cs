using System.Buffers.Binary;
using System.Net;

namespace GeneveNet.Packets.Inner;

/// <summary>What an ARP message does (RFC 826, RFC 903).</summary>
public enum ArpOperation : ushort
{
    /// <summary>Asks who has an address.</summary>
    Request = 1,
    /// <summary>Answers.</summary>
    Reply = 2,
    /// <summary>Asks for the IP address of a MAC address.</summary>
    ReverseRequest = 3,
    /// <summary>Answers that.</summary>
    ReverseReply = 4,
}

/// <summary>An ARP message for IPv4 over Ethernet (RFC 826).</summary>
public sealed record ArpMessage
{
    private const int HeaderSize = 8, Size = 28;
    private const ulong EthernetAndIPv4 = 0x0001_0800_06_04;

    /// <summary>What it does.</summary>
    public ArpOperation Operation { get; private init; }

    /// <summary>MAC address of the sender; null where the message is not for Ethernet and IPv4.</summary>
    public string? SenderMac => SenderMacValue?.ToString();

    internal MacAddress? SenderMacValue { get; private init; }

    /// <summary>IP address of the sender, or null.</summary>
    public string? SenderIP => SenderIPValue?.ToString();

    internal IPAddress? SenderIPValue { get; private init; }

    /// <summary>MAC address of the target, all zero while it is asked for; or null.</summary>
    public string? TargetMac => TargetMacValue?.ToString();

    internal MacAddress? TargetMacValue { get; private init; }

    /// <summary>IP address of the target, or null.</summary>
    public string? TargetIP => TargetIPValue?.ToString();

    internal IPAddress? TargetIPValue { get; private init; }

    /// <summary>Bytes of the message, with what pads the frame.</summary>
    public int Length { get; private init; }

    /// <summary>As tcpdump writes it, "ARP, Request who-has 12.200.1.2 tell 169.254.67.1, length 28".</summary>
    public override string ToString() => Operation switch
    {
        _ when SenderIPValue is null => $"ARP, operation {(int)Operation}, length {Length}",
        ArpOperation.Request when TargetMacValue!.IsZero => $"ARP, Request who-has {TargetIPValue} tell {SenderIPValue}, length {Length}",
        ArpOperation.Request => $"ARP, Request who-has {TargetIPValue} ({TargetMacValue}) tell {SenderIPValue}, length {Length}",
        ArpOperation.Reply => $"ARP, Reply {SenderIPValue} is-at {SenderMacValue}, length {Length}",
        ArpOperation.ReverseRequest => $"ARP, Reverse Request who-is {TargetMacValue} tell {SenderMacValue}, length {Length}",
        ArpOperation.ReverseReply => $"ARP, Reverse Reply {TargetMacValue} at {TargetIPValue}, length {Length}",
        _ => $"ARP, operation {(int)Operation}, length {Length}",
    };

    internal static ArpMessage? Read(ref LayerCursor cursor)
    {
        var length = cursor.Left;
        if (!cursor.TryPeek(HeaderSize, Layer.Arp, out var bytes))
            return null;
        var operation = (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        // Hardware type, protocol type and both address lengths, before the operation.
        if (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16 != EthernetAndIPv4)
            return new ArpMessage { Operation = operation, Length = length };
        if (!cursor.TryTake(Size, Layer.Arp, out bytes))
            return null;
        return new ArpMessage
        {
            Operation = operation,
            SenderMacValue = EthernetHeader.ReadMac(bytes[8..]),
            SenderIPValue = new IPAddress(bytes[14..18]),
            TargetMacValue = EthernetHeader.ReadMac(bytes[18..]),
            TargetIPValue = new IPAddress(bytes[24..28]),
            Length = length,
        };
    }
}
