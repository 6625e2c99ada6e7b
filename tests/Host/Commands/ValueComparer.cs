using System.Globalization;
using System.Management.Automation;

namespace GeneveNet.Host.Commands;

/// <summary>Compares values as the language does, and as text where their types have no order.</summary>
internal sealed class ValueComparer(bool caseSensitive) : IComparer<object?>
{
    /// <summary>Stands for the value of a property that an object does not have; it comes after everything else.</summary>
    public static readonly object Missing = new();

    public int Compare(object? x, object? y)
    {
        if (ReferenceEquals(x, Missing) || ReferenceEquals(y, Missing))
            return ReferenceEquals(x, Missing).CompareTo(ReferenceEquals(y, Missing));

        object? first = Base(x);
        object? second = Base(y);
        if (first is null && second is null)
            return 0;

        if (LanguagePrimitives.TryCompare(first, second, !caseSensitive, CultureInfo.CurrentCulture, out int order))
            return order;

        return CultureInfo.CurrentCulture.CompareInfo.Compare(
            PSObject.AsPSObject(first ?? "").ToString(),
            PSObject.AsPSObject(second ?? "").ToString(),
            caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
