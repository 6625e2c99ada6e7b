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
        // A new thread is where its creator is; entering that again would only ask for a privilege.
        if (!target.Equals(NetworkNamespace.Current))
            Enter(target);
        return action();
    });

    /// <summary>Puts the calling thread into a namespace for good; only for a thread that then ends.</summary>
    public static void Enter(NetworkNamespace target)
    {
        using var file = target.Open();
        if (setns(file.Number, CLONE_NEWNET) == 0)
        {
            NetworkNamespace.Entered = target;
            return;
        }

        throw errno switch
        {
            Errno.Invalid => new NetworkException(
                FailureKind.InvalidArgument, $"'{target}' is a namespace, but not a network namespace.", Errno.Invalid)
            { Id = "NamespaceNotFound" },
            Errno.NotPermitted => new NetworkException(
                FailureKind.PermissionDenied,
                $"Cannot enter network namespace '{target}': {Errno.TextOf(Errno.NotPermitted)} (EPERM). " +
                "This needs CAP_SYS_ADMIN: run as root.",
                Errno.NotPermitted),
            var other => NetworkException.FromErrno($"enter network namespace '{target}'", other),
        };
    }

    /// <summary>
    /// Gives the calling thread, and the programs it starts, the files that go with its network namespace, as `ip netns exec`
    /// does: /sys shows the links of the namespace, and files in /etc/netns/NAME stand in for those in /etc. The thread gets
    /// a mount namespace of its own for it; others see nothing of it.
    /// </summary>
    public static void MountFiles(string? name)
    {
        const string Task = "mount the files of the network namespace";
        SystemCalls.Check(unshare(CLONE_NEWNS), Task);
        // Mounts made outside stay visible; those made here stay here.
        SystemCalls.Mount("", "/", "none", MS_SLAVE | MS_REC, Task);
        _ = SystemCalls.TryUnmountLazily("/sys", 0);
        var error = SystemCalls.TryMount(name ?? "netns", "/sys", "sysfs", 0);
        if (error != 0)
            throw NetworkException.FromErrno(Task, error);

        var own = $"/etc/netns/{name}";
        if (name is null || !Directory.Exists(own))
            return;
        foreach (var file in Directory.EnumerateFileSystemEntries(own))
        {
            var target = "/etc/" + Path.GetFileName(file);
            if (Path.Exists(target))
                SystemCalls.Mount(file, target, "none", MS_BIND, Task);
        }
    }
}
