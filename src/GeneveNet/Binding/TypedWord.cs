using System.Management.Automation.Language;

namespace GeneveNet.Binding;

/// <summary>What an argument says that is still being typed.</summary>
internal static class TypedWord
{
    /// <summary>Its text, without the quotes and escapes that it was typed with.</summary>
    /// <param name="word">The word as the engine hands it to completers: of a text in quotes, what it says between plain ones.</param>
    public static string Read(string word) => word is ['\'' or '"', ..]
        ? (word.Length > 1 && word[^1] == word[0] ? word[1..^1] : word[1..])
        : TextOf(word) ?? word;

    private static string? TextOf(string argument)
    {
        var line = Parser.ParseInput($"x {argument}", out _, out var errors);
        return errors.Length == 0 && line.EndBlock.Statements
            is [PipelineAst { PipelineElements: [CommandAst { CommandElements: [_, StringConstantExpressionAst text] }] }]
            ? text.Value
            : null;
    }
}
