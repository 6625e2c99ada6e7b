using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneveNet.Netlink;

/// <summary>The structure that a message begins with; its attributes follow.</summary>
internal static class FixedPart
{
    /// <summary>Reads the structure.</summary>
    /// <typeparam name="T">The structure, as the kernel lays it out.</typeparam>
    /// <param name="body">The payload of the message.</param>
    /// <param name="attributes">What follows the structure.</param>
    /// <exception cref="NetlinkFormatException">The payload is shorter than the structure.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> attributes) where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (body.Length < size)
            throw new NetlinkFormatException($"The message begins with a structure of {size} bytes, but only {body.Length} are there.");
        attributes = body[size..];
        return MemoryMarshal.Read<T>(body);
    }
}
