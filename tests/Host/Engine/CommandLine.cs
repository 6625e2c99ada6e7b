using System.Management.Automation.Runspaces;

namespace GeneveNet.Host.Engine;

/// <summary>A command line that cannot be understood.</summary>
internal sealed class CommandLineException(string message) : Exception(message);

/// <summary>What to run: a script file with its arguments, or a command text. Read by the rules of pwsh.</summary>
internal sealed class CommandLine
{
    public const string Usage =
        "Usage: GeneveNet.Host [-NoProfile] [-NonInteractive] [-NoLogo] { [-File] SCRIPT [ARGUMENT...] | -Command TEXT... | -SSHServerMode }";

    /// <summary>Full path of the script, or null when <see cref="Text"/> is to be run.</summary>
    public string? File { get; private init; }

    public string? Text { get; private init; }

    /// <summary>Whether to serve a remote session over standard input and output, as the far side of New-PSSession -HostName.</summary>
    public bool IsServer { get; private init; }

    public IReadOnlyList<CommandParameter> Arguments { get; private init; } = [];

    public static CommandLine Parse(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            string[] rest = args[(i + 1)..];
            switch (args[i].ToLowerInvariant())
            {
                // There is no profile, prompt or banner to leave out; scripts pass these to pwsh as a habit.
                case "-noprofile" or "-nop" or "-noninteractive" or "-noni" or "-nologo" or "-nol":
                    continue;
                case "-file" or "-f":
                    return rest is [var script, .. var arguments]
                        ? ForFile(script, arguments)
                        : throw new CommandLineException("The script to run is missing after -File.");
                case "-command" or "-c":
                    return rest.Length > 0
                        ? new CommandLine { Text = string.Join(' ', rest) }
                        : throw new CommandLineException("The text to run is missing after -Command.");
                case "-sshservermode" or "-sshs":
                    return new CommandLine { IsServer = true };
                case ['-', ..]:
                    throw new CommandLineException($"The parameter {args[i]} is not known.");
                default:
                    return ForFile(args[i], rest);
            }
        }

        throw new CommandLineException("There is nothing to run.");
    }

    private static CommandLine ForFile(string script, string[] arguments)
    {
        string path = Path.GetFullPath(script);
        return System.IO.File.Exists(path)
            ? new CommandLine { File = path, Arguments = [.. Bind(arguments)] }
            : throw new CommandLineException($"The script {script} does not exist.");
    }

    /// <summary>Tells names from values; which value belongs to which name is left to the binder of the engine.</summary>
    private static IEnumerable<CommandParameter> Bind(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            int colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (argument is not ['-', _, ..])
                yield return new CommandParameter(null, argument);
            else if (colon < 0)
                yield return new CommandParameter(argument);
            else if (colon < argument.Length - 1)
                yield return new CommandParameter(argument[..colon], BooleanOrText(argument[(colon + 1)..]));
            else if (i + 1 < arguments.Length)
                yield return new CommandParameter(argument[..colon], arguments[++i]);
        }
    }

    /// <summary>-Switch:$false must reach a switch as a boolean: a non-empty text cannot be converted to one.</summary>
    private static object BooleanOrText(string value) =>
        bool.TryParse(value.StartsWith('$') ? value.AsSpan(1) : value, out bool parsed) ? parsed : value;
}
