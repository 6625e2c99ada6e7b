namespace GeneveNet.Packets;

/// <summary>An option of a Geneve header (RFC 8926, section 3.5).</summary>
public sealed class GeneveOptionData : IEquatable<GeneveOptionData>
{
    /// <summary>Makes an option to be sent.</summary>
    /// <param name="optionClass">Option class, from the registry of IANA; 0xff00 and above for experiments.</param>
    /// <param name="type">Option type; with 0x80 it is critical.</param>
    /// <param name="data">A multiple of 4 bytes, at most 124; null for none.</param>
    /// <exception cref="NetworkException">The data is too long or not a multiple of 4
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public GeneveOptionData(ushort optionClass, byte type, byte[]? data = null)
    {
        Data = data ?? [];
        GeneveWriter.CheckOptionData(Data.Length);
        Class = optionClass;
        Type = type;
    }

    internal GeneveOptionData(in GeneveOption option)
    {
        Class = option.Class;
        Type = option.Type;
        Reserved = option.Reserved;
        Data = option.Data.ToArray();
    }

    /// <summary>Option class.</summary>
    public ushort Class { get; }

    /// <summary>Who defines the options of the class.</summary>
    public string ClassName => GeneveOptionClass.NameOf(Class);

    /// <summary>Option type, with the critical bit.</summary>
    public byte Type { get; }

    /// <summary>Class and type.</summary>
    public GeneveOptionId Id => new(Class, Type);

    /// <summary>Whether a receiver that does not understand the option must drop the packet.</summary>
    public bool IsCritical => Id.IsCritical;

    /// <summary>The 3 reserved bits as they were received; an option to be sent has 0.</summary>
    public byte Reserved { get; }

    /// <summary>The data, 0 to 124 bytes, a multiple of 4.</summary>
    public byte[] Data { get; }

    /// <inheritdoc/>
    public bool Equals(GeneveOptionData? other) =>
        other is not null && (Class, Type, Reserved) == (other.Class, other.Type, other.Reserved)
            && Data.AsSpan().SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GeneveOptionData);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Id);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }

    /// <summary>As tcpdump -e writes it, "class Linux (0x100) type 0x1 len 8 data 00000001"; "(C)" after a critical type.</summary>
    public override string ToString()
    {
        var critical = IsCritical ? "(C)" : "";
        var data = Data.Length == 0 ? "" : $" data {Convert.ToHexStringLower(Data)}";
        return $"class {ClassName} (0x{Class:x}) type 0x{Type:x}{critical} len {GeneveOption.HeaderSize + Data.Length}{data}";
    }
}
