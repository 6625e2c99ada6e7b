using System.Buffers.Binary;
using GeneveNet.Packets.Live;

namespace GeneveNet.Tests.Paths;

/// <summary>Runs a classic BPF program as the kernel would: a load outside the packet ends it with 0 (net/core/filter.c).</summary>
internal static class BpfInterpreter
{
    private const int AncillaryOffset = -0x1000, NetworkOffset = -0x100000, LinkOffset = -0x200000;

    /// <returns>How many bytes are taken; 0 is none.</returns>
    /// <param name="program">The program.</param>
    /// <param name="frame">The frame from its link header on.</param>
    /// <param name="protocol">What the kernel has as its protocol.</param>
    /// <param name="network">Where its network header begins.</param>
    public static uint Run(BpfInstruction[] program, ReadOnlySpan<byte> frame, ushort protocol, int network)
    {
        uint a = 0, x = 0;
        for (var at = 0; at < program.Length; at++)
        {
            var (code, ifTrue, ifFalse, k) = program[at];
            switch (code)
            {
                case 0x20 or 0x28 or 0x30 or 0x40 or 0x48 or 0x50:
                    var offset = (int)k + (code >= 0x40 ? (int)x : 0);
                    if (code < 0x40 && (int)k == AncillaryOffset)
                    {
                        a = protocol;
                        break;
                    }

                    if (!TryLoad(frame, Place(offset, network), (code & 0x18) switch { 0x00 => 4, 0x08 => 2, _ => 1 }, out a))
                        return 0;
                    break;
                case 0xb1:
                    if (!TryLoad(frame, Place((int)k, network), 1, out x))
                        return 0;
                    x = (x & 0xf) * 4;
                    break;
                case 0x01: x = k; break;
                case 0x54: a &= k; break;
                case 0x74: a >>= (int)k; break;
                case 0x64: a <<= (int)k; break;
                case 0x04: a += k; break;
                case 0x0c: a += x; break;
                case 0x07: x = a; break;
                case 0x00: a = k; break;
                case 0x05: at += (int)k; break;
                case 0x15: at += a == k ? ifTrue : ifFalse; break;
                case 0x06: return k;
                default: throw new InvalidOperationException($"Instruction {code:x} is not known.");
            }
        }

        throw new InvalidOperationException("The program runs past its end.");
    }

    private static int Place(int offset, int network) =>
        offset >= 0 ? offset : offset >= NetworkOffset ? network + offset - NetworkOffset : offset - LinkOffset;

    private static bool TryLoad(ReadOnlySpan<byte> frame, int offset, int size, out uint value)
    {
        value = 0;
        if (offset < 0 || offset + size > frame.Length)
            return false;
        value = size switch
        {
            4 => BinaryPrimitives.ReadUInt32BigEndian(frame[offset..]),
            2 => BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]),
            _ => frame[offset],
        };
        return true;
    }
}
