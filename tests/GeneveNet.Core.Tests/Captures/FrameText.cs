using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using GeneveNet.Packets;

namespace GeneveNet.Tests.Captures;

/// <summary>Words a frame in a line, as tshark's fields are worded in <see cref="GoldenCaptures"/>.</summary>
internal static class FrameText
{
    /// <summary>Time, link type, captured and original length, interface, direction, and a sum of the bytes.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The one sum that tshark offers; nothing depends on its strength.")]
    public static string Of(CapturedFrame frame)
    {
        var (seconds, fraction) = Math.DivRem(frame.TimestampNanoseconds, 1_000_000_000);
        var direction = frame.Direction == PacketDirection.Unknown ? "-" : frame.Direction.ToString();
        var sum = Convert.ToHexStringLower(MD5.HashData(frame.Data.Span));
        var (lengths, name) = ($"{frame.Data.Length} {frame.OriginalLength}", frame.Interface ?? "-");
        return string.Create(
            CultureInfo.InvariantCulture, $"{seconds}.{fraction:D9} {(int)frame.LinkType} {lengths} {name} {direction} {sum}");
    }
}
