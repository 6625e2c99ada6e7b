using System.Text;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace GeneveNet.Native;

/// <summary>The identity of a file: it distinguishes one network namespace from another.</summary>
/// <param name="Device">Device number of the file system.</param>
/// <param name="Inode">Inode number.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>
/// System calls with .NET types and errors worded in one way. Everything that needs the C library passes here or in
/// NetlinkSocket.
/// </summary>
internal static unsafe class SystemCalls
{
    /// <summary>Throws in the words of <see cref="NetworkException.FromErrno"/> when a call returned -1.</summary>
    public static int Check(int result, string task) => result >= 0 ? result : throw NetworkException.FromErrno(task, errno);

    public static byte[] CString(string text) => Encoding.UTF8.GetBytes(text + '\0');

    public static FileDescriptor Open(string path, int flags, string task, int mode = 0)
    {
        fixed (byte* name = CString(path))
            return new FileDescriptor(Check(open(name, flags | O_CLOEXEC, (ushort)mode), task));
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

    public static void Unlink(string path, string task)
    {
        fixed (byte* name = CString(path))
            Check(unlink(name), task);
    }
}
