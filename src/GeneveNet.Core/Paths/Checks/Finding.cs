namespace GeneveNet.Paths.Checks;

/// <summary>What a check found.</summary>
/// <param name="Sentence">What is wrong, in one sentence.</param>
/// <param name="Remedies">The commands that fix it, in order; none where there are none.</param>
/// <param name="Evidence">What it was seen by.</param>
/// <param name="IsSuspicion">Whether it only can break the path.</param>
internal sealed record Finding(
    string Sentence, IReadOnlyList<Remedy> Remedies, IReadOnlyDictionary<string, object?> Evidence, bool IsSuspicion = false)
{
    public static Finding Of(string sentence, params ReadOnlySpan<(string Name, object? Value)> evidence) => Of(sentence, [], evidence);

    public static Finding Of(string sentence, Remedy? remedy, params ReadOnlySpan<(string Name, object? Value)> evidence) =>
        Of(sentence, remedy is null ? [] : [remedy], evidence);

    public static Finding Of(string sentence, IReadOnlyList<Remedy> remedies, params ReadOnlySpan<(string Name, object? Value)> evidence)
    {
        var table = new Dictionary<string, object?>(evidence.Length);
        foreach (var (name, value) in evidence)
            table[name] = PlainValue.Of(value);
        return new Finding(sentence, remedies, table);
    }

    public Finding AsSuspicion(bool isSuspicion = true) => this with { IsSuspicion = isSuspicion };
}
