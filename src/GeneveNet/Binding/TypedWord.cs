using System.Management.Automation.Language;
using GeneveNet.Rendering;

namespace GeneveNet.Binding;

/// <summary>What an argument says that is still being typed.</summary>
internal static class TypedWord
{
    /// <summary>Its text without quotes and escapes, also where the quotes are open yet.</summary>
    /// <param name="typed">What was typed.</param>
    public static string Read(string typed)
    {
        var isQuoted = typed.Length > 0 && (ShellWord.IsSingleQuote(typed[0]) || ShellWord.IsDoubleQuote(typed[0]));
        if (!isQuoted)
            return TextOf(typed) ?? typed;
        return TextOf(typed) ?? TextOf(typed + typed[0]) ?? typed[1..];
    }

    private static string? TextOf(string argument)
    {
        var line = Parser.ParseInput($"x {argument}", out _, out var errors);
        return errors.Length == 0 && line.EndBlock.Statements
            is [PipelineAst { PipelineElements: [CommandAst { CommandElements: [_, StringConstantExpressionAst text] }] }] ? text.Value : null;
    }
}
