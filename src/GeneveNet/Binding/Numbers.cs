using System.Globalization;

namespace GeneveNet.Binding;

/// <summary>
/// Numbers as people write them, and nothing else: the engine's conversion takes "1,5" for 15, "10,20" for 1020 and $true for 1.
/// </summary>
internal static class Numbers
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>Reads a number: one of the shell, or a text in decimal or with 0x.</summary>
    /// <param name="value">The value.</param>
    /// <param name="number">The number.</param>
    public static bool TryRead(object value, out decimal number)
    {
        number = 0;
        switch (value)
        {
            case string text when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase):
                var isHex = long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex);
                number = hex;
                return isHex && hex >= 0;
            case string text:
                return decimal.TryParse(text.AsSpan().Trim(), Decimal, CultureInfo.InvariantCulture, out number);
            case float or double:
                var real = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                // Beyond it a decimal cannot hold it; no number here is that large.
                if (!(Math.Abs(real) < 1e18))
                    return false;
                number = (decimal)real;
                return true;
            case sbyte or byte or short or ushort or int or uint or long or ulong or decimal:
                number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
                return true;
            default:
                return false;
        }
    }
}
