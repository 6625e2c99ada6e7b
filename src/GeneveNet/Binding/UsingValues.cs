using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace GeneveNet.Binding;

/// <summary>
/// The values of the caller's variables that a script block asks for with $using:, as the engine passes them to a script: a dictionary
/// for the parameter "--%", by the text of each expression. The script itself stays as it is.
/// </summary>
internal static class UsingValues
{
    /// <summary>The name of the parameter that the engine takes the values from.</summary>
    public const string Parameter = "--%";

    /// <summary>Finds out what the expressions of a script block are worth here.</summary>
    /// <param name="script">The script block.</param>
    /// <param name="session">Where its caller is.</param>
    /// <param name="evaluator">Evaluates what is behind a variable.</param>
    /// <exception cref="NetworkException">There is no such variable.</exception>
    public static Hashtable Of(ScriptBlock script, SessionState session, CommandInvocationIntrinsics evaluator)
    {
        var values = new Hashtable();
        foreach (var use in script.Ast.FindAll(ast => ast is UsingExpressionAst, searchNestedScriptBlocks: true).Cast<UsingExpressionAst>())
            values[KeyOf(use)] = ValueOf(use, session, evaluator);
        return values;
    }

    // The engine's own convention. Letters only matter in what is behind a variable: $using:table['A'] is another value than ['a'].
    private static string KeyOf(UsingExpressionAst use)
    {
        var text = use.ToString();
        var key = use.SubExpression is VariableExpressionAst ? text.ToLowerInvariant() : text;
        return Convert.ToBase64String(Encoding.Unicode.GetBytes(key));
    }

    private static object? ValueOf(UsingExpressionAst use, SessionState session, CommandInvocationIntrinsics evaluator)
    {
        var variable = UsingExpressionAst.ExtractUsingVariable(use);
        var path = variable.VariablePath;
        if (path.IsVariable && session.PSVariable.Get(path.UserPath) is null)
            throw Undefined(use, $"there is no variable '${path.UserPath}' here. Set it first.");
        var value = session.PSVariable.GetValue(path.UserPath);
        if (use.SubExpression == variable)
            return value;

        // Properties and elements of it: $using:link.Name is what it is here, and not what it would be there.
        var rest = use.Extent.Text[variable.Extent.Text.Length..];
        try
        {
            return evaluator.InvokeScript($"param($value) Set-StrictMode -Version Latest; , $value{rest}", value)[0]?.BaseObject;
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw Undefined(use, failure.Message);
        }
    }

    private static NetworkException Undefined(UsingExpressionAst use, string reason) =>
        new(FailureKind.InvalidArgument, $"The value of '{use}' cannot be passed on: {reason}") { Id = "UsingVariableIsUndefined" };
}
