using System.Runtime.InteropServices;
using Tmds.Linux;

namespace GeneveNet.Native;

/// <summary>An open file descriptor, closed exactly once.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    public FileDescriptor(int descriptor) : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => (int)handle < 0;

    /// <summary>The number, for a system call made while this object is held.</summary>
    public int Number => !IsClosed ? (int)handle : throw new ObjectDisposedException(nameof(FileDescriptor));

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
