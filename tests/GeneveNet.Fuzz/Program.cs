using GeneveNet.Fuzz;
using SharpFuzz;

const string Usage = """
    corpus               runs every target over the corpus that this program makes
    corpus FOLDER        writes that corpus: FOLDER/TARGET/NAME
    run TARGET FILE...   runs a target over files: what a fuzzer found, for example
    libfuzzer TARGET     is started by libfuzzer-dotnet, see README.md
    """;

switch (args)
{
    case ["corpus"]:
        foreach (var target in FuzzTarget.All)
        {
            var inputs = Corpus.Of(target.Name).ToList();
            foreach (var (_, bytes) in inputs)
                target.Run(bytes);
            Console.WriteLine($"{target.Name}: {inputs.Count} inputs");
        }

        return 0;

    case ["corpus", var folder]:
        foreach (var target in FuzzTarget.All)
        {
            var into = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
            foreach (var (name, bytes) in Corpus.Of(target.Name))
                File.WriteAllBytes(Path.Combine(into, name), bytes);
        }

        return 0;

    case ["run", var name, .. var files] when FuzzTarget.Find(name) is { } target:
        foreach (var file in files)
        {
            Console.WriteLine(file);
            target.Run(File.ReadAllBytes(file));
        }

        return 0;

    case ["libfuzzer", var name] when FuzzTarget.Find(name) is { } target:
        Fuzzer.LibFuzzer.Run(bytes => target.Run(bytes.ToArray()));
        return 0;

    default:
        Console.Error.WriteLine($"{Usage}\nTargets: {string.Join(' ', FuzzTarget.All.Select(target => target.Name))}");
        return 2;
}
