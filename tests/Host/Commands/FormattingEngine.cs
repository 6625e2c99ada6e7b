using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace GeneveNet.Host.Commands;

/// <summary>
/// Connects the formatting cmdlets to the formatter inside the engine package. Their base classes are public, but the
/// part that does the work is filled in by a friend assembly that the package leaves out.
/// </summary>
internal static class FormattingEngine
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const string Namespace = "Microsoft.PowerShell.Commands.Internal.Format.";

    private static readonly Assembly Engine = typeof(FrontEndCommandBase).Assembly;

    /// <summary>Makes <paramref name="command"/> turn objects into formatting data of one shape: Table, List or Wide.</summary>
    public static void Shape(FrontEndCommandBase command, string shape) =>
        Implement(command, Create("InnerFormatShapeCommand", Enum.Parse(Type("FormatShape"), shape)));

    /// <summary>Makes <paramref name="command"/> turn objects into lines of text.</summary>
    public static void Render(FrontEndCommandBase command, TextWriter writer, int width)
    {
        object renderer = Create("OutputManagerInner");
        PropertyInfo output = renderer.GetType().GetProperty("LineOutput", Instance)!;
        output.SetValue(renderer, Create("TextWriterLineOutput", writer, width));
        Implement(command, renderer);
    }

    private static void Implement(FrontEndCommandBase command, object implementation) =>
        typeof(FrontEndCommandBase).GetField("implementation", Instance)!.SetValue(command, implementation);

    private static Type Type(string name) => Engine.GetType(Namespace + name, throwOnError: true)!;

    private static object Create(string type, params object[] arguments) =>
        Activator.CreateInstance(Type(type), Instance, binder: null, arguments, CultureInfo.InvariantCulture)!;
}

/// <summary>Gives each line that the formatter writes to a receiver.</summary>
internal sealed class LineWriter(Action<string?> receiver) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => receiver(value);
}
