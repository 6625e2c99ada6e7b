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

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in Path)
            Try(path, () => Read(GetUnresolvedProviderPathFromPSPath(path)));
    }

    private void Read(string path)
    {
        var decoder = new GeneveDecoder(Port);
        using var stream = CaptureFiles.Open(path, () => File.OpenRead(path));
        using var reader = CaptureReader.Open(stream, leaveOpen: false, StopToken);
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

/// <summary>Export-GeneveCapture: writes packets to a capture file; the name says whether pcap or pcapng.</summary>
[Cmdlet(VerbsData.Export, "GeneveCapture", SupportsShouldProcess = true)]
public sealed class ExportGeneveCaptureCommand : NetworkCmdlet
{
    private CaptureWriter? _writer;

    /// <summary>The file: *.pcapng, *.pcap or *.cap.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>Packets from Watch-GenevePacket or Import-GeneveCapture.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Replaces a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var path = GetUnresolvedProviderPathFromPSPath(Path);
        Require(path, () =>
        {
            var format = CaptureFormats.FromPath(path);
            if (!ShouldProcess(path, $"Write a {format} capture file"))
                return;
            if (File.Exists(path) && !Force)
                throw new NetworkException(FailureKind.Exists, $"The file '{path}' exists already: use -Force to replace it.");
            _writer = CaptureWriter.Create(CaptureFiles.Open(path, () => File.Create(path)), format);
        });
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (_writer is null)
            return;
        var frame = InputObject?.BaseObject switch
        {
            GenevePacket packet => packet.Frame,
            DecodedFrame decoded => decoded.Source,
            CapturedFrame captured => captured,
            _ => null,
        };
        _writer.Write(frame ?? throw Invalid("Only what was captured can be written: packets from Watch-GenevePacket or Import-GeneveCapture."));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Also when the pipeline was stopped: what came so far is a whole file.
        if (disposing)
            _writer?.Dispose();
        base.Dispose(disposing);
    }
}

internal static class CaptureFiles
{
    public static Stream Open(string path, Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var kind = failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => FailureKind.NotFound,
                UnauthorizedAccessException => FailureKind.PermissionDenied,
                _ => FailureKind.Other,
            };
            throw new NetworkException(kind, $"The capture file '{path}' cannot be opened: {failure.Message}", innerException: failure);
        }
    }
}
