using System.Diagnostics;
using System.Globalization;
using GeneveNet.Benchmarks.SideBySide;
using GeneveNet.Namespaces;
using GeneveNet.Rtnetlink;
using GeneveNet.Rtnetlink.Addresses;
using GeneveNet.Rtnetlink.Client;
using GeneveNet.Rtnetlink.Links;
using GeneveNet.Rtnetlink.Neighbors;

namespace GeneveNet.Benchmarks.Moments;

/// <summary>Whether descriptors, threads or managed memory are left behind by many changes and many namespaces.</summary>
internal static class Leaks
{
    private const int Cycles = 10_000, Namespaces = 1_000;

    /// <summary>Runs both and gives lines for people.</summary>
    public static IEnumerable<string> Run()
    {
        var client = new RtnetlinkClient();
        var link = client.GetLink("bench0");
        yield return Watch($"{Cycles} times an address and a neighbor added and removed, each in an exchange of its own", Cycles, i =>
        {
            var address = new CidrAddress(Objects.Host(13, i), 32);
            client.AddAddress(link, address);
            client.Execute(NeighborOperations.SetStaticRequest(link, Objects.Host(14, i), Objects.Station(i)));
            client.Execute(NeighborOperations.RemoveRequest(link, Objects.Host(14, i)));
            client.RemoveAddress(client.GetAddresses(link).Single(a => a.AddressValue.Equals(address)));
        });
        yield return Watch($"{Namespaces} namespaces created, asked for their links, and removed", Namespaces, i =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"leak{i}");
            var made = NamedNamespaces.Create(name);
            if (new RtnetlinkClient(made).GetLinks().Count == 0)
                throw new InvalidOperationException("A namespace without a loopback.");
            NamedNamespaces.Remove(name);
        });
    }

    private static string Watch(string what, int count, Action<int> cycle)
    {
        for (var i = 0; i < count / 20; i++)
            cycle(i);
        var before = Look();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            cycle(i);
        var took = Stopwatch.GetElapsedTime(start);
        // Idle connections are closed after a second.
        Thread.Sleep(2500);
        var after = Look();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | descriptors {before.Descriptors} -> {after.Descriptors} | threads {before.Threads} -> {after.Threads} | managed {before.Bytes / 1024} -> {after.Bytes / 1024} KiB | {took.TotalMicroseconds / count:0} µs each |");
    }

    private static (int Descriptors, int Threads, long Bytes) Look()
    {
        Thread.Sleep(2500);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return (Directory.GetFiles("/proc/self/fd").Length, Directory.GetDirectories("/proc/self/task").Length, GC.GetTotalMemory(forceFullCollection: true));
    }
}
