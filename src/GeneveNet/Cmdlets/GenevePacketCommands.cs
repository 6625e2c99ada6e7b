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
