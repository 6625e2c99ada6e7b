using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GeneveNet.Netlink;
using static GeneveNet.Netlink.Attributes;
using static GeneveNet.Netlink.AttributeKinds;

namespace GeneveNet.TrafficControl;

/// <summary>The settings of netem: struct tc_netem_qopt and the TCA_NETEM_* attributes (include/uapi/linux/pkt_sched.h).</summary>
internal sealed class NetemSettings
{
    // What the kernel writes for a share of one.
    private const double Whole = uint.MaxValue;
    private const double NanosecondsPerTick = 64, NanosecondsPerMillisecond = 1_000_000;

    internal static readonly AttributeTable<NetemSettings> Table = new(
        Value<NetemSettings, Chance>(3, "TCA_NETEM_REORDER", new GrowingKind<Chance>(), s => s.Reorder, (s, v) => s.Reorder = v),
        Value<NetemSettings, Chance>(4, "TCA_NETEM_CORRUPT", new GrowingKind<Chance>(), s => s.Corrupt, (s, v) => s.Corrupt = v),
        Object<NetemSettings, byte[]>(5, "TCA_NETEM_LOSS", Bytes, s => s.LossModel, (s, v) => s.LossModel = v),
        Value<NetemSettings, RateSettings>(6, "TCA_NETEM_RATE", new GrowingKind<RateSettings>(), s => s.Rate, (s, v) => s.Rate = v),
        Value<NetemSettings, ulong>(8, "TCA_NETEM_RATE64", U64, s => s.WideRate, (s, v) => s.WideRate = v),
        Value<NetemSettings, ulong>(10, "TCA_NETEM_LATENCY64", U64, s => s.Latency, (s, v) => s.Latency = v, "4.15"),
        Value<NetemSettings, ulong>(11, "TCA_NETEM_JITTER64", U64, s => s.Jitter, (s, v) => s.Jitter = v, "4.15"));

    /// <summary>Share of packets sent at once.</summary>
    public Chance? Reorder { get; set; }
    /// <summary>Share of packets with a bit changed.</summary>
    public Chance? Corrupt { get; set; }
    /// <summary>A model by which packets are lost.</summary>
    public byte[]? LossModel { get; set; }
    /// <summary>Rate.</summary>
    public RateSettings? Rate { get; set; }
    /// <summary>Rate, where 32 bits do not hold it.</summary>
    public ulong? WideRate { get; set; }
    /// <summary>Delay in nanoseconds.</summary>
    public ulong? Latency { get; set; }
    /// <summary>Variation of the delay in nanoseconds.</summary>
    public ulong? Jitter { get; set; }

    /// <summary>What the options of a discipline say.</summary>
    /// <param name="options">The options; null where they are not told.</param>
    /// <exception cref="NetlinkFormatException">An attribute is malformed.</exception>
    public static NetemState? Read(ReadOnlySpan<byte> options)
    {
        var size = Unsafe.SizeOf<Fixed>();
        if (options.Length < size)
            return null;
        var simple = MemoryMarshal.Read<Fixed>(options);
        var settings = new NetemSettings();
        Table.Read(options[size..], settings);
        return new NetemState
        {
            LossPercent = Percent(simple.Loss),
            HasLossModel = settings.LossModel is not null,
            DuplicatePercent = Percent(simple.Duplicate),
            CorruptPercent = Percent(settings.Corrupt.GetValueOrDefault().Probability),
            ReorderPercent = Percent(settings.Reorder.GetValueOrDefault().Probability),
            DelayMilliseconds = (settings.Latency ?? (simple.Latency * NanosecondsPerTick)) / NanosecondsPerMillisecond,
            JitterMilliseconds = (settings.Jitter ?? (simple.Jitter * NanosecondsPerTick)) / NanosecondsPerMillisecond,
            Limit = simple.Limit,
            BytesPerSecond = (long)Math.Min(settings.WideRate ?? settings.Rate.GetValueOrDefault().BytesPerSecond, long.MaxValue),
        };
    }

    // Rounded: 20 percent is 858993459 of 4294967295, a little less.
    private static double Percent(uint share) => Math.Round(share * 100.0 / Whole, 4);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Fixed
    {
        public readonly uint Latency;
        public readonly uint Limit;
        public readonly uint Loss;
        public readonly uint Gap;
        public readonly uint Duplicate;
        public readonly uint Jitter;
    }
}

/// <summary>A share of packets (struct tc_netem_corrupt, tc_netem_reorder).</summary>
/// <param name="Probability">All ones for all.</param>
/// <param name="Correlation">How much it depends on the packet before.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Chance(uint Probability, uint Correlation);

/// <summary>A rate (struct tc_netem_rate).</summary>
/// <param name="BytesPerSecond">Bytes per second.</param>
/// <param name="PacketOverhead">Bytes more for each packet.</param>
/// <param name="CellSize">Bytes of a cell.</param>
/// <param name="CellOverhead">Bytes more for each cell.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RateSettings(uint BytesPerSecond, int PacketOverhead, uint CellSize, int CellOverhead);
