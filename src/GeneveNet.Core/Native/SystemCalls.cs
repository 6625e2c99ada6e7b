using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace GeneveNet.Native;

/// <summary>The identity of a file: it distinguishes one network namespace from another.</summary>
/// <param name="Device">Device number of the file system.</param>
/// <param name="Inode">Inode number.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>What a file is, whom it belongs to and what they may do with it.</summary>
/// <param name="Mode">Type and permissions (st_mode).</param>
/// <param name="Owner">The user.</param>
/// <param name="Group">The group.</param>
internal readonly record struct FileStatus(ushort Mode, uid_t Owner, gid_t Group)
{
    /// <summary>Whether it is a file of bytes on a disk: no device, FIFO, socket or directory.</summary>
    public bool IsRegular => (Mode & (ushort)S_IFMT) == (ushort)S_IFREG;

    /// <summary>Whether it is a FIFO (named pipe).</summary>
    public bool IsFifo => (Mode & (ushort)S_IFMT) == (ushort)S_IFIFO;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & (ushort)S_IFMT) == (ushort)S_IFDIR;

    /// <summary>What owner, group and others may do.</summary>
    public mode_t Permissions => (ushort)(Mode & 0x1ff); // 0777
}

/// <summary>
/// System calls with .NET types and errors worded in one way. Everything that needs the C library passes here or in NetlinkSocket.
/// </summary>
internal static unsafe partial class SystemCalls
{
    /// <summary>Throws in the words of <see cref="NetworkException.FromErrno"/> when a call returned -1.</summary>
    public static int Check(int result, string task) => result >= 0 ? result : throw NetworkException.FromErrno(task, errno);

    /// <summary>The error number with which the kernel refused what .NET was to do with a file; 0 where it was not the kernel.</summary>
    public static int ErrnoOf(Exception failure) => failure switch
    {
        UnauthorizedAccessException { InnerException: IOException inner } => inner.HResult,
        FileNotFoundException or DirectoryNotFoundException => Errno.NoEntry,
        // What does not come from the kernel has a code of .NET, which is negative.
        IOException { HResult: > 0 } => failure.HResult,
        _ => 0,
    };

    /// <summary>A text as the C library takes it. It would end at a NUL, and mean another file.</summary>
    public static byte[] CString(string text) => !text.Contains('\0', StringComparison.Ordinal)
        ? Encoding.UTF8.GetBytes(text + '\0')
        : throw new NetworkException(
            FailureKind.InvalidArgument, $"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' cannot be a path: it contains NUL.");

    public static FileDescriptor Open(string path, int flags, string task, int mode = 0)
    {
        fixed (byte* name = CString(path))
            return new FileDescriptor(Check(open(name, flags | O_CLOEXEC, (ushort)mode), task));
    }

    /// <summary>Opens a file as a stream without a buffer; <see cref="ErrnoOf"/> tells why it fails.</summary>
    public static FileStream OpenFile(string path, int flags, string task, int mode = 0)
    {
        fixed (byte* name = CString(path))
        {
            var file = new SafeFileHandle(Check(open(name, flags | O_CLOEXEC, (ushort)mode), task), ownsHandle: true);
            return new FileStream(file, (flags & O_WRONLY) != 0 ? FileAccess.Write : FileAccess.Read, bufferSize: 0);
        }
    }

    /// <summary>
    /// Opens a file for reading as a stream without a buffer. A FIFO is open when its other end has been opened and has written, or gone
    /// again; the wait for that ends with the cancellation.
    /// </summary>
    public static FileStream OpenForReading(string path, string task, CancellationToken cancellation)
    {
        if (TryFindStatus(path, out var status) != 0 || !status.IsFifo)
            return OpenFile(path, O_RDONLY, task);
        var stream = OpenFile(path, O_RDONLY | O_NONBLOCK, task);
        try
        {
            const int Tick = 50;
            var file = (int)stream.SafeFileHandle.DangerousGetHandle();
            var other = new pollfd { fd = file, events = POLLIN };
            while (poll(&other, 1, Tick) <= 0)
                cancellation.ThrowIfCancellationRequested();
            Check(fcntl(file, F_SETFL, 0), task);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Looks at the file that a path leads to; null where there is none.</summary>
    public static FileStatus? FindStatus(string path, string task) => TryFindStatus(path, out var found) switch
    {
        0 => found,
        Errno.NoEntry => null,
        var error => throw NetworkException.FromErrno(task, error),
    };

    /// <summary>Looks at the file that a path leads to, and returns the error number where that is refused.</summary>
    public static int TryFindStatus(string path, out FileStatus found)
    {
        stat status;
        fixed (byte* name = CString(path))
        {
            var error = stat(name, &status) == 0 ? 0 : errno;
            found = error == 0 ? new FileStatus((ushort)status.st_mode, status.st_uid, status.st_gid) : default;
            return error;
        }
    }

    public static FileIdentity Identify(FileDescriptor file, string task)
    {
        stat status;
        Check(fstat(file.Number, &status), task);
        return new FileIdentity(status.st_dev, status.st_ino);
    }

    public static FileIdentity? TryIdentify(string path) => TryIdentify(path, out _);

    /// <summary>Identifies a file and returns when it last changed, in nanoseconds since 1970.</summary>
    public static FileIdentity? TryIdentify(string path, out long changed)
    {
        stat status;
        fixed (byte* name = CString(path))
        {
            if (stat(name, &status) != 0)
            {
                changed = 0;
                return null;
            }
        }

        changed = ((long)status.st_ctim.tv_sec * 1_000_000_000) + (long)status.st_ctim.tv_nsec;
        return new FileIdentity(status.st_dev, status.st_ino);
    }

    public static void Mount(string source, string target, string type, ulong_t flags, string task)
    {
        fixed (byte* from = CString(source), to = CString(target), kind = CString(type))
            Check(mount(from, to, kind, flags, null), task);
    }

    public static int TryMount(string source, string target, string type, ulong_t flags)
    {
        fixed (byte* from = CString(source), to = CString(target), kind = CString(type))
            return mount(from, to, kind, flags, null) == 0 ? 0 : errno;
    }

    public static int TryUnmountLazily(string path, int flags)
    {
        fixed (byte* name = CString(path))
            return umount2(name, MNT_DETACH | flags) == 0 ? 0 : errno;
    }

    public static int TryMakeDirectory(string path, int mode)
    {
        fixed (byte* name = CString(path))
            return mkdir(name, (ushort)mode) == 0 ? 0 : errno;
    }

    public static void Unlink(string path, string task)
    {
        fixed (byte* name = CString(path))
            Check(unlink(name), task);
    }

    public static int TryUnlink(string path)
    {
        fixed (byte* name = CString(path))
            return unlink(name) == 0 ? 0 : errno;
    }

    /// <summary>Gives a file a second name, which must be free.</summary>
    public static int TryLink(string path, string name)
    {
        fixed (byte* existing = CString(path), added = CString(name))
            return link(existing, added) == 0 ? 0 : errno;
    }

    /// <summary>Takes the advisory lock on a file, which is held until it is closed; EAGAIN where somebody else has it.</summary>
    public static int TryLock(FileDescriptor file)
    {
        const int ExclusiveAtOnce = 2 | 4; // LOCK_EX | LOCK_NB
        return FLock(file.Number, ExclusiveAtOnce) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    // Not among those of Tmds.LibC.
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(int file, int operation);

    /// <summary>Asks any socket for the name of a link in its network namespace; null where there is none of that index.</summary>
    public static string? FindLinkName(FileDescriptor socket, int index)
    {
        var request = new LinkNameRequest { Index = index };
        return ioctl(socket.Number, SIOCGIFNAME, &request) == 0 ? Marshal.PtrToStringUTF8((nint)request.Name) : null;
    }

    /// <summary>struct ifreq as SIOCGIFNAME uses it: the name, ended by a zero, and the index; 40 bytes in all.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct LinkNameRequest
    {
        public fixed byte Name[16];
        public int Index;
    }
}
