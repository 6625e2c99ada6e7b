namespace GeneveNet.Tests.Packets;

/// <summary>Frames made by another encoder, and what tcpdump 4.99.3 and tshark 4.0.17 read in them.</summary>
/// <remarks>
/// The first two are the packets of a ping through a tunnel with VNI 1000. tcpdump ran with -tnn -S, tshark with -T fields, checking
/// checksums and not putting fragments together. A field that occurs several times has its values with commas, from the outside in.
/// </remarks>
internal static class GoldenFrames
{
    public static IReadOnlyDictionary<string, GoldenFrame> All { get; } = Read();

    private static Dictionary<string, GoldenFrame> Read()
    {
        Dictionary<string, GoldenFrame> frames = [];
        foreach (var block in Text.Split("\n\n"))
        {
            var lines = block.Split('\n');
            var fields = Said("tshark").Split(' ');
            frames.Add(
                lines[0]["frame: ".Length..],
                new GoldenFrame(
                    Said("tcpdump"),
                    fields.Select(field => field.Split('=')).ToDictionary(field => field[0], field => field[1]),
                    Convert.FromHexString(string.Concat(lines.Where(line => !line.Contains(':', StringComparison.Ordinal))))));

            // What is too long for a line goes on in the next.
            string Said(string program) => string.Join(' ', lines
                .Where(line => line.StartsWith($"{program}: ", StringComparison.Ordinal)).Select(line => line[(program.Length + 2)..]));
        }

        return frames;
    }

    private const string Text = """
        frame: document request
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1 > 11.200.1.1: ICMP echo
        tcpdump: request, id 4534, seq 45, length 64
        tshark: frame.len=148 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=114 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000867e1000004011e6620a0000fa0a0000fb339617c100720000000065580003e800764dd9e82034f6eddb8e
        766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: document reply
        tcpdump: IP 10.0.0.251.50482 > 10.0.0.250.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.1.1 > 11.200.2.1: ICMP echo
        tcpdump: reply, id 4534, seq 45, length 64
        tshark: frame.len=148 eth.src=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34 eth.dst=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e
        tshark: ip.src=10.0.0.251,11.200.1.1 ip.dst=10.0.0.250,11.200.2.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x3d3d,0x49d0
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=50482 udp.dstport=6081 udp.length=114 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=0
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        eeffffffffff00163e13d7e30800450000863d3d0000401127360a0000fb0a0000fac53217c100720000000065580003e800f6eddb8e766e764dd9e8
        203408004500005449d00000400116480bc801010bc8020100002f4a11b6002d00000000000000000000000000000000101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: arp request
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: ARP, Request who-has 12.200.1.2 tell
        tcpdump: 169.254.67.1, length 28
        tshark: frame.len=92 eth.src=ee:ff:ff:ff:ff:ff,ae:3d:e0:0c:58:73 eth.dst=00:16:3e:13:d7:e3,ff:ff:ff:ff:ff:ff ip.src=10.0.0.250
        tshark: ip.dst=10.0.0.251 ip.ttl=64 ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 udp.srcport=13206
        tshark: udp.dstport=6081 udp.length=58 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 arp.opcode=1 arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2
        tshark: arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff08004500004e7e1000004011e69a0a0000fa0a0000fb339617c1003a0000000065580003e800ffffffffffffae3de00c
        587308060001080006040001ae3de00c5873a9fe43010000000000000cc80102

        frame: arp reply
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: ARP, Reply 12.200.1.2 is-at
        tcpdump: 5a:d5:32:45:37:9e, length 28
        tshark: frame.len=92 eth.src=ee:ff:ff:ff:ff:ff,5a:d5:32:45:37:9e eth.dst=00:16:3e:13:d7:e3,ae:3d:e0:0c:58:73 ip.src=10.0.0.250
        tshark: ip.dst=10.0.0.251 ip.ttl=64 ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 udp.srcport=13206
        tshark: udp.dstport=6081 udp.length=58 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 arp.opcode=2 arp.src.proto_ipv4=12.200.1.2 arp.dst.proto_ipv4=169.254.67.1
        tshark: arp.src.hw_mac=5a:d5:32:45:37:9e
        00163e13d7e3eeffffffffff08004500004e7e1000004011e69a0a0000fa0a0000fb339617c1003a0000000065580003e800ae3de00c58735ad53245
        379e080600010800060400025ad53245379e0cc80102ae3de00c5873a9fe4301

        frame: tcp syn
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.9000:
        tcpdump: Flags [S], seq 1000, win 64240, length 0
        tshark: frame.len=104 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0001
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=70 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 tcp.srcport=40000
        tshark: tcp.dstport=9000 tcp.seq_raw=1000 tcp.ack_raw=0 tcp.flags=0x0002 tcp.window_size_value=64240 tcp.len=0
        00163e13d7e3eeffffffffff08004500005a7e1000004011e68e0a0000fa0a0000fb339617c100460000000065580003e800764dd9e82034f6eddb8e
        766e080045000028000140004006203e0bc802010bc801019c402328000003e8000000005002faf0d70f0000

        frame: tcp data
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.9000:
        tcpdump: Flags [P.], seq 1001:1013, ack 77, win 502, length 12
        tshark: frame.len=116 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0002
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=82 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 tcp.srcport=40000
        tshark: tcp.dstport=9000 tcp.seq_raw=1001 tcp.ack_raw=77 tcp.flags=0x0018 tcp.window_size_value=502 tcp.len=12
        00163e13d7e3eeffffffffff0800450000667e1000004011e6820a0000fa0a0000fb339617c100520000000065580003e800764dd9e82034f6eddb8e
        766e08004500003400024000400620310bc802010bc801019c402328000003e90000004d501801f63f78000068656c6c6f2067656e657665

        frame: tcp fin
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.9000:
        tcpdump: Flags [F.], seq 1013, ack 78, win 502, length 0
        tshark: frame.len=104 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0003
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=70 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 tcp.srcport=40000
        tshark: tcp.dstport=9000 tcp.seq_raw=1013 tcp.ack_raw=78 tcp.flags=0x0011 tcp.window_size_value=502 tcp.len=0
        00163e13d7e3eeffffffffff08004500005a7e1000004011e68e0a0000fa0a0000fb339617c100460000000065580003e800764dd9e82034f6eddb8e
        766e080045000028000300004006603c0bc802010bc801019c402328000003f50000004e501101f6cfa00000

        frame: tcp reset
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.9000:
        tcpdump: Flags [R], seq 1013, win 0, length 0
        tshark: frame.len=104 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0003
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=70 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 tcp.srcport=40000
        tshark: tcp.dstport=9000 tcp.seq_raw=1013 tcp.ack_raw=0 tcp.flags=0x0004 tcp.window_size_value=0 tcp.len=0
        00163e13d7e3eeffffffffff08004500005a7e1000004011e68e0a0000fa0a0000fb339617c100460000000065580003e800764dd9e82034f6eddb8e
        766e080045000028000300004006603c0bc802010bc801019c402328000003f50000000050040000d1f10000

        frame: tcp options
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.9000:
        tcpdump: Flags [S], seq 5, win 64240, options [mss 1410,nop,wscale 7], length 0
        tshark: frame.len=112 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0003
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=78 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 tcp.srcport=40000
        tshark: tcp.dstport=9000 tcp.seq_raw=5 tcp.ack_raw=0 tcp.flags=0x0002 tcp.window_size_value=64240 tcp.options.mss_val=1410
        tshark: tcp.len=0
        00163e13d7e3eeffffffffff0800450000627e1000004011e6860a0000fa0a0000fb339617c1004e0000000065580003e800764dd9e82034f6eddb8e
        766e08004500003000030000400660340bc802010bc801019c40232800000005000000007002faf0af5a00000204058201030307

        frame: udp
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1.40000 > 11.200.1.1.40001:
        tcpdump: UDP, length 10
        tshark: frame.len=102 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0004
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206,40000 udp.dstport=6081,40001 udp.length=68,18
        tshark: udp.checksum.status=1,1 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8
        tshark: geneve.reserved=0x00
        00163e13d7e3eeffffffffff0800450000587e1000004011e6900a0000fa0a0000fb339617c10044aa1d000065580003e800764dd9e82034f6eddb8e
        766e08004500002600040000401160320bc802010bc801019c409c410012525c78787878787878787878

        frame: neighbor solicitation
        tcpdump: IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: IP6 fe80::1 > ff02::1:ff00:2: ICMP6,
        tcpdump: neighbor solicitation, who has fe80::2, length 32
        tshark: frame.len=156 eth.src=ee:ff:ff:ff:ff:ff,02:00:00:00:00:01 eth.dst=00:16:3e:13:d7:e3,33:33:ff:00:00:02
        tshark: ipv6.src=2001:db8::1,fe80::1 ipv6.dst=2001:db8::2,ff02::1:ff00:2 ipv6.hlim=63,255 ipv6.tclass=0x000000b8,0x00000000
        tshark: ipv6.flow=0x012345,0x000000 udp.srcport=40000 udp.dstport=6081 udp.length=102 udp.checksum.status=1 geneve.version=0
        tshark: geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmpv6.type=135
        tshark: icmpv6.nd.ns.target_address=fe80::2 icmpv6.opt.linkaddr=02:00:00:00:00:01
        00163e13d7e3eeffffffffff86dd6b8123450066113f20010db800000000000000000000000120010db80000000000000000000000029c4017c10066
        4c75000065580003e8003333ff00000202000000000186dd6000000000203afffe800000000000000000000000000001ff0200000000000000000001
        ff00000287007a9700000000fe8000000000000000000000000000020101020000000001

        frame: neighbor advertisement
        tcpdump: IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: IP6 fe80::2 > fe80::1: ICMP6, neighbor
        tcpdump: advertisement, tgt is fe80::2, length 32
        tshark: frame.len=156 eth.src=ee:ff:ff:ff:ff:ff,02:00:00:00:00:02 eth.dst=00:16:3e:13:d7:e3,02:00:00:00:00:01
        tshark: ipv6.src=2001:db8::1,fe80::2 ipv6.dst=2001:db8::2,fe80::1 ipv6.hlim=63,255 ipv6.tclass=0x000000b8,0x00000000
        tshark: ipv6.flow=0x012345,0x000000 udp.srcport=40000 udp.dstport=6081 udp.length=102 udp.checksum.status=1 geneve.version=0
        tshark: geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmpv6.type=136
        tshark: icmpv6.nd.na.target_address=fe80::2 icmpv6.opt.linkaddr=02:00:00:00:00:02
        00163e13d7e3eeffffffffff86dd6b8123450066113f20010db800000000000000000000000120010db80000000000000000000000029c4017c10066
        7ca9000065580003e80002000000000102000000000286dd6000000000203afffe800000000000000000000000000002fe8000000000000000000000
        000000018800181a60000000fe8000000000000000000000000000020201020000000002

        frame: echo6
        tcpdump: IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: IP6 fd00::1 > fd00::2: ICMP6, echo
        tcpdump: request, id 7, seq 3, length 64
        tshark: frame.len=188 eth.src=ee:ff:ff:ff:ff:ff,02:00:00:00:00:01 eth.dst=00:16:3e:13:d7:e3,02:00:00:00:00:02
        tshark: ipv6.src=2001:db8::1,fd00::1 ipv6.dst=2001:db8::2,fd00::2 ipv6.hlim=63,64 ipv6.tclass=0x000000b8,0x00000000
        tshark: ipv6.flow=0x012345,0x0abcde udp.srcport=40000 udp.dstport=6081 udp.length=134 udp.checksum.status=4 geneve.version=0
        tshark: geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmpv6.type=128
        tshark: icmpv6.echo.identifier=0x0007 icmpv6.echo.sequence_number=3
        00163e13d7e3eeffffffffff86dd6b8123450086113f20010db800000000000000000000000120010db80000000000000000000000029c4017c10086
        0000000065580003e80002000000000202000000000186dd600abcde00403a40fd000000000000000000000000000001fd0000000000000000000000
        000000028000decf00070003616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161
        6161616161616161

        frame: echo6 reply
        tcpdump: IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: IP6 fd00::2 > fd00::1: ICMP6, echo
        tcpdump: reply, id 7, seq 3, length 64
        tshark: frame.len=188 eth.src=ee:ff:ff:ff:ff:ff,02:00:00:00:00:02 eth.dst=00:16:3e:13:d7:e3,02:00:00:00:00:01
        tshark: ipv6.src=2001:db8::1,fd00::2 ipv6.dst=2001:db8::2,fd00::1 ipv6.hlim=63,64 ipv6.tclass=0x000000b8,0x00000000
        tshark: ipv6.flow=0x012345,0x000000 udp.srcport=40000 udp.dstport=6081 udp.length=134 udp.checksum.status=1 geneve.version=0
        tshark: geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmpv6.type=129
        tshark: icmpv6.echo.identifier=0x0007 icmpv6.echo.sequence_number=3
        00163e13d7e3eeffffffffff86dd6b8123450086113f20010db800000000000000000000000120010db80000000000000000000000029c4017c10086
        7d28000065580003e80002000000000102000000000286dd6000000000403a40fd000000000000000000000000000002fd0000000000000000000000
        000000018100ddcf00070003616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161
        6161616161616161

        frame: inner fragment
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1 > 11.200.1.1: ip-proto-17
        tshark: frame.len=124 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0009
        tshark: ip.flags.df=0,0 ip.frag_offset=0,185 udp.srcport=13206 udp.dstport=6081 udp.length=90 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00
        00163e13d7e3eeffffffffff08004500006e7e1000004011e67a0a0000fa0a0000fb339617c1005a0000000065580003e800764dd9e82034f6eddb8e
        766e08004500003c000900b940115f5e0bc802010bc801017a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a
        7a7a7a7a

        frame: host unreachable
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.1.254 > 11.200.2.1: ICMP host
        tcpdump: 11.200.9.9 unreachable, length 44
        tshark: frame.len=128 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.1.254,11.200.2.1 ip.dst=10.0.0.251,11.200.2.1,11.200.9.9 ip.ttl=64,64,64
        tshark: ip.dsfield=0x00,0x00,0x00 ip.id=0x7e10,0x0005,0x0006 ip.flags.df=0,0,0 ip.frag_offset=0,0,0 udp.srcport=13206
        tshark: udp.dstport=6081 udp.length=94 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=3,8 icmp.code=1,0 icmp.ident=1 icmp.seq=1
        00163e13d7e3eeffffffffff0800450000727e1000004011e6760a0000fa0a0000fb339617c1005e0000000065580003e800764dd9e82034f6eddb8e
        766e0800450000400005000040015f2a0bc801fe0bc802010301fcfe0000000045000024000600004001583a0bc802010bc809090800272900010001
        3132333435363738

        frame: need to frag
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.1.254 > 11.200.2.1: ICMP
        tcpdump: 11.200.9.9 unreachable - need to frag (mtu 1400), length 44
        tshark: frame.len=128 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.1.254,11.200.2.1 ip.dst=10.0.0.251,11.200.2.1,11.200.9.9 ip.ttl=64,64,64
        tshark: ip.dsfield=0x00,0x00,0x00 ip.id=0x7e10,0x0005,0x0006 ip.flags.df=0,0,1 ip.frag_offset=0,0,0 udp.srcport=13206
        tshark: udp.dstport=6081 udp.length=94 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=3,8 icmp.code=4,0 icmp.ident=1 icmp.seq=1 icmp.mtu=1400
        00163e13d7e3eeffffffffff0800450000727e1000004011e6760a0000fa0a0000fb339617c1005e0000000065580003e800764dd9e82034f6eddb8e
        766e0800450000400005000040015f2a0bc801fe0bc802010304f7830000057845000024000640004001183a0bc802010bc809090800272900010001
        3132333435363738

        frame: too big
        tcpdump: IP6 2001:db8::1.40000 > 2001:db8::2.6081: Geneve, Flags [none], vni 0x3e8: IP6 fd00::9 > fd00::1: ICMP6, packet
        tcpdump: too big, mtu 1380, length 76
        tshark: frame.len=200 eth.src=ee:ff:ff:ff:ff:ff,02:00:00:00:00:02 eth.dst=00:16:3e:13:d7:e3,02:00:00:00:00:01
        tshark: ipv6.src=2001:db8::1,fd00::9,fd00::1 ipv6.dst=2001:db8::2,fd00::1,fd00::2 ipv6.hlim=63,64,64
        tshark: ipv6.tclass=0x000000b8,0x00000000,0x00000000 ipv6.flow=0x012345,0x000000,0x000000 udp.srcport=40000 udp.dstport=6081
        tshark: udp.length=146 udp.checksum.status=1 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8
        tshark: geneve.reserved=0x00 icmpv6.type=2,128 icmpv6.echo.identifier=0x0007 icmpv6.echo.sequence_number=3
        00163e13d7e3eeffffffffff86dd6b8123450092113f20010db800000000000000000000000120010db80000000000000000000000029c4017c10092
        7d10000065580003e80002000000000102000000000286dd60000000004c3a40fd000000000000000000000000000009fd0000000000000000000000
        00000001020064030000056460000000001c3a40fd000000000000000000000000000001fd0000000000000000000000000000028000b7cc00070003
        6161616161616161616161616161616161616161

        frame: inner vlan
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1 > 11.200.1.1: ICMP echo
        tcpdump: request, id 1, seq 2, length 64
        tshark: frame.len=152 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34 vlan.id=100
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0001
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=118 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8
        tshark: icmp.code=0 icmp.ident=1 icmp.seq=2
        00163e13d7e3eeffffffffff08004500008a7e1000004011e65e0a0000fa0a0000fb339617c100760000000065580003e800764dd9e82034f6eddb8e
        766e8100606408004500005400010000400160170bc802010bc801010800392a00010002000000000000000000000000000000001011121314151617
        18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: nested
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 172.16.0.1.5555 > 172.16.0.2.6081:
        tcpdump: Geneve, Flags [none], vni 0x7: ARP, Request who-has 12.200.1.2 tell 169.254.67.1, length 28
        tshark: frame.len=142 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e,ae:3d:e0:0c:58:73
        tshark: eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34,ff:ff:ff:ff:ff:ff ip.src=10.0.0.250,172.16.0.1
        tshark: ip.dst=10.0.0.251,172.16.0.2 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0001 ip.flags.df=0,0 ip.frag_offset=0,0
        tshark: udp.srcport=13206,5555 udp.dstport=6081,6081 udp.length=108,58 udp.checksum.status=3,3 geneve.version=0,0
        tshark: geneve.flags=0x00,0x00 geneve.proto_type=0x6558,0x6558 geneve.vni=0x0003e8,0x000007 geneve.reserved=0x00,0x00
        tshark: arp.opcode=1 arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2 arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff0800450000807e1000004011e6680a0000fa0a0000fb339617c1006c0000000065580003e800764dd9e82034f6eddb8e
        766e08004500004e000100004011227bac100001ac10000215b317c1003a00000000655800000700ffffffffffffae3de00c58730806000108000604
        0001ae3de00c5873a9fe43010000000000000cc80102

        frame: inner ipv4
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP 11.200.2.1 > 11.200.1.1: ICMP echo
        tcpdump: request, id 4534, seq 45, length 64
        tshark: frame.len=134 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250,11.200.2.1
        tshark: ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9 ip.flags.df=0,1 ip.frag_offset=0,0
        tshark: udp.srcport=13206 udp.dstport=6081 udp.length=100 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00
        tshark: geneve.proto_type=0x0800 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8 icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000787e1000004011e6700a0000fa0a0000fb339617c100640000000008000003e80045000054d2d940004001
        4d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b1c1d1e1f20212223242526272829
        2a2b2c2d2e2f3031323334353637

        frame: inner ipv6
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP6 fd00::1 > fd00::2: ICMP6, echo
        tcpdump: request, id 7, seq 3, length 64
        tshark: frame.len=154 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250 ip.dst=10.0.0.251 ip.ttl=64
        tshark: ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 ipv6.src=fd00::1 ipv6.dst=fd00::2 ipv6.hlim=64
        tshark: ipv6.tclass=0x00000000 ipv6.flow=0x0abcde udp.srcport=13206 udp.dstport=6081 udp.length=120 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x86dd geneve.vni=0x0003e8 geneve.reserved=0x00 icmpv6.type=128
        tshark: icmpv6.echo.identifier=0x0007 icmpv6.echo.sequence_number=3
        00163e13d7e3eeffffffffff08004500008c7e1000004011e65c0a0000fa0a0000fb339617c100780000000086dd0003e800600abcde00403a40fd00
        0000000000000000000000000001fd0000000000000000000000000000028000decf0007000361616161616161616161616161616161616161616161
        61616161616161616161616161616161616161616161616161616161616161616161

        frame: inner mpls
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: MPLS (label 100, tc 0, [S], ttl 64) IP
        tcpdump: 11.200.2.1 > 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64
        tshark: frame.len=138 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250,11.200.2.1
        tshark: ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9 ip.flags.df=0,1 ip.frag_offset=0,0
        tshark: udp.srcport=13206 udp.dstport=6081 udp.length=104 udp.checksum.status=3 geneve.version=0 geneve.flags=0x00
        tshark: geneve.proto_type=0x8847 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8 icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff08004500007c7e1000004011e66c0a0000fa0a0000fb339617c100680000000088470003e8000006414045000054d2d9
        400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b1c1d1e1f202122232425
        262728292a2b2c2d2e2f3031323334353637

        frame: unknown protocol
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: geneve-proto-0x1234
        tshark: frame.len=54 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250 ip.dst=10.0.0.251 ip.ttl=64
        tshark: ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 udp.srcport=13206 udp.dstport=6081 udp.length=20
        tshark: udp.checksum.status=3 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x1234 geneve.vni=0x0003e8
        tshark: geneve.reserved=0x00
        00163e13d7e3eeffffffffff0800450000287e1000004011e6c00a0000fa0a0000fb339617c100140000000012340003e80001020304

        frame: options
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8, options [12 bytes]: IP 11.200.2.1 >
        tcpdump: 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64
        tshark: frame.len=160 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=126 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00
        tshark: geneve.option.class=0x0102,0xff01 geneve.option.type=0x01,0x02 geneve.option.unknown.data=00010002, icmp.type=8
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000927e1000004011e6560a0000fa0a0000fb339617c1007e0000030065580003e8000102010100010002ff01
        0200764dd9e82034f6eddb8e766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000
        101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: critical
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [C], vni 0x3e8, options [20 bytes]: IP 11.200.2.1 >
        tcpdump: 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64
        tshark: frame.len=168 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=134 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x40 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00
        tshark: geneve.option.class=0x0102,0xffff geneve.option.type=0x01,0x81 geneve.option.unknown.data=00010002,deadbeef01020304
        tshark: icmp.type=8 icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff08004500009a7e1000004011e64e0a0000fa0a0000fb339617c100860000054065580003e8000102010100010002ffff
        8102deadbeef01020304764dd9e82034f6eddb8e766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d0000000000000000
        0000000000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: long option
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8, options [252 bytes]: IP 11.200.2.1 >
        tcpdump: 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64
        tshark: frame.len=400 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=366 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00
        tshark: geneve.option.class=0x0100,0x0100 geneve.option.type=0x01,0x01 icmp.type=8 icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450001827e1000004011e5660a0000fa0a0000fb339617c1016e00003f0065580003e8000100011f000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000100
        011e00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        0000764dd9e82034f6eddb8e766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000
        101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: oam
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [O], vni 0xffffff: IP 11.200.2.1 > 11.200.1.1: ICMP echo
        tcpdump: request, id 4534, seq 45, length 64
        tshark: frame.len=148 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=114 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x80 geneve.proto_type=0x6558 geneve.vni=0xffffff geneve.reserved=0x00 icmp.type=8
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000867e1000004011e6620a0000fa0a0000fb339617c10072000000806558ffffff00764dd9e82034f6eddb8e
        766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: reserved
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [R1R2R3R4R5R6], vni 0x3e8, rsvd 0x5a: IP 11.200.2.1 >
        tcpdump: 11.200.1.1: ICMP echo request, id 4534, seq 45, length 64
        tshark: frame.len=148 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=114 udp.checksum.status=3
        tshark: geneve.version=0 geneve.flags=0x3f geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x5a icmp.type=8
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000867e1000004011e6620a0000fa0a0000fb339617c100720000003f65580003e85a764dd9e82034f6eddb8e
        766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: version
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve ERROR: unknown-version 1
        tshark: frame.len=148 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0xd2d9
        tshark: ip.flags.df=0,1 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=114 udp.checksum.status=3
        tshark: geneve.version=1 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8
        tshark: icmp.code=0 icmp.ident=4534 icmp.seq=45
        00163e13d7e3eeffffffffff0800450000867e1000004011e6620a0000fa0a0000fb339617c100720000400065580003e800764dd9e82034f6eddb8e
        766e080045000054d2d9400040014d3e0bc802010bc801010800274a11b6002d00000000000000000000000000000000101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637

        frame: qinq
        tcpdump: IP 10.0.0.250.1 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: ARP, Request who-has 12.200.1.2 tell
        tcpdump: 169.254.67.1, length 28
        tshark: ieee8021ad.id=200 frame.len=100 eth.src=ee:ff:ff:ff:ff:ff,ae:3d:e0:0c:58:73
        tshark: eth.dst=00:16:3e:13:d7:e3,ff:ff:ff:ff:ff:ff vlan.id=100 ip.src=10.0.0.250 ip.dst=10.0.0.251 ip.ttl=3 ip.dsfield=0xb8
        tshark: ip.id=0x0001 ip.flags.df=1 ip.frag_offset=0 udp.srcport=1 udp.dstport=6081 udp.length=58 udp.checksum.status=1
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 arp.opcode=1
        tshark: arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2 arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff88a800c88100a064080045b8004e00014000031160f20a0000fa0a0000fb000117c1003aa615000065580003e800ffff
        ffffffffae3de00c587308060001080006040001ae3de00c5873a9fe43010000000000000cc80102

        frame: ip options
        tcpdump: IP 10.0.0.250.1 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: ARP, Request who-has 12.200.1.2 tell
        tcpdump: 169.254.67.1, length 28
        tshark: frame.len=96 eth.src=ee:ff:ff:ff:ff:ff,ae:3d:e0:0c:58:73 eth.dst=00:16:3e:13:d7:e3,ff:ff:ff:ff:ff:ff ip.src=10.0.0.250
        tshark: ip.dst=10.0.0.251 ip.ttl=64 ip.dsfield=0x00 ip.id=0x0001 ip.flags.df=0 ip.frag_offset=0 udp.srcport=1 udp.dstport=6081
        tshark: udp.length=58 udp.checksum.status=1 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8
        tshark: geneve.reserved=0x00 arp.opcode=1 arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2
        tshark: arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff08004600005200010000401161a40a0000fa0a0000fb01010101000117c1003aa615000065580003e800ffffffffffff
        ae3de00c587308060001080006040001ae3de00c5873a9fe43010000000000000cc80102

        frame: hop by hop
        tcpdump: IP6 2001:db8::1 > 2001:db8::2: HBH DSTOPT 40000 > 6081: Geneve, Flags [none], vni 0x3e8: ARP, Request who-has
        tcpdump: 12.200.1.2 tell 169.254.67.1, length 28
        tshark: frame.len=128 eth.src=ee:ff:ff:ff:ff:ff,ae:3d:e0:0c:58:73 eth.dst=00:16:3e:13:d7:e3,ff:ff:ff:ff:ff:ff
        tshark: ipv6.src=2001:db8::1 ipv6.dst=2001:db8::2 ipv6.hlim=64 ipv6.tclass=0x00000000 ipv6.flow=0x000000 udp.srcport=40000
        tshark: udp.dstport=6081 udp.length=58 udp.checksum.status=1 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 arp.opcode=1 arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2
        tshark: arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff86dd60000000004a004020010db800000000000000000000000120010db80000000000000000000000023c0001040000
        000011000104000000009c4017c1003ac455000065580003e800ffffffffffffae3de00c587308060001080006040001ae3de00c5873a9fe43010000
        000000000cc80102

        frame: first fragment
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: IP truncated-ip - 258 bytes missing!
        tcpdump: 11.200.2.1 > 11.200.1.1: ICMP echo request, id 1, seq 1, length 608
        tshark: frame.len=434 eth.src=ee:ff:ff:ff:ff:ff,f6:ed:db:8e:76:6e eth.dst=00:16:3e:13:d7:e3,76:4d:d9:e8:20:34
        tshark: ip.src=10.0.0.250,11.200.2.1 ip.dst=10.0.0.251,11.200.1.1 ip.ttl=64,64 ip.dsfield=0x00,0x00 ip.id=0x7e10,0x0001
        tshark: ip.flags.df=0,0 ip.frag_offset=0,0 udp.srcport=13206 udp.dstport=6081 udp.length=658 udp.checksum.status=2
        tshark: geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558 geneve.vni=0x0003e8 geneve.reserved=0x00 icmp.type=8
        tshark: icmp.code=0 icmp.ident=1 icmp.seq=1
        00163e13d7e3eeffffffffff0800450001a47e1020004011c5440a0000fa0a0000fb339617c102928acc000065580003e800764dd9e82034f6eddb8e
        766e0800450002740001000040015df70bc802010bc801010800070d0001000171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        7171717171717171717171717171

        frame: later fragment
        tcpdump: IP 10.0.0.250 > 10.0.0.251: ip-proto-17
        tshark: frame.len=292 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250 ip.dst=10.0.0.251 ip.ttl=64
        tshark: ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=50
        00163e13d7e3eeffffffffff0800450001167e1000324011e5a00a0000fa0a0000fb7171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171
        71717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171717171

        frame: bad checksum
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6081: Geneve, Flags [none], vni 0x3e8: ARP, Request who-has 12.200.1.2 tell
        tcpdump: 169.254.67.1, length 28
        tshark: frame.len=92 eth.src=ee:ff:ff:ff:ff:ff,ae:3d:e0:0c:58:73 eth.dst=00:16:3e:13:d7:e3,ff:ff:ff:ff:ff:ff ip.src=10.0.0.250
        tshark: ip.dst=10.0.0.251 ip.ttl=64 ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 udp.srcport=13206
        tshark: udp.dstport=6081 udp.length=58 udp.checksum.status=0 geneve.version=0 geneve.flags=0x00 geneve.proto_type=0x6558
        tshark: geneve.vni=0x0003e8 geneve.reserved=0x00 arp.opcode=1 arp.src.proto_ipv4=169.254.67.1 arp.dst.proto_ipv4=12.200.1.2
        tshark: arp.src.hw_mac=ae:3d:e0:0c:58:73
        00163e13d7e3eeffffffffff08004500004e7e1000004011e69a0a0000fa0a0000fb339617c1003a7380000065580003e800ffffffffffffae3de00c
        587308060001080006040001ae3de00c5873a9fe43010000000000000cc80102

        frame: port 6082
        tcpdump: IP 10.0.0.250.13206 > 10.0.0.251.6082: UDP, length 50
        tshark: frame.len=92 eth.src=ee:ff:ff:ff:ff:ff eth.dst=00:16:3e:13:d7:e3 ip.src=10.0.0.250 ip.dst=10.0.0.251 ip.ttl=64
        tshark: ip.dsfield=0x00 ip.id=0x7e10 ip.flags.df=0 ip.frag_offset=0 udp.srcport=13206 udp.dstport=6082 udp.length=58
        tshark: udp.checksum.status=3
        00163e13d7e3eeffffffffff08004500004e7e1000004011e69a0a0000fa0a0000fb339617c2003a0000000065580003e800ffffffffffffae3de00c
        587308060001080006040001ae3de00c5873a9fe43010000000000000cc80102
        """;
}

/// <summary>A frame and what others read in it.</summary>
/// <param name="Tcpdump">tcpdump's line.</param>
/// <param name="Fields">tshark's fields by name.</param>
/// <param name="Bytes">The frame, from its Ethernet header on.</param>
internal sealed record GoldenFrame(string Tcpdump, IReadOnlyDictionary<string, string> Fields, byte[] Bytes);
