using System.Buffers;

namespace GeneveNet.Packets;

/// <summary>A Geneve packet to be made: what a header says, and what it carries.</summary>
/// <remarks>Version, Opt Len, the C bit and the reserved bits are not asked for; they follow from the rest.</remarks>
public sealed record GeneveSpecification
{
    /// <summary>Virtual network identifier, below 2^24.</summary>
    public required uint Vni { get; init; }

    /// <summary>What is carried, as an EtherType; an Ethernet frame unless said otherwise.</summary>
    public ushort ProtocolType { get; init; } = EtherTypes.Ethernet;

    /// <summary>The O bit: a control message.</summary>
    public bool IsOam { get; init; }

    /// <summary>The options, at most 252 bytes together with 4 for each.</summary>
    public IReadOnlyList<GeneveOptionData> Options { get; init; } = [];

    /// <summary>What is carried.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Bytes of header, options and payload.</summary>
    public int Length
    {
        get
        {
            var length = GeneveHeader.FixedSize + Payload.Length;
            for (var i = 0; i < Options.Count; i++)
                length += GeneveOption.HeaderSize + Options[i].Data.Length;
            return length;
        }
    }

    /// <summary>The packet from its Geneve header on.</summary>
    /// <exception cref="NetworkException">The VNI is too large, or the options are too long
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    /// <summary>Writes the packet from its Geneve header on.</summary>
    /// <param name="output">Where to.</param>
    /// <exception cref="NetworkException">The VNI is too large, or the options are too long
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = Length;
        Write(output.GetSpan(length)[..length]);
        output.Advance(length);
    }

    internal void Write(Span<byte> into)
    {
        var writer = new GeneveWriter(into, Vni, ProtocolType, IsOam);
        for (var i = 0; i < Options.Count; i++)
            writer.AddOption(Options[i].Id, Options[i].Data);
        Payload.Span.CopyTo(into[writer.Length..]);
    }
}
