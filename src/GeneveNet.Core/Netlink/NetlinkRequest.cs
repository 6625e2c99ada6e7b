namespace GeneveNet.Netlink;

/// <summary>Something asked of the kernel in one netlink message.</summary>
/// <param name="type">Message type (RTM_…).</param>
/// <param name="flags">Header flags beside NLM_F_REQUEST.</param>
/// <param name="summary">What is asked, as a phrase for error texts: "add address 10.0.0.1/24 to eth0".</param>
public abstract class NetlinkRequest(ushort type, NetlinkFlags flags, DeferredText summary)
{
    /// <summary>Message type.</summary>
    public ushort Type { get; } = type;

    /// <summary>Header flags beside NLM_F_REQUEST.</summary>
    public NetlinkFlags Flags { get; } = flags;

    /// <summary>What is asked, as a phrase that continues "cannot …".</summary>
    public string Summary => summary.ToString();

    internal abstract void WriteBody(ref NetlinkWriter writer);

    /// <summary>Writes what is sent: one message, or several that the kernel takes as one.</summary>
    internal virtual void Write(ref NetlinkWriter writer, uint sequence, NetlinkFlags added)
    {
        var start = writer.BeginMessage(Type, NetlinkFlags.Request | Flags | added, sequence);
        WriteBody(ref writer);
        writer.EndMessage(start);
    }

    /// <summary>Names the attribute that starts at an offset, or the innermost one around it.</summary>
    /// <param name="offset">Bytes from the start of the message header, as NLMSGERR_ATTR_OFFS counts.</param>
    internal string? AttributeAt(int offset)
    {
        List<(int Offset, string Name)> trace = [];
        var writer = new NetlinkWriter(256) { Trace = trace };
        try
        {
            Write(ref writer, 0, NetlinkFlags.None);
        }
        finally
        {
            writer.Dispose();
        }

        string? name = null;
        foreach (var (start, attribute) in trace)
        {
            if (start > offset)
                break;
            name = attribute;
        }

        return name;
    }
}

/// <summary>A request whose payload is a message of a known kind.</summary>
/// <typeparam name="T">The payload.</typeparam>
/// <param name="type">Message type (RTM_…).</param>
/// <param name="flags">Header flags beside NLM_F_REQUEST.</param>
/// <param name="body">The payload.</param>
/// <param name="summary">What is asked, as a phrase that continues "cannot …".</param>
public sealed class NetlinkRequest<T>(ushort type, NetlinkFlags flags, T body, DeferredText summary) : NetlinkRequest(type, flags, summary)
    where T : INetlinkMessage<T>
{
    /// <summary>The payload.</summary>
    public T Body { get; } = body;

    internal override void WriteBody(ref NetlinkWriter writer) => Body.Write(ref writer);
}
