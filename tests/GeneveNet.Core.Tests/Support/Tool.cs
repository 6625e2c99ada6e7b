using System.Diagnostics;

namespace GeneveNet.Tests.Support;

/// <summary>Runs a program of the system: what it says is what a test judges by.</summary>
internal static class Tool
{
    /// <summary>Runs it; skips the test where it is not installed, and fails where it fails.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, separated by spaces.</param>
    /// <returns>The lines it wrote, without white space at their ends.</returns>
    public static IReadOnlyList<string> Run(string program, string arguments)
    {
        var (code, output, error) = TryRun(program, arguments);
        Assert.True(code == 0, $"{program} {arguments}: {error}");
        return output;
    }

    /// <summary>Runs it, and skips the test where it fails: what it sets is something that this kernel may not have.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, separated by spaces.</param>
    public static void RunOrSkip(string program, string arguments)
    {
        var (code, _, error) = TryRun(program, arguments);
        Assert.SkipUnless(code == 0, $"{program} {arguments}: {error}");
    }

    private static (int Code, IReadOnlyList<string> Output, string Error) TryRun(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, [.. output.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)], error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
    }
}
