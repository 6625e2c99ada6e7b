using CsCheck;
using GeneveNet.Packets;

namespace GeneveNet.Tests.Captures;

/// <summary>Random frames that a format can hold.</summary>
internal static class FrameGenerator
{
    private static readonly Gen<byte[]> Data = Gen.OneOf(Gen.Byte.Array[0, 9], Gen.Byte.Array[60, 200], Gen.Byte.Array[1400, 1600]);

    private static readonly Gen<LinkType> Links = Gen.OneOf(
        Gen.Enum<LinkType>(), Gen.Const((LinkType)105), Gen.Const((LinkType)65535));

    // Neither NUL, which ends a name, nor half of a surrogate pair, which no UTF-8 has.
    private static readonly Gen<string?> Name = Gen.OneOf(
        Gen.Const((string?)null),
        Gen.Const((string?)"eth0"),
        Gen.Char['\u0001', '\ud7ff'].Array[1, 80].Select(chars => (string?)new string(chars)));

    private static readonly Gen<int> Missing = Gen.OneOf(Gen.Const(0), Gen.Int[0, 70_000], Gen.Const(int.MaxValue - 2000));

    /// <summary>Frames of a pcap file: one link type, and seconds of 32 bits.</summary>
    public static Gen<CapturedFrame[]> Pcap { get; } = Links.SelectMany(link => Gen.Select(
        Gen.Long[0, 4_294_967_295_999_999_999], Data, Missing,
        (time, data, more) => new CapturedFrame
        {
            TimestampNanoseconds = time,
            LinkType = link,
            Data = data,
            OriginalLength = data.Length + more,
        }).Array[0, 20]);

    /// <summary>Frames of a pcapng file.</summary>
    public static Gen<CapturedFrame[]> Pcapng { get; } = Gen.Select(
        Gen.Long[0, long.MaxValue], Links, Data, Missing, Name, Gen.Enum<PacketDirection>(),
        (time, link, data, more, name, direction) => new CapturedFrame
        {
            TimestampNanoseconds = time,
            LinkType = link,
            Data = data,
            OriginalLength = data.Length + more,
            Interface = name,
            Direction = direction,
        }).Array[0, 20];
}
