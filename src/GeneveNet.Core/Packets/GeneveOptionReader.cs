namespace GeneveNet.Packets;

/// <summary>Walks the options of a Geneve header, without copying; <c>foreach</c> takes it.</summary>
/// <remarks>It never throws: where an option breaks a rule the walk ends, and <see cref="Fault"/> says which.</remarks>
public ref struct GeneveOptionReader
{
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _current;
    private int _missing;

    /// <summary>Reads options that are all there.</summary>
    /// <param name="options">The bytes between the fixed header and the payload.</param>
    public GeneveOptionReader(ReadOnlySpan<byte> options) : this(options, options.Length) { }

    /// <param name="options">As many bytes of the options as were captured.</param>
    /// <param name="length">How many the header says there are; no fewer.</param>
    internal GeneveOptionReader(ReadOnlySpan<byte> options, int length)
    {
        _rest = options;
        _missing = length - options.Length;
    }

    /// <summary>The option stepped to.</summary>
    public readonly GeneveOption Current => new(_current);

    /// <summary>The rule that ended the walk, or none.</summary>
    public GeneveFault Fault { get; private set; }

    /// <summary>Steps to the next option.</summary>
    /// <returns>False after the last one, at a broken rule, or where the capture ends.</returns>
    public bool MoveNext()
    {
        if (Fault != GeneveFault.None || _rest.IsEmpty)
            return false;

        var announced = _rest.Length + _missing;
        if (announced < GeneveOption.HeaderSize)
            return Stop(GeneveFault.OptionHeaderTruncated);
        if (_rest.Length < GeneveOption.HeaderSize)
            return Stop(GeneveFault.None);

        var length = GeneveOption.LengthOf(_rest);
        if (length > announced)
            return Stop(GeneveFault.OptionBeyondOptions);
        if (length > _rest.Length)
            return Stop(GeneveFault.None);

        _current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The reader itself, so that <c>foreach</c> takes it.</summary>
    public readonly GeneveOptionReader GetEnumerator() => this;

    private bool Stop(GeneveFault fault)
    {
        Fault = fault;
        _rest = default;
        _missing = 0;
        return false;
    }
}
