using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>A whole number within bounds. Says what the number is, which a plain conversion error does not.</summary>
/// <param name="least">Smallest value.</param>
/// <param name="most">Largest value.</param>
/// <param name="meaning">What it is, as the start of a sentence: "A VNI has 24 bits".</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NumberArgumentAttribute(long least, long most, string meaning) : ArgumentTransformationAttribute
{
    /// <summary>A word for one of the values; null for none.</summary>
    public string? Word { get; init; }

    /// <summary>The value that the word stands for.</summary>
    public long WordValue { get; init; }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is null)
            return null;
        if (Arguments.UnwrapList(inputData) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        if (Word is not null && Word.Equals(inputData.ToString(), StringComparison.OrdinalIgnoreCase))
            return WordValue;
        return LanguagePrimitives.TryConvertTo<decimal>(inputData, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number >= least && number <= most
            ? (long)number
            : throw new ArgumentTransformationMetadataException(
                $"{meaning}: a whole number from {least} to {most}{(Word is null ? "" : $", or {Word}")}. '{inputData}' is not.");
    }
}

/// <summary>A time: a number of seconds, or a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecondsArgumentAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null or TimeSpan)
            return value;
        // A bare number would be taken for ticks by the usual conversion.
        if (LanguagePrimitives.TryConvertTo<double>(value, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < int.MaxValue)
            return TimeSpan.FromSeconds(seconds);
        return TimeSpan.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero
            ? span
            : throw new ArgumentTransformationMetadataException($"'{value}' is not a time: give seconds, or a TimeSpan such as 00:05:00.");
    }
}

/// <summary>
/// Reads values from text itself: where the engine converts, a wrong one given by position ends in a word about positions.
/// </summary>
internal abstract class TextArgumentAttribute : ArgumentTransformationAttribute
{
    private protected abstract object Parse(string text);

    /// <summary>Whether a value is read as text; others are left to the engine.</summary>
    private protected virtual bool IsText(object value) => value is string;

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null)
            return null;
        if (Arguments.UnwrapList(value) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        try
        {
            return IsText(value) ? Parse(value.ToString() ?? "") : inputData;
        }
        catch (FormatException failure)
        {
            throw new ArgumentTransformationMetadataException(failure.Message, failure);
        }
    }
}

/// <summary>An IP address in full; the framework's own reading also takes "1" and "10.2", and numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IPAddressArgumentAttribute : TextArgumentAttribute
{
    private protected override bool IsText(object value) => value is not IPAddress;

    private protected override object Parse(string text) => CidrAddress.Parse(text) is { IsHost: true } host
        ? host.Address
        : throw new FormatException($"'{text}' is a network; a single address is needed.");
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

/// <summary>A name for a network namespace.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NamespaceNameAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics) =>
        Names.Check(arguments, NamedNamespaces.ValidateName);
}

/// <summary>A MAC address that a link can have; the kernel refuses others with a word about an address that is not available.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LinkMacAddressAttribute : ValidateArgumentsAttribute
{
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is MacAddress { IsMulticast: true } or MacAddress { IsZero: true })
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
    /// <summary>The argument as a list, where it is one: an array, also inside the shell's wrapper.</summary>
    public static IList? UnwrapList(object argument) => (argument is PSObject wrapped ? wrapped.BaseObject : argument) as IList;

    public static object?[] Each(IList list, Func<object?, object?> transform)
    {
        var results = new object?[list.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = transform(list[i]);
        return results;
    }
}
