using System.Runtime.ExceptionServices;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.Namespaces;

/// <summary>
/// Runs something in a network namespace on a thread of its own, which then ends. A thread's namespace is its own
/// property: it must never be changed on a thread that others will use, such as a pool or pipeline thread.
/// </summary>
internal static class NamespaceThread
{
    /// <summary>Runs something on a new thread that nobody else will use.</summary>
    public static T Run<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = action();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            maxStackSize: 256 * 1024)
        { IsBackground = true, Name = "network namespace" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Runs something on a new thread inside a namespace.</summary>
    public static T RunIn<T>(NetworkNamespace target, Func<T> action) => Run(() =>
    {
        using var file = target.Open();
        if (setns(file.Number, CLONE_NEWNET) != 0)
        {
            throw errno == Errno.Invalid
                ? new NetworkException(FailureKind.InvalidArgument, $"'{target}' is a namespace, but no network namespace.", errno) { Id = "NamespaceNotFound" }
                : errno == Errno.NotPermitted
                    ? new NetworkException(FailureKind.PermissionDenied, $"Cannot enter network namespace '{target}': {Errno.TextOf(Errno.NotPermitted)} (EPERM). This needs CAP_SYS_ADMIN: run as root.", errno)
                    : NetworkException.FromErrno($"enter network namespace '{target}'", errno);
        }

        return action();
    });
}
