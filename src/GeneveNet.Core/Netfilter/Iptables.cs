using System.Diagnostics;
using GeneveNet.Namespaces;

namespace GeneveNet.Netfilter;

/// <summary>Which of the kernel's two firewalls an iptables program speaks to. Both see every packet; both must let it pass.</summary>
public enum IptablesBackend
{
    /// <summary>The old one: iptables-legacy.</summary>
    Legacy,
    /// <summary>nftables, by iptables-nft.</summary>
    Nft,
}

/// <summary>
/// The system's iptables programs. The rules of iptables are a program's private format in the kernel: nobody but the
/// program that wrote them can change them safely. It is run inside the namespace it is to change.
/// </summary>
internal sealed class Iptables(NetworkNamespace place, IptablesBackend backend, bool ipv6)
{
    public IptablesBackend Backend { get; } = backend;

    public bool IsIPv6 { get; } = ipv6;

    private string Program => (IsIPv6 ? "ip6tables" : "iptables") + (Backend == IptablesBackend.Legacy ? "-legacy" : "-nft");

    /// <summary>The FORWARD chain as the program lists it (-S), one rule a line; null where this firewall has no such chain.</summary>
    public IReadOnlyList<string>? ListForward()
    {
        // The legacy program creates its tables when it lists them; the kernel says whether they exist.
        if (Backend == IptablesBackend.Legacy && !HasLegacyTable())
            return null;
        var (status, output, _) = Run("-S", "FORWARD");
        return status == 0 ? Lines(output) : null;
    }

    /// <summary>Changes something.</summary>
    /// <exception cref="NetworkException">The program refused; the message has its words.</exception>
    public void Execute(params string[] arguments)
    {
        var (status, _, error) = Run(arguments);
        if (status != 0)
        {
            throw new NetworkException(
                error.Contains("Permission denied", StringComparison.OrdinalIgnoreCase) ? FailureKind.PermissionDenied : FailureKind.Other,
                $"`{Program} {string.Join(' ', arguments)}` failed with exit code {status}: {string.Join(' ', Lines(error))}")
            { Id = "IptablesFailed" };
        }
    }

    /// <summary>Whether the program is installed.</summary>
    public bool IsInstalled => FindProgram() is not null;

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string? FindProgram()
    {
        // sbin is not on the path of every user that may become root.
        var folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        foreach (var folder in folders.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, Program);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    private bool HasLegacyTable() => NamespaceThread.RunIn(place, () =>
    {
        var names = IsIPv6 ? "/proc/thread-self/net/ip6_tables_names" : "/proc/thread-self/net/ip_tables_names";
        return File.Exists(names) && File.ReadAllText(names).Contains("filter", StringComparison.Ordinal);
    });

    private (int Status, string Output, string Error) Run(params string[] arguments)
    {
        var path = FindProgram() ?? throw new NetworkException(
            FailureKind.NotFound, $"The program {Program} is not installed. Install the package iptables.") { Id = "IptablesNotFound" };
        var start = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("--wait");
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // A program is in the namespace of the thread that starts it.
        using var process = NamespaceThread.RunIn(place, () => Process.Start(start)!);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
