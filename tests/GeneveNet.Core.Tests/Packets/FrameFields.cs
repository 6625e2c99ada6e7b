using System.Globalization;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Tests.Packets;

/// <summary>Names what was decoded as tshark does, so that the two can be compared field by field.</summary>
internal sealed class FrameFields
{
    private readonly Dictionary<string, string> _fields = [];

    private FrameFields() { }

    public static IReadOnlyDictionary<string, string> Of(DecodedFrame frame)
    {
        var fields = new FrameFields();
        fields.Add("frame.len", frame.Length);
        fields.AddFrame(frame);
        return fields._fields;
    }

    private void AddFrame(DecodedFrame frame)
    {
        Add("eth.src", frame.Ethernet?.SourceValue);
        Add("eth.dst", frame.Ethernet?.DestinationValue);
        foreach (var tag in frame.Vlans)
            Add(tag.Tpid == EtherTypes.ServiceVlan ? "ieee8021ad.id" : "vlan.id", tag.Id);
        AddIP(frame.IP);
        AddArp(frame.Arp);
        AddIcmp(frame.Icmp);
        AddTcp(frame.Tcp);
        AddUdp(frame.Udp, frame.IP);
        AddGeneve(frame.Geneve);
    }

    private void AddIP(IPHeader? ip)
    {
        if (ip is null)
            return;
        if (ip.Version == 6)
        {
            Add("ipv6.src", ip.SourceValue);
            Add("ipv6.dst", ip.DestinationValue);
            Add("ipv6.hlim", ip.Ttl);
            Add("ipv6.tclass", $"0x{ip.Tos:x8}");
            Add("ipv6.flow", $"0x{ip.FlowLabel:x6}");
            return;
        }

        Add("ip.src", ip.SourceValue);
        Add("ip.dst", ip.DestinationValue);
        Add("ip.ttl", ip.Ttl);
        Add("ip.dsfield", $"0x{ip.Tos:x2}");
        Add("ip.id", $"0x{ip.Identification:x4}");
        Add("ip.flags.df", ip.DontFragment ? 1 : 0);
        Add("ip.frag_offset", ip.FragmentOffset / 8);
    }

    private void AddArp(ArpMessage? arp)
    {
        Add("arp.opcode", (int?)arp?.Operation);
        Add("arp.src.proto_ipv4", arp?.SenderIPValue);
        Add("arp.dst.proto_ipv4", arp?.TargetIPValue);
        Add("arp.src.hw_mac", arp?.SenderMacValue);
    }

    private void AddIcmp(IcmpMessage? icmp)
    {
        if (icmp is null)
            return;
        if (icmp.Version == 6)
        {
            Add("icmpv6.type", icmp.Type);
            Add("icmpv6.echo.identifier", icmp.Identifier is { } id ? $"0x{id:x4}" : null);
            Add("icmpv6.echo.sequence_number", icmp.Sequence);
            Add(icmp.Type == 135 ? "icmpv6.nd.ns.target_address" : "icmpv6.nd.na.target_address", icmp.TargetValue);
            Add("icmpv6.opt.linkaddr", icmp.LinkLayerAddressValue);
        }
        else
        {
            Add("icmp.type", icmp.Type);
            Add("icmp.code", icmp.Code);
            Add("icmp.ident", icmp.Identifier);
            Add("icmp.seq", icmp.Sequence);
            Add("icmp.mtu", icmp.Mtu);
        }

        AddIP(icmp.About);
    }

    private void AddTcp(TcpHeader? tcp)
    {
        Add("tcp.srcport", tcp?.SourcePort);
        Add("tcp.dstport", tcp?.DestinationPort);
        Add("tcp.seq_raw", tcp?.Sequence);
        Add("tcp.ack_raw", tcp?.Acknowledgment);
        Add("tcp.flags", tcp is null ? null : $"0x{(int)tcp.Flags:x4}");
        Add("tcp.window_size_value", tcp?.Window);
        Add("tcp.options.mss_val", tcp?.MaximumSegmentSize);
        Add("tcp.len", tcp?.PayloadLength);
    }

    private void AddUdp(UdpHeader? udp, IPHeader? ip)
    {
        Add("udp.srcport", udp?.SourcePort);
        Add("udp.dstport", udp?.DestinationPort);
        Add("udp.length", udp?.Length);
        Add("udp.checksum.status", udp?.ChecksumState switch
        {
            null => null,
            ChecksumState.Invalid => "0",
            ChecksumState.Valid => "1",
            ChecksumState.Absent when ip!.Version == 4 => "3",
            ChecksumState.Absent => "4", // tshark: illegal, as without udp6zerocsumrx
            _ => "2",
        });
    }

    private void AddGeneve(GenevePacket? geneve)
    {
        if (geneve is null)
            return;
        Add("geneve.version", geneve.Version);
        if (geneve.Vni is not null)
        {
            Add(
                "geneve.flags",
                $"0x{(geneve.IsOam == true ? 0x80 : 0) | (geneve.HasCriticalOptions == true ? 0x40 : 0) | geneve.Reserved:x2}");
            Add("geneve.proto_type", $"0x{geneve.ProtocolType:x4}");
            Add("geneve.vni", $"0x{geneve.Vni:x6}");
            Add("geneve.reserved", $"0x{geneve.Reserved2:x2}");
        }

        foreach (var option in geneve.Options)
        {
            Add("geneve.option.class", $"0x{option.Class:x4}");
            Add("geneve.option.type", $"0x{option.Type:x2}");
            Add("geneve.option.unknown.data", Convert.ToHexStringLower(option.Data));
        }

        if (geneve.Inner is { } inner)
            AddFrame(inner);
    }

    private void Add(string name, object? value)
    {
        if (value is null)
            return;
        var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        _fields[name] = _fields.TryGetValue(name, out var before) ? $"{before},{text}" : text;
    }
}
