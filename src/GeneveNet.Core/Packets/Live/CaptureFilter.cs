namespace GeneveNet.Packets.Live;

/// <summary>Which packets the kernel hands to a capture; all others cost nothing.</summary>
public sealed record CaptureFilter
{
    private const uint EtherTypeIPv4 = 0x0800, EtherTypeIPv6 = 0x86dd, ProtocolUdp = 17;

    /// <summary>Indexes of interfaces; empty for all.</summary>
    public IReadOnlyList<int> Interfaces { get; init; } = [];

    /// <summary>UDP ports, source or destination; empty for every packet, Geneve or not.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>VNIs; empty for all. Only looked at where <see cref="Ports"/> is given.</summary>
    public IReadOnlyList<uint> Vnis { get; init; } = [];

    /// <summary>Only packets with the O bit (control messages; RFC 8926, section 3.4).</summary>
    public bool OamOnly { get; init; }

    internal BpfInstruction[] Compile()
    {
        var program = new BpfProgram();
        var leave = program.NewLabel();
        if (Interfaces.Count > 0)
        {
            program.Word(BpfProgram.InterfaceIndex);
            program.RequireOneOf([.. Interfaces.Select(i => (uint)i)], leave);
        }

        if (Ports.Count > 0)
        {
            var ports = Ports.Select(p => (uint)p).ToList();
            var ipv6 = program.NewLabel();
            var udp = program.NewLabel();
            var geneve = program.NewLabel();

            program.Half(BpfProgram.Protocol);
            program.Require(EtherTypeIPv4, ipv6);
            program.Byte(BpfProgram.Network + 9);
            program.Require(ProtocolUdp, leave);
            // Later fragments have no UDP header.
            program.Half(BpfProgram.Network + 6);
            program.Mask(0x1fff);
            program.Require(0, leave);
            program.IndexByHeaderLength(BpfProgram.Network);
            program.Half(BpfProgram.Protocol);
            program.JumpIf(EtherTypeIPv4, udp);

            program.Mark(ipv6);
            program.Require(EtherTypeIPv6, leave);
            program.Byte(BpfProgram.Network + 6);
            program.Require(ProtocolUdp, leave);
            program.Index(40);

            program.Mark(udp);
            program.HalfAtIndex(BpfProgram.Network + 2);
            foreach (var port in ports)
                program.JumpIf(port, geneve);
            program.HalfAtIndex(BpfProgram.Network);
            program.RequireOneOf(ports, leave);

            // The Geneve header stands behind the 8 bytes of UDP: flags in its second byte, the VNI in its second word.
            program.Mark(geneve);
            if (Vnis.Count > 0)
            {
                program.WordAtIndex(BpfProgram.Network + 8 + 4);
                program.Shift(8);
                program.RequireOneOf(Vnis, leave);
            }

            if (OamOnly)
            {
                program.HalfAtIndex(BpfProgram.Network + 8);
                program.Mask(0x0080);
                program.Require(0x0080, leave);
            }
        }

        program.TakeIt();
        program.Mark(leave);
        program.LeaveIt();
        return program.Build();
    }
}
