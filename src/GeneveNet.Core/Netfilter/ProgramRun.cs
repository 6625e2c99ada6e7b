using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using GeneveNet.Namespaces;

namespace GeneveNet.Netfilter;

/// <summary>What came of a program.</summary>
/// <param name="Status">Its exit code; 128 and the number of the signal for one that was ended by a signal.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it printed as errors.</param>
internal readonly record struct ProgramResult(int Status, string Output, string Error);

/// <summary>
/// Runs a program of the system inside a network namespace, bounded in time and in what it prints: it ends, or is ended, whatever it
/// does, and its children with it.
/// </summary>
/// <param name="place">Where.</param>
/// <param name="path">The program.</param>
internal sealed class ProgramRun(NetworkNamespace place, string path)
{
    // A chain with a hundred thousand rules has some 10 MB.
    private const int LongestOutput = 32 * 1024 * 1024;

    /// <summary>How long the program may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where a program of the system is; null where it is not installed.</summary>
    public static string? Find(string name)
    {
        // sbin is not on the path of every user that may become root.
        var folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it can read.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <exception cref="NetworkException">It cannot be started, takes too long or prints without end.</exception>
    public ProgramResult Run(IEnumerable<string> arguments, string input = "", CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using var process = Start(arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            return CommunicateAsync(process, input, limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure($"did not end within {Patience.TotalSeconds:0.#} s and was ended");
        }
        finally
        {
            End(process);
        }
    }

    private Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // What it says is looked at, so it must be said in one language.
        start.Environment["LC_ALL"] = "C";
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            // A program is in the namespace of the thread that starts it.
            return NamespaceThread.RunIn(place, () => Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw Failure($"cannot be started: {Errno.TextOf(e.NativeErrorCode)} ({Errno.NameOf(e.NativeErrorCode)})", e);
        }
    }

    private async Task<ProgramResult> CommunicateAsync(Process process, string input, CancellationToken cancellation)
    {
        var output = ReadAsync(process, process.StandardOutput);
        var error = ReadAsync(process, process.StandardError);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not want to read: its exit code tells why.
        }

        // The wait ends even where a child of the program keeps its output open.
        var texts = await Task.WhenAll(output, error).WaitAsync(cancellation).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return new ProgramResult(process.ExitCode, texts[0], texts[1]);
    }

    private async Task<string> ReadAsync(Process process, StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            if (text.Length + count > LongestOutput)
            {
                End(process);
                throw Failure($"printed more than the {LongestOutput >> 20} MB that are read, and was ended");
            }

            text.Append(buffer, 0, count);
        }

        return text.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself meanwhile.
        }
    }

    private NetworkException Failure(string what, Exception? cause = null) =>
        new(FailureKind.Other, $"The program {path} {what}.", innerException: cause) { Id = Iptables.Failed };
}
