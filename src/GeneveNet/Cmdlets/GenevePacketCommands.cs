using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using GeneveNet.Binding;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;
using GeneveNet.Packets.Live;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Cmdlets;

/// <summary>Watch-GenevePacket: captures Geneve packets as they pass, decoded. The kernel filters them; packets it had to drop are reported.</summary>
[Cmdlet(VerbsCommon.Watch, "GenevePacket", DefaultParameterSetName = "Geneve")]
[OutputType(typeof(GenevePacket), ParameterSetName = ["Geneve"])]
[OutputType(typeof(DecodedFrame), ParameterSetName = ["Inner"])]
public sealed class WatchGenevePacketCommand : NamespaceCmdlet
{
    // How often a limit of time is looked at while nothing comes.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Interfaces; default is all. For Geneve these are those of the underlay, with -Inner those of the overlay.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Name", "ifname")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>UDP ports. Default 6081.</summary>
    [Parameter(ParameterSetName = "Geneve")]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public int[] Port { get; set; } = [GeneveTunnel.DefaultPort];

    /// <summary>Only packets with these VNIs.</summary>
    [Parameter(ParameterSetName = "Geneve")]
    [NumberArgument(0, GeneveTunnel.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint[] Vni { get; set; } = [];

    /// <summary>Only packets from or to these underlay addresses.</summary>
    [Parameter(ParameterSetName = "Geneve")]
    [IPAddressArgument]
    public IPAddress[]? Remote { get; set; }

    /// <summary>Only control packets (O bit).</summary>
    [Parameter(ParameterSetName = "Geneve")]
    public SwitchParameter Oam { get; set; }

    /// <summary>Captures every packet of the interfaces as it is: on a tunnel or bridge, what is inside the tunnel.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Inner")]
    public SwitchParameter Inner { get; set; }

    /// <summary>Ends after that many packets.</summary>
    [Parameter]
    [NumberArgument(1, int.MaxValue, "A count")]
    public int? Count { get; set; }

    /// <summary>Ends after that time, in seconds or as a TimeSpan.</summary>
    [Parameter]
    [SecondsArgument]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var filter = new CaptureFilter
        {
            Interfaces = [.. (Interface ?? []).Select(name => Client.GetLink(name).Index)],
            Ports = Inner ? [] : Port,
            Vnis = Vni,
            OamOnly = Oam,
        };
        var decoder = new GeneveDecoder(Port);
        var clock = Stopwatch.StartNew();
        var left = Count ?? int.MaxValue;
        List<CapturedFrame> frames = [];
        using var capture = new LiveCapture(Client.Namespace, filter);
        WriteVerbose($"Capturing{Where}.");
        while (left > 0 && (Timeout is null || clock.Elapsed < Timeout))
        {
            var wait = Timeout is { } limit && limit - clock.Elapsed < Look ? limit - clock.Elapsed : Look;
            if (!capture.Read(frames, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, StopToken))
                continue;
            foreach (var frame in frames)
            {
                if (left > 0 && Decode(decoder, frame) is { } packet)
                {
                    WriteObject(packet);
                    left--;
                }
            }

            frames.Clear();
        }

        var (received, dropped) = capture.Statistics;
        WriteVerbose($"{received} packets passed the filter, {dropped} of them were dropped.");
        if (dropped > 0)
            WriteWarning($"The kernel dropped {dropped} of {received} packets, because they came faster than they were taken.");
    }

    private object? Decode(GeneveDecoder decoder, CapturedFrame frame)
    {
        if (Inner)
            return decoder.DecodeFrame(frame);
        var packet = decoder.Decode(frame);
        return packet is null || Remote is null || Remote.Contains(packet.OuterSource) || Remote.Contains(packet.OuterDestination) ? packet : null;
    }
}

/// <summary>ConvertFrom-GenevePacket: decodes bytes or hexadecimal text that begin with a Geneve header, or a whole frame.</summary>
[Cmdlet(VerbsData.ConvertFrom, "GenevePacket")]
[OutputType(typeof(GenevePacket))]
public sealed class ConvertFromGenevePacketCommand : NetworkCmdlet
{
    private readonly List<byte> _bytes = [];

    /// <summary>Bytes, one by one or as an array, or hexadecimal text (as tcpdump -x prints it, too).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public object InputObject { get; set; } = "";

    /// <summary>The bytes are a whole frame: outer Ethernet, IP and UDP before the Geneve header.</summary>
    [Parameter]
    public SwitchParameter Frame { get; set; }

    /// <summary>UDP ports that carry Geneve, with -Frame. Default 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public int[] Port { get; set; } = [GeneveTunnel.DefaultPort];

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject)
        {
            case byte one:
                _bytes.Add(one);
                break;
            case byte[] bytes:
                Write(bytes);
                break;
            case string text:
                Write(Parse(text));
                break;
            case var other when LanguagePrimitives.TryConvertTo<byte[]>(other, out var converted):
                Write(converted);
                break;
            default:
                throw Invalid("Give bytes or hexadecimal text.");
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_bytes.Count > 0)
            Try(null, () => Write([.. _bytes]));
    }

    private static byte[] Parse(string text)
    {
        try
        {
            return HexText.Parse(text);
        }
        catch (FormatException failure)
        {
            throw new NetworkException(FailureKind.InvalidArgument, failure.Message, innerException: failure);
        }
    }

    private void Write(byte[] bytes)
    {
        var decoder = new GeneveDecoder(Port);
        if (!Frame)
        {
            WriteObject(decoder.DecodeGeneve(bytes));
            return;
        }

        WriteObject(decoder.TryDecode(new CapturedFrame { Data = bytes, OriginalLength = bytes.Length }, out var reason)
            ?? throw new NetworkException(FailureKind.InvalidArgument, $"The frame carries no Geneve packet: {reason}.") { Id = "NotGeneve" });
    }
}

/// <summary>ConvertTo-GenevePacket: makes the bytes of a Geneve packet, or of a whole frame that carries it.</summary>
[Cmdlet(VerbsData.ConvertTo, "GenevePacket", DefaultParameterSetName = "Parts")]
[OutputType(typeof(byte[]), typeof(string))]
public sealed class ConvertToGenevePacketCommand : NetworkCmdlet
{
    /// <summary>Virtual network identifier.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Parts")]
    [NumberArgument(0, GeneveTunnel.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint Vni { get; set; }

    /// <summary>What the payload is: an EtherType. Default 0x6558, Ethernet.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [NumberArgument(0, 65535, "A protocol type has 16 bits")]
    public ushort ProtocolType { get; set; } = EtherTypes.Ethernet;

    /// <summary>Marks a control packet (O bit).</summary>
    [Parameter(ParameterSetName = "Parts")]
    public SwitchParameter Oam { get; set; }

    /// <summary>Options, from a decoded packet or as tables: @{ Class = 0xffff; Type = 0x80; Data = 1, 2, 3, 4 }.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public object[] Option { get; set; } = [];

    /// <summary>The payload: bytes, as many as there are.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [AllowEmptyCollection]
    public byte[] Payload { get; set; } = [];

    /// <summary>A decoded packet, to be written again.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Packet")]
    public GenevePacket? InputObject { get; set; }

    /// <summary>Underlay address it comes from. With -Destination the bytes begin with an IP header, with UDP behind it.</summary>
    [Parameter]
    [IPAddressArgument]
    public IPAddress? Source { get; set; }

    /// <summary>Underlay address it goes to.</summary>
    [Parameter]
    [IPAddressArgument]
    public IPAddress? Destination { get; set; }

    /// <summary>UDP source port. Default 49152.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort SourcePort { get; set; } = 49152;

    /// <summary>UDP destination port. Default 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort Port { get; set; } = GeneveTunnel.DefaultPort;

    /// <summary>MAC address of the sender. With -DestinationMac the bytes begin with an Ethernet header.</summary>
    [Parameter]
    [MacAddressArgument]
    public MacAddress? SourceMac { get; set; }

    /// <summary>MAC address of the receiver.</summary>
    [Parameter]
    [MacAddressArgument]
    public MacAddress? DestinationMac { get; set; }

    /// <summary>Gives out hexadecimal text instead of bytes.</summary>
    [Parameter]
    public SwitchParameter AsHex { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var packet = InputObject?.ToSpecification() ?? new GeneveSpecification
        {
            Vni = Vni,
            ProtocolType = ProtocolType,
            IsOam = Oam,
            Options = [.. Option.Select(OptionOf)],
            Payload = Payload,
        };
        if (Source is null != Destination is null)
            throw Invalid("A frame needs both -Source and -Destination.");
        var bytes = Source is null ? packet.ToBytes() : GeneveFrameBuilder.Build(packet, new OuterSpecification
        {
            Source = Source,
            Destination = Destination!,
            SourcePort = SourcePort,
            DestinationPort = Port,
            SourceMac = SourceMac,
            DestinationMac = DestinationMac,
        });
        WriteObject(AsHex ? Convert.ToHexStringLower(bytes) : bytes, enumerateCollection: false);
    }

    private static GeneveOptionData OptionOf(object given)
    {
        switch (given is PSObject wrapped ? wrapped.BaseObject : given)
        {
            case GeneveOptionData option:
                return option;
            case System.Collections.IDictionary table
                when LanguagePrimitives.TryConvertTo<ushort>(table["Class"], out var optionClass)
                && LanguagePrimitives.TryConvertTo<byte>(table["Type"], out var type)
                && LanguagePrimitives.TryConvertTo<byte[]>(table["Data"] ?? Array.Empty<byte>(), out var data):
                return new GeneveOptionData(optionClass, type, data);
            default:
                throw Invalid("An option is a table with Class (16 bits), Type (8 bits) and Data (bytes), or an option of a decoded packet.");
        }
    }
}
