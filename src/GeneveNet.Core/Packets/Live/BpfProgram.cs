using System.Runtime.InteropServices;

namespace GeneveNet.Packets.Live;

/// <summary>One instruction of classic BPF (struct sock_filter, include/uapi/linux/filter.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

/// <summary>
/// Builds a classic BPF program out of tests: each test that fails leads to the next alternative, and what passes all tests
/// of an alternative is accepted. Jumps are resolved at the end, so no one counts instructions.
/// </summary>
internal sealed class BpfProgram
{
    // Offsets the kernel reads in its own way: data about the packet, and bytes counted from the network header whatever
    // the link header is (SKF_AD_OFF, SKF_NET_OFF; include/uapi/linux/filter.h).
    public const uint
        Protocol = unchecked((uint)-0x1000),
        InterfaceIndex = unchecked((uint)(-0x1000 + 8)),
        Network = unchecked((uint)-0x100000);

    // Bytes counted from the link header (SKF_LL_OFF).
    public const uint Link = unchecked((uint)-0x200000);

    /// <summary>Instructions that the kernel takes (BPF_MAXINSNS).</summary>
    private const int MaxLength = 4096;

    private const ushort LoadByte = 0x30, LoadHalf = 0x28, LoadWord = 0x20;
    private const ushort LoadByteIndexed = 0x50, LoadHalfIndexed = 0x48, LoadWordIndexed = 0x40;
    private const ushort LoadValue = 0x00, LoadMemory = 0x60, StoreMemory = 0x02;
    private const ushort LoadHeaderLength = 0xb1, SetIndex = 0x01, ToIndex = 0x07;
    private const ushort And = 0x54, ShiftRight = 0x74, LeftShift = 0x64, PlusValue = 0x04, PlusIndex = 0x0c;
    private const ushort JumpAlways = 0x05, JumpEqual = 0x15, Return = 0x06;
    private const uint Accept = 0x40000;

    private readonly List<(BpfInstruction Instruction, int? Target, bool JumpsWhenTrue)> _code = [];
    private readonly List<int> _labels = [];

    /// <summary>A place that is not known yet.</summary>
    public int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    /// <summary>The place is here.</summary>
    public void Mark(int label) => _labels[label] = _code.Count;

    public void Byte(uint offset) => Add(LoadByte, offset);

    public void Half(uint offset) => Add(LoadHalf, offset);

    public void Word(uint offset) => Add(LoadWord, offset);

    /// <summary>Loads from the index register plus an offset.</summary>
    public void ByteAtIndex(uint offset) => Add(LoadByteIndexed, offset);

    /// <summary>Loads from the index register plus an offset.</summary>
    public void HalfAtIndex(uint offset) => Add(LoadHalfIndexed, offset);

    /// <summary>Loads from the index register plus an offset.</summary>
    public void WordAtIndex(uint offset) => Add(LoadWordIndexed, offset);

    /// <summary>Sets the index register to four times the low four bits of a byte: the length of an IPv4 header.</summary>
    public void IndexByHeaderLength(uint offset) => Add(LoadHeaderLength, offset);

    /// <summary>Sets the index register.</summary>
    public void Index(uint value) => Add(SetIndex, value);

    /// <summary>Loads a value.</summary>
    public void Value(uint value) => Add(LoadValue, value);

    /// <summary>Keeps the accumulator.</summary>
    public void Store() => Add(StoreMemory, 0);

    /// <summary>Loads what was kept.</summary>
    public void Recall() => Add(LoadMemory, 0);

    public void Mask(uint mask) => Add(And, mask);

    public void Shift(uint bits) => Add(ShiftRight, bits);

    public void ShiftLeft(uint bits) => Add(LeftShift, bits);

    /// <summary>Adds a value to the accumulator.</summary>
    public void Plus(uint value) => Add(PlusValue, value);

    /// <summary>Adds the index register to the accumulator.</summary>
    public void AddIndex() => Add(PlusIndex, 0);

    /// <summary>Sets the index register to the accumulator.</summary>
    public void IndexFromAccumulator() => Add(ToIndex, 0);

    /// <summary>Continues somewhere else.</summary>
    public void Jump(int label) => _code.Add((new BpfInstruction(JumpAlways, 0, 0, 0), label, true));

    /// <summary>Continues when the accumulator has the value, else jumps.</summary>
    public void Require(uint value, int otherwise) => _code.Add((new BpfInstruction(JumpEqual, 0, 0, value), otherwise, false));

    /// <summary>Jumps when the accumulator has the value, else continues.</summary>
    public void JumpIf(uint value, int label) => _code.Add((new BpfInstruction(JumpEqual, 0, 0, value), label, true));

    /// <summary>Jumps when the accumulator has one of the values, else continues.</summary>
    public void JumpIfOneOf(IEnumerable<uint> values, int label)
    {
        foreach (var value in values)
            JumpIf(value, label);
    }

    /// <summary>Continues when the accumulator has one of the values, else jumps.</summary>
    public void RequireOneOf(IReadOnlyList<uint> values, int otherwise)
    {
        var found = NewLabel();
        for (var i = 0; i < values.Count - 1; i++)
            JumpIf(values[i], found);
        Require(values[^1], otherwise);
        Mark(found);
    }

    /// <summary>Takes the packet.</summary>
    public void TakeIt() => Add(Return, Accept);

    /// <summary>Leaves the packet.</summary>
    public void LeaveIt() => Add(Return, 0);

    /// <summary>The program.</summary>
    /// <exception cref="NetworkException">It has more instructions than the kernel takes.</exception>
    public BpfInstruction[] Build()
    {
        // A test jumps over 255 instructions at most. One that must go farther is turned around and hops over a jump that
        // can; that makes others longer, so it is looked at again until none is too short.
        var isLong = new bool[_code.Count];
        var places = new int[_code.Count + 1];
        bool changed;
        do
        {
            changed = false;
            for (var i = 0; i < _code.Count; i++)
                places[i + 1] = places[i] + (isLong[i] ? 2 : 1);
            for (var i = 0; i < _code.Count; i++)
            {
                if (_code[i].Target is not { } label || _code[i].Instruction.Code == JumpAlways || isLong[i]
                    || places[_labels[label]] - places[i] - 1 <= byte.MaxValue)
                    continue;
                isLong[i] = changed = true;
            }
        }
        while (changed);

        if (places[^1] > MaxLength)
            throw new NetworkException(
                FailureKind.InvalidArgument,
                $"The capture filter has {places[^1]} instructions; the kernel accepts {MaxLength}: " +
                "name fewer ports, VNIs, addresses or interfaces.");
        var program = new BpfInstruction[places[^1]];
        for (var i = 0; i < _code.Count; i++)
        {
            var (instruction, target, whenTrue) = _code[i];
            var distance = target is { } label ? places[_labels[label]] - places[i] - 1 : 0;
            if (isLong[i])
            {
                program[places[i]] = whenTrue ? instruction with { IfFalse = 1 } : instruction with { IfTrue = 1 };
                program[places[i] + 1] = new BpfInstruction(JumpAlways, 0, 0, (uint)(distance - 1));
                continue;
            }

            program[places[i]] = target is null ? instruction
                : instruction.Code == JumpAlways ? instruction with { Operand = (uint)distance }
                : whenTrue ? instruction with { IfTrue = (byte)distance } : instruction with { IfFalse = (byte)distance };
        }

        return program;
    }

    private void Add(ushort code, uint operand) => _code.Add((new BpfInstruction(code, 0, 0, operand), null, false));
}
