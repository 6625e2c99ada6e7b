using System.Management.Automation;
using GeneveNet.Netlink;
using GeneveNet.Rendering;

namespace GeneveNet.Binding;

/// <summary>Turns what Core throws into error records. The ids and categories are part of the module's contract.</summary>
internal static class ErrorRecords
{
    private static readonly Dictionary<FailureKind, (string Id, ErrorCategory Category)> ByKind = new()
    {
        [FailureKind.NotFound] = ("ObjectNotFound", ErrorCategory.ObjectNotFound),
        [FailureKind.Exists] = ("ResourceExists", ErrorCategory.ResourceExists),
        [FailureKind.Busy] = ("ResourceBusy", ErrorCategory.ResourceBusy),
        [FailureKind.PermissionDenied] = ("PermissionDenied", ErrorCategory.PermissionDenied),
        [FailureKind.InvalidArgument] = ("InvalidArgument", ErrorCategory.InvalidArgument),
        [FailureKind.NotSupported] = ("NotSupported", ErrorCategory.NotImplemented),
        [FailureKind.Unreachable] = ("NetworkUnreachable", ErrorCategory.ConnectionError),
        [FailureKind.ResourceExhausted] = ("ResourceExhausted", ErrorCategory.ResourceUnavailable),
        [FailureKind.Interrupted] = ("TableChanging", ErrorCategory.ReadError),
        [FailureKind.DeviceFailed] = ("DeviceFailed", ErrorCategory.DeviceError),
        [FailureKind.Other] = ("KernelError", ErrorCategory.NotSpecified),
    };

    /// <summary>What to do, for failures whose remedy is a cmdlet.</summary>
    private static readonly Dictionary<string, string> Remedies = new()
    {
        ["NamespaceNotFound"] = "Get-NetworkNamespace lists the names.",
        ["LinkNotFound"] = "Get-Link lists the links.",
    };

    public static ErrorRecord From(NetworkException failure, object? target)
    {
        var (id, category) = ByKind[failure.Kind];
        var record = new ErrorRecord(failure, failure.Id ?? id, category, target);
        // Core speaks of properties and the kernel of attributes; people here know parameters.
        if (failure is SettingNotSupportedException ignored)
            record.ErrorDetails = new ErrorDetails(VisibleText.Of(ignored.WordWith(DifferenceText.OfFinding)));
        if (failure.Id is not null && Remedies.TryGetValue(failure.Id, out var remedy))
            record.ErrorDetails = new ErrorDetails($"{failure.Message} {remedy}");
        return MakeVisible(record);
    }

    public static ErrorRecord From(NetlinkFormatException failure, object? target) =>
        MakeVisible(new ErrorRecord(failure, "MalformedAnswer", ErrorCategory.InvalidData, target));

    // The message is visible already; the engine shows the target, too.
    private static ErrorRecord MakeVisible(ErrorRecord record)
    {
        record.CategoryInfo.TargetName = VisibleText.Of(record.CategoryInfo.TargetName);
        return record;
    }
}
