using GeneveNet.DropMonitor;
using GeneveNet.Native;
using GeneveNet.Netlink;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.DropMonitor;

/// <summary>What is asked of the drop monitor and what it answers, byte for byte.</summary>
public sealed class DropMonitorMessageTests : IDisposable
{
    private const ushort Family = 0x21;

    private readonly ScriptedTransport _kernel = new();

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void ItsFamily_IsFoundByName_WithItsGroup()
    {
        byte[] group = [.. Wire.Attribute(2, 7, 0, 0, 0), .. Wire.Attribute(1, "events\0"u8)];
        byte[] answer =
        [
            1, 2, 0, 0, .. Wire.Attribute(2, "NET_DM\0"u8), .. Wire.Attribute(1, 0x21, 0), .. Wire.Attribute(3, 2, 0, 0, 0),
            .. Wire.Attribute(4, 0, 0, 0, 0), .. Wire.Attribute(7, Wire.Attribute(1, group)),
        ];
        _kernel.Then(Wire.Message(16, NetlinkFlags.None, 1, answer));
        using var control = DropMonitorControl.Find(new NetlinkConnection(_kernel), CancellationToken.None);

        Assert.Equal((Family, (byte)2), (control.Family.Id, control.Family.Version));
        Assert.Equal(7, control.Family.Groups["events"]);
        // CTRL_CMD_GETFAMILY with CTRL_ATTR_FAMILY_NAME, as `genl ctrl get name NET_DM` asks.
        Assert.Equal("03010000" + "0b000200" + "4e45545f444d0000", Convert.ToHexStringLower(_kernel.Sent[0].AsSpan(16)));
        Assert.Equal((16, 1), (_kernel.Sent[0][4], _kernel.Sent[0][6]));
    }

    [Fact]
    public void ItsCommands_AreWhatDropwatchSends()
    {
        using var control = Control();
        _kernel.Then(Wire.Acknowledgement(1, 0)).Then(Wire.Acknowledgement(2, 0)).Then(Wire.Acknowledgement(3, 0));
        Assert.True(control.TryConfigure(new DropMonitorConfiguration(1, 256, 1000)));
        Assert.True(control.TryStart());
        control.Stop();

        Assert.Equal(
            [
                "02020000" + "0500010001000000" + "0800090000010000" + "08000b00e8030000",
                "03020000",
                "04020000",
            ],
            _kernel.Sent.Select(sent => Convert.ToHexStringLower(sent.AsSpan(16))));
        Assert.All(_kernel.Sent, sent => Assert.Equal(((byte)Family, 5), (sent[4], sent[6]))); // NLM_F_REQUEST | NLM_F_ACK
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-Errno.Busy, true)]
    public void WhetherItIsOn_IsTheAnswerToAConfigurationOfNothing(int code, bool expected)
    {
        using var control = Control();
        _kernel.Then(Wire.Acknowledgement(1, code));
        Assert.Equal(expected, control.IsOn());
        Assert.Equal("02020000", Convert.ToHexStringLower(_kernel.Sent[0].AsSpan(16)));
    }

    [Fact]
    public void ARefusal_IsAnAnswerOrAnError()
    {
        using var control = Control();
        _kernel.Then(Wire.Acknowledgement(1, -Errno.Again)).Then(Wire.Acknowledgement(2, -Errno.NotPermitted));
        Assert.False(control.TryStart());
        Assert.Equal(FailureKind.PermissionDenied, Assert.Throws<NetlinkException>(() => control.TryStart()).Kind);
    }

    [Fact]
    public void Configuration_IsRead()
    {
        using var control = Control();
        byte[] answer = [7, 2, 0, 0, .. Wire.Attribute(1, 1), .. Wire.Attribute(9, 0, 1, 0, 0), .. Wire.Attribute(11, 232, 3, 0, 0)];
        _kernel.Then(Wire.Message(Family, NetlinkFlags.None, 1, answer));
        Assert.Equal(new DropMonitorConfiguration(1, 256, 1000), control.GetConfiguration());
        Assert.Equal("06020000", Convert.ToHexStringLower(_kernel.Sent[0].AsSpan(16)));
    }

    [Theory]
    [InlineData("nft_do_chain+0x4a0/0x4c0 [nf_tables]", "nft_do_chain")]
    [InlineData("__udp4_lib_rcv+0x5a", "__udp4_lib_rcv")]
    [InlineData("a_function_of_which_the_kernel_cuts_off_t", "a_function_of_which_the_kernel_cuts_off_t")]
    [InlineData(null, "")]
    public void Symbol_IsTheFunctionAlone(string? told, string expected) =>
        Assert.Equal(expected, DropAlert.Of(new DropMonitorMessage { Symbol = told }).Symbol);

    [Fact]
    public void Headers_AreFoundWithAndWithoutEthernet()
    {
        byte[] packet =
        [
            0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0x66, 0xce, 10, 0, 0, 1, 10, 0, 0, 2, // IPv4
            0x12, 0x34, 0x17, 0xc1, 0, 8, 0, 0, // UDP
        ];
        byte[] addresses = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
        foreach (var link in (byte[][])[[], [.. addresses, 8, 0], [.. addresses, 0x81, 0, 0, 7, 8, 0]])
        {
            var alert = new DropAlert { Payload = [.. link, .. packet], Protocol = 0x800 };
            var headers = alert.ReadHeaders();
            Assert.Equal(("10.0.0.2", 6081), (headers.IP?.Destination.ToString(), (int)headers.Udp!.DestinationPort));
            Assert.Equal(link.Length == 0, headers.Ethernet is null);
        }

        Assert.Null(new DropAlert { Payload = [1, 2, 3], Protocol = 0x800 }.ReadHeaders().IP);
        Assert.Null(new DropAlert().ReadHeaders().IP);
    }

    [Fact]
    public void AMarkerThatIsHeld_IsNotTaken_AndOneThatWasLeftIsRead()
    {
        var path = Path.Combine(Path.GetTempPath(), $"gnt-{Guid.NewGuid():N}");
        var before = new DropMonitorConfiguration(0, 64, 999);
        using (var held = DropMonitorMarker.TryTake(path))
        {
            Assert.Null(held!.Left);
            Assert.Null(DropMonitorMarker.TryTake(path));
            held.Write(before);
            Assert.Equal(0x180, (int)SystemCalls.FindStatus(path, "look at it")!.Value.Permissions & 0x1ff); // 0600
        }

        using (var left = DropMonitorMarker.TryTake(path))
        {
            Assert.Equal(before, left!.Left);
            left.Remove();
        }

        Assert.False(File.Exists(path));
        File.WriteAllText(path, "00000000-0000-0000-0000-000000000000 0 64 999 1\n");
        using (var other = DropMonitorMarker.TryTake(path))
        {
            // Of another start of the host.
            Assert.Null(other!.Left);
            other.Remove();
        }
    }

    private DropMonitorControl Control() => new(
        new NetlinkConnection(_kernel), new GenericFamily(Family, 2, new Dictionary<string, int> { ["events"] = 7 }));
}
