namespace GeneveNet.DropMonitor;

/// <summary>Commands of the drop monitor (NET_DM_CMD_*, include/uapi/linux/net_dropmon.h).</summary>
internal static class DropMonitorCommand
{
    public const byte Configure = 2, Start = 3, Stop = 4, PacketAlert = 5, GetConfiguration = 6, GetStatistics = 8, Statistics = 9;
}
