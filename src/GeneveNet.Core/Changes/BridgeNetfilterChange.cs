using GeneveNet.Netfilter;
using GeneveNet.Rtnetlink.Client;

namespace GeneveNet.Changes;

/// <summary>The switches of a namespace for bridged packets and the firewall.</summary>
/// <param name="client">Where.</param>
/// <param name="before">The switches as they were read.</param>
/// <param name="asked">What is to be otherwise, by table: "iptables", "ip6tables", "arptables".</param>
public sealed class BridgeNetfilterChange(RtnetlinkClient client, BridgeNetfilter before, IReadOnlyDictionary<string, bool> asked) : Change
{
    internal override void Do() => client.SetBridgeNetfilter(asked);

    internal override void Undo()
    {
        var now = client.GetBridgeNetfilter();
        if (!now.IsLoaded)
            return;
        var changed = asked.Keys.Where(table => now[table] != before[table]).ToDictionary(table => table, table => before[table]);
        client.SetBridgeNetfilter(changed);
    }
}
