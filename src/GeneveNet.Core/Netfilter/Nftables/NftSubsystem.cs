using GeneveNet.Namespaces;
using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>Whether the kernel has nftables, and how to speak with it.</summary>
internal static class NftSubsystem
{
    private const int Netfilter = 12; // NETLINK_NETFILTER

    private static volatile bool _wasLoaded;

    /// <summary>
    /// Whether nftables is in the kernel: a module that is not loaded has no rules, and a question would load it. True where that cannot
    /// be told.
    /// </summary>
    public static bool IsLoaded => _wasLoaded || (_wasLoaded = LooksLoaded());

    /// <summary>Opens a socket in a namespace.</summary>
    /// <exception cref="NetworkException">The kernel does not have it, or the namespace cannot be entered.</exception>
    public static NetlinkSocket OpenSocket(NetworkNamespace place) =>
        NamespaceThread.RunIn(place, static () => new NetlinkSocket(Netfilter));

    /// <summary>Opens a socket that hears what the kernel tells to a group, and one for questions.</summary>
    /// <exception cref="NetworkException">
    /// The kernel does not have it, a privilege is missing, or the namespace cannot be entered.
    /// </exception>
    public static (NetlinkSocket Group, NetlinkSocket Questions) OpenSockets(NetworkNamespace place, int group) =>
        NamespaceThread.RunIn(place, () =>
        {
            var member = new NetlinkSocket(Netfilter);
            try
            {
                member.Join(group);
                return (member, new NetlinkSocket(Netfilter));
            }
            catch (NetworkException refusal) when (refusal.Errno == Errno.NotPermitted)
            {
                member.Dispose();
                throw new NetlinkException("hear what nftables tells", refusal.Errno);
            }
            catch
            {
                member.Dispose();
                throw;
            }
        });

    /// <summary>Whether a refusal means that the kernel does not have what was asked about.</summary>
    public static bool IsAbsence(NetworkException refusal) =>
        refusal.Id is null && (refusal.Kind == FailureKind.NotSupported || refusal.Errno == Errno.Invalid);

    /// <summary>What the kernel said makes no sense, in the words of all other failures.</summary>
    public static NetworkException Malformed(NetlinkFormatException failure) =>
        new(FailureKind.Other, $"Cannot read what the kernel says about nftables: {failure.Message}", innerException: failure);

    private static bool LooksLoaded()
    {
        try
        {
            if (!File.Exists("/proc/modules"))
                return true;
            if (File.ReadLines("/proc/modules").Any(static line => line.StartsWith("nf_tables ", StringComparison.Ordinal)))
                return true;
            var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
            var builtIn = $"/lib/modules/{release}/modules.builtin";
            return !File.Exists(builtIn)
                || File.ReadLines(builtIn).Any(static line => line.Contains("/nf_tables.ko", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
