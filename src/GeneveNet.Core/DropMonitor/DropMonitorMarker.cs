using System.Globalization;
using System.Text;
using GeneveNet.Namespaces;
using GeneveNet.Native;
using static Tmds.Linux.LibC;

namespace GeneveNet.DropMonitor;

/// <summary>
/// A file that says that a session of this module has the drop monitor on, and how it was configured before. The kernel leaves the
/// monitor on when its user is killed; by this the next session knows that it is to be switched off, and by nobody else's wish.
/// </summary>
/// <remarks>
/// The session that has it on holds the advisory lock of the file, which the kernel releases whatever becomes of the process. So a
/// file with contents and without a lock was left by one that was killed.
/// </remarks>
internal sealed class DropMonitorMarker : IDisposable
{
    /// <summary>Where it is: only root can write there, and a start of the host empties it.</summary>
    public const string UsualPath = "/run/genevenet.drop-monitor";

    private const string Task = "note that the drop monitor is in use";
    private const int OwnerOnly = 0x180; // 0600
    private const int Attempts = 10;

    private readonly string _path;
    private readonly FileDescriptor _file;

    private DropMonitorMarker(string path, FileDescriptor file) => (_path, _file) = (path, file);

    /// <summary>The configuration there was before a session that was killed; null where none was.</summary>
    public DropMonitorConfiguration? Left { get; private init; }

    /// <summary>Takes it, for one session of all.</summary>
    /// <param name="path">Where it is.</param>
    /// <returns>Null where another session has it.</returns>
    /// <exception cref="NetworkException">It cannot be written.</exception>
    public static DropMonitorMarker? TryTake(string path = UsualPath)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var file = SystemCalls.Open(path, O_RDONLY | O_CREAT | O_NOFOLLOW, Task, OwnerOnly);
            try
            {
                var error = SystemCalls.TryLock(file);
                // The one before may have removed the file between the two calls: then the lock is on nothing.
                if (error == 0 && SystemCalls.TryIdentify(path) == SystemCalls.Identify(file, Task))
                    return new DropMonitorMarker(path, file) { Left = Parse(Read(path)) };
                file.Dispose();
                if (error == Errno.Again)
                    return null;
                if (error is not (0 or Errno.Interrupted))
                    throw NetworkException.FromErrno(Task, error);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }

        return null;
    }

    /// <summary>Notes the configuration to be restored, before the monitor is switched on.</summary>
    /// <param name="before">The configuration.</param>
    public void Write(DropMonitorConfiguration before)
    {
        using var stream = SystemCalls.OpenFile(_path, O_WRONLY | O_TRUNC, Task);
        var numbers = $"{before.AlertMode} {before.TruncateLength} {before.QueueLength} {Environment.ProcessId}";
        stream.Write(Encoding.UTF8.GetBytes($"{NamespaceIdentity.CurrentBootId} {numbers}\n"));
    }

    /// <summary>Takes the file away, when the monitor is off again.</summary>
    public void Remove()
    {
        _ = SystemCalls.TryUnlink(_path);
        Dispose();
    }

    /// <summary>Lets go of the file and leaves it.</summary>
    public void Dispose() => _file.Dispose();

    private static string Read(string path)
    {
        using var reader = new StreamReader(SystemCalls.OpenFile(path, O_RDONLY, Task));
        return reader.ReadToEnd();
    }

    private static DropMonitorConfiguration? Parse(string text) =>
        text.Split(' ') is [var boot, var mode, var length, var queue, _] && boot == NamespaceIdentity.CurrentBootId
        && byte.TryParse(mode, NumberStyles.None, CultureInfo.InvariantCulture, out var alertMode)
        && uint.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var truncateLength)
        && uint.TryParse(queue, NumberStyles.None, CultureInfo.InvariantCulture, out var queueLength)
            ? new DropMonitorConfiguration(alertMode, truncateLength, queueLength)
            : null;
}
