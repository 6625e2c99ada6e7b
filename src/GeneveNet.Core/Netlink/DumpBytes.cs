using System.Collections;
using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>
/// The answer to a dump as it came. Objects are made one by one as they are taken, so that a table of any length costs its bytes
/// (some 90 for a neighbor) and not its objects.
/// </summary>
/// <remarks>
/// The whole answer is read before the first object is returned: a table that changes while it is read is read again, and
/// the caller who takes the objects may be the one who changes it.
/// </remarks>
/// <typeparam name="T">The objects' message.</typeparam>
internal sealed class DumpBytes<T> : IEnumerable<T> where T : class, INetlinkMessage<T>
{
    // Small enough for the heap of small objects, of which nothing is copied or kept.
    private const int ChunkSize = 32 * 1024;

    private readonly List<byte[]> _chunks = [];
    private int _used;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _chunks.Clear();
        _used = 0;
    }

    /// <summary>Keeps the payload of a message.</summary>
    public void Add(ReadOnlySpan<byte> body)
    {
        var size = sizeof(int) + body.Length;
        if (_chunks.Count == 0 || _used + size > _chunks[^1].Length)
        {
            _chunks.Add(new byte[Math.Max(ChunkSize, size)]);
            _used = 0;
        }

        var at = _chunks[^1].AsSpan(_used, size);
        // Never zero, which marks the end of a chunk.
        MemoryMarshal.Write(at, size);
        body.CopyTo(at[sizeof(int)..]);
        _used += size;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        foreach (var chunk in _chunks)
        {
            for (var at = 0; at + sizeof(int) <= chunk.Length && MemoryMarshal.Read<int>(chunk.AsSpan(at)) is > 0 and var size; at += size)
                yield return T.Read(chunk.AsSpan(at + sizeof(int), size - sizeof(int)));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
