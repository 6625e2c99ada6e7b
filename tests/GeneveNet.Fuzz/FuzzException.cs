namespace GeneveNet.Fuzz;

/// <summary>A property that must hold for every input did not; a fuzzer takes it for a crash.</summary>
public sealed class FuzzException(string message) : Exception(message)
{
    /// <summary>Fails unless something holds.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="message">What should.</param>
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new FuzzException(message);
    }

    /// <summary>Fails when something allocated more than it may on this thread.</summary>
    /// <param name="limit">Bytes.</param>
    /// <param name="action">What.</param>
    /// <returns>What it gives.</returns>
    public static T WhenAllocatingMore<T>(long limit, Func<T> action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = action();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Unless(allocated <= limit, $"{allocated} bytes were allocated, {limit} is the most.");
        return result;
    }
}
