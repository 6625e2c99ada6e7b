using GeneveNet.Netlink;

namespace GeneveNet.Netfilter.Nftables;

/// <summary>Changes of nftables that are done at once or not at all; the kernel's answer is one for all of them.</summary>
/// <remarks>
/// All its messages have one number. The last change alone asks for an acknowledgement, because kernels before 6.10 do not acknowledge
/// the end; a refusal is answered in any case, and comes first.
/// </remarks>
/// <param name="summary">What is asked, as a phrase that continues "Cannot …".</param>
/// <param name="changes">The changes.</param>
internal sealed class NftBatch(DeferredText summary, IReadOnlyList<NetlinkRequest> changes)
    : NetlinkRequest(NftMessageType.BatchBegin, NetlinkFlags.None, summary)
{
    private const int Subsystem = 10;

    private static readonly NftPlainMessage Edge = new() { ResourceId = Subsystem };

    internal override void Write(ref NetlinkWriter writer, uint sequence, NetlinkFlags added)
    {
        // Where the kernel objects it counts from the message that it objects to, and does not say which: no names are noted.
        var messages = new NetlinkWriter(4096);
        try
        {
            base.Write(ref messages, sequence, NetlinkFlags.None);
            for (var i = 0; i < changes.Count; i++)
                changes[i].Write(ref messages, sequence, i == changes.Count - 1 ? added : NetlinkFlags.None);
            new NetlinkRequest<NftPlainMessage>(NftMessageType.BatchEnd, NetlinkFlags.None, Edge, "")
                .Write(ref messages, sequence, NetlinkFlags.None);
            messages.Written.CopyTo(writer.Append(messages.Length));
        }
        finally
        {
            messages.Dispose();
        }
    }

    internal override void WriteBody(ref NetlinkWriter writer) => Edge.Write(ref writer);
}
