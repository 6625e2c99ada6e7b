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
    private const int SmallStack = 256 * 1024;
    private const int StackOfScripts = 10 * 1024 * 1024; // What PowerShell gives the threads of its own pipelines.

    /// <summary>Runs something on a new thread that nobody else will use.</summary>
    public static T Run<T>(Func<T> action)
    {
        T result = default!;
        Run("network namespace", SmallStack, () => result = action());
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

    /// <summary>
    /// Runs what others wrote, a script or a program, on a new thread inside a namespace. It may need any of the threads that
    /// everybody shares: those stay where they are.
    /// </summary>
    /// <param name="target">The namespace.</param>
    /// <param name="withFiles">Whether the files that go with it are there: see <see cref="MountFiles"/>.</param>
    /// <param name="action">What to run.</param>
    /// <param name="ended">Called when it is over, on that thread; also when the namespace could not be entered.</param>
    /// <param name="meanwhile">What the calling thread does until then.</param>
    public static void Visit(NetworkNamespace target, bool withFiles, Action action, Action? ended = null, Action? meanwhile = null)
    {
        using var shared = SharedThreads.Keep();
        Run(
            $"network namespace {target}",
            StackOfScripts,
            () =>
            {
                try
                {
                    Enter(target);
                    if (withFiles)
                        MountFiles(target.Name);
                    using var flow = NamespaceFlow.Start(target);
                    action();
                }
                finally
                {
                    ended?.Invoke();
                }
            },
            meanwhile);
    }

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
    private static void MountFiles(string? name)
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

    private static void Run(string name, int stackSize, Action action, Action? meanwhile = null)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            stackSize)
        { IsBackground = true, Name = name };
        thread.Start();
        try
        {
            meanwhile?.Invoke();
        }
        finally
        {
            thread.Join();
        }

        failure?.Throw();
    }
}
