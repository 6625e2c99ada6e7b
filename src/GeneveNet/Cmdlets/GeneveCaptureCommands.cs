using System.Management.Automation;
using GeneveNet.Binding;
using GeneveNet.Packets;
using GeneveNet.Packets.Captures;
using GeneveNet.Packets.Inner;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;

namespace GeneveNet.Cmdlets;

/// <summary>Import-GeneveCapture: reads the Geneve packets of capture files (pcap, pcapng), one by one, however large the file.</summary>
[Cmdlet(VerbsData.Import, "GeneveCapture")]
[OutputType(typeof(GenevePacket), typeof(DecodedFrame))]
public sealed class ImportGeneveCaptureCommand : NetworkCmdlet
{
    /// <summary>Files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>UDP ports. Default 6081.</summary>
    [Parameter]
    [NumberArgument(1, 65535, "A UDP port has 16 bits and is not 0")]
    public int[] Port { get; set; } = [GeneveProtocol.DefaultPort];

    /// <summary>Gives out every frame, Geneve or not.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>How many files could not be read to their ends, in all pipelines of this thread so far.</summary>
    [field: ThreadStatic]
    internal static int FailedReads { get; private set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in Path)
        {
            // What another cmdlet of the pipeline makes of the packets is not complete then.
            if (!Try(path, () => Read(GetUnresolvedProviderPathFromPSPath(path))))
                FailedReads++;
        }
    }

    private void Read(string path)
    {
        var decoder = new GeneveDecoder(Port);
        using var reader = CaptureReader.Open(path, StopToken);
        while (reader.TryRead(out var frame, StopToken))
        {
            object? packet = All ? decoder.DecodeFrame(frame) : decoder.Decode(frame);
            if (packet is not null)
                WriteObject(packet);
        }

        if (reader.IsCutOff)
            WriteWarning($"'{path}' ends in the middle of a frame, which was left out.");
    }
}

/// <summary>
/// Export-GeneveCapture: writes packets to a capture file, which is there when all of them are written; the name says whether pcap or
/// pcapng.
/// </summary>
[Cmdlet(VerbsData.Export, "GeneveCapture", SupportsShouldProcess = true)]
public sealed class ExportGeneveCaptureCommand : NetworkCmdlet
{
    private string _path = "";
    private int _failedReads;
    private CaptureFileWriter? _file;
    private bool _isStopped;

    /// <summary>The file: *.pcapng, *.pcap or *.cap.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>Packets from Watch-GenevePacket or Import-GeneveCapture.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Replaces a file that exists, once the new one is complete.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = GetUnresolvedProviderPathFromPSPath(Path);
        _failedReads = ImportGeneveCaptureCommand.FailedReads;
        Require(_path, () =>
        {
            var format = CaptureFormats.FromPath(_path);
            if (!ShouldProcess(_path, $"Write a {format} capture file"))
                return;
            if (File.Exists(_path) && !Force)
                throw new NetworkException(FailureKind.Exists, $"The file '{_path}' exists already: use -Force to replace it.");
            _file = new CaptureFileWriter(_path, format, mayReplace: Force);
        });
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_file is null)
            return;
        var frame = InputObject?.BaseObject switch
        {
            GenevePacket packet => packet.Frame,
            DecodedFrame decoded => decoded.Source,
            CapturedFrame captured => captured,
            _ => null,
        } ?? throw Invalid("Only what was captured can be written: packets from Watch-GenevePacket or Import-GeneveCapture.");
        NetworkException? refusal = null;
        Require(_path, () => refusal = _file.Write(frame));
        if (refusal is not null)
            throw refusal;
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Require(_path, () =>
    {
        if (_file is null)
            return;
        _isStopped = true;
        ThrowIfStopped();
        _isStopped = false;
        if (ImportGeneveCaptureCommand.FailedReads != _failedReads)
            throw new NetworkException(
                FailureKind.Interrupted, $"The capture file '{_path}' was not written: not all of the packets for it could be read.")
            {
                Id = "CaptureIncomplete",
            };
        _file.Complete();
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _file is not null)
        {
            // Ctrl-C is how people end a capture: what has come by then is a file. It is not reason enough to lose an older one, and
            // an error that ended the pipeline is no reason for either.
            if ((_isStopped || StopToken.IsCancellationRequested) && _file.IsNew)
                CompleteStopped(_file);
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void CompleteStopped(CaptureFileWriter file)
    {
        try
        {
            file.Complete();
        }
        catch (NetworkException)
        {
            // A pipeline that was stopped tells nothing any more; there is no file then.
        }
    }
}
