namespace GeneveNet.Benchmarks;

/// <summary>Lines of a table that are shown as they come, and kept in a file.</summary>
/// <param name="file">The file; started anew.</param>
internal sealed class Notes(string file)
{
    private readonly List<string> _lines = [];

    /// <summary>Adds lines.</summary>
    public void Add(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine(line);
            _lines.Add(line);
            File.WriteAllLines(file, _lines);
        }
    }
}
