namespace GeneveNet.Netlink;

/// <summary>Flags of a netlink message header (nlmsg_flags, include/uapi/linux/netlink.h).</summary>
/// <remarks>The modifiers of get, new and delete requests share bits: which name applies follows from the message type.</remarks>
[Flags]
public enum NetlinkFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>NLM_F_REQUEST: a request to the kernel.</summary>
    Request = 0x1,
    /// <summary>NLM_F_MULTI: one of several messages, ended by NLMSG_DONE.</summary>
    Multi = 0x2,
    /// <summary>NLM_F_ACK: answer with an acknowledgement even on success.</summary>
    Ack = 0x4,
    /// <summary>NLM_F_DUMP_INTR: the dump is inconsistent, the tables changed while it ran.</summary>
    DumpInterrupted = 0x10,
    /// <summary>NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH: return all entries (get requests).</summary>
    Dump = 0x300,
    /// <summary>NLM_F_REPLACE: replace what exists (new requests).</summary>
    Replace = 0x100,
    /// <summary>NLM_F_EXCL: fail when it exists (new requests).</summary>
    Exclusive = 0x200,
    /// <summary>NLM_F_CREATE: create what is missing (new requests).</summary>
    Create = 0x400,
    /// <summary>NLM_F_APPEND: add after equal entries (new requests).</summary>
    Append = 0x800,
    /// <summary>NLM_F_CAPPED: the acknowledgement does not carry the request's payload (acknowledgements).</summary>
    Capped = 0x100,
    /// <summary>NLM_F_ACK_TLVS: extended-ack attributes follow (acknowledgements).</summary>
    AckAttributes = 0x200,
}
