using GeneveNet.Netlink;

namespace GeneveNet.DropMonitor;

/// <summary>How the drop monitor tells what it sees.</summary>
/// <param name="AlertMode">0 as counts, 1 packet by packet.</param>
/// <param name="TruncateLength">How many bytes of a packet; 0 for all.</param>
/// <param name="QueueLength">How many packets may wait to be told.</param>
internal sealed record DropMonitorConfiguration(byte AlertMode, uint TruncateLength, uint QueueLength);

/// <summary>Asks the kernel's drop monitor, of which there is one for all of the host, without an owner.</summary>
/// <param name="connection">A connection of generic netlink in the initial network namespace; disposed with this.</param>
/// <param name="family">The monitor's family.</param>
internal sealed class DropMonitorControl(NetlinkConnection connection, GenericFamily family) : IDisposable
{
    /// <summary>Name of its family.</summary>
    public const string FamilyName = "NET_DM";

    /// <summary>Name of the multicast group that alerts come by.</summary>
    public const string EventGroup = "events";

    /// <summary>Finds the monitor; the kernel loads its module, which takes a second.</summary>
    /// <param name="connection">A connection of generic netlink in the initial network namespace.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkException">With ENOENT where there is none.</exception>
    public static DropMonitorControl Find(NetlinkConnection connection, CancellationToken cancellation) =>
        new(connection, GenericNetlink.FindFamily(connection, FamilyName, cancellation));

    /// <summary>The monitor's family.</summary>
    public GenericFamily Family => family;

    /// <summary>Whether somebody has it on. Only the kernel's refusal to be configured says so.</summary>
    public bool IsOn() =>
        !Try(new DropMonitorMessage(), DropMonitorCommand.Configure, "look whether packet drops are monitored", Errno.Busy);

    /// <summary>How it tells what it sees.</summary>
    public DropMonitorConfiguration GetConfiguration()
    {
        var answer = connection.Get<DropMonitorMessage>(
            RequestOf(new DropMonitorMessage(), DropMonitorCommand.GetConfiguration, "read the drop monitor's configuration"));
        return new DropMonitorConfiguration(
            answer.AlertMode.GetValueOrDefault(), answer.TruncateLength.GetValueOrDefault(), answer.QueueLength.GetValueOrDefault());
    }

    /// <summary>Sets how it tells what it sees.</summary>
    /// <param name="configuration">How.</param>
    /// <returns>False where somebody has it on.</returns>
    public bool TryConfigure(DropMonitorConfiguration configuration) => Try(
        new DropMonitorMessage
        {
            AlertMode = configuration.AlertMode,
            TruncateLength = configuration.TruncateLength,
            QueueLength = configuration.QueueLength,
        },
        DropMonitorCommand.Configure,
        "configure the drop monitor",
        Errno.Busy);

    /// <summary>Switches it on.</summary>
    /// <returns>False where somebody has it on.</returns>
    public bool TryStart() => Try(new DropMonitorMessage(), DropMonitorCommand.Start, "start the drop monitor", Errno.Again);

    /// <summary>Switches it off, whoever has it on; nothing happens where it is off.</summary>
    public void Stop() => Try(new DropMonitorMessage(), DropMonitorCommand.Stop, "stop the drop monitor", Errno.Again);

    /// <summary>The question for what was not told, to be sent over the socket that alerts come by: its answer comes after them.</summary>
    public NetlinkRequest StatisticsRequest() =>
        RequestOf(new DropMonitorMessage(), DropMonitorCommand.GetStatistics, "read the drop monitor's statistics");

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private bool Try(DropMonitorMessage message, byte command, string summary, int meaningNo)
    {
        try
        {
            // Not to be ended by a cancellation: what was asked might be done all the same.
            connection.Execute(RequestOf(message, command, summary));
            return true;
        }
        catch (NetlinkException refusal) when (refusal.Errno == meaningNo)
        {
            return false;
        }
    }

    private NetlinkRequest<DropMonitorMessage> RequestOf(DropMonitorMessage message, byte command, string summary)
    {
        message.Header = new GenericHeader(command, family.Version);
        return new NetlinkRequest<DropMonitorMessage>(family.Id, NetlinkFlags.None, message, summary);
    }
}
