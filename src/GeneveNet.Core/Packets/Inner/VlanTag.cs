namespace GeneveNet.Packets.Inner;

/// <summary>A VLAN tag (IEEE 802.1Q, section 9).</summary>
/// <param name="Tpid">The EtherType that announces it: 0x8100, or 0x88a8 and 0x9100 for an outer one.</param>
/// <param name="Tci">Tag control information: 3 bits priority, 1 bit drop eligible, 12 bits VLAN.</param>
public sealed record VlanTag(ushort Tpid, ushort Tci)
{
    internal const int Size = 4;

    /// <summary>The VLAN, 0 to 4095; 0 for a tag that has a priority only.</summary>
    public int Id => Tci & 0x0fff;

    /// <summary>The priority, 0 to 7.</summary>
    public int Priority => Tci >> 13;

    /// <summary>Whether the frame may be dropped first (DEI).</summary>
    public bool IsDropEligible => (Tci & 0x1000) != 0;

    /// <summary>"vlan 100, p 0", as tcpdump writes it.</summary>
    public override string ToString() => $"vlan {Id}, p {Priority}{(IsDropEligible ? ", DEI" : "")}";
}
