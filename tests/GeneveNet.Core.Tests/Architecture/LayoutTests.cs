using System.Globalization;
using System.Text.RegularExpressions;

namespace GeneveNet.Tests.Architecture;

/// <summary>The source is laid out as .editorconfig says where no analyzer looks: no line is longer than it declares.</summary>
public sealed partial class LayoutTests
{
    private static readonly string[] Generated = ["bin", "obj"];

    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("src/GeneveNet.Core")]
    [InlineData("src/GeneveNet/Rendering")]
    [InlineData("tests/GeneveNet.Core.Tests")]
    public void No_line_is_longer_than_declared(string folder)
    {
        var config = File.ReadAllText(Path.Combine(Root, ".editorconfig"));
        var longest = int.Parse(CSharpLineLength().Match(config).Groups[1].Value, CultureInfo.InvariantCulture);
        var files = Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Root, file))
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Intersect(Generated).Any()).ToList();

        Assert.NotEmpty(files);
        var tooLong = from file in files
                      from line in File.ReadLines(Path.Combine(Root, file)).Index()
                      where line.Item.Length > longest
                      select $"{file}:{line.Index + 1} has {line.Item.Length} columns.";
        Assert.Equal("", string.Join('\n', tooLong));
    }

    /// <summary>The folder that the tests were built in is somewhere below it.</summary>
    private static string FindRoot()
    {
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "GeneveNet.sln")))
                return place.FullName;
        }

        throw new FileNotFoundException($"No folder above {AppContext.BaseDirectory} has GeneveNet.sln.");
    }

    [GeneratedRegex(@"^\[\*\.cs\]\s+max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex CSharpLineLength();
}
