namespace GeneveNet.Changes;

/// <summary>Steps of which all are taken, or none.</summary>
/// <remarks>
/// No step can be cut short by Ctrl-C: the kernel answers a change at once, so nothing is gained by not waiting, and a change whose
/// answer was not read could not be taken back.
/// </remarks>
public sealed class Transaction
{
    private readonly Stack<Change> _begun = [];

    private Transaction() { }

    /// <summary>Takes a single step, or nothing.</summary>
    /// <param name="change">The step.</param>
    /// <exception cref="NetworkException">
    /// It failed; what was done of it was taken back, or the message says that it could not be.
    /// </exception>
    public static void Run(Change change) => Run(transaction =>
    {
        transaction.Do(change);
        return 0;
    });

    /// <summary>Takes several steps, or none.</summary>
    /// <typeparam name="T">What comes of them.</typeparam>
    /// <param name="steps">Takes them by <see cref="Do"/>.</param>
    /// <exception cref="NetworkException">One failed; all were taken back, or the message says what could not be.</exception>
    public static T Run<T>(Func<Transaction, T> steps)
    {
        var transaction = new Transaction();
        try
        {
            return steps(transaction);
        }
        catch (Exception reason)
        {
            transaction.Undo(reason);
            throw;
        }
    }

    /// <summary>Takes several steps to see whether they can be taken, and takes them back.</summary>
    /// <typeparam name="T">What comes of them.</typeparam>
    /// <param name="steps">Takes them by <see cref="Do"/>.</param>
    /// <exception cref="NetworkException">One failed.</exception>
    public static void Try<T>(Func<Transaction, T> steps) => Run(transaction =>
    {
        var result = steps(transaction);
        // A namespace that goes is taken down later, and what is in it would hold its place until then.
        while (transaction._begun.TryPop(out var change))
            change.Undo();
        return result;
    });

    /// <summary>Takes a step.</summary>
    /// <param name="change">The step.</param>
    public void Do(Change change)
    {
        _begun.Push(change);
        change.Do();
    }

    private void Undo(Exception reason)
    {
        List<string> failures = [];
        while (_begun.TryPop(out var change))
        {
            try
            {
                change.Undo();
            }
            catch (NetworkException failure)
            {
                failures.Add(failure.Message);
            }
        }

        if (failures.Count == 0)
            return;
        var (kind, errno, id) = reason is NetworkException known ? (known.Kind, known.Errno, known.Id) : (FailureKind.Other, 0, null);
        var left = string.Join(" ", failures);
        var warning = $"Warning: what had been done could not be undone. {left}";
        throw new NetworkException(kind, $"{reason.Message} {warning}", errno, reason) { Id = id };
    }
}
