using System.Globalization;
using System.Management.Automation;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink.Bridges;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Binding;

/// <summary>Objects that are not what a cmdlet of this session made: sent from elsewhere, saved and read again, or made of text.</summary>
internal static class ForeignObject
{
    private const string SavedLink = "Deserialized.GeneveNet.Rtnetlink.Links.Link";
    private const string SavedPort = "Deserialized.GeneveNet.Rtnetlink.Bridges.BridgePort";

    private const string ComputerName = "PSComputerName", JobId = "PSSourceJobInstanceId", Here = "localhost";

    /// <summary>Whether an object has only properties, and no type of its own.</summary>
    public static bool IsOne(PSObject value) => value.BaseObject is PSCustomObject;

    /// <summary>Whether an object is one that the kernel has, or what is left of one; and not a row of a table, or made by hand.</summary>
    /// <param name="value">The object.</param>
    public static bool IsOfKernel(PSObject value) =>
        !IsOne(value) || value.TypeNames.FirstOrDefault()?.StartsWith("Deserialized.", StringComparison.Ordinal) == true;

    /// <summary>Whether an object has a property that is not empty.</summary>
    /// <param name="value">The object.</param>
    /// <param name="names">Names of the property, the first that there is counts.</param>
    public static bool HasCell(PSObject value, IEnumerable<string> names) =>
        names.Select(name => value.Properties[name]).FirstOrDefault(property => property is not null)?.Value is not (null or "");

    /// <summary>The index of the link that an object is, or is what is left of; null for any other, and for a row.</summary>
    /// <param name="value">The object.</param>
    public static int? IndexOfLink(PSObject value) => value.BaseObject switch
    {
        Link link => link.Index,
        BridgePort port => port.Index,
        PSCustomObject when value.TypeNames.Any(name => name is SavedLink or SavedPort)
            && LanguagePrimitives.TryConvertTo<int>(value.Properties["Index"]?.Value, CultureInfo.InvariantCulture, out var index) => index,
        _ => null,
    };

    /// <summary>Fails for an object of another host: what it says is about that host, and here it would mean something else.</summary>
    /// <param name="value">The object.</param>
    /// <exception cref="NetworkException">It came through a session.</exception>
    public static void RefuseRemote(PSObject value)
    {
        if (!IsOne(value) || TextOf(value, ComputerName) is not { } computer)
            return;
        // What a job of this machine returns is about this machine; its namespace is looked up by its identity.
        if (computer == Here && value.Properties[JobId] is not null)
            return;
        throw new NetworkException(
            FailureKind.InvalidArgument,
            $"'{NameOf(value)}' is an object of '{computer}', and this command works on this host. " +
            "Run the whole command there: Invoke-Command -Session $session { … | … }.") { Id = "RemoteObject" };
    }

    /// <summary>The namespace that a value stands for which has only properties; null when it is no such value.</summary>
    /// <param name="value">What is left of a namespace, or of an object that is in one.</param>
    /// <exception cref="NetworkException">The namespace is gone, or on another host.</exception>
    public static NetworkNamespace? FindNamespace(PSObject value)
    {
        RefuseRemote(value);
        if (value.Properties["Namespace"]?.Value is { } place)
            return NamespaceArgumentAttribute.Resolve(place, null, literal: true);
        return IdentityOf(value)?.Find();
    }

    /// <summary>Whether an object is a namespace, or what is left of one.</summary>
    /// <param name="value">The object.</param>
    public static bool IsNamespace(PSObject value) => value.BaseObject is NetworkNamespace || IdentityOf(value) is not null;

    private static NamespaceIdentity? IdentityOf(PSObject value) =>
        IsOne(value) && value.Properties["Inode"]?.Value is { } number
            && LanguagePrimitives.TryConvertTo<ulong>(number, CultureInfo.InvariantCulture, out var inode) && inode != 0
            ? new NamespaceIdentity(inode, TextOf(value, "BootId"), TextOf(value, "Name"), TextOf(value, "Path"))
            : null;

    private static string NameOf(PSObject value) => TextOf(value, "Name") ?? value.ToString();

    /// <summary>What a property says; null where it is empty or not there.</summary>
    /// <param name="value">The object, or null.</param>
    /// <param name="property">The property.</param>
    public static string? TextOf(PSObject? value, string property) =>
        value?.Properties[property]?.Value?.ToString() is { Length: > 0 } text ? text : null;
}
