using GeneveNet.Packets.Live;

namespace GeneveNet.Paths.Probes;

/// <summary>
/// Lets the kernel hand out only what can belong to a probe: ARP, ICMP and ICMPv6, as they are or inside Geneve of one port and
/// VNI. The traffic of a busy host stays out of the ring.
/// </summary>
internal static class ProbeFilter
{
    private const uint Arp = 0x0806, IPv4 = 0x0800, IPv6 = 0x86dd, Ethernet = 0x6558, Vlan = 0x8100;
    private const uint Icmp = 1, Udp = 17, IcmpV6 = 58;

    // From the start of UDP: the Geneve header behind 8 bytes, the inner Ethernet type behind 8 more and two MAC addresses.
    private const uint TaggedTypeOffset = 16, TagSize = 4, PortOffset = 2;
    private const uint GeneveOffset = 8, VniOffset = 12, InnerTypeOffset = 28, InnerIPOffset = 30;

    public static BpfInstruction[] Compile(int port, uint? vni)
    {
        var program = new BpfProgram();
        int take = program.NewLabel(), leave = program.NewLabel(), ipv4 = program.NewLabel(), ipv6 = program.NewLabel();
        int udp = program.NewLabel(), innerIPv4 = program.NewLabel(), innerIPv6 = program.NewLabel();
        int untagged = program.NewLabel(), innerUntagged = program.NewLabel();

        // A tag comes apart from the frame, but for one that the kernel has put into it because the interface cannot.
        program.Half(BpfProgram.Protocol);
        program.Require(Vlan, untagged);
        program.Half(BpfProgram.Link + TaggedTypeOffset);
        program.Mark(untagged);
        program.JumpIf(Arp, take);
        program.JumpIf(IPv4, ipv4);
        program.Require(IPv6, leave);

        program.Mark(ipv6);
        program.Byte(BpfProgram.Network + 6);
        program.JumpIf(IcmpV6, take);
        program.Require(Udp, leave);
        program.Index(40);
        program.Jump(udp);

        program.Mark(ipv4);
        program.Byte(BpfProgram.Network + 9);
        program.JumpIf(Icmp, take);
        program.Require(Udp, leave);
        program.Half(BpfProgram.Network + 6);
        program.Mask(0x1fff); // Later fragments have no UDP header.
        program.Require(0, leave);
        program.IndexByHeaderLength(BpfProgram.Network);

        program.Mark(udp);
        program.HalfAtIndex(BpfProgram.Network + PortOffset);
        program.Require((uint)port, leave);
        if (vni is { } wanted)
        {
            program.WordAtIndex(BpfProgram.Network + VniOffset);
            program.Shift(8);
            program.Require(wanted, leave);
        }

        program.HalfAtIndex(BpfProgram.Network + GeneveOffset + 2);
        program.Require(Ethernet, take); // An IP packet without Ethernet is looked at whole.
        // Options stand in front of the inner frame: the low six bits count them in words.
        program.ByteAtIndex(BpfProgram.Network + GeneveOffset);
        program.Mask(0x3f);
        program.ShiftLeft(2);
        program.AddIndex();
        program.IndexFromAccumulator();
        program.HalfAtIndex(BpfProgram.Network + InnerTypeOffset);
        program.Require(Vlan, innerUntagged);
        program.Value(TagSize);
        program.AddIndex();
        program.IndexFromAccumulator();
        program.HalfAtIndex(BpfProgram.Network + InnerTypeOffset);
        program.Mark(innerUntagged);
        program.JumpIf(Arp, take);
        program.JumpIf(IPv4, innerIPv4);
        program.Require(IPv6, leave);

        program.Mark(innerIPv6);
        program.ByteAtIndex(BpfProgram.Network + InnerIPOffset + 6);
        program.Require(IcmpV6, leave);
        program.Jump(take);

        program.Mark(innerIPv4);
        program.ByteAtIndex(BpfProgram.Network + InnerIPOffset + 9);
        program.Require(Icmp, leave);

        program.Mark(take);
        program.TakeIt();
        program.Mark(leave);
        program.LeaveIt();
        return program.Build();
    }
}
