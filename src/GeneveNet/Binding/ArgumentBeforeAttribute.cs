using System.Management.Automation;
using System.Net;
using System.Runtime.CompilerServices;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>
/// What a cmdlet is about; given by position it comes before the parameter that says where it is: `Add-LinkAddress ADDRESS LINK`.
/// </summary>
/// <param name="place">The parameter that says where it is.</param>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class ArgumentBeforeAttribute(string place) : ArgumentTransformationAttribute
{
    private readonly record struct Origin(string Text, bool IsRead);

    // A value must have the type of its parameter before the cmdlet knows its other arguments, so the text is kept beside it.
    private static readonly ConditionalWeakTable<object, object> Origins = [];

    /// <summary>The parameter that says where it is.</summary>
    public string Place => place;

    /// <summary>The text that a value was read from; null when it was not given as text.</summary>
    /// <param name="value">The value.</param>
    public static string? TextOf(object value) => OriginOf(value)?.Text;

    /// <summary>The text in place of which a value stands that could not be read; null for any other value.</summary>
    /// <param name="value">The value.</param>
    public static string? UnreadTextOf(object? value) =>
        value is not null && OriginOf(value) is { IsRead: false } origin ? origin.Text : null;

    /// <summary>Why a text cannot be read; null when it can.</summary>
    /// <param name="text">The text.</param>
    public abstract string? Explain(string text);

    private protected static void Keep(object value, string text, bool isRead) => Origins.AddOrUpdate(value, new Origin(text, isRead));

    private static Origin? OriginOf(object value) => Origins.TryGetValue(value, out var origin) ? (Origin)origin : null;
}

/// <summary>
/// Reads what a cmdlet is about. What cannot be read may be the name of the place, given first: it is kept until the cmdlet knows all
/// its arguments (<see cref="ArgumentOrder"/>).
/// </summary>
/// <typeparam name="TReader">Reads it.</typeparam>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="place">The parameter that says where it is.</param>
internal sealed class ArgumentBeforeAttribute<TReader, T>(string place) : ArgumentBeforeAttribute(place)
    where TReader : ArgumentTransformationAttribute, new()
    where T : class
{
    private readonly TReader _reader = new();

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Arguments.Unwrap(inputData);
        if (value is null)
            return null;
        if (Arguments.UnwrapList(value) is { } list)
            return Arguments.Each(list, item => Transform(engineIntrinsics, item));
        var text = value as string ?? (value as IPAddress)?.ToString() ?? (value is Link link ? LinkReference.Encode(link) : null);
        if (value is T || text is null)
            return _reader.Transform(engineIntrinsics, inputData);
        object? read;
        try
        {
            read = _reader.Transform(engineIntrinsics, text);
        }
        catch (ArgumentTransformationMetadataException)
        {
            read = RuntimeHelpers.GetUninitializedObject(typeof(T));
            Keep(read, text, isRead: false);
            return read;
        }

        if (read is not null and not string)
            Keep(read, text, isRead: true);
        return read;
    }

    public override string? Explain(string text)
    {
        try
        {
            _reader.Transform(null!, text);
            return null;
        }
        catch (ArgumentTransformationMetadataException failure)
        {
            return failure.Message;
        }
    }
}
