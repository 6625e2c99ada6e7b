using GeneveNet.Packets;
using GeneveNet.Packets.Captures;
using GeneveNet.Packets.Inner;

namespace GeneveNet.Fuzz;

/// <summary>Something that reads bytes of strangers.</summary>
/// <param name="Name">By which it is called.</param>
/// <param name="Run">Reads an input: throws where a property does not hold.</param>
public sealed record FuzzTarget(string Name, Action<byte[]> Run)
{
    // Two Geneve headers full of empty options are the most that a frame can ask for, whatever its length.
    private const int DecodeLimit = 32 * 1024;

    // The reader, a first buffer where the pool has none, an exception and the window of a decompressor; and each frame's own.
    private const int CaptureLimit = 128 * 1024, PerFrame = 256;

    private static readonly LinkType[] LinkTypes = Enum.GetValues<LinkType>();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("geneve", ReadGeneve),
        new("frame", ReadFrame),
        new("capture", ReadCapture),
        new("hex", ReadHex),
    ];

    /// <summary>The target of a name, or null.</summary>
    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Bytes from the Geneve header on. What can be written again must be read the same again.</summary>
    private static void ReadGeneve(byte[] bytes)
    {
        var packet = FuzzException.WhenAllocatingMore(DecodeLimit, () =>
        {
            var read = GeneveDecoder.Default.DecodeGeneve(bytes);
            _ = read.Options.Count + (read.Inner?.Length ?? 0);
            return read;
        });
        Look(packet, bytes.Length);
        if (packet.Fault is not (GeneveFault.None or GeneveFault.UnknownCriticalOption))
            return;
        var again = packet.ToSpecification().ToBytes();
        var second = GeneveDecoder.Default.DecodeGeneve(again);
        FuzzException.Unless(second.Vni == packet.Vni && second.ProtocolType == packet.ProtocolType && second.IsOam == packet.IsOam, "The header is another after writing it again.");
        FuzzException.Unless(
            second.Options.Select(option => (option.Id, Convert.ToHexString(option.Data))).SequenceEqual(packet.Options.Select(option => (option.Id, Convert.ToHexString(option.Data)))),
            "The options are others after writing them again.");
        FuzzException.Unless(second.Payload.Span.SequenceEqual(packet.Payload.Span), "The payload is another after writing it again.");
        FuzzException.Unless((second.Notes & ~GeneveNotes.HeaderCut) == GeneveNotes.None, "What is written has something odd.");
        FuzzException.Unless(again.AsSpan().SequenceEqual(second.ToSpecification().ToBytes()), "Written a second time it differs.");
    }

    /// <summary>A frame: the first byte chooses what it begins with, the second how much of it the capture cut off.</summary>
    private static void ReadFrame(byte[] bytes)
    {
        if (bytes.Length < 2)
            return;
        var captured = new CapturedFrame
        {
            Data = bytes.AsMemory(2),
            LinkType = LinkTypes[bytes[0] % LinkTypes.Length],
            OriginalLength = bytes.Length - 2 + bytes[1],
        };
        var frame = FuzzException.WhenAllocatingMore(DecodeLimit, () =>
        {
            var read = GeneveDecoder.Default.DecodeFrame(captured);
            _ = read.Geneve?.Inner?.Geneve?.Inner?.Length;
            return read;
        });
        FuzzException.Unless(frame.Summary.Length > 0, "There is no summary.");
        FuzzException.Unless(frame.Payload.Length <= bytes.Length, "The payload is longer than the frame.");
        FuzzException.Unless(frame.Fingerprint is null or { Length: 16 }, "The fingerprint has another length.");
        if (frame.Geneve is { } packet)
            Look(packet, bytes.Length);
    }

    /// <summary>A capture file. Frames come out of it, or the one documented exception.</summary>
    private static void ReadCapture(byte[] bytes)
    {
        var allowed = (long)CaptureLimit;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(bytes));
            while (reader.TryRead(out var frame))
            {
                allowed += frame.Data.Length + PerFrame;
                FuzzException.Unless(frame.OriginalLength >= frame.Data.Length, "A frame has more bytes than it had.");
            }
        }
        catch (CaptureFormatException failure)
        {
            FuzzException.Unless(failure.Offset >= 0, "The failure is nowhere.");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        FuzzException.Unless(allocated <= allowed, $"{allocated} bytes were allocated, {allowed} is the most.");
    }

    /// <summary>Text as people paste it.</summary>
    private static void ReadHex(byte[] bytes)
    {
        var text = string.Create(bytes.Length, bytes, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = (char)from[i];
        });
        try
        {
            var read = HexText.Parse(text);
            FuzzException.Unless(read.Length <= bytes.Length / 2, "There are more bytes than pairs of digits.");
            FuzzException.Unless(HexText.Parse(Convert.ToHexString(read)).AsSpan().SequenceEqual(read), "Written and read again it differs.");
        }
        catch (NetworkException failure) when (failure.Kind == FailureKind.InvalidArgument)
        {
            return;
        }
    }

    /// <summary>Looks at everything a user can look at.</summary>
    private static void Look(GenevePacket packet, int length)
    {
        FuzzException.Unless(packet.ShouldDrop == (packet.DropReason is not null), "A reason to drop it, or none to.");
        FuzzException.Unless((packet.Notes == GeneveNotes.None) == (packet.NoteRules.Count == 0), "Notes without words.");
        FuzzException.Unless(packet.Payload.Length <= length, "The payload is longer than what carries it.");
        FuzzException.Unless(packet.Summary.StartsWith("Geneve", StringComparison.Ordinal) || packet.Outer is not null, "The summary does not name it.");
        FuzzException.Unless(packet.Fingerprint is null or { Length: 16 }, "The fingerprint has another length.");
        foreach (var option in packet.Options)
            FuzzException.Unless(option.Data.Length % 4 == 0 && option.Data.Length <= GeneveOption.MaxDataLength && option.ToString().Length > 0, "An option that cannot be.");
        for (var inner = packet.Inner; inner is not null; inner = inner.Geneve?.Inner)
            _ = (inner.Arp?.ToString(), inner.IP?.ToString(), inner.Icmp?.ToString(), inner.Tcp?.ToString(), inner.Udp?.ToString(), inner.Ethernet?.ToString());
    }
}
