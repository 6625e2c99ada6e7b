using System.Buffers;

namespace GeneveNet.Packets;

/// <summary>Reads bytes from hexadecimal text as people paste it.</summary>
public static class HexText
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r:-,.");

    /// <summary>
    /// Reads plain digits ("00 00 65 58", "0x00006558", "00:00:65:58") and dumps of tcpdump -x/-X and of xxd, whose lines begin with an
    /// offset and a colon and may end with two blanks and the bytes as characters.
    /// </summary>
    /// <param name="text">The text; lines may be several.</param>
    /// <exception cref="NetworkException">It holds something else than pairs of hexadecimal digits
    /// (<see cref="FailureKind.InvalidArgument"/>).</exception>
    public static byte[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = new ArrayBufferWriter<char>(Math.Max(1, text.Length));
        foreach (var line in text.AsSpan().EnumerateLines())
            AppendDigits(digits, StripDump(line.Trim()));
        if (digits.WrittenCount % 2 != 0)
            throw GeneveWriter.Invalid(
                $"The text has {digits.WrittenCount} hexadecimal digits; two make a byte, so the number must be even.");
        return Convert.FromHexString(digits.WrittenSpan);
    }

    private static void AppendDigits(ArrayBufferWriter<char> digits, ReadOnlySpan<char> line)
    {
        while (!line.IsEmpty)
        {
            var skip = line.IndexOfAnyExcept(Separators);
            if (skip < 0)
                return;
            line = line[skip..];
            if (line.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
                line = line[2..];
            var length = line.IndexOfAny(Separators) is >= 0 and var end ? end : line.Length;
            foreach (var digit in line[..length])
            {
                if (!char.IsAsciiHexDigit(digit))
                    throw GeneveWriter.Invalid($"'{digit}' is not a hexadecimal digit.");
            }

            digits.Write(line[..length]);
            line = line[length..];
        }
    }

    /// <summary>Takes the offset and the characters off a line of a dump.</summary>
    private static ReadOnlySpan<char> StripDump(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        // An offset has at least 4 digits and a blank after its colon; "00:16:3e" has neither.
        if (colon < 4 || colon + 1 >= line.Length || line[colon + 1] is not (' ' or '\t'))
            return line;
        line = line[(colon + 1)..].TrimStart();
        var characters = line.IndexOf("  ", StringComparison.Ordinal);
        return characters < 0 ? line : line[..characters];
    }
}
