namespace GeneveNet.Namespaces;

/// <summary>
/// An object of the kernel that is in a namespace. Shells compare objects by their text, by which lo is the same in all namespaces;
/// with an order of their own, only those are equal that read the same and are the same to the kernel.
/// </summary>
internal interface IPlaced : IComparable
{
    /// <summary>The network namespace it is in.</summary>
    NetworkNamespace Namespace { get; }

    /// <summary>What distinguishes it there from others that read the same: its index, and what else the kernel goes by.</summary>
    long[] Distinction { get; }

    /// <summary>Sorts by text, as shells do, and what reads the same by namespace.</summary>
    int IComparable.CompareTo(object? obj)
    {
        if (obj is not IPlaced other)
            return 1;
        var order = string.Compare(ToString(), other.ToString(), StringComparison.CurrentCultureIgnoreCase);
        if (order == 0)
            order = string.CompareOrdinal(ToString(), other.ToString());
        if (order == 0)
            order = string.CompareOrdinal(Namespace.ToString(), other.Namespace.ToString());
        if (order == 0)
            order = Namespace.Inode.CompareTo(other.Namespace.Inode);
        return order == 0 ? Distinction.AsSpan().SequenceCompareTo(other.Distinction) : order;
    }
}
