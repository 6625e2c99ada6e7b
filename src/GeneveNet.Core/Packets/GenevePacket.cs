using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Packets;

/// <summary>A Geneve packet as it was received or captured: what its header says, what carries it, and what it carries.</summary>
/// <remarks>
/// Made by <see cref="GeneveDecoder"/>; it never changes, and keeps the bytes it was made from, which must not change either. The
/// options and
/// what is carried are read when they are first asked for.
/// </remarks>
public sealed class GenevePacket
{
    private readonly GeneveDecoder _decoder;
    private readonly int _depth, _payloadLength;
    private readonly bool _hasVersion, _hasFixedPart, _hasPayload, _isOam, _hasCriticalOptions;
    private readonly byte _version, _reserved, _reserved2;
    private readonly ushort _protocolType;
    private readonly int _optionsLength;
    private readonly uint _vni;
    private readonly ReadOnlyMemory<byte> _captured;
    private readonly int _payloadOffset;
    private DecodedFrame? _inner;
    private IReadOnlyList<GeneveOptionData>? _options;

    /// <param name="decoder">Knows which options are understood.</param>
    /// <param name="captured">The UDP payload, as much as was captured.</param>
    /// <param name="length">How many bytes it has by what UDP says.</param>
    /// <param name="outer">What carries it, or null.</param>
    /// <param name="depth">How many Geneve headers inside the payload are still to be looked into.</param>
    internal GenevePacket(GeneveDecoder decoder, ReadOnlyMemory<byte> captured, int length, DecodedFrame? outer, int depth)
    {
        (_decoder, _depth, _captured, Outer) = (decoder, depth, captured, outer);
        GeneveLength = length;
        IsTruncated = captured.Length < length;
        var headerFault = GeneveHeader.TryRead(captured.Span, length, out var header);
        _hasVersion = headerFault != GeneveFault.HeaderTruncated && !header.IsFixedPartCut;
        _hasFixedPart = _hasVersion && headerFault != GeneveFault.UnsupportedVersion;
        _hasPayload = _hasFixedPart && headerFault != GeneveFault.OptionsBeyondPacket;
        _version = header.Version;
        if (_hasFixedPart)
        {
            (_vni, _protocolType, _optionsLength) = (header.Vni, header.ProtocolType, header.OptionsLength);
            (_isOam, _hasCriticalOptions, _reserved, _reserved2) =
                (header.IsOam, header.HasCriticalOptions, header.Reserved, header.Reserved2);
            _payloadOffset = header.PayloadOffset;
            _payloadLength = Math.Max(0, Math.Max(length, captured.Length) - GeneveHeader.FixedSize - _optionsLength);
        }

        var notes = GeneveNotes.None;
        if (headerFault == GeneveFault.None)
            headerFault = header.Check(decoder.UnderstoodOptions, out notes);
        if (Outer?.Udp is { ChecksumState: ChecksumState.Invalid } udp && Inner is { } inner)
            udp.Reconsider(inner);
        Fault = OuterFault() is var outerFault and not GeneveFault.None ? outerFault : headerFault;
        Notes = notes | OuterNotes();
    }

    /// <summary>Version; 0 is the only one there is. Null where the packet ends before it.</summary>
    public byte? Version => _hasVersion ? _version : null;

    /// <summary>Bytes of options that Opt Len says, 0 to 252; null where it could not be read.</summary>
    public int? OptionsLength => _hasFixedPart ? _optionsLength : null;

    /// <summary>
    /// The O bit: a control message between tunnel endpoints, which they must not forward. Null where it could not be read.
    /// </summary>
    public bool? IsOam => _hasFixedPart ? _isOam : null;

    /// <summary>The C bit: at least one option is critical. Null where it could not be read.</summary>
    public bool? HasCriticalOptions => _hasFixedPart ? _hasCriticalOptions : null;

    /// <summary>The 6 reserved bits after O and C, which a sender clears; null where they could not be read.</summary>
    public byte? Reserved => _hasFixedPart ? _reserved : null;

    /// <summary>What is carried, as an EtherType, 0x6558 for Ethernet; null where it could not be read.</summary>
    public ushort? ProtocolType => _hasFixedPart ? _protocolType : null;

    /// <summary>Its name, "TEB" for Ethernet; "unknown" for one without.</summary>
    public string ProtocolName => _hasFixedPart ? EtherTypes.NameOf(_protocolType) : "";

    /// <summary>Virtual network identifier, 24 bits; null where it could not be read.</summary>
    public uint? Vni => _hasFixedPart ? _vni : null;

    /// <summary>The reserved byte after the VNI, which a sender clears; null where it could not be read.</summary>
    public byte? Reserved2 => _hasFixedPart ? _reserved2 : null;

    /// <summary>The options; where the list is broken or cut off, those before the break.</summary>
    public IReadOnlyList<GeneveOptionData> Options => _options ??= ReadOptions();

    /// <summary>Why a receiver must drop the packet; the first reason in the order in which a receiver looks.</summary>
    public GeneveFault Fault { get; }

    /// <summary>What is odd and yet no reason to drop it.</summary>
    public GeneveNotes Notes { get; }

    /// <summary>Whether a receiver that understands the decoder's options, and no others, must drop the packet.</summary>
    public bool ShouldDrop => Fault != GeneveFault.None;

    /// <summary>Why it must be dropped, as a sentence; null where it need not.</summary>
    public string? DropReason => Fault switch
    {
        GeneveFault.None => null,
        GeneveFault.UnknownCriticalOption when FindUnknown() is { } option => $"{GeneveRules.Of(Fault)} The option is {option}.",
        GeneveFault.UnsupportedVersion => $"{GeneveRules.Of(Fault)} The packet has version {_version}.",
        _ => GeneveRules.Of(Fault)!.ToString(),
    };

    /// <summary>The notes as sentences.</summary>
    public IReadOnlyList<GeneveRule> NoteRules => GeneveRules.Of(Notes);

    /// <summary>What carries the packet; null where the bytes began with the Geneve header.</summary>
    public DecodedFrame? Outer { get; }

    /// <summary>MAC address of the outer sender, or null.</summary>
    public string? OuterSourceMac => OuterSourceMacValue?.ToString();

    internal MacAddress? OuterSourceMacValue => Outer?.Ethernet?.SourceValue;

    /// <summary>MAC address of the outer receiver, or null.</summary>
    public string? OuterDestinationMac => OuterDestinationMacValue?.ToString();

    internal MacAddress? OuterDestinationMacValue => Outer?.Ethernet?.DestinationValue;

    /// <summary>VLAN tags of the outer frame, the outermost first.</summary>
    public IReadOnlyList<VlanTag> OuterVlans => Outer?.Vlans ?? [];

    /// <summary>Tunnel endpoint that sent the packet, or null.</summary>
    public string? OuterSource => OuterSourceValue?.ToString();

    internal IPAddress? OuterSourceValue => Outer?.IP?.SourceValue;

    /// <summary>Tunnel endpoint it is sent to, or null.</summary>
    public string? OuterDestination => OuterDestinationValue?.ToString();

    internal IPAddress? OuterDestinationValue => Outer?.IP?.DestinationValue;

    /// <summary>UDP port it is sent from, which follows from the inner flow; or null.</summary>
    public ushort? OuterSourcePort => Outer?.Udp?.SourcePort;

    /// <summary>UDP port it is sent to; or null.</summary>
    public ushort? OuterDestinationPort => Outer?.Udp?.DestinationPort;

    /// <summary>Time to live or hop limit of the outer packet, or null.</summary>
    public byte? OuterTtl => Outer?.IP?.Ttl;

    /// <summary>Type of service or traffic class of the outer packet, or null.</summary>
    public byte? OuterTos => Outer?.IP?.Tos;

    /// <summary>Whether the outer IPv4 packet may not be fragmented; null for IPv6.</summary>
    public bool? OuterDontFragment => Outer?.IP is { Version: 4 } ip ? ip.DontFragment : null;

    /// <summary>Identification of the outer packet, or null.</summary>
    public uint? OuterIdentification => Outer?.IP?.Identification;

    /// <summary>State of the outer UDP checksum; null where the bytes began with the Geneve header.</summary>
    public ChecksumState? OuterChecksum => Outer?.Udp?.ChecksumState;

    /// <summary>The frame as it was captured; null for a packet inside another, or from bytes that began with the Geneve header.</summary>
    public CapturedFrame? Frame => Outer?.Source;

    /// <summary>When it was captured, UTC; null where that is not known.</summary>
    public DateTime? Timestamp => Frame is { TimestampNanoseconds: not 0 } frame ? frame.Timestamp : null;

    /// <summary>The interface that saw it, or null.</summary>
    public string? Interface => Frame?.Interface;

    /// <summary>The network namespace of that interface, where it was captured live; or null.</summary>
    public NetworkNamespace? Namespace => Frame?.Namespace;

    /// <summary>Which way it went, as the interface or a Linux cooked header has it.</summary>
    public PacketDirection Direction => Outer?.Direction ?? PacketDirection.Unknown;

    /// <summary>Bytes on the wire, of the whole frame where there is one.</summary>
    public int Length => Outer?.Length ?? GeneveLength;

    /// <summary>Bytes from the Geneve header on, as UDP says.</summary>
    public int GeneveLength { get; }

    /// <summary>Whether bytes are missing at the end: the capture cut them off, or they are in other fragments.</summary>
    public bool IsTruncated { get; }

    /// <summary>What is carried, as much as was captured; empty where the header could not be read.</summary>
    public ReadOnlyMemory<byte> Payload => _hasFixedPart ? _captured[_payloadOffset..] : default;

    /// <summary>A copy of <see cref="Payload"/>.</summary>
    public byte[] PayloadBytes => Payload.ToArray();

    /// <summary>What is carried, decoded; null where the header could not be read, or its options continue past the packet's end.</summary>
    public DecodedFrame? Inner => !_hasPayload ? null
        : _inner ??= FrameDecoder.ReadProtocol(_decoder, Payload, _payloadLength, _protocolType, _depth);

    /// <inheritdoc cref="DecodedFrame.Fingerprint"/>
    public string? Fingerprint => Inner?.Fingerprint;

    /// <summary>What makes an equal packet: the same fields, options and payload, with reserved bits clear and the C bit right.</summary>
    /// <exception cref="NetworkException">The header could not be read (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public GeneveSpecification ToSpecification() => !_hasPayload
        ? throw GeneveWriter.Invalid($"The packet cannot be written again: its header could not be read. {DropReason}")
        : new GeneveSpecification { Vni = _vni, ProtocolType = _protocolType, IsOam = _isOam, Options = Options, Payload = Payload };

    /// <summary>One line as tcpdump writes it.</summary>
    public string Summary => GeneveText.Of(this);

    /// <inheritdoc cref="Summary"/>
    public override string ToString() => Summary;

    private GeneveOptionData[] ReadOptions()
    {
        if (!_hasFixedPart || _optionsLength == 0)
            return [];
        GeneveHeader.TryRead(_captured.Span, GeneveLength, out var header);
        List<GeneveOptionData> options = [];
        foreach (var option in header.GetOptions())
            options.Add(new GeneveOptionData(option));
        return [.. options];
    }

    private GeneveOptionData? FindUnknown()
    {
        foreach (var option in Options)
        {
            if (option.IsCritical && _decoder.UnderstoodOptions?.Contains(option.Id) != true)
                return option;
        }

        return null;
    }

    private GeneveFault OuterFault() => Outer switch
    {
        { Fault: LayerFault.BadLength } => GeneveFault.OuterLengthWrong,
        { Udp.ChecksumState: ChecksumState.Invalid } => GeneveFault.ChecksumInvalid,
        _ => GeneveFault.None,
    };

    private GeneveNotes OuterNotes() => Outer switch
    {
        { IP.MoreFragments: true } => GeneveNotes.FirstFragment,
        { IP.Version: 6, Udp.ChecksumState: ChecksumState.Absent } => GeneveNotes.ZeroChecksumOverIPv6,
        _ => GeneveNotes.None,
    };
}
