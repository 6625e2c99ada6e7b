using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using GeneveNet.DropMonitor;
using GeneveNet.Namespaces;
using GeneveNet.Netlink;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Tests.Support;

namespace GeneveNet.Tests.RunningKernel;

/// <summary>The drop monitor of a kernel that has it: a stock kernel does, see tests/Kernel.</summary>
[Collection(nameof(DropMonitorTests))]
[CollectionDefinition(nameof(DropMonitorTests), DisableParallelization = true)] // There is one monitor for all.
public sealed class DropMonitorTests
{
    private const int Port = 4711;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly byte[] Probe = "a probe of the tests"u8.ToArray();

    [Fact]
    public void ADroppedPacket_IsTold_AndNothingIsLeft()
    {
        using var control = ControlOrSkip();
        var before = control.GetConfiguration();
        using var near = new TestNamespace();
        using var far = new TestNamespace();
        near.AddVeth("v0", "v1", far, up: true);
        Tool.Run("ip", $"-n {near.Name} address add 10.0.0.1/24 dev v0");
        Tool.Run("ip", $"-n {far.Name} address add 10.0.0.2/24 dev v1");
        var incoming = far.Client.GetLink("v1").Index;

        using var session = StartOrSkip();
        Assert.True(File.Exists(DropMonitorMarker.UsualPath));
        Assert.True(control.IsOn());
        Assert.Equal(DropMonitorRefusal.InUse, DropMonitorSession.TryStart(TestContext.Current.CancellationToken).Refusal);
        Send(near);
        var report = session.Stop(IsProbe);

        var alert = Assert.Single(report.Alerts, IsProbe);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{alert.Reason} {alert.Symbol} in {alert.IncomingIndex} proto {alert.Protocol:x} {alert.OriginalLength} bytes: "
            + Convert.ToHexStringLower(alert.Payload));
        Assert.Equal(("NO_SOCKET", "__udp4_lib_rcv"), (alert.Reason, alert.Symbol));
        Assert.Equal((incoming, 0x0800, DropOrigin.Software), (alert.IncomingIndex, alert.Protocol, alert.Origin));
        Assert.Equal(Port, (int)alert.ReadHeaders().Udp!.DestinationPort);
        Assert.Equal(0, report.Lost);
        Assert.InRange(DateTime.UnixEpoch.AddTicks(alert.Nanoseconds / 100), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddSeconds(1));
        IsLeftAsItWas(control, before);
    }

    [Fact]
    public void WhatSomebodyElseHasOn_IsLeftOn()
    {
        using var control = ControlOrSkip();
        Assert.True(control.TryStart());
        try
        {
            var start = DropMonitorSession.TryStart(TestContext.Current.CancellationToken);
            Assert.Equal((DropMonitorRefusal.InUse, null), (start.Refusal, start.Session));
            Assert.True(control.IsOn());
            Assert.False(File.Exists(DropMonitorMarker.UsualPath));
        }
        finally
        {
            control.Stop();
        }

        Assert.False(control.IsOn());
    }

    [Fact]
    public void ACancelledSession_IsOver()
    {
        using var control = ControlOrSkip();
        var before = control.GetConfiguration();
        using var cancellation = new CancellationTokenSource();
        using var session = DropMonitorSession.TryStart(cancellation.Token).Session;
        Assert.True(control.IsOn());
        cancellation.Cancel();
        IsLeftAsItWas(control, before);
        Assert.NotNull(session?.Stop());
    }

    [Fact]
    public void WhatAKilledSessionLeft_IsEndedByTheNext()
    {
        using var control = ControlOrSkip();
        var before = control.GetConfiguration();
        using (var other = StartProcess(nameof(Hold)))
        {
            for (var start = Stopwatch.GetTimestamp(); !control.IsOn(); Thread.Sleep(50))
                Assert.False(other.HasExited || Stopwatch.GetElapsedTime(start) > Longest, "The other process did not switch it on.");
            Assert.Equal(DropMonitorRefusal.InUse, DropMonitorSession.TryStart(TestContext.Current.CancellationToken).Refusal);
            other.Kill();
            other.WaitForExit();
        }

        // The kernel goes on, and the file tells how it was.
        Assert.True(control.IsOn());
        Assert.NotEqual(before, control.GetConfiguration());
        Assert.True(File.Exists(DropMonitorMarker.UsualPath));

        using (StartOrSkip())
            Assert.True(control.IsOn());
        IsLeftAsItWas(control, before);
    }

    /// <summary>What the process does that <see cref="WhatAKilledSessionLeft_IsEndedByTheNext"/> kills.</summary>
    [Fact(Explicit = true)]
    public void Hold()
    {
        using var session = StartOrSkip();
        Thread.Sleep(Longest);
    }

    [Fact]
    public void ASessionThatIsForgotten_EndsWithItsProcess()
    {
        using var control = ControlOrSkip();
        var before = control.GetConfiguration();
        using var other = StartProcess(nameof(Forget));
        var said = other.StandardOutput.ReadToEnd();
        other.WaitForExit();
        Assert.Contains("It is on.", said, StringComparison.Ordinal);
        IsLeftAsItWas(control, before);
    }

    /// <summary>What the process does whose end <see cref="ASessionThatIsForgotten_EndsWithItsProcess"/> waits for.</summary>
    [Fact(Explicit = true)]
    public void Forget()
    {
        using var control = ControlOrSkip();
        Assert.NotNull(StartOrSkip());
        if (control.IsOn())
            Console.WriteLine("It is on.");
    }

    [Fact]
    public void WhatWasDroppedBeforeTheEnd_IsTold_BecauseItIsWaitedFor()
    {
        const int Rounds = 10;
        using var control = ControlOrSkip();
        using var near = new TestNamespace();
        using var far = new TestNamespace();
        near.AddVeth("v0", "v1", far, up: true);
        Tool.Run("ip", $"-n {near.Name} address add 10.0.0.1/24 dev v0");
        Tool.Run("ip", $"-n {far.Name} address add 10.0.0.2/24 dev v1");
        Send(near); // Both neighbors are known then.
        var (told, without) = (0, 0);
        List<TimeSpan> starts = [], waits = [], stops = [];
        for (var i = 0; i < Rounds; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            var session = StartOrSkip();
            starts.Add(Stopwatch.GetElapsedTime(begin));
            Send(near);
            var sent = Stopwatch.GetTimestamp();
            var arrived = TimeSpan.Zero;
            told += session.Stop(alert =>
            {
                arrived = Stopwatch.GetElapsedTime(sent);
                return IsProbe(alert);
            }).Alerts.Any(IsProbe) ? 1 : 0;
            waits.Add(arrived);
            stops.Add(Stopwatch.GetElapsedTime(sent) - arrived);

            session = StartOrSkip();
            Send(near);
            session.Dispose();
            without += session.Stop().Alerts.Any(IsProbe) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"of {Rounds}: {told} told when waited for, {without} when not; a start takes {Usual(starts):0} ms, "
            + $"an alert {Usual(waits):0} ms, a stop {Usual(stops):0} ms");
        Assert.Equal(Rounds, told);

        static double Usual(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalMilliseconds;
    }

    [Fact]
    public void TheLeftFileOfAKilledSession_DoesNotEndWhatSomebodyElseHasOn()
    {
        using var control = ControlOrSkip();
        using (var marker = DropMonitorMarker.TryTake())
            marker!.Write(new DropMonitorConfiguration(0, 0, 1000));
        Assert.True(control.TryStart());
        try
        {
            Assert.Equal(DropMonitorRefusal.InUse, DropMonitorSession.TryStart(TestContext.Current.CancellationToken).Refusal);
            Assert.True(control.IsOn());
            Assert.False(File.Exists(DropMonitorMarker.UsualPath));
        }
        finally
        {
            control.Stop();
        }
    }

    private static Process StartProcess(string method)
    {
        string[] arguments =
            ["exec", typeof(DropMonitorTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(DropMonitorTests)}.{method}"];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
    }

    private static void IsLeftAsItWas(DropMonitorControl control, DropMonitorConfiguration before)
    {
        Assert.False(control.IsOn());
        Assert.Equal(before, control.GetConfiguration());
        Assert.False(File.Exists(DropMonitorMarker.UsualPath));
    }

    private static DropMonitorControl ControlOrSkip()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The drop monitor needs root.");
        var connection = new NetlinkConnection(new NetlinkSocket(GenericNetlink.Protocol));
        try
        {
            return DropMonitorControl.Find(connection, CancellationToken.None);
        }
        catch (NetlinkException refusal)
        {
            connection.Dispose();
            Assert.Skip($"This kernel has no drop monitor: {refusal.Message}");
            throw;
        }
    }

    private static DropMonitorSession StartOrSkip()
    {
        var start = DropMonitorSession.TryStart(TestContext.Current.CancellationToken);
        Assert.SkipWhen(start.Refusal is DropMonitorRefusal.InUse, start.Text);
        Assert.Equal((DropMonitorRefusal.None, ""), (start.Refusal, start.Text));
        return start.Session!;
    }

    private static bool IsProbe(DropAlert alert) => alert.Payload.AsSpan().IndexOf(Probe) >= 0;

    private static void Send(TestNamespace from) => NamespaceThread.RunIn(from.Namespace, static () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return socket.SendTo(Probe, new IPEndPoint(IPAddress.Parse("10.0.0.2"), Port));
    });
}
