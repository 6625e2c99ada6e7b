using System.Diagnostics;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;

namespace GeneveNet.Benchmarks.SideBySide;

/// <summary>The links that the work is done on, in the namespace this program was started in, which must be its own.</summary>
internal static class Place
{
    private const string Links = """
        link set lo up
        link add bench0 type veth peer name bench1
        link set bench0 up
        link set bench1 up
        link add br0 type bridge
        link set br0 up
        link add port0 type veth peer name port1
        link set port0 master br0
        link set port0 up
        link set port1 up
        """;

    /// <summary>Makes them.</summary>
    public static void Prepare()
    {
        if (new RtnetlinkClient().GetLinks().Any(l => l.Kind is not ("loopback" or "sit" or "ipip" or "gre" or "ip6tnl" or "vti")))
            throw new InvalidOperationException("This is not a network namespace of its own: start it by `./build.ps1 Bench`.");
        var ip = Process.Start(new ProcessStartInfo("ip", ["-batch", "-"]) { RedirectStandardInput = true })!;
        ip.StandardInput.WriteLine(Links);
        ip.StandardInput.Close();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
            throw new InvalidOperationException($"The links to work on could not be made: ip ended with {ip.ExitCode}.");
    }
}
