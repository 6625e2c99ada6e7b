using GeneveNet.Changes;

namespace GeneveNet.Tests.Changes;

/// <summary>All of several steps, or none.</summary>
public class TransactionTests
{
    private readonly List<string> _done = [];

    [Fact]
    public void StepsThatSucceed_Stay()
    {
        Assert.Equal(7, Transaction.Run(transaction =>
        {
            transaction.Do(new Step(_done, "a"));
            transaction.Do(new Step(_done, "b"));
            return 7;
        }));
        Assert.Equal(["do a", "do b"], _done);
    }

    [Fact]
    public void AFailure_IsUndoneInReverse_WithTheStepThatFailed()
    {
        var failure = Assert.Throws<NetworkException>(() => Transaction.Run(transaction =>
        {
            transaction.Do(new Step(_done, "a"));
            transaction.Do(new Step(_done, "b", fails: true));
            return 0;
        }));
        Assert.Equal("b failed.", failure.Message);
        Assert.Equal(["do a", "do b", "undo b", "undo a"], _done);
    }

    [Fact]
    public void AFailureOutsideOfSteps_IsUndoneToo()
    {
        Assert.Throws<OperationCanceledException>(() => Transaction.Run<int>(transaction =>
        {
            transaction.Do(new Step(_done, "a"));
            throw new OperationCanceledException();
        }));
        Assert.Equal(["do a", "undo a"], _done);
    }

    [Fact]
    public void WhatCannotBeUndone_IsSaid_AndTheRestIsUndone()
    {
        var failure = Assert.Throws<NetworkException>(() => Transaction.Run(transaction =>
        {
            transaction.Do(new Step(_done, "a"));
            transaction.Do(new Step(_done, "b", undoFails: true));
            transaction.Do(new Step(_done, "c", fails: true));
            return 0;
        }));
        Assert.Equal((FailureKind.Busy, "Taken", 16), (failure.Kind, failure.Id, failure.Errno));
        Assert.Equal("c failed. Warning: what had been done could not be undone. b stays.", failure.Message);
        Assert.Equal(["do a", "do b", "do c", "undo c", "undo b", "undo a"], _done);
    }

    private sealed class Step(List<string> log, string name, bool fails = false, bool undoFails = false) : Change
    {
        internal override void Do()
        {
            log.Add($"do {name}");
            if (fails)
                throw new NetworkException(FailureKind.Busy, $"{name} failed.", 16) { Id = "Taken" };
        }

        internal override void Undo()
        {
            log.Add($"undo {name}");
            if (undoFails)
                throw new NetworkException($"{name} stays.");
        }
    }
}
