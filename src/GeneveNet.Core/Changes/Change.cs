namespace GeneveNet.Changes;

/// <summary>A step that can be taken back.</summary>
public abstract class Change
{
    /// <summary>Takes the step. When this fails, <see cref="Undo"/> is called all the same: a part of it may be done.</summary>
    internal abstract void Do();

    /// <summary>Takes it back, as far as it was taken.</summary>
    internal abstract void Undo();
}
