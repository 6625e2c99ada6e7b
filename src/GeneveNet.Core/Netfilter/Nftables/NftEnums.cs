namespace GeneveNet.Netfilter.Nftables;

/// <summary>What packets a table of nftables is about (NFPROTO_*).</summary>
internal enum NftFamily : byte
{
    /// <summary>None said: in a question, all of them.</summary>
    Unspecified = 0,
    /// <summary>IPv4 and IPv6.</summary>
    Inet = 1,
    /// <summary>IPv4.</summary>
    Ip = 2,
    /// <summary>ARP.</summary>
    Arp = 3,
    /// <summary>All that passes a link.</summary>
    Netdev = 5,
    /// <summary>All that passes a bridge.</summary>
    Bridge = 7,
    /// <summary>IPv6.</summary>
    Ip6 = 10,
}

/// <summary>Where a base chain looks at packets.</summary>
internal enum NftHook
{
    /// <summary>Received, before it is decided where they go.</summary>
    Prerouting,
    /// <summary>For this host.</summary>
    Input,
    /// <summary>On their way through.</summary>
    Forward,
    /// <summary>Sent by this host.</summary>
    Output,
    /// <summary>About to leave.</summary>
    Postrouting,
    /// <summary>As a link receives them.</summary>
    Ingress,
    /// <summary>As a link sends them.</summary>
    Egress,
}

/// <summary>What a rule or a policy does with a packet.</summary>
internal enum NftVerdict
{
    /// <summary>It passes this chain; later ones look at it all the same.</summary>
    Accept,
    /// <summary>It is dropped.</summary>
    Drop,
    /// <summary>It is dropped and its sender is told.</summary>
    Reject,
    /// <summary>A program decides.</summary>
    Queue,
    /// <summary>Another chain decides, and then the next rule.</summary>
    Jump,
    /// <summary>Another chain decides.</summary>
    Goto,
    /// <summary>Back to the chain before, or to the policy.</summary>
    Return,
    /// <summary>The next rule decides.</summary>
    Continue,
    /// <summary>It is not tracked.</summary>
    NoTrack,
    /// <summary>Its destination is changed.</summary>
    Dnat,
    /// <summary>Its source is changed.</summary>
    Snat,
    /// <summary>Its source becomes the address of the link that it leaves by.</summary>
    Masquerade,
    /// <summary>It goes to this host itself.</summary>
    Redirect,
    /// <summary>It leaves by another link.</summary>
    Forward,
    /// <summary>A socket of this host gets it, whatever its destination.</summary>
    TransparentProxy,
    /// <summary>The kernel keeps it for itself.</summary>
    Stolen,
}

/// <summary>What the kernel's numbers for these mean.</summary>
internal static class NftNumbers
{
    private static readonly NftHook[] OfPackets =
        [NftHook.Prerouting, NftHook.Input, NftHook.Forward, NftHook.Output, NftHook.Postrouting, NftHook.Ingress];

    private static readonly Dictionary<NftFamily, NftHook[]> Hooks = new()
    {
        [NftFamily.Ip] = OfPackets,
        [NftFamily.Ip6] = OfPackets,
        [NftFamily.Inet] = OfPackets,
        [NftFamily.Bridge] = OfPackets,
        [NftFamily.Arp] = [NftHook.Input, NftHook.Output, NftHook.Forward],
        [NftFamily.Netdev] = [NftHook.Ingress, NftHook.Egress],
    };

    /// <summary>The hook of a number; null for one that is not known.</summary>
    public static NftHook? HookOf(NftFamily family, uint number) =>
        Hooks.TryGetValue(family, out var hooks) && number < hooks.Length ? hooks[number] : null;

    /// <summary>The number of a hook.</summary>
    public static uint NumberOf(NftFamily family, NftHook hook) => (uint)Array.IndexOf(Hooks[family], hook);

    /// <summary>The verdict of a number (NF_*, NFT_*); null for one that is not known.</summary>
    public static NftVerdict? VerdictOf(int code) => code switch
    {
        0 => NftVerdict.Drop,
        1 => NftVerdict.Accept,
        2 => NftVerdict.Stolen,
        JumpCode => NftVerdict.Jump,
        GotoCode => NftVerdict.Goto,
        -1 or -2 => NftVerdict.Continue,
        -5 => NftVerdict.Return,
        // The number of the queue is in the upper half.
        > 0 when (code & 0xff) == 3 => NftVerdict.Queue,
        _ => null,
    };

    /// <summary>NFT_JUMP.</summary>
    public const int JumpCode = -3;
    /// <summary>NFT_GOTO.</summary>
    public const int GotoCode = -4;
    /// <summary>NF_ACCEPT.</summary>
    public const uint AcceptCode = 1;
}
