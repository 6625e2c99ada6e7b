using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets.Live;

/// <summary>Which packets the kernel hands to a capture; all others cost nothing.</summary>
/// <remarks>
/// The filter reads after the network header, wherever the kernel says that is. It finds Geneve after a VLAN tag that the kernel or
/// the network card removed or added, after the options of IPv4, and after up to <see cref="ExtensionLimit"/> extension headers of
/// IPv6. After two VLAN tags that arrived in the frame it does not.
/// </remarks>
public sealed record CaptureFilter
{
    /// <summary>Extension headers of an IPv6 packet that are stepped over; a packet with more is left.</summary>
    public const int ExtensionLimit = 4;

    // In the Geneve header, which follows the 8 bytes of UDP: flags in the second byte, the VNI in the second word.
    private const uint UdpSize = 8, OamBit = 0x80;

    /// <summary>Indexes of interfaces whose Geneve packets are taken; empty for all.</summary>
    public IReadOnlyList<int> Interfaces { get; init; } = [];

    /// <summary>Indexes of interfaces that have every packet taken, whatever it is and whatever the rest of the filter says.</summary>
    public IReadOnlyList<int> WholeInterfaces { get; init; } = [];

    /// <summary>
    /// UDP destination ports; empty for every packet, Geneve or not. The source port does not tell: the ports of a Geneve packet
    /// are not reversed on the way back (RFC 8926, section 3.3).
    /// </summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>VNIs; empty for all. Only looked at where <see cref="Ports"/> is given.</summary>
    public IReadOnlyList<uint> Vnis { get; init; } = [];

    /// <summary>
    /// Addresses of which one is the outer source or destination; empty for all. Only looked at where <see cref="Ports"/> is
    /// given.
    /// </summary>
    public IReadOnlyList<IPAddress> Remotes { get; init; } = [];

    /// <summary>Only packets with the O bit (control messages; RFC 8926, section 3.4).</summary>
    public bool OamOnly { get; init; }

    /// <summary>The interface to which the socket may be bound, because no other is asked for; 0 for none.</summary>
    internal int OnlyInterface => WatchesAll || Watched.Distinct().Count() != 1 ? 0 : Watched.First();

    /// <summary>Whether interfaces that were not named count too.</summary>
    internal bool WatchesAll => Interfaces.Count == 0;

    /// <summary>Indexes of the interfaces that are named.</summary>
    internal IEnumerable<int> Watched => Interfaces.Concat(WholeInterfaces);

    internal BpfInstruction[] Compile()
    {
        var program = new BpfProgram();
        var (take, leave) = (program.NewLabel(), program.NewLabel());
        if (Interfaces.Count > 0 || WholeInterfaces.Count > 0)
        {
            program.Word(BpfProgram.InterfaceIndex);
            program.JumpIfOneOf(WholeInterfaces.Select(index => (uint)index), take);
            if (Interfaces.Count > 0)
                program.RequireOneOf([.. Interfaces.Select(index => (uint)index)], leave);
        }

        if (Ports.Count > 0)
            RequireGeneve(program, leave);
        program.Mark(take);
        program.TakeIt();
        program.Mark(leave);
        program.LeaveIt();
        return program.Build();
    }

    private void RequireGeneve(BpfProgram program, int leave)
    {
        var (ipv6, udp) = (program.NewLabel(), program.NewLabel());

        // The version and not the EtherType: that is the VLAN's where the tag was put into the frame already.
        program.Byte(BpfProgram.Network);
        program.Shift(4);
        program.Require(4, ipv6);
        program.Byte(BpfProgram.Network + 9);
        program.Require(IPProtocols.Udp, leave);
        // Later fragments have no UDP header.
        program.Half(BpfProgram.Network + 6);
        program.Mask(0x1fff);
        program.Require(0, leave);
        RequireRemote(program, AddressFamily.InterNetwork, 12, leave);
        program.IndexByHeaderLength(BpfProgram.Network);
        program.Jump(udp);

        program.Mark(ipv6);
        program.Require(6, leave);
        RequireRemote(program, AddressFamily.InterNetworkV6, 8, leave);
        StepOverExtensions(program, udp, leave);

        program.Mark(udp);
        program.HalfAtIndex(BpfProgram.Network + 2);
        program.RequireOneOf([.. Ports.Select(port => (uint)port)], leave);
        if (Vnis.Count > 0)
        {
            program.WordAtIndex(BpfProgram.Network + UdpSize + 4);
            program.Shift(8);
            program.RequireOneOf(Vnis, leave);
        }

        if (OamOnly)
        {
            program.ByteAtIndex(BpfProgram.Network + UdpSize + 1);
            program.Mask(OamBit);
            program.Require(OamBit, leave);
        }
    }

    /// <summary>Continues where an address of the header is one of the remotes.</summary>
    private void RequireRemote(BpfProgram program, AddressFamily family, uint offset, int leave)
    {
        if (Remotes.Count == 0)
            return;
        var found = program.NewLabel();
        foreach (var remote in Remotes.Where(remote => remote.AddressFamily == family))
        {
            var bytes = remote.GetAddressBytes();
            for (var start = 0; start <= bytes.Length; start += bytes.Length)
            {
                var other = program.NewLabel();
                for (var at = 0; at < bytes.Length; at += 4)
                {
                    program.Word(BpfProgram.Network + offset + (uint)(start + at));
                    program.Require(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)), other);
                }

                program.Jump(found);
                program.Mark(other);
            }
        }

        program.Jump(leave);
        program.Mark(found);
    }

    /// <summary>Sets the index after the extension headers of IPv6. A filter has no loops: each header has its own instructions.</summary>
    private static void StepOverExtensions(BpfProgram program, int udp, int leave)
    {
        program.Index(40);
        program.Byte(BpfProgram.Network + 6);
        for (var i = 0; i < ExtensionLimit; i++)
        {
            var (fragment, sized, next) = (program.NewLabel(), program.NewLabel(), program.NewLabel());
            program.JumpIf(IPProtocols.Udp, udp);
            program.JumpIf(IPProtocols.Fragment, fragment);
            program.RequireOneOf([IPProtocols.HopByHop, IPProtocols.DestinationOptions, IPProtocols.Routing], leave);
            program.Jump(sized);

            program.Mark(fragment);
            program.HalfAtIndex(BpfProgram.Network + 2);
            program.Mask(0xfff8);
            program.Require(0, leave);
            program.ByteAtIndex(BpfProgram.Network);
            program.Store();
            program.Value(8);
            MoveIndex(program);
            program.Jump(next);

            program.Mark(sized);
            program.ByteAtIndex(BpfProgram.Network);
            program.Store();
            program.ByteAtIndex(BpfProgram.Network + 1);
            program.Plus(1);
            program.ShiftLeft(3);
            MoveIndex(program);

            program.Mark(next);
            program.Recall();
        }

        program.Require(IPProtocols.Udp, leave);
    }

    /// <summary>Adds the accumulator to the index register.</summary>
    private static void MoveIndex(BpfProgram program)
    {
        program.AddIndex();
        program.IndexFromAccumulator();
    }
}
