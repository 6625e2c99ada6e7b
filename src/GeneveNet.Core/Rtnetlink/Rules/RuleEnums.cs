namespace GeneveNet.Rtnetlink.Rules;

/// <summary>What a policy rule does with a packet (FR_ACT_*, include/uapi/linux/fib_rules.h).</summary>
public enum RuleAction : byte
{
    /// <summary>Unspecified.</summary>
    Unspecified = 0,
    /// <summary>Looks for a route in a table; where there is none, the next rule is asked.</summary>
    Lookup = 1,
    /// <summary>Goes on with a later rule.</summary>
    Goto = 2,
    /// <summary>Nothing.</summary>
    None = 3,
    /// <summary>Drops it without a word.</summary>
    Blackhole = 6,
    /// <summary>Drops it: network unreachable.</summary>
    Unreachable = 7,
    /// <summary>Drops it: prohibited.</summary>
    Prohibit = 8,
}

/// <summary>Flags of a policy rule (FIB_RULE_*, include/uapi/linux/fib_rules.h).</summary>
[Flags]
internal enum RuleFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>It cannot be removed.</summary>
    Permanent = 1,
    /// <summary>It is for the packets that its conditions do not fit.</summary>
    Invert = 2,
    /// <summary>The rule that its goto leads to does not exist.</summary>
    Unresolved = 4,
    /// <summary>The link it is for packets from does not exist.</summary>
    IncomingDetached = 8,
    /// <summary>The link it is for packets to does not exist.</summary>
    OutgoingDetached = 16,
}
