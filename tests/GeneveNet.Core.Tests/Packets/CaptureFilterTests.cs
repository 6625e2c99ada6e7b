using System.Net;
using GeneveNet.Packets.Live;

namespace GeneveNet.Tests.Packets;

/// <summary>Filters stay within what a classic BPF program can say; what they let through is tested in a kernel.</summary>
public sealed class CaptureFilterTests
{
    [Fact]
    public void OneInterface_IsBoundTo()
    {
        Assert.Equal(7, new CaptureFilter { Interfaces = [7] }.OnlyInterface);
        Assert.Equal(7, new CaptureFilter { Interfaces = [7, 7], WholeInterfaces = [7] }.OnlyInterface);
        Assert.Equal(0, new CaptureFilter { Interfaces = [7, 8] }.OnlyInterface);
        Assert.Equal(0, new CaptureFilter { Interfaces = [7], WholeInterfaces = [8] }.OnlyInterface);
        // All others have their Geneve packets taken as well.
        Assert.Equal(0, new CaptureFilter { WholeInterfaces = [8] }.OnlyInterface);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(2000)]
    public void Jumps_StayInsideAndLeadForward(int vnis)
    {
        var filter = new CaptureFilter
        {
            Interfaces = [1, 2],
            WholeInterfaces = [3],
            Ports = [6081, 6082],
            Vnis = [.. Enumerable.Range(1, vnis).Select(vni => (uint)vni)],
            Remotes = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")],
            OamOnly = true,
        };
        var program = filter.Compile();
        Assert.InRange(program.Length, vnis, 4096);
        for (var i = 0; i < program.Length - 1; i++)
        {
            var (code, isTrue, isFalse, operand) = program[i];
            uint farthest = code switch
            {
                0x05 => operand, // jump
                0x15 => Math.Max(isTrue, isFalse), // jump if equal
                _ => 0,
            };
            Assert.True(i + 1 + farthest < program.Length, $"Instruction {i} of {program.Length} jumps over {farthest}.");
        }

        Assert.Equal([(0x06, 0x40000u), (0x06, 0u)], program[^2..].Select(last => ((int)last.Code, last.Operand)));
    }

    [Fact]
    public void MoreThanTheKernelTakes_IsRefused()
    {
        var failure = Assert.Throws<NetworkException>(
            () => new CaptureFilter { Ports = [1], Vnis = [.. Enumerable.Range(0, 5000).Select(vni => (uint)vni)] }.Compile());
        Assert.Equal(FailureKind.InvalidArgument, failure.Kind);
    }
}
