using System.Globalization;

namespace GeneveNet.Paths;

/// <summary>An argument of a remedy's command.</summary>
public sealed record RemedyArgument
{
    /// <summary>An argument.</summary>
    /// <param name="name">Name of the parameter, or null.</param>
    /// <param name="value">A text, an address, a number, a list of texts, or true or false.</param>
    public RemedyArgument(string? name, object value) => (Name, TypedValue) = (name, value);

    /// <summary>
    /// Name of the parameter; null for an argument that is known by its position. A program's option is spelled as the program has it.
    /// </summary>
    public string? Name { get; }

    /// <summary>A text, an address among them, a number, a list of texts; or a switch: true or false.</summary>
    public object Value => PlainValue.Of(TypedValue)!;

    internal object TypedValue { get; }

    /// <summary>"Mtu 1400", or the value alone.</summary>
    public override string ToString() =>
        VisibleText.Of(string.Create(CultureInfo.InvariantCulture, $"{(Name is null ? "" : $"{Name} ")}{Value}"));
}

/// <summary>A command that fixes what a check found, as data; how it is written as a line is up to those who show it.</summary>
public sealed record Remedy
{
    /// <summary>The cmdlet or program.</summary>
    public required string Command { get; init; }
    /// <summary>Whether it is a program and not a cmdlet.</summary>
    public bool IsProgram { get; init; }
    /// <summary>Its arguments, in order.</summary>
    public IReadOnlyList<RemedyArgument> Arguments { get; init; } = [];
    /// <summary>Network namespace where it is to be run; null for that of the session.</summary>
    public string? Namespace { get; init; }
    /// <summary>Container where it is to be run; null for none.</summary>
    public string? Container { get; init; }
    /// <summary>Host where it is to be run; null for this one.</summary>
    public string? Host { get; init; }
    /// <summary>The command that is given what this one returns; null for none.</summary>
    public Remedy? PipedTo { get; init; }

    /// <summary>The cmdlet or program with its arguments, for reading.</summary>
    public override string ToString() => string.Join(' ', Arguments.Select(argument => argument.ToString()).Prepend(Command));

    internal static Remedy Of(string command, params ReadOnlySpan<(string? Name, object? Value)> arguments)
    {
        List<RemedyArgument> list = new(arguments.Length);
        foreach (var (name, value) in arguments)
        {
            // What is not known is not said.
            if (value is not null)
                list.Add(new RemedyArgument(name, value));
        }

        return new Remedy { Command = command, Arguments = list };
    }
}
