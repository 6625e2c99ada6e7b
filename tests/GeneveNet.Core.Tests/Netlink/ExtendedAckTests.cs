using System.Net;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Links.Kinds;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.Netlink;

/// <summary>Acknowledgements: error code, then the request or (capped) its header alone, then attributes.</summary>
public sealed class ExtendedAckTests
{
    private const NetlinkFlags Plain = NetlinkFlags.None, Extended = NetlinkFlags.AckAttributes,
        Capped = NetlinkFlags.AckAttributes | NetlinkFlags.Capped;

    private static readonly byte[] Message = Wire.Attribute(1, "Device is busy\0"u8), Offset = Wire.Attribute(2, 36, 0, 0, 0),
        Cookie = Wire.Attribute(3, 0xc0, 0x0c, 0x1e), MissingType = Wire.Attribute(5, 18, 0, 0, 0),
        MissingNest = Wire.Attribute(6, 32, 0, 0, 0);

    [Theory]
    [InlineData(NetlinkFlags.None)]
    [InlineData(NetlinkFlags.Capped)]
    public void Capped_OrNot_AllAttributesAreRead(NetlinkFlags capped)
    {
        var request = Wire.Message(16, NetlinkFlags.Request, 7, 1, 2, 3, 4, 5);
        byte[] echo = capped == 0 ? request : request[..16];
        byte[] body = [.. BitConverter.GetBytes(-16), .. echo, .. Message, .. Offset, .. Cookie, .. MissingType, .. MissingNest];

        var ack = Read(NetlinkHeader.Error, Extended | capped, body);

        Assert.Equal(-16, ExtendedAck.ReadCode(body));
        Assert.Equal(("Device is busy", 36, 18), (ack.Message, ack.Offset, ack.MissingType));
        Assert.Equal([0xc0, 0x0c, 0x1e], ack.Cookie.ToArray());
    }

    [Fact]
    public void EndOfADump_CarriesAttributesRightBehindItsCode()
    {
        var ack = Read(NetlinkHeader.Done, NetlinkFlags.Multi | Extended, [.. BitConverter.GetBytes(-2), .. Message]);
        Assert.Equal(("Device is busy", null, null), (ack.Message, ack.Offset, ack.MissingType));
        Assert.True(ack.Cookie.IsEmpty);
    }

    [Fact]
    public void WithoutItsFlag_NothingIsReadBehindTheCode()
    {
        // An older kernel repeats the whole request; that must not be taken for attributes.
        byte[] body = [.. BitConverter.GetBytes(-16), .. Wire.Message(16, NetlinkFlags.Request, 7), .. Message];
        Assert.Same(ExtendedAck.None, Read(NetlinkHeader.Error, Plain, body));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void ACode_TakesFourBytes(int length) => Assert.Throws<NetlinkFormatException>(() => ExtendedAck.ReadCode(new byte[length]));

    [Theory]
    [InlineData(4, Capped)]
    [InlineData(19, Capped)]
    [InlineData(19, Extended)]
    public void AnAcknowledgementWithoutTheRequestsHeader_IsRefused(int length, NetlinkFlags flags) =>
        Assert.Throws<NetlinkFormatException>(() => Read(NetlinkHeader.Error, flags, new byte[length]));

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(21)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void ARepeatedRequestOfImpossibleLength_IsRefused(int echoed)
    {
        var body = new byte[4 + 20];
        BitConverter.TryWriteBytes(body.AsSpan(4), echoed);
        Assert.Throws<NetlinkFormatException>(() => Read(NetlinkHeader.Error, Extended, body));
    }

    [Fact]
    public void ARepeatedRequestWithoutPaddingAtTheEnd_LeavesNoAttributes()
    {
        byte[] body = [.. BitConverter.GetBytes(-16), .. Wire.Message(16, NetlinkFlags.Request, 7, 1)[..17]];
        BitConverter.TryWriteBytes(body.AsSpan(4), 17);
        var ack = Read(NetlinkHeader.Error, Extended, body);
        Assert.Equal((null, null, null), (ack.Message, ack.Offset, ack.MissingType));
    }

    [Fact]
    public void AnOffset_NamesTheAttributeThatStartsThere_OrTheInnermostAroundIt()
    {
        var request = new NetlinkRequest<LinkMessage>(RtmType.NewLink, NetlinkFlags.Create, new LinkMessage
        {
            Name = "g0",
            Mtu = 1400,
            Info = new LinkInfo { Kind = "geneve", Data = new GeneveData { Vni = 7, Remote = IPAddress.Parse("192.0.2.1"), Port = 6081 } },
        }, "create");
        var bytes = Wire.MessageOf(request, NetlinkFlags.None);

        // Found by walking the bytes by hand, as the kernel does.
        List<(int Offset, string Name)> expected =
        [
            (32, "IFLA_IFNAME"), (40, "IFLA_MTU"), (48, "IFLA_LINKINFO"), (52, "IFLA_INFO_KIND"), (64, "IFLA_INFO_DATA"),
            (68, "IFLA_GENEVE_ID"), (76, "IFLA_GENEVE_REMOTE"), (84, "IFLA_GENEVE_PORT"),
        ];
        Assert.Equal(92, bytes.Length);
        foreach (var (offset, name) in expected)
        {
            Assert.Equal(name, request.AttributeAt(offset));
            // Some checks of the kernel point into the payload.
            Assert.Equal(name, request.AttributeAt(offset + 3));
        }

        Assert.Null(request.AttributeAt(0));
        Assert.Null(request.AttributeAt(31));
        Assert.Null(request.AttributeAt(-1));
    }

    [Fact]
    public void AnOffset_InTheMessageOfAVethPeer_NamesThePeersAttribute()
    {
        var request = new NetlinkRequest<LinkMessage>(RtmType.NewLink, NetlinkFlags.Create, new LinkMessage
        {
            Info = new LinkInfo { Kind = "veth", Data = new VethData { Peer = new LinkMessage { Name = "v1", Mtu = 9 } } },
        }, "create");
        Assert.Equal("VETH_INFO_PEER", request.AttributeAt(52));
        Assert.Equal("IFLA_IFNAME", request.AttributeAt(72));
        Assert.Equal("IFLA_MTU", request.AttributeAt(80));
    }

    [Fact]
    public void Exception_TellsTaskTextErrorAndAttribute()
    {
        var exception = new NetlinkException(
            "create geneve link 'g0'", 22, new ExtendedAck("Remote is wrong.", 76, null, default), "IFLA_GENEVE_REMOTE", "Say another.");
        Assert.Equal(
            "Cannot create geneve link 'g0': Remote is wrong (EINVAL, attribute IFLA_GENEVE_REMOTE). Say another.", exception.Message);
        Assert.Equal((22, "EINVAL", FailureKind.InvalidArgument), (exception.Errno, exception.ErrnoName, exception.Kind));
        Assert.Equal(("create geneve link 'g0'", "IFLA_GENEVE_REMOTE"), (exception.RequestSummary, exception.AttributeName));
    }

    [Fact]
    public void Exception_WithoutText_TakesThatOfTheErrorNumber()
    {
        var exception = new NetlinkException("list links", 1);
        Assert.StartsWith(
            "Cannot list links: Operation not permitted (EPERM). This needs CAP_NET_ADMIN", exception.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.PermissionDenied, exception.Kind);
    }

    [Fact]
    public void WithAdvice_KeepsEverythingElse()
    {
        var ack = new ExtendedAck("x", 3, 4, default);
        var advised = new NetlinkException("do it", 17, ack, "IFLA_MTU") { Id = "Id" }.WithAdvice("Do that.");
        Assert.Equal("Cannot do it: x (EEXIST, attribute IFLA_MTU). Do that.", advised.Message);
        Assert.Equal(
            (17, "IFLA_MTU", "Id", "do it", ack),
            (advised.Errno, advised.AttributeName, advised.Id, advised.RequestSummary, advised.ExtendedAck));
    }

    private static ExtendedAck Read(ushort type, NetlinkFlags flags, byte[] body) =>
        ExtendedAck.Read(new NetlinkHeader(16 + body.Length, type, flags, 7, 0), body);
}
