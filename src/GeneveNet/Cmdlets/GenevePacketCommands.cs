using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using GeneveNet.Binding;
using GeneveNet.Namespaces;
using GeneveNet.Packets;
using GeneveNet.Packets.Inner;
using GeneveNet.Packets.Live;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>
/// Watch-GenevePacket: captures and decodes Geneve packets live, in one or several namespaces at once. The kernel filters them;
/// packets that it had to drop are reported.
/// </summary>
[Cmdlet(VerbsCommon.Watch, "GenevePacket", DefaultParameterSetName = GeneveSet)]
[OutputType(typeof(GenevePacket), typeof(DecodedFrame), ParameterSetName = [GeneveSet])]
[OutputType(typeof(DecodedFrame), ParameterSetName = [InnerSet])]
public sealed class WatchGenevePacketCommand : NamespaceCmdlet
{
    private const string GeneveSet = "Geneve", InnerSet = "Inner";

    // How often limits of time, lost packets and lost interfaces are looked at.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly List<Watched> _watched = [];

    /// <summary>
    /// Interfaces to capture on; the default is all. Name interfaces of the underlay, or with -Inner those of the overlay.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Link", "Name", "ifname", "InterfaceAlias")]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string[]? Interface { get; set; }

    /// <summary>
    /// Interfaces of the overlay (bridges, tunnels, a container's veth) that are captured as well, every packet as it is: with
    /// them one call
    /// shows a packet inside and outside the tunnel. The property Fingerprint says which sightings are the same packet.
    /// </summary>
    [Parameter(ParameterSetName = GeneveSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LinkCompleter))]
    [NameArgument]
    public string[]? Overlay { get; set; }

    /// <summary>UDP destination ports. The default is 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public int[] Port { get; set; } = [GeneveProtocol.DefaultPort];

    /// <summary>Only packets with these VNIs.</summary>
    [Parameter(ParameterSetName = GeneveSet)]
    [NumberArgument(0, GeneveProtocol.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint[] Vni { get; set; } = [];

    /// <summary>Only packets from or to these underlay addresses.</summary>
    [Parameter(ParameterSetName = GeneveSet)]
    [IPAddressArgument]
    public IPAddress[] Remote { get; set; } = [];

    /// <summary>Only control packets (O bit).</summary>
    [Parameter(ParameterSetName = GeneveSet)]
    public SwitchParameter Oam { get; set; }

    /// <summary>Captures every packet on the interfaces as it is: on a tunnel or bridge, that is what the tunnel carries.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InnerSet)]
    public SwitchParameter Inner { get; set; }

    /// <summary>Stops after this many packets.</summary>
    [Parameter]
    [NumberArgument(1, int.MaxValue, "A count")]
    public int? Count { get; set; }

    /// <summary>Stops after this time, in seconds or as a TimeSpan.</summary>
    [Parameter]
    [SecondsArgument]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        // What the pipeline names is watched together, from when all is known.
        int[] overlay = [.. IndexesOf(Overlay)], interfaces = [.. IndexesOf(Interface)];
        var known = _watched.Find(watched => watched.Place.Equals(Client.Namespace));
        if (known is null)
            _watched.Add(known = new Watched(Client.Namespace));
        known.WatchesAll |= interfaces.Length == 0;
        known.Interfaces.AddRange(interfaces);
        known.Overlay.AddRange(overlay);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_watched.Count > 0)
            Try(null, Capture);
    }

    private void Capture()
    {
        var run = new Run(this);
        using var capture = new LiveCapture([.. _watched.Select(SourceOf)]);
        WriteVerbose($"Capturing{string.Concat(_watched.Select(watched => PhraseOf(watched.Place)))}.");
        var lastLook = TimeSpan.Zero;
        while (run.IsWanted && !capture.HasEnded)
        {
            if (capture.Read(run.Frames, run.WaitFor(Look), StopToken))
                run.WriteFrames();
            if (run.Elapsed - lastLook < Look && !capture.IsDown)
                continue;
            lastLook = run.Elapsed;
            ReportGone(capture);
            run.ReportDropped(capture.Statistics);
        }

        if (run.IsLeft)
        {
            capture.Finish(run.Frames, StopToken);
            run.WriteFrames();
        }

        var (received, dropped) = run.ReportDropped(capture.Statistics);
        WriteVerbose($"{received} packets passed the filter, {dropped} of them were dropped.");
    }

    private IEnumerable<int> IndexesOf(string[]? names) =>
        (names ?? []).Select(name => Client.GetLink(LinkReference.NameIn(name, Client.Namespace)).Index);

    private CaptureSource SourceOf(Watched watched) => new(watched.Place, new CaptureFilter
    {
        Interfaces = watched.WatchesAll ? [] : [.. watched.Interfaces.Distinct()],
        WholeInterfaces = [.. watched.Overlay.Distinct()],
        Ports = Inner ? [] : Port,
        Vnis = Vni,
        Remotes = Remote,
        OamOnly = Oam,
    })
    {
        Names = ClientOf(watched.Place).ReadLinks(kind: null, counters: false).ToDictionary(link => link.Index, link => link.Name),
    };

    private void ReportGone(LiveCapture capture)
    {
        foreach (var failure in capture.FindGone())
            Try(null, () => throw failure);
    }

    private object? Decode(GeneveDecoder decoder, CapturedFrame frame) =>
        Inner || IsOverlay(frame) ? decoder.DecodeFrame(frame) : decoder.Decode(frame);

    private bool IsOverlay(CapturedFrame frame) =>
        _watched.Exists(watched => watched.Overlay.Contains(frame.InterfaceIndex) && watched.Place.Equals(frame.Namespace));

    /// <summary>What is asked for in one namespace.</summary>
    private sealed class Watched(NetworkNamespace place)
    {
        public NetworkNamespace Place { get; } = place;
        public bool WatchesAll { get; set; }
        public List<int> Interfaces { get; } = [];
        public List<int> Overlay { get; } = [];
    }

    /// <summary>What came of a capture so far.</summary>
    private sealed class Run(WatchGenevePacketCommand command)
    {
        private readonly GeneveDecoder _decoder = new(command.Port);
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int _left = command.Count ?? int.MaxValue;
        private long _reported;

        public List<CapturedFrame> Frames { get; } = [];

        public TimeSpan Elapsed => _clock.Elapsed;

        /// <summary>Whether more packets are asked for.</summary>
        public bool IsLeft => _left > 0;

        /// <summary>Whether more are asked for, and there is time left.</summary>
        public bool IsWanted => IsLeft && (command.Timeout is null || Elapsed < command.Timeout);

        /// <summary>The time left, if it is less.</summary>
        public TimeSpan WaitFor(TimeSpan most)
        {
            var left = command.Timeout - Elapsed;
            return left is null || left > most ? most : left > TimeSpan.Zero ? left.Value : TimeSpan.Zero;
        }

        public void WriteFrames()
        {
            foreach (var frame in Frames)
            {
                if (!IsLeft)
                    break;
                if (command.Decode(_decoder, frame) is not { } packet)
                    continue;
                command.WriteObject(packet);
                _left--;
            }

            Frames.Clear();
        }

        public CaptureStatistics ReportDropped(CaptureStatistics counts)
        {
            if (counts.Dropped > _reported)
                command.WriteWarning(
                    $"The kernel dropped {counts.Dropped} of {counts.Received} packets, because they arrived faster than they were read.");
            _reported = counts.Dropped;
            return counts;
        }
    }
}

/// <summary>ConvertFrom-GenevePacket: decodes bytes or hexadecimal text that begin with a Geneve header, or a whole frame.</summary>
[Cmdlet(VerbsData.ConvertFrom, "GenevePacket")]
[OutputType(typeof(GenevePacket))]
public sealed class ConvertFromGenevePacketCommand : NetworkCmdlet
{
    private readonly List<byte> _bytes = [];

    /// <summary>Bytes, one by one or as an array, or hexadecimal text (also as tcpdump -x prints it).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public object InputObject { get; set; } = "";

    /// <summary>The bytes are a whole frame, with Ethernet, IP and UDP before the Geneve header.</summary>
    [Parameter]
    public SwitchParameter Frame { get; set; }

    /// <summary>UDP ports that carry Geneve, with -Frame. The default is 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public int[] Port { get; set; } = [GeneveProtocol.DefaultPort];

    /// <inheritdoc/>
    protected override void Process()
    {
        switch (Arguments.Unwrap(InputObject))
        {
            case byte one:
                _bytes.Add(one);
                break;
            case byte[] bytes:
                Write(bytes);
                break;
            case string text:
                Write(HexText.Parse(text));
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

    private void Write(byte[] bytes)
    {
        var decoder = new GeneveDecoder(Port);
        if (!Frame)
        {
            WriteObject(decoder.DecodeGeneve(bytes));
            return;
        }

        WriteObject(decoder.TryDecode(new CapturedFrame { Data = bytes, OriginalLength = bytes.Length }, out var reason)
            ?? throw new NetworkException(
                FailureKind.InvalidArgument, $"The frame carries no Geneve packet: {reason}.") { Id = "NotGeneve" });
    }
}

/// <summary>ConvertTo-GenevePacket: builds the bytes of a Geneve packet, or of a whole frame that carries it.</summary>
[Cmdlet(VerbsData.ConvertTo, "GenevePacket", DefaultParameterSetName = "Parts")]
[OutputType(typeof(byte[]), typeof(string))]
public sealed class ConvertToGenevePacketCommand : NetworkCmdlet
{
    /// <summary>Virtual network identifier.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Parts")]
    [NumberArgument(0, GeneveProtocol.MaxVni, "A VNI has 24 bits (RFC 8926)")]
    public uint Vni { get; set; }

    /// <summary>EtherType of the payload. The default is 0x6558, Ethernet.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [NumberArgument(0, 65535, "A protocol type has 16 bits")]
    public ushort ProtocolType { get; set; } = EtherTypes.Ethernet;

    /// <summary>Marks a control packet (O bit).</summary>
    [Parameter(ParameterSetName = "Parts")]
    public SwitchParameter Oam { get; set; }

    /// <summary>Options, from a decoded packet or as tables: @{ Class = 0xffff; Type = 0x80; Data = 1, 2, 3, 4 }.</summary>
    [Parameter(ParameterSetName = "Parts")]
    public object[] Option { get; set; } = [];

    /// <summary>The payload bytes.</summary>
    [Parameter(ParameterSetName = "Parts")]
    [AllowEmptyCollection]
    public byte[] Payload { get; set; } = [];

    /// <summary>A decoded packet to write again.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Packet")]
    public GenevePacket? InputObject { get; set; }

    /// <summary>Underlay address of the sender. With -Destination, the bytes begin with an IP and a UDP header.</summary>
    [Parameter]
    [IPAddressArgument]
    public IPAddress? Source { get; set; }

    /// <summary>Underlay address of the receiver.</summary>
    [Parameter]
    [IPAddressArgument]
    public IPAddress? Destination { get; set; }

    /// <summary>UDP source port. The default is 49152.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort SourcePort { get; set; } = 49152;

    /// <summary>UDP destination port. The default is 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public ushort Port { get; set; } = GeneveProtocol.DefaultPort;

    /// <summary>MAC address of the sender. With -DestinationMac, the bytes begin with an Ethernet header.</summary>
    [Parameter]
    [MacAddressArgument]
    public MacAddress? SourceMac { get; set; }

    /// <summary>MAC address of the receiver.</summary>
    [Parameter]
    [MacAddressArgument]
    public MacAddress? DestinationMac { get; set; }

    /// <summary>Time to live or hop limit of the frame. The default is 64.</summary>
    [Parameter]
    [NumberArgument(0, 255, "A time to live has 8 bits")]
    public byte Ttl { get; set; } = 64;

    /// <summary>Type of service or traffic class of the frame. The default is 0.</summary>
    [Parameter]
    [NumberArgument(0, 255, "A type of service has 8 bits")]
    public byte Tos { get; set; }

    /// <summary>Sets the DF bit of the frame's IPv4 header.</summary>
    [Parameter]
    public SwitchParameter DontFragment { get; set; }

    /// <summary>Leaves the UDP checksum of the frame zero, which means that there is none.</summary>
    [Parameter]
    public SwitchParameter NoChecksum { get; set; }

    /// <summary>VLAN tags of the frame, outermost first (IEEE 802.1Q); only with MAC addresses.</summary>
    [Parameter]
    [NumberArgument(0, 4095, "A VLAN has 12 bits")]
    public int[] Vlan { get; set; } = [];

    /// <summary>Returns hexadecimal text instead of bytes.</summary>
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
            Ttl = Ttl,
            Tos = Tos,
            DontFragment = DontFragment,
            HasChecksum = !NoChecksum,
            Vlans = [.. Vlan.Select(id => new VlanTag(EtherTypes.Vlan, (ushort)id))],
        });
        WriteObject(AsHex ? Convert.ToHexStringLower(bytes) : bytes, enumerateCollection: false);
    }

    private static GeneveOptionData OptionOf(object given)
    {
        switch (Arguments.Unwrap(given))
        {
            case GeneveOptionData option:
                return option;
            case System.Collections.IDictionary table
                when LanguagePrimitives.TryConvertTo<ushort>(table["Class"], out var optionClass)
                && LanguagePrimitives.TryConvertTo<byte>(table["Type"], out var type)
                && LanguagePrimitives.TryConvertTo<byte[]>(table["Data"] ?? Array.Empty<byte>(), out var data):
                return new GeneveOptionData(optionClass, type, data);
            default:
                throw Invalid(
                    "An option is a table with Class (16 bits), Type (8 bits) and Data (bytes), or an option of a decoded packet.");
        }
    }
}
