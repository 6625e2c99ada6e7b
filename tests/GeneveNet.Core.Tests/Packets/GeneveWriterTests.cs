using System.Buffers;
using System.Net;
using CsCheck;
using GeneveNet.Packets;

namespace GeneveNet.Tests.Packets;

/// <summary>What is written is read again, equals what others write, and never breaks a rule.</summary>
public sealed class GeneveWriterTests
{
    // Their frames have what is never written: IP options, fragments, extension headers, wrong fields, reserved bits.
    private static readonly HashSet<string> NotRebuilt =
    [
        "ip options", "first fragment", "later fragment", "hop by hop", "bad checksum", "version", "reserved", "port 6082",
    ];

    private static readonly Gen<GeneveOptionData> AnyOption = Gen.Select(
        Gen.UShort,
        Gen.Byte,
        Gen.Int[0, 31].SelectMany(words => Gen.Byte.Array[words * 4]),
        (optionClass, type, data) => new GeneveOptionData(optionClass, type, data));

    internal static readonly Gen<GeneveSpecification> AnyPacket = Gen.Select(
        Gen.UInt[0, (1 << 24) - 1],
        Gen.UShort,
        Gen.Bool,
        AnyOption.List[0, 8],
        Gen.Byte.Array[0, 100],
        (vni, protocol, isOam, options, payload) => new GeneveSpecification
        {
            Vni = vni,
            ProtocolType = protocol,
            IsOam = isOam,
            Options = Fitting(options),
            Payload = payload,
        });

    public static TheoryData<string> Rebuilt => [.. GoldenFrames.All.Keys.Where(name => !NotRebuilt.Contains(name))];

    [Fact]
    public void DecodingWhatWasEncoded_IsIdentity() => AnyPacket.Sample(
        specification =>
        {
            var bytes = specification.ToBytes();
            Assert.Equal(specification.Length, bytes.Length);
            var packet = Understanding(specification).DecodeGeneve(bytes);
            Assert.Equal((GeneveFault.None, GeneveNotes.None, (byte?)0), (packet.Fault, packet.Notes, packet.Version));
            Assert.Equal(
                (specification.Vni, specification.ProtocolType, specification.IsOam),
                (packet.Vni!.Value, packet.ProtocolType!.Value, packet.IsOam!.Value));
            Assert.Equal(specification.Options.Any(option => option.IsCritical), packet.HasCriticalOptions);
            Assert.Equal(specification.Options, packet.Options);
            Assert.Equal(specification.Payload.ToArray(), packet.PayloadBytes);
        },
        iter: 20_000,
        threads: 1);

    [Fact]
    public void EncodingWhatWasDecoded_IsIdentity() => AnyPacket.Sample(
        specification =>
        {
            var bytes = specification.ToBytes();
            Assert.Equal(bytes, GeneveDecoder.Default.DecodeGeneve(bytes).ToSpecification().ToBytes());
            var buffer = new ArrayBufferWriter<byte>();
            specification.WriteTo(buffer);
            Assert.Equal(bytes, buffer.WrittenSpan.ToArray());
        },
        iter: 20_000,
        threads: 1);

    [Fact]
    public void EncodingWhatWasReceived_ClearsReservedBitsAndMendsTheCriticalFlag() =>
        Assert.Equal(
            HexText.Parse("01406558 0003e800 ff008100 aabb"),
            GeneveDecoder.Default.DecodeGeneve(HexText.Parse("013f6558 0003e8ff ff0081e0 aabb")).ToSpecification().ToBytes());

    [Theory]
    [MemberData(nameof(Rebuilt))]
    public void Frames_AreBuiltAsOthersBuildThem(string name)
    {
        var golden = GoldenFrames.All[name].Bytes;
        var packet = GeneveDecoder.Default.Decode(GoldenFrameTests.FrameOf(GoldenFrames.All[name]))!;
        var outer = new OuterSpecification
        {
            SourceMac = packet.OuterSourceMacValue,
            DestinationMac = packet.OuterDestinationMacValue,
            Vlans = packet.OuterVlans,
            Source = packet.OuterSourceValue!,
            Destination = packet.OuterDestinationValue!,
            SourcePort = packet.OuterSourcePort!.Value,
            Ttl = packet.OuterTtl!.Value,
            Tos = packet.OuterTos!.Value,
            DontFragment = packet.OuterDontFragment ?? false,
            Identification = (ushort)(packet.OuterIdentification ?? 0),
            FlowLabel = packet.Outer!.IP!.FlowLabel ?? 0,
            HasChecksum = packet.OuterChecksum != ChecksumState.Absent,
        };
        Assert.Equal(Convert.ToHexStringLower(golden), Convert.ToHexStringLower(GeneveFrameBuilder.Build(packet.ToSpecification(), outer)));
        var withoutEthernet = GeneveFrameBuilder.Build(
            packet.ToSpecification(), outer with { SourceMac = null, DestinationMac = null, Vlans = [] });
        Assert.Equal(golden[^withoutEthernet.Length..], withoutEthernet);
    }

    [Fact]
    public void BuiltFrames_AreDecodedWithAValidChecksum() => Gen
        .Select(AnyPacket, Gen.Bool, Gen.Bool, Gen.Byte.Array[16], Gen.Byte.Array[16]).Sample(
        (specification, isV6, hasChecksum, source, destination) =>
        {
            var size = isV6 ? 16 : 4;
            var outer = new OuterSpecification
            {
                Source = new IPAddress(source.AsSpan(0, size)),
                Destination = new IPAddress(destination.AsSpan(0, size)),
                HasChecksum = hasChecksum,
            };
            var bytes = GeneveFrameBuilder.Build(specification, outer);
            var packet = Understanding(specification)
                .Decode(new CapturedFrame { LinkType = LinkType.RawIP, Data = bytes, OriginalLength = bytes.Length })!;
            Assert.Equal(GeneveFault.None, packet.Fault);
            Assert.Equal(hasChecksum ? ChecksumState.Valid : ChecksumState.Absent, packet.OuterChecksum);
            Assert.Equal((outer.Source, outer.Destination), (packet.OuterSourceValue, packet.OuterDestinationValue));
            Assert.Equal(specification.Options, packet.Options);
            Assert.Equal(specification.ToBytes(), packet.ToSpecification().ToBytes());
        },
        iter: 10_000,
        threads: 1);

    [Fact]
    public void Checksum_ThatComesOutAsZero_IsWrittenAsOnes()
    {
        // Two bytes of payload make up for the rest.
        var outer = new OuterSpecification { Source = IPAddress.Parse("10.0.0.1"), Destination = IPAddress.Parse("10.0.0.2") };
        var odd = GeneveFrameBuilder.Build(new GeneveSpecification { Vni = 1, Payload = new byte[2] }, outer);
        byte[] payload = [odd[26], odd[27]];
        var frame = GeneveFrameBuilder.Build(new GeneveSpecification { Vni = 1, Payload = payload }, outer);
        Assert.Equal([0xff, 0xff], frame[26..28]);
        var captured = new CapturedFrame { LinkType = LinkType.RawIP, Data = frame, OriginalLength = frame.Length };
        Assert.Equal(ChecksumState.Valid, GeneveDecoder.Default.Decode(captured)!.OuterChecksum);
    }

    [Fact]
    public void Limits_AreTold()
    {
        Refuses(
            "VNI 16777216 is too large: it has 24 bits, so 16777215 is the largest.",
            () => new GeneveSpecification { Vni = 1 << 24 }.ToBytes());
        Refuses("The data of a Geneve option has 128 bytes; 124 is the maximum.", () => _ = new GeneveOptionData(1, 1, new byte[128]));
        Refuses("The data of a Geneve option has 5 bytes; it must be a multiple of 4.", () => _ = new GeneveOptionData(1, 1, new byte[5]));
        Refuses(
            "The options take 256 bytes with their headers of 4 each; 252 is the maximum.",
            () => new GeneveSpecification { Vni = 1, Options = [new(1, 1, new byte[124]), new(1, 2, new byte[124])] }.ToBytes());
        Refuses("The buffer has 7 bytes; the Geneve header needs 8.", () => _ = new GeneveWriter(new byte[7], 1).Length);
        Refuses("The buffer has 11 bytes; the Geneve header needs 12.", () => new GeneveWriter(new byte[11], 1).AddOption(new(1, 1), []));
        Assert.Equal(
            260, new GeneveSpecification { Vni = 1, Options = [new(1, 1, new byte[124]), new(1, 2, new byte[120])] }.ToBytes().Length);
    }

    [Fact]
    public void OuterThatDoesNotFit_IsTold()
    {
        var packet = new GeneveSpecification { Vni = 1 };
        var outer = new OuterSpecification { Source = IPAddress.Loopback, Destination = IPAddress.Loopback };
        var mac = MacAddress.Parse("02:00:00:00:00:01");
        Refuses(
            "127.0.0.1 and ::1 are not of the same address family.",
            () => GeneveFrameBuilder.Build(packet, outer with { Destination = IPAddress.IPv6Loopback }));
        Refuses(
            "Flow label 1048576 is too large: it has 20 bits.", () => GeneveFrameBuilder.Build(packet, outer with { FlowLabel = 1 << 20 }));
        Refuses(
            "Only one of the two MAC addresses is given; an Ethernet header needs both.",
            () => GeneveFrameBuilder.Build(packet, outer with { SourceMac = mac }));
        Refuses(
            "VLAN tags need MAC addresses: they are part of the Ethernet header.",
            () => GeneveFrameBuilder.Build(packet, outer with { Vlans = [new(0x8100, 1)] }));
        Refuses(
            "The IP packet would have 65536 bytes, more than its header can express.",
            () => GeneveFrameBuilder.Build(packet with { Payload = new byte[65_500] }, outer));
        Assert.Equal(65_535, GeneveFrameBuilder.Build(packet with { Payload = new byte[65_499] }, outer).Length);
    }

    private static void Refuses(string message, Action action)
    {
        var exception = Assert.Throws<NetworkException>(action);
        Assert.Equal((FailureKind.InvalidArgument, message), (exception.Kind, exception.Message));
    }

    private static GeneveDecoder Understanding(GeneveSpecification specification) =>
        new(understoodOptions: specification.Options.Select(option => option.Id).ToHashSet());

    private static List<GeneveOptionData> Fitting(List<GeneveOptionData> options)
    {
        var left = GeneveHeader.MaxOptionsLength;
        return options.FindAll(option => (left -= GeneveOption.HeaderSize + option.Data.Length) >= 0);
    }
}
