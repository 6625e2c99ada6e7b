using static Tmds.Linux.LibC;

namespace GeneveNet.Native;

/// <summary>
/// A file that is there whole or not at all: it is written beside its place and takes it, at once, when it is complete.
/// What was in its place stays there until then. A device or a FIFO has nothing to be kept and is written directly.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _target, _task;
    private readonly bool _isReplacing;
    private string? _temporary;

    /// <summary>Begins to write a file.</summary>
    /// <param name="path">Its place; a symbolic link there stays, and what it leads to is written.</param>
    /// <param name="mayReplace">Whether a file may be in that place, when this one is complete too.</param>
    /// <param name="task">What is done, as a phrase that continues "Cannot …".</param>
    /// <exception cref="NetworkException">It cannot be created there.</exception>
    public WholeFile(string path, bool mayReplace, string task)
    {
        (_target, _task, _isReplacing) = (path, task, mayReplace);
        var old = SystemCalls.FindStatus(path, task);
        if (old is { IsRegular: false })
        {
            Stream = SystemCalls.OpenFile(path, O_WRONLY | O_NOCTTY, task);
            return;
        }

        if (new FileInfo(path).LinkTarget is not null)
            _target = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        _temporary = Path.Combine(Path.GetDirectoryName(_target) ?? "", $".{Path.GetRandomFileName()}.new");
        // A new file gets what the umask leaves. What replaces another must not be readable by more people, not even for a moment.
        Stream = SystemCalls.OpenFile(_temporary, O_WRONLY | O_CREAT | O_EXCL, task, old is null ? 0x1b6 : 0x180); // 0666, 0600
        IsNew = old is null;
        if (old is not null)
            TakeOver(old.Value);
    }

    /// <summary>Whether it takes the place of nothing.</summary>
    public bool IsNew { get; }

    /// <summary>Where its bytes are written to.</summary>
    public FileStream Stream { get; }

    /// <summary>Puts the file, whose bytes have all been written, in its place.</summary>
    /// <exception cref="NetworkException">They did not reach the disk, or the place is taken.</exception>
    public void Complete()
    {
        if (_temporary is null)
        {
            Stream.Dispose();
            return;
        }

        try
        {
            // Some file systems say only now that there was no room.
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            Place();
        }
        catch (Exception failure) when (SystemCalls.ErrnoOf(failure) is var errno and not 0)
        {
            throw NetworkException.FromErrno(_task, errno);
        }
    }

    /// <summary>Leaves nothing of the file, unless it is complete.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (_temporary is not null)
            _ = SystemCalls.TryUnlink(_temporary);
        _temporary = null;
    }

    /// <summary>Takes permissions and, where that is allowed, the owner of the file that will be replaced.</summary>
    private void TakeOver(FileStatus old)
    {
        var file = (int)Stream.SafeFileHandle.DangerousGetHandle();
        _ = fchown(file, old.Owner, old.Group);
        _ = fchmod(file, old.Permissions);
    }

    private void Place()
    {
        if (_isReplacing)
        {
            File.Move(_temporary!, _target, overwrite: true);
        }
        else
        {
            // Renaming would replace what has come there meanwhile; a second name is never given over another file.
            var error = SystemCalls.TryLink(_temporary!, _target);
            if (error is Errno.NotPermitted or Errno.NotSupported) // FAT has no second names.
                File.Move(_temporary!, _target, overwrite: false);
            else if (error != 0)
                throw NetworkException.FromErrno(_task, error);
            else
                _ = SystemCalls.TryUnlink(_temporary!);
        }

        _temporary = null;
    }
}
