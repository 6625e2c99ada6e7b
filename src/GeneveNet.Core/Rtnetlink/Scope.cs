namespace GeneveNet.Rtnetlink;

/// <summary>How far an address or route reaches (RT_SCOPE_*, include/uapi/linux/rtnetlink.h). Other numbers are the user's own.</summary>
public enum Scope : byte
{
    /// <summary>Everywhere; `ip` says "global".</summary>
    Global = 0,
    /// <summary>Within the site.</summary>
    Site = 200,
    /// <summary>On the link.</summary>
    Link = 253,
    /// <summary>On this host.</summary>
    Host = 254,
    /// <summary>Nowhere: the destination is refused.</summary>
    Nowhere = 255,
}
