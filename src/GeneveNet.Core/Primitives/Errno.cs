namespace GeneveNet;

/// <summary>
/// The error numbers with which the kernel's networking answers, and what sort of failure each is
/// (include/uapi/asm-generic/errno*.h; equal on x86, ARM and RISC-V).
/// </summary>
public static class Errno
{
    internal const int NotPermitted = 1, NoEntry = 2, Interrupted = 4, Again = 11, AccessDenied = 13, Busy = 16, Exists = 17,
        CrossDevice = 18, NoDevice = 19, NotDirectory = 20, Invalid = 22, ReadOnly = 30, OutOfRange = 34, Loop = 40,
        MessageSize = 90, NotSupported = 95, FamilyNotSupported = 97, AddressInUse = 98, AddressNotAvailable = 99, NetworkDown = 100,
        Unreachable = 101, NoBuffers = 105;

    private static readonly Dictionary<int, (string Name, FailureKind Kind)> Table = new()
    {
        [1] = ("EPERM", FailureKind.PermissionDenied),
        [2] = ("ENOENT", FailureKind.NotFound),
        [3] = ("ESRCH", FailureKind.NotFound),
        [4] = ("EINTR", FailureKind.Interrupted),
        [5] = ("EIO", FailureKind.DeviceFailed),
        [6] = ("ENXIO", FailureKind.NotFound),
        [7] = ("E2BIG", FailureKind.InvalidArgument),
        [8] = ("ENOEXEC", FailureKind.InvalidArgument),
        [9] = ("EBADF", FailureKind.InvalidArgument),
        [11] = ("EAGAIN", FailureKind.ResourceExhausted),
        [12] = ("ENOMEM", FailureKind.ResourceExhausted),
        [13] = ("EACCES", FailureKind.PermissionDenied),
        [16] = ("EBUSY", FailureKind.Busy),
        [17] = ("EEXIST", FailureKind.Exists),
        [18] = ("EXDEV", FailureKind.InvalidArgument),
        [19] = ("ENODEV", FailureKind.NotFound),
        [20] = ("ENOTDIR", FailureKind.InvalidArgument),
        [21] = ("EISDIR", FailureKind.InvalidArgument),
        [22] = ("EINVAL", FailureKind.InvalidArgument),
        [23] = ("ENFILE", FailureKind.ResourceExhausted),
        [24] = ("EMFILE", FailureKind.ResourceExhausted),
        [27] = ("EFBIG", FailureKind.ResourceExhausted),
        [28] = ("ENOSPC", FailureKind.ResourceExhausted),
        [30] = ("EROFS", FailureKind.PermissionDenied),
        [32] = ("EPIPE", FailureKind.DeviceFailed),
        [34] = ("ERANGE", FailureKind.InvalidArgument),
        [36] = ("ENAMETOOLONG", FailureKind.InvalidArgument),
        [38] = ("ENOSYS", FailureKind.NotSupported),
        [40] = ("ELOOP", FailureKind.InvalidArgument),
        [75] = ("EOVERFLOW", FailureKind.InvalidArgument),
        [90] = ("EMSGSIZE", FailureKind.InvalidArgument),
        [92] = ("ENOPROTOOPT", FailureKind.NotSupported),
        [93] = ("EPROTONOSUPPORT", FailureKind.NotSupported),
        [95] = ("EOPNOTSUPP", FailureKind.NotSupported),
        [97] = ("EAFNOSUPPORT", FailureKind.NotSupported),
        [98] = ("EADDRINUSE", FailureKind.Busy),
        [99] = ("EADDRNOTAVAIL", FailureKind.NotFound),
        [100] = ("ENETDOWN", FailureKind.Unreachable),
        [101] = ("ENETUNREACH", FailureKind.Unreachable),
        [105] = ("ENOBUFS", FailureKind.ResourceExhausted),
        [110] = ("ETIMEDOUT", FailureKind.Unreachable),
        [113] = ("EHOSTUNREACH", FailureKind.Unreachable),
        [122] = ("EDQUOT", FailureKind.ResourceExhausted),
    };

    /// <summary>The symbol of an error number, "EBUSY"; "errno 200" for one that is not in the table.</summary>
    public static string NameOf(int errno) =>
        Table.TryGetValue(errno, out var entry) ? entry.Name
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"errno {errno}");

    /// <summary>What sort of failure an error number says.</summary>
    public static FailureKind KindOf(int errno) => Table.TryGetValue(errno, out var entry) ? entry.Kind : FailureKind.Other;

    /// <summary>The C library's text for an error number.</summary>
    public static string TextOf(int errno) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno);
}
