using System.Text;
using GeneveNet.Namespaces;
using GeneveNet.Native;

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
internal sealed class Iptables(NetworkNamespace place, IptablesBackend backend, bool ipv6, CancellationToken cancellation = default)
{
    /// <summary>The id of the error when a program refuses, or does not do what iptables does.</summary>
    public const string Failed = "IptablesFailed";

    // Another program that changes rules holds a lock for some milliseconds.
    private static readonly string[] Wait = ["--wait", "10"];

    // What the programs say in a kernel that has no such firewall: it has no rules then.
    private static readonly string[] Absences = ["Protocol not supported", "Table does not exist"];

    public IptablesBackend Backend { get; } = backend;

    public bool IsIPv6 { get; } = ipv6;

    /// <summary>Whether the program is installed.</summary>
    public bool IsInstalled => ProgramRun.Find(Program) is not null;

    private string Program => (IsIPv6 ? "ip6tables" : "iptables") + (Backend == IptablesBackend.Legacy ? "-legacy" : "-nft");

    /// <summary>The FORWARD chain; null where this firewall is not in the kernel, or its program is not installed.</summary>
    /// <exception cref="NetworkException">The program failed.</exception>
    public ForwardChain? ReadForward()
    {
        // The legacy program creates its tables when it lists them; the kernel says whether they exist.
        if (!IsInstalled || (Backend == IptablesBackend.Legacy && !FindLegacyTables(place, IsIPv6).Contains("filter")))
            return null;
        string[] arguments = ["-S", "FORWARD"];
        var result = Run(Program, arguments);
        if (Array.Exists(Absences, words => result.Status != 0 && result.Error.Contains(words, StringComparison.Ordinal)))
            return null;
        if (result.Status != 0)
            throw Refusal(arguments, result);
        return ForwardChain.TryParse(result.Output) ?? throw new NetworkException(
            FailureKind.Other, $"`{Program} -S FORWARD` printed something else than the rules of the chain FORWARD.") { Id = Failed };
    }

    /// <summary>Changes something.</summary>
    /// <exception cref="NetworkException">The program refused; the message has its words.</exception>
    public void Execute(params string[] arguments)
    {
        var result = Run(Program, arguments);
        if (result.Status != 0)
            throw Refusal(arguments, result);
    }

    /// <summary>Does several changes of the filter table at once: all or none, and no packet sees a state between.</summary>
    /// <param name="changes">Each as the arguments of the program.</param>
    /// <exception cref="NetworkException">The program refused; nothing is changed.</exception>
    public void ExecuteAtOnce(IEnumerable<string[]> changes)
    {
        var text = new StringBuilder("*filter\n");
        foreach (var change in changes)
            text.AppendJoin(' ', change.Select(Quote)).Append('\n');
        text.Append("COMMIT\n");
        var restore = Program + "-restore";
        var result = Run(restore, ["--noflush"], text.ToString());
        if (result.Status != 0)
            throw Refusal([], result, restore);

        static string Quote(string word) =>
            '"' + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }

    /// <summary>The tables that the old firewall has in a namespace.</summary>
    /// <exception cref="NetworkException">They cannot be looked at.</exception>
    public static string[] FindLegacyTables(NetworkNamespace place, bool ipv6) => NamespaceThread.RunIn(place, () =>
    {
        var names = ipv6 ? "/proc/thread-self/net/ip6_tables_names" : "/proc/thread-self/net/ip_tables_names";
        try
        {
            return File.Exists(names) ? File.ReadAllLines(names) : [];
        }
        catch (Exception e) when (SystemCalls.ErrnoOf(e) is var errno and not 0)
        {
            throw NetworkException.FromErrno("see which tables the old firewall (iptables-legacy) has", errno);
        }
    });

    private ProgramResult Run(string program, string[] arguments, string input = "")
    {
        var path = ProgramRun.Find(program) ?? throw new NetworkException(
            FailureKind.NotFound, $"The program {program} is not installed. Install the package iptables.") { Id = "IptablesNotFound" };
        return new ProgramRun(place, path).Run([.. Wait, .. arguments], input, cancellation);
    }

    private NetworkException Refusal(string[] arguments, ProgramResult result, string? program = null)
    {
        const int FirstSignal = 128, MostWords = 500;
        var what = result.Status > FirstSignal
            ? $"was ended by signal {result.Status - FirstSignal}" : $"failed with exit code {result.Status}";
        var words = string.Concat(result.Error.Trim().Take(MostWords).Select(static c => char.IsControl(c) ? ' ' : c)).Trim();
        var isDenied = words.Contains("Permission denied", StringComparison.OrdinalIgnoreCase)
            || words.Contains("Operation not permitted", StringComparison.OrdinalIgnoreCase);
        var remedy = isDenied ? " This needs CAP_NET_ADMIN: run as root." : "";
        return new NetworkException(
            isDenied ? FailureKind.PermissionDenied : FailureKind.Other,
            $"`{string.Join(' ', [program ?? Program, .. arguments])}` {what}{(words.Length > 0 ? ": " : ".")}{words}{remedy}")
        { Id = Failed };
    }
}
