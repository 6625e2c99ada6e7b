using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// Reads the value of a parameter: a list one by one, and an empty cell of a table (null, or an empty text) as nothing given.
/// </summary>
internal abstract class ReadingArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Arguments.Unwrap(inputData);
        if (value is null or string { Length: 0 })
            return null;
        if (Arguments.UnwrapList(value) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        try
        {
            return Read(value) ?? inputData;
        }
        catch (FormatException failure)
        {
            throw new ArgumentTransformationMetadataException(VisibleText.Of(failure.Message), failure);
        }
    }

    /// <summary>The value that is meant; null where the engine's own conversion is right.</summary>
    /// <param name="value">What was given, never null or an empty text.</param>
    /// <exception cref="FormatException">It means nothing here; the message says what would.</exception>
    private protected abstract object? Read(object value);
}

/// <summary>A whole number within bounds. Says what the number is, which a plain conversion error does not.</summary>
/// <param name="least">Smallest value.</param>
/// <param name="most">Largest value.</param>
/// <param name="meaning">What it is, as the start of a sentence: "A VNI has 24 bits".</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NumberArgumentAttribute(long least, long most, string meaning) : ReadingArgumentAttribute
{
    /// <summary>A word for one of the values; null for none.</summary>
    public string? Word { get; init; }

    /// <summary>The value that the word stands for.</summary>
    public long WordValue { get; init; }

    private protected override object Read(object value)
    {
        if (Word?.Equals(value as string, StringComparison.OrdinalIgnoreCase) == true)
            return WordValue;
        return Numbers.TryRead(value, out var number) && number == decimal.Truncate(number) && number >= least && number <= most
            ? (long)number
            : throw new FormatException(
                $"{meaning}: a whole number from {least} to {most}{(Word is null ? "" : $", or {Word}")}. '{value}' is not.");
    }
}

/// <summary>A time: a number of seconds, or a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecondsArgumentAttribute : ReadingArgumentAttribute
{
    private protected override object? Read(object value)
    {
        if (value is TimeSpan given && given >= TimeSpan.Zero)
            return null;
        // A bare number would be taken for ticks by the usual conversion, and a text of digits for days.
        if (Numbers.TryRead(value, out var seconds) && seconds is >= 0 and < int.MaxValue)
            return TimeSpan.FromSeconds((double)seconds);
        return value is string text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero
            && text.Contains(':', StringComparison.Ordinal)
            ? span
            : throw new FormatException($"'{value}' is not a time: give seconds, or a TimeSpan such as 00:05:00.");
    }
}

/// <summary>One of a few words.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordArgumentAttribute : ReadingArgumentAttribute
{
    private protected override object? Read(object value) => null;
}

/// <summary>A switch; in a table "True" or "False", where the usual conversion takes every text for true.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SwitchArgumentAttribute : ReadingArgumentAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        // An empty cell: whether it was given at all is asked of the cell.
        base.Transform(engineIntrinsics, inputData) ?? new SwitchParameter(false);

    private protected override object? Read(object value) => value switch
    {
        string text when bool.TryParse(text, out var isOn) => new SwitchParameter(isOn),
        string => throw new FormatException($"'{value}' is neither True nor False."),
        _ => null,
    };
}

/// <summary>A setting that is on or off: $true, $false, or in a table "True" or "False".</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OnOffArgumentAttribute : ReadingArgumentAttribute
{
    private protected override object? Read(object value) => value switch
    {
        string text when bool.TryParse(text, out var isOn) => isOn,
        "0" or 0 => false,
        "1" or 1 => true,
        SwitchParameter given => given.IsPresent,
        bool => null,
        _ => throw new FormatException($"'{value}' is neither True nor False."),
    };
}

/// <summary>
/// Reads values from text itself: where the engine converts, a wrong one given by position ends in a word about positions.
/// </summary>
internal abstract class TextArgumentAttribute : ReadingArgumentAttribute
{
    private protected abstract object Parse(string text);

    /// <summary>Whether a value is read as text; others are left to the engine.</summary>
    private protected virtual bool IsText(object value) => value is string;

    private protected override object? Read(object value) => IsText(value) ? Parse(value.ToString() ?? "") : null;
}

/// <summary>An IP address in full; the framework's own reading also takes "1" and "10.2", and numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IPAddressArgumentAttribute : TextArgumentAttribute
{
    private protected override bool IsText(object value) => value is not IPAddress;

    private protected override object Parse(string text) => CidrAddress.ParseHost(text);
}

/// <summary>A MAC address.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MacAddressArgumentAttribute : TextArgumentAttribute
{
    private protected override object Parse(string text) => MacAddress.Parse(text);
}

/// <summary>An IP address with prefix length.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CidrAddressArgumentAttribute : TextArgumentAttribute
{
    private protected override object Parse(string text) => CidrAddress.Parse(text);
}

/// <summary>The name of a link that is to be.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NewLinkNameAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics) =>
        Names.Check(arguments, LinkOperations.ValidateName);
}

/// <summary>A MAC address that a link can have; the kernel refuses others with a word about an address that is not available.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LinkMacAddressAttribute : ValidateArgumentsAttribute
{
    /// <summary>Whether zeros pass: a link that has none says them of itself, and the cmdlet looks again.</summary>
    public bool AllowZero { get; init; }

    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is MacAddress address && (address.IsMulticast || (address.IsZero && !AllowZero)))
            throw new ValidationMetadataException(
                $"'{arguments}' cannot be the MAC address of a link: it must be that of a single station, and not all zeros.");
    }
}

internal static class Names
{
    public static void Check(object? arguments, Action<string> rule)
    {
        try
        {
            foreach (var name in arguments as string[] ?? [arguments as string ?? ""])
                rule(name);
        }
        catch (NetworkException failure)
        {
            throw new ValidationMetadataException(failure.Message, failure);
        }
    }
}

internal static class Arguments
{
    /// <summary>A value without the shell's wrapper.</summary>
    public static object? Unwrap(object? argument) => argument is PSObject wrapped ? wrapped.BaseObject : argument;

    /// <summary>The argument as a list, where it is one: an array, also inside the shell's wrapper.</summary>
    public static IList? UnwrapList(object argument) => Unwrap(argument) as IList;

    public static object?[] Each(IList list, Func<object?, object?> transform)
    {
        var results = new object?[list.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = transform(list[i]);
        return results;
    }
}
