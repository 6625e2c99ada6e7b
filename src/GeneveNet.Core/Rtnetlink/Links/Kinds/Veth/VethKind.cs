namespace GeneveNet.Rtnetlink.Links.Kinds;

/// <summary>Pairs of links that are a cable to each other.</summary>
internal sealed class VethKind() : LinkKind<VethData>(LinkKinds.Veth, VethData.Table);
