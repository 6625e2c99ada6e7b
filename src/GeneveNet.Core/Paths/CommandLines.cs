namespace GeneveNet.Paths;

/// <summary>Breaks a command that is too long for a line where it can be pasted all the same.</summary>
internal static class CommandLines
{
    private const string Deeper = "  ";

    /// <summary>The lines; what must not be broken is on one, however long that gets.</summary>
    /// <param name="command">The command: words in quotes are not broken.</param>
    /// <param name="width">Columns of a line.</param>
    public static IEnumerable<string> Break(string command, int width)
    {
        // Behind a backtick the command goes on; that mark needs two columns.
        var line = "";
        foreach (var word in Words(command))
        {
            if (line.TrimStart().Length > 0 && line.Length + 1 + word.Length > width - 2)
            {
                yield return $"{line} `";
                line = Deeper + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }

            // A whole command ends its line.
            if (!word.EndsWith(';'))
                continue;
            yield return line;
            line = "";
        }

        if (line.Length > 0)
            yield return line;
    }

    private static IEnumerable<string> Words(string command)
    {
        const char None = '\0';
        var (start, quote) = (0, None);
        for (var i = 0; i < command.Length; i++)
        {
            var sign = command[i];
            if (sign == '`' && quote != '\'')
                i++; // What stands behind it is no quote.
            else if (sign == quote)
                quote = None;
            else if (quote == None && sign is '\'' or '"')
                quote = sign;
            if (sign != ' ' || quote != None)
                continue;
            yield return command[start..i];
            start = i + 1;
        }

        yield return command[start..];
    }
}
